//! The page's commands about what is kept of accounts: media, receipts, the checklist, the lane.

use domain::advice::Advice;
use engine::command::{Command, ErrorCode};
use engine::view::{ExplainedView, GapView, ManifestView, MediaPage, ReceiptView};
use tauri::AppHandle;

use crate::commands::{Accepted, Shown, send};
use crate::error::CommandError;
use crate::saved;

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn set_login(sessions: Shown<'_>, id: String, login: String) -> Accepted {
    send(&sessions, Command::SetLogin { id, login }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn tick(sessions: Shown<'_>, id: String, advice: String, done: bool) -> Accepted {
    let advice = Advice::from_code(&advice).ok_or(ErrorCode::InvalidInput)?;
    send(&sessions, Command::Tick { id, advice, done }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn explain(
    sessions: Shown<'_>,
    text: String,
    http_status: Option<u16>,
) -> Result<Vec<ExplainedView>, CommandError> {
    let command = Command::Explain { text, http_status };
    Ok(sessions.run(command).await?.explained()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn manifest(
    sessions: Shown<'_>,
    id: String,
) -> Result<ManifestView, CommandError> {
    Ok(sessions.run(Command::Manifest { id }).await?.manifest()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn receipt(
    sessions: Shown<'_>,
    id: String,
) -> Result<Option<Box<ReceiptView>>, CommandError> {
    Ok(sessions.run(Command::Receipt { id }).await?.receipt()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn sync(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(&sessions, Command::Sync { ids }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn stop_sync(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::StopSync { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn media(
    sessions: Shown<'_>,
    id: String,
    from: usize,
    limit: usize,
) -> Result<MediaPage, CommandError> {
    let command = Command::Media { id, from, limit };
    Ok(sessions.run(command).await?.media()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn gap(
    sessions: Shown<'_>,
    id: String,
) -> Result<Option<Box<GapView>>, CommandError> {
    Ok(sessions.run(Command::Gap { id }).await?.gap()?)
}

/// Writes the receipt among the person's downloads, and says where.
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn save_gap(
    app: AppHandle,
    sessions: Shown<'_>,
    id: String,
) -> Result<String, CommandError> {
    let (name, csv) = sessions.run(Command::GapCsv { id }).await?.gap_csv()?;
    let folder = saved::folder(&app)?;
    // The mark by which spreadsheets know UTF-8.
    let marked = format!("\u{feff}{csv}");
    let place = saved::write_new(&folder, &name, marked.as_bytes())?;
    Ok(place.display().to_string())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn lane_start(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(&sessions, Command::LaneStart { ids }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn lane_skip(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::LaneSkip).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn lane_close(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::LaneClose).await
}
