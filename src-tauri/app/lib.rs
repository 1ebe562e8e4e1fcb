//! The Tauri window around the engine: composition, commands, nothing decided here.

mod choice;
mod commands;
mod contract;
mod desktop;
mod error;
mod joining;
mod keeping;
mod links;
mod log;
mod login;
mod media;
mod remembered;
mod renderer;
mod saved;
mod session;
mod tray;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use choice::Choice;
use session::Sessions;
use tauri::{Manager as _, RunEvent};
use tray::TrayIcon;

/// Runs the window until it is closed.
pub fn run() -> ExitCode {
    let choice = match Choice::from_args(std::env::args_os().skip(1)) {
        Ok(choice) => choice,
        Err(sentence) => return fail(&sentence),
    };
    renderer::choose();
    engine::setup::harden(engine::setup::Hardening::Window);
    let data_dir = match choice.setup.data_dir() {
        Ok(dir) => dir,
        Err(error) => return fail(&error.to_string()),
    };
    log::begin(&data_dir);
    if tauri::async_runtime::block_on(session::raise_other(&choice, &data_dir)) {
        return ExitCode::SUCCESS;
    }
    let (hidden, address) = (choice.hidden, choice.open.clone().unwrap_or_default());
    let sessions = Arc::new(Sessions::new(choice, data_dir));
    let setup = Arc::clone(&sessions);
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_clipboard_manager::init())
        .manage(sessions)
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, |context, request, respond| {
            media::answer(context.app_handle(), &request, respond);
        })
        .invoke_handler(contract::handler())
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(TrayIcon::new());
            setup.listen(&handle);
            // The window does not wait for the data: both are made at the same time, and its first
            // question is answered when the engine is there.
            if !hidden {
                window::open(&handle, &address)?;
            }
            tauri::async_runtime::spawn(async move {
                if let Err(error) = setup.begin(&handle).await {
                    fail(&error.to_string());
                    handle.exit(1);
                }
            });
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| {
                // Without a window Relink goes on; it ends when somebody says so, with a code.
                if let RunEvent::ExitRequested {
                    code: None, api, ..
                } = &event
                {
                    api.prevent_exit();
                }
                if matches!(event, RunEvent::Exit) {
                    tauri::async_runtime::block_on(session::of(app).end());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// The one place that speaks on standard error: there is no window yet to speak in.
#[expect(clippy::print_stderr, reason = "there is no window yet to speak in")]
fn fail(sentence: &str) -> ExitCode {
    tracing::error!(sentence, "Relink cannot start");
    eprintln!("relink-desktop: {sentence}");
    ExitCode::FAILURE
}
