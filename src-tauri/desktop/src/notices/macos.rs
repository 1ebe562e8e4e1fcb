//! macOS: the user notification centre. It wants a bundled app; `relink watch` alone has none and shows
//! nothing. Not run anywhere yet: see the README.

use std::collections::BTreeMap;
use std::sync::Arc;

use mac_usernotifications::blocking::{close_delivered, request_auth};
use mac_usernotifications::{Action, Error, Notification};
use tokio::task::AbortHandle;

use super::OnPress;
use super::board::{Board, Task, Wish};
use super::text::{CLICK, Text};

pub(super) fn run(board: &Arc<Board>, on_press: &OnPress) {
    // Answers are awaited on a runtime of their own: hundreds of standing notices are one thread.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build();
    let Ok(runtime) = runtime else {
        return tracing::warn!("no runtime for notices");
    };
    // Asks the person the first time.
    board.set_available(request_auth().unwrap_or(false));
    let mut standing: BTreeMap<String, AbortHandle> = BTreeMap::new();
    while let Some(task) = board.next() {
        match task {
            Task::Wish(key, wish) => {
                if let Some(before) = standing.remove(&key) {
                    before.abort();
                }
                let Wish::Show(text) = wish else {
                    close_delivered(&key);
                    continue;
                };
                match show(&key, &text) {
                    Ok(handle) => {
                        let (board, on_press) = (Arc::clone(board), Arc::clone(on_press));
                        let own = key.clone();
                        let waiting = runtime.spawn(async move {
                            let Ok(response) = handle.response().await else {
                                return;
                            };
                            let action = if response.is_default_action() {
                                CLICK
                            } else {
                                &response.action_identifier
                            };
                            if let Some(press) = text.press(action, None) {
                                board.dealt_with(&own);
                                on_press(press);
                            }
                        });
                        standing.insert(key, waiting.abort_handle());
                    }
                    Err(_) => tracing::warn!("macOS refused a notice"),
                }
            }
            Task::WithdrawAll => {
                for (key, waiting) in std::mem::take(&mut standing) {
                    waiting.abort();
                    close_delivered(&key);
                }
            }
        }
    }
}

fn show(key: &str, text: &Text) -> Result<mac_usernotifications::NotificationHandle, Error> {
    let notice = Notification::new()
        .id(key)
        .title(&text.title)
        .message(&text.body);
    // With at least one button macOS also tells when a notice is swept away.
    let notice = text
        .actions
        .iter()
        .filter(|(name, _)| *name != CLICK || text.actions.len() == 1)
        .fold(notice, |notice, (name, label)| {
            notice.action(Action::button(*name, label))
        });
    notice.send_blocking()
}
