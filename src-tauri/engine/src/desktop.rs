//! What the engine asks of the desktop it runs on.

use serde::Serialize;
use url::Url;

use crate::view::NoticeView;

/// The desktop: a real one, none at all on a server, or a test's.
pub trait Desktop: Send + Sync {
    /// Opens an address in the system's browser. Returns whether one could be started. The address
    /// holds the state of an attempt: it is not to be logged.
    fn open_browser(&self, address: &Url) -> bool;

    /// Shows a notice, in the place of one with the same key. Never waits.
    fn show_notice(&self, notice: &NoticeView) {
        let _ = notice;
    }

    /// Takes the notice of this key back, if it still stands. Never waits.
    fn withdraw_notice(&self, key: &str) {
        let _ = key;
    }

    /// Whether this copy makes room for the window that asks for the data: it stops soon after. Never waits.
    fn hand_over(&self) -> bool {
        false
    }

    /// What this desktop can do. Asked often: answers from memory.
    fn facilities(&self) -> Facilities {
        Facilities::default()
    }
}

/// What a desktop can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Desktop"))]
pub struct Facilities {
    /// Whether there is a tray with our icon in it.
    pub tray: bool,
    /// Whether notices can be shown.
    pub notices: bool,
    /// Whether Relink starts with the computer; `None` where that is not known or not possible.
    pub starts_at_login: Option<bool>,
}
