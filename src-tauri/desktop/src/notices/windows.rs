//! Windows: toasts, by tag, so that they can be replaced and taken back. (`tauri-winrt-notification`, the
//! usual library, can do neither.) Not run anywhere yet: see the README.

use std::collections::BTreeSet;
use std::sync::Arc;

use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{
    ToastActivatedEventArgs, ToastNotification, ToastNotificationManager,
};
use windows::core::{HSTRING, Interface as _};
use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::OnPress;
use super::board::{Board, Task, Wish};
use super::text::Text;
use super::toast::toast;

/// Under this name Windows knows who shows a toast.
const APP_ID: &str = "app.relink.desktop";
const GROUP: &str = "accounts";

pub(super) fn run(board: &Arc<Board>, on_press: &OnPress) {
    let registered = register();
    board.set_available(registered.is_ok());
    let mut standing = BTreeSet::new();
    while let Some(task) = board.next() {
        let done = match task {
            Task::Wish(key, Wish::Show(text)) => {
                let done = show(board, &key, text, on_press);
                standing.insert(key);
                done
            }
            Task::Wish(key, Wish::Withdraw) => {
                standing.remove(&key);
                withdraw(&key)
            }
            Task::WithdrawAll => std::mem::take(&mut standing)
                .iter()
                .try_for_each(|key| withdraw(key)),
        };
        if let Err(error) = done {
            tracing::warn!(code = error.code().0, "Windows refused a toast");
        }
    }
}

/// A program without an installer's shortcut shows toasts once it has said its name here.
fn register() -> std::io::Result<()> {
    let path = format!(r"Software\Classes\AppUserModelId\{APP_ID}");
    let (key, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(path)?;
    key.set_value("DisplayName", &"Relink")
}

fn show(
    board: &Arc<Board>,
    key: &str,
    text: Text,
    on_press: &OnPress,
) -> windows::core::Result<()> {
    let xml = XmlDocument::new()?;
    xml.LoadXml(&HSTRING::from(toast(&text)))?;
    let notice = ToastNotification::CreateToastNotification(&xml)?;
    notice.SetTag(&HSTRING::from(key))?;
    notice.SetGroup(&HSTRING::from(GROUP))?;
    let (board, own, on_press) = (Arc::clone(board), key.to_owned(), Arc::clone(on_press));
    notice.Activated(&TypedEventHandler::new(
        move |_, args: windows::core::Ref<'_, windows::core::IInspectable>| {
            let args = args.ok()?.cast::<ToastActivatedEventArgs>()?;
            if let Some(press) = text.press(&args.Arguments()?.to_string(), None) {
                board.dealt_with(&own);
                on_press(press);
            }
            Ok(())
        },
    ))?;
    ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID))?.Show(&notice)
}

fn withdraw(key: &str) -> windows::core::Result<()> {
    ToastNotificationManager::History()?.RemoveGroupedTagWithId(
        &HSTRING::from(key),
        &HSTRING::from(GROUP),
        &HSTRING::from(APP_ID),
    )
}
