//! The page's commands about how accounts are connected: the trip through the browser, Meta apps, Pages, access made
//! elsewhere.

use domain::door::Door;
use domain::grant::Route;
use engine::command::{Command, ErrorCode, Reply};
use engine::view::{AppCheckView, ImportedView};
use serde::Deserialize;
use tauri::AppHandle;

use crate::commands::{Accepted, Shown, copy, send};
use crate::error::CommandError;
use crate::saved;

/// The page that sends the browser on to this computer, complete in one file. (Product, section 2.)
const BOUNCE_PAGE: &str = include_str!("../../ui/bounce/index.html");
/// What it is called among the person's files.
const BOUNCE_FILE: &str = "relink-bounce-page.html";

/// A Meta app as the page enters it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entered {
    id: Option<String>,
    route: String,
    app_id: String,
    app_secret: Option<String>,
    name: String,
    door: Option<String>,
    redirect: Option<String>,
    config_id: Option<String>,
}

/// Reads a door's identifier.
fn door_of(code: Option<String>) -> Result<Option<Door>, ErrorCode> {
    let read = |code: String| Door::from_code(&code).ok_or(ErrorCode::InvalidInput);
    code.map(read).transpose()
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn connect(
    sessions: Shown<'_>,
    route: String,
    expected: Option<String>,
    app: Option<String>,
    door: Option<String>,
    permissions: Option<Vec<String>>,
) -> Accepted {
    let route = Route::from_code(&route).ok_or(ErrorCode::InvalidInput)?;
    let door = door_of(door)?;
    send(
        &sessions,
        Command::Connect {
            route,
            expected,
            app,
            door,
            permissions,
            browser: true,
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn reopen_browser(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::ReopenBrowser).await
}

/// The address goes from the engine to the clipboard; the page never sees it.
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn copy_consent_link(app: AppHandle, sessions: Shown<'_>) -> Accepted {
    let reply = sessions.run(Command::ConsentAddress).await?;
    let Reply::ConsentAddress { consent_address } = reply else {
        return Err(ErrorCode::Internal.into());
    };
    copy(&app, consent_address)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn submit_callback(sessions: Shown<'_>, address: String) -> Accepted {
    send(
        &sessions,
        Command::SubmitCallback {
            address: address.into(),
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn keep_with_limits(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::KeepWithLimits).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn add_returned_account(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::AddReturnedAccount).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn cancel_attempt(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::CancelAttempt).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn acknowledge_attempt(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::AcknowledgeAttempt).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn add_token(
    sessions: Shown<'_>,
    route: String,
    app: Option<String>,
    token: String,
) -> Accepted {
    let route = Route::from_code(&route).ok_or(ErrorCode::InvalidInput)?;
    send(
        &sessions,
        Command::AddToken {
            route,
            app,
            token: token.into(),
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn choose_pages(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(&sessions, Command::ChoosePages { ids }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn save_app(sessions: Shown<'_>, app: Entered) -> Accepted {
    let command = Command::SaveApp {
        id: app.id,
        route: Route::from_code(&app.route).ok_or(ErrorCode::InvalidInput)?,
        app_id: app.app_id,
        app_secret: app.app_secret.map(Into::into),
        name: app.name,
        door: door_of(app.door)?,
        redirect: app.redirect,
        config_id: app.config_id,
    };
    send(&sessions, command).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn remove_app(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::RemoveApp { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check_app(
    sessions: Shown<'_>,
    id: String,
) -> Result<AppCheckView, CommandError> {
    Ok(*sessions.run(Command::CheckApp { id }).await?.app_check()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn add_tokens(
    sessions: Shown<'_>,
    route: String,
    app: Option<String>,
    text: String,
) -> Result<Vec<ImportedView>, CommandError> {
    let command = Command::AddTokens {
        route: Route::from_code(&route).ok_or(ErrorCode::InvalidInput)?,
        app,
        text: text.into(),
    };
    Ok(sessions.run(command).await?.imported()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn revoke(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::Revoke { id }).await
}

/// Writes the bounce page among the person's files, ready to be hosted, and answers where it lies.
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn save_bounce_page(app: AppHandle) -> Result<String, CommandError> {
    let folder = saved::folder(&app)?;
    let write = move || saved::write_new(&folder, BOUNCE_FILE, BOUNCE_PAGE.as_bytes());
    // A slow disk must not hold up the window.
    let written = tauri::async_runtime::spawn_blocking(write).await;
    let place = written.map_err(|_| ErrorCode::Internal)??;
    Ok(place.display().to_string())
}
