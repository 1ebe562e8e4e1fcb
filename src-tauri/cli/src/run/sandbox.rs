//! `sandbox`: a stand-in for Instagram on this computer.

use std::sync::Arc;

use engine::clock::SystemClock;
use sandbox::{Config, Sandbox};
use serde_json::json;

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn sandbox(
    global: &Global,
    port: u16,
    seed: u64,
    accounts: usize,
    strict: bool,
    redirect: String,
) -> Result<Exit, Failure> {
    let clock = Arc::new(|| SystemClock.wall().timestamp_millis());
    let mut config = Config {
        port,
        accounts,
        strict_redirects: strict,
        ..Config::practice(seed, clock)
    };
    for app in &mut config.apps {
        app.redirect_uris = vec![redirect.clone()];
    }
    let sandbox = Sandbox::start(config).await.map_err(anyhow::Error::from)?;
    let control = format!("http://{}/control/", sandbox.addr());
    let app = sandbox.app();
    if global.json {
        output::document(&json!({
            "endpoints": sandbox.endpoints_toml(),
            "control": control,
            "app_id": app.app_id,
            "app_secret": app.app_secret,
        }));
    } else {
        output::print(&sandbox.endpoints_toml());
    }
    output::progress(global, &format!("control page: {control}"));
    output::progress(
        global,
        &format!(
            "app id {}, app secret {} (worth nothing elsewhere)",
            app.app_id, app.app_secret
        ),
    );
    output::progress(global, "stop with Ctrl+C");
    super::watch::until_stopped()?.await?;
    sandbox.stop().await;
    Ok(Exit::Done)
}
