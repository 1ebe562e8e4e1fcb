//! `watch`: everything the window does by itself, without a window.

mod desk;
mod install;

use std::pin::pin;
use std::time::Duration;

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::session::Session;

use desk::Desk;
pub(super) use install::{install, uninstall};

/// How often it is looked whether the copy that watches has ended; and how long a window has to take the
/// lock it asked for.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// Watches until stopped. A window that asks gets the data folder, and this waits until it closes; so does
/// one that is there at the beginning, if `wait`.
pub(super) async fn watch(global: &Global, wait: bool) -> Result<Exit, Failure> {
    let desk = Desk::begin(global)?;
    let mut stopped = pin!(until_stopped()?);
    let mut wait = wait;
    let mut told = false;
    loop {
        match Session::begin_watching(global, desk.clone()).await? {
            Some(session) => {
                let session = begin(session, &desk).await?;
                output::progress(global, "watching; stop with Ctrl+C");
                tokio::select! {
                    result = &mut stopped => {
                        desk.end(session).await;
                        return result.map(|()| Exit::Done);
                    }
                    () = desk.asked_for() => desk.end(session).await,
                }
                (wait, told) = (true, true);
                output::progress(global, "the window watches now; waiting until it closes");
            }
            None if wait => {
                if !std::mem::replace(&mut told, true) {
                    output::progress(
                        global,
                        "another copy of Relink watches; waiting until it ends",
                    );
                }
            }
            None => {
                output::say("relink: another copy of Relink is watching these accounts already");
                return Ok(Exit::Failed);
            }
        }
        tokio::select! {
            result = &mut stopped => return result.map(|()| Exit::Done),
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Says what stands in the way, and lets the desktop speak the person's language.
async fn begin(mut session: Session, desk: &Desk) -> Result<Session, Failure> {
    let picture = session.picture().await?;
    let at = |pointer| {
        picture
            .app
            .pointer(pointer)
            .and_then(serde_json::Value::as_str)
    };
    match at("/key/state") {
        Some("passphrase_needed") => {
            session.end().await;
            return Err(Failure::locked());
        }
        Some("ready" | "not_needed_yet") | None => {}
        // A key store that comes back is asked again every minute.
        Some(state) => output::say(&format!(
            "relink: the key is not available ({}); nothing is renewed until it is",
            state.replace('_', " ")
        )),
    }
    desk.attend(&session, at("/settings/language").unwrap_or("system"));
    Ok(session)
}

/// Ctrl+C, or the way services are stopped. Heard from the call on, also before the first poll.
pub(super) fn until_stopped() -> Result<impl Future<Output = Result<(), Failure>>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminated, mut interrupted) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            Ok(())
        })
    }
    #[cfg(not(unix))]
    Ok(async { Ok(tokio::signal::ctrl_c().await?) })
}
