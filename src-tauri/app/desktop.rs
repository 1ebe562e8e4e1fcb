//! The desktop, as the engine asks for it.

use std::sync::Arc;

use desktop::Notices;
use engine::desktop::{Desktop, Facilities};
use engine::view::NoticeView;
use tauri::AppHandle;
use url::Url;

use crate::{login, tray};

/// The desktop this window stands on.
pub(crate) struct SystemDesktop {
    app: AppHandle,
    notices: Option<Arc<Notices>>,
}

impl SystemDesktop {
    pub(crate) fn new(app: &AppHandle, notices: Option<Arc<Notices>>) -> Self {
        Self {
            app: app.clone(),
            notices,
        }
    }
}

impl Desktop for SystemDesktop {
    fn open_browser(&self, address: &Url) -> bool {
        // The error is not kept: it may print the address, and with it the state.
        tauri_plugin_opener::open_url(address.as_str(), None::<&str>).is_ok()
    }

    fn show_notice(&self, notice: &NoticeView) {
        if let Some(notices) = &self.notices {
            notices.show(notice);
        }
    }

    fn withdraw_notice(&self, key: &str) {
        if let Some(notices) = &self.notices {
            notices.withdraw(key);
        }
    }

    fn facilities(&self) -> Facilities {
        Facilities {
            tray: tray::of(&self.app).is_there(),
            notices: self.notices.as_ref().is_some_and(|it| it.is_available()),
            starts_at_login: login::is_on(),
        }
    }
}
