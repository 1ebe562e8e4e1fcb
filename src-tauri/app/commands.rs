//! The page's commands: translate, send, map the error. No answer of theirs can hold a secret.

use std::sync::Arc;

use domain::grant::Route;
use domain::wizard::Way;
use engine::command::{Command, ErrorCode, Reply};
use engine::view::{EntryView, KeyStorage, RunwayView, Settings, Snapshot};
use practice::Action;
use serde::Deserialize;
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::error::CommandError;
use crate::links::Link;
use crate::login;
use crate::session::Sessions;
use crate::window;

pub(crate) type Shown<'a> = State<'a, Arc<Sessions>>;
pub(crate) type Accepted = Result<(), CommandError>;

/// The most characters the page may put on the clipboard.
const MAX_COPY: usize = 20_000;

/// Sends a command whose answer is its acceptance.
pub(crate) async fn send(sessions: &Sessions, command: Command) -> Accepted {
    sessions.run(command).await?;
    Ok(())
}

/// What the page may ask of practice mode: what practice mode can do, and two things about it.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum PracticeAction {
    OpenControlPage,
    Reset,
    #[serde(untagged)]
    Act(Action),
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn snapshot(sessions: Shown<'_>, from: usize) -> Result<Snapshot, CommandError> {
    Ok(*sessions.run(Command::Snapshot { from }).await?.snapshot()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn check(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(&sessions, Command::Check { ids }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn renew(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(
        &sessions,
        Command::Renew {
            ids,
            due_only: false,
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn delete_accounts(sessions: Shown<'_>, ids: Vec<String>) -> Accepted {
    send(&sessions, Command::DeleteAccounts { ids }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn undo_delete(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::UndoDelete).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn erase_account(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::EraseAccount { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn set_label(sessions: Shown<'_>, id: String, label: String) -> Accepted {
    send(&sessions, Command::SetLabel { id, label }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn set_notes(sessions: Shown<'_>, id: String, notes: String) -> Accepted {
    send(&sessions, Command::SetNotes { id, notes }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn history(
    sessions: Shown<'_>,
    account_id: Option<String>,
    before: Option<String>,
    limit: usize,
) -> Result<Vec<EntryView>, CommandError> {
    let command = Command::History {
        account_id,
        before,
        limit,
    };
    Ok(sessions.run(command).await?.history()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn runway(sessions: Shown<'_>, id: String) -> Result<RunwayView, CommandError> {
    Ok(*sessions.run(Command::Runway { id }).await?.runway()?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn remind(sessions: Shown<'_>, ids: Vec<String>, hours: u32) -> Accepted {
    send(&sessions, Command::Remind { ids, hours }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn test_notice(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::TestNotice).await
}

/// Ends Relink; closing the window may only hide it.
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn quit(app: AppHandle) -> Accepted {
    app.exit(0);
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_open(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::WizardOpen { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_choose_way(sessions: Shown<'_>, id: String, way: String) -> Accepted {
    let way = Way::from_code(&way).ok_or(ErrorCode::InvalidInput)?;
    send(&sessions, Command::WizardChooseWay { id, way }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_answer(
    sessions: Shown<'_>,
    id: String,
    key: String,
    value: String,
) -> Accepted {
    send(&sessions, Command::WizardAnswer { id, key, value }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_next(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::WizardNext { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_back(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::WizardBack { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn wizard_close(sessions: Shown<'_>, id: String) -> Accepted {
    send(&sessions, Command::WizardClose { id }).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn update_settings(
    app: AppHandle,
    sessions: Shown<'_>,
    settings: Settings,
) -> Accepted {
    let (theme, at_login) = (settings.theme, settings.start_with_computer);
    send(&sessions, Command::UpdateSettings { settings }).await?;
    window::follow(&app, theme);
    if let Some(wanted) = at_login
        && !login::set(wanted)
    {
        return Err(ErrorCode::NotPossible.into());
    }
    sessions.look_again();
    Ok(())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn set_credentials(
    sessions: Shown<'_>,
    route: String,
    app_id: String,
    app_secret: String,
) -> Accepted {
    let route = Route::from_code(&route).ok_or(ErrorCode::InvalidInput)?;
    send(
        &sessions,
        Command::SetCredentials {
            route,
            app_id,
            app_secret: app_secret.into(),
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn retry_key(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::RetryKey).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn unlock(sessions: Shown<'_>, passphrase: String) -> Accepted {
    send(
        &sessions,
        Command::Unlock {
            passphrase: passphrase.into(),
        },
    )
    .await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn choose_key_storage(
    sessions: Shown<'_>,
    storage: KeyStorage,
    passphrase: Option<String>,
    forget_access: bool,
) -> Accepted {
    let passphrase = passphrase.map(Into::into);
    let command = Command::ChooseKeyStorage {
        storage,
        passphrase,
        forget_access,
    };
    send(&sessions, command).await
}

/// Only places on the list; the page never names an address. (Security document, W6.)
#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn open_link(sessions: Shown<'_>, link: Link) -> Accepted {
    let mut username = None;
    if let Link::Profile { account_id } = &link {
        username = username_of(&sessions, account_id).await?;
    }
    open(link.address(username.as_deref())?.as_str())
}

async fn username_of(sessions: &Sessions, id: &str) -> Result<Option<String>, ErrorCode> {
    let mut from = 0;
    loop {
        let Reply::Snapshot(page) = sessions.run(Command::Snapshot { from }).await? else {
            return Ok(None);
        };
        if let Some(account) = page.accounts.iter().find(|account| account.id == id) {
            return Ok(Some(account.username.clone()));
        }
        if !page.more {
            return Ok(None);
        }
        from += page.accounts.len();
    }
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn copy_text(app: AppHandle, text: String) -> Accepted {
    if text.chars().count() > MAX_COPY {
        return Err(ErrorCode::InvalidInput.into());
    }
    copy(&app, text)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn show_data_folder(sessions: Shown<'_>) -> Accepted {
    open_path(sessions.data_dir())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn restore_backup(sessions: Shown<'_>) -> Accepted {
    send(&sessions, Command::RestoreBackup).await
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn start_practice(app: AppHandle, sessions: Shown<'_>) -> Accepted {
    Ok(sessions.start_practice(&app).await?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn leave_practice(app: AppHandle, sessions: Shown<'_>) -> Accepted {
    Ok(sessions.leave_practice(&app).await?)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn practice(
    app: AppHandle,
    sessions: Shown<'_>,
    action: PracticeAction,
) -> Accepted {
    match action {
        PracticeAction::Reset => Ok(sessions.reset_practice(&app).await?),
        PracticeAction::Act(action) => Ok(sessions.practise(action).await?),
        PracticeAction::OpenControlPage => {
            let Reply::Snapshot(snapshot) = sessions.run(Command::Snapshot { from: 0 }).await?
            else {
                return Err(ErrorCode::Internal.into());
            };
            let practice = snapshot.app.practice.ok_or(ErrorCode::NotPossible)?;
            open(&practice.control_page)
        }
    }
}

fn open(address: &str) -> Accepted {
    tauri_plugin_opener::open_url(address, None::<&str>).map_err(|_| ErrorCode::NotPossible.into())
}

fn open_path(path: &std::path::Path) -> Accepted {
    tauri_plugin_opener::open_path(path, None::<&str>).map_err(|_| ErrorCode::NotPossible.into())
}

pub(crate) fn copy(app: &AppHandle, text: String) -> Accepted {
    app.clipboard()
        .write_text(text)
        .map_err(|_| ErrorCode::NotPossible.into())
}
