//! `relink`: the command line around the engine. It links no window library.

mod args;
mod exit;
mod input;
mod log;
mod output;
mod run;
mod session;
mod words;

use std::process::ExitCode;

use clap::Parser as _;
use serde_json::json;

use args::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log::begin();
    engine::setup::harden(engine::setup::Hardening::Terminal);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(&format!("relink: {error}"));
            return exit::Exit::Failed.into();
        }
    };
    let json = cli.global.json;
    let end = match runtime.block_on(run::run(cli)) {
        Ok(exit) => exit,
        Err(failure) => {
            if json {
                output::document(&json!({ "error": failure.code, "message": failure.sentence }));
            }
            output::say(&format!("relink: {}", failure.sentence));
            failure.exit
        }
    };
    // A key store that is asking the person may hold a thread for ever: it is not waited for.
    runtime.shutdown_background();
    end.into()
}
