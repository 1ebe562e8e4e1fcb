//! The page's commands about how accounts are connected: Meta apps, Pages, access made elsewhere.

use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use engine::view::{AppCheckView, ImportedView};
use serde::Deserialize;
use tauri::AppHandle;

use crate::commands::{Accepted, Shown, door_of, send};
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
