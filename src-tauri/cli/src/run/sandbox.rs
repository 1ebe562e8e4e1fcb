//! `sandbox`: a stand-in for Instagram and Facebook on this computer.

use std::sync::Arc;

use engine::clock::SystemClock;
use sandbox::{AppMode, Config, MetaApp, Sandbox};
use serde_json::json;

use crate::args::{Global, SandboxArgs};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn sandbox(global: &Global, args: SandboxArgs) -> Result<Exit, Failure> {
    let config = config(args);
    let apps = config.apps.clone();
    let sandbox = Sandbox::start(config).await.map_err(anyhow::Error::from)?;
    let control = format!("http://{}/control/", sandbox.addr());
    if global.json {
        let app = sandbox.app();
        let credentials = |app: &MetaApp| {
            json!({
                "app_id": app.app_id,
                "app_secret": app.app_secret,
                "facebook_app_id": app.facebook_app_id,
                "facebook_app_secret": app.facebook_app_secret,
            })
        };
        output::document(&json!({
            "endpoints": sandbox.endpoints_toml(),
            "control": control,
            "app_id": app.app_id,
            "app_secret": app.app_secret,
            "apps": apps.iter().map(credentials).collect::<Vec<_>>(),
        }));
    } else {
        output::print(&sandbox.endpoints_toml());
    }
    output::progress(global, &format!("control page: {control}"));
    for app in &apps {
        output::progress(
            global,
            &format!(
                "app id {}, app secret {}; at Facebook {}, {} (worth nothing elsewhere)",
                app.app_id, app.app_secret, app.facebook_app_id, app.facebook_app_secret
            ),
        );
    }
    output::progress(global, "stop with Ctrl+C");
    super::watch::until_stopped()?.await?;
    sandbox.stop().await;
    Ok(Exit::Done)
}

fn config(args: SandboxArgs) -> Config {
    let clock = Arc::new(|| SystemClock.wall().timestamp_millis());
    let app = |place| MetaApp {
        redirect_uris: args.redirect.clone(),
        facebook_redirect_uris: args.redirect.clone(),
        mode: if args.live {
            AppMode::Live
        } else {
            AppMode::Development
        },
        require_app_secret: args.require_app_secret,
        ..MetaApp::numbered(place)
    };
    Config {
        port: args.port,
        accounts: args.accounts,
        strict_redirects: args.strict,
        testers_must_accept: args.tester_must_accept,
        apps: (0..args.apps).map(app).collect(),
        ..Config::practice(args.seed, clock)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Verb};

    fn read(words: &[&str]) -> Config {
        let words = ["relink", "sandbox"].iter().chain(words);
        let Verb::Sandbox(args) = Cli::try_parse_from(words).unwrap().command else {
            panic!("another command was read")
        };
        config(args)
    }

    #[test]
    fn without_a_word_the_stand_in_is_as_lenient_as_practice_needs() {
        let config = read(&[]);
        assert!(!config.strict_redirects && !config.testers_must_accept);
        assert_eq!(config.apps, [MetaApp::practice()]);
    }

    #[test]
    fn every_switch_makes_it_stricter() {
        let config = read(&[
            "--strict",
            "--tester-must-accept",
            "--live",
            "--require-app-secret",
            "--apps",
            "2",
            "--redirect",
            "https://localhost:17443/callback",
            "--redirect",
            "https://connect.example.org/cb",
        ]);
        assert!(config.strict_redirects && config.testers_must_accept);
        let [first, second] = &config.apps[..] else {
            panic!("two apps were asked for")
        };
        assert_ne!(first.app_id, second.app_id);
        for app in [first, second] {
            assert_eq!(app.redirect_uris.len(), 2);
            assert_eq!(app.facebook_redirect_uris, app.redirect_uris);
            assert!(app.require_app_secret && app.mode == AppMode::Live);
        }
    }
}
