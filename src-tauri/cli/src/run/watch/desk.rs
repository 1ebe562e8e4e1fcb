//! The desktop of a watcher: notices where there is a session bus, and what happens to the computer. On a
//! server both stay silent.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use desktop::notices::Press;
use desktop::{Notices, Signals, Words, program};
use engine::Handle;
use engine::command::Command;
use engine::desktop::{Desktop, Facilities};
use engine::view::NoticeView;
use tokio::sync::Notify;
use url::Url;

use crate::args::Global;
use crate::exit::Failure;
use crate::session::{self, Session};

/// The engine that runs at present; none while a window has the data folder.
type Running = Arc<Mutex<Option<Handle>>>;

pub(super) struct Desk {
    notices: Notices,
    running: Running,
    asked: Notify,
    _signals: Signals,
}

impl Desk {
    pub(super) fn begin(global: &Global) -> Result<Arc<Self>, Failure> {
        let running = Running::default();
        let data_dir = session::choice(global).data_dir()?;
        let endpoints = global.endpoints.clone();
        let runtime = tokio::runtime::Handle::current();
        let engine = Arc::clone(&running);
        let on_press = move |press| match press {
            Press::Open {
                address,
                activation_token,
            } => open_window(&data_dir, endpoints.as_ref(), &address, activation_token),
            Press::Later { account_ids: ids } => {
                if let Some(handle) = current(&engine) {
                    runtime.spawn(async move {
                        drop(handle.run(Command::Remind { ids, hours: 24 }).await);
                    });
                }
            }
        };
        let engine = Arc::clone(&running);
        Ok(Arc::new(Self {
            notices: Notices::begin(Arc::new(Words::of("system")), on_press),
            running,
            asked: Notify::new(),
            _signals: Signals::watch(move |_| {
                if let Some(handle) = current(&engine) {
                    handle.look_again();
                }
            }),
        }))
    }

    /// From now on this engine is told what happens, and notices are in `language`.
    pub(super) fn attend(&self, session: &Session, language: &str) {
        self.notices.speak(Arc::new(Words::of(language)));
        if let Session::Here { handle, .. } = session {
            self.put(Some(handle.clone()));
        }
    }

    /// Ends the engine, so that everything is written. What it told is the next one's to tell.
    pub(super) async fn end(&self, session: Session) {
        self.put(None);
        session.stop().await;
        self.notices.withdraw_all();
    }

    /// Waits until a window asks for the data folder.
    pub(super) async fn asked_for(&self) {
        self.asked.notified().await;
    }

    fn put(&self, handle: Option<Handle>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = handle;
    }
}

impl Desktop for Desk {
    fn open_browser(&self, address: &Url) -> bool {
        if program::is_service() {
            let address: &OsStr = address.as_str().as_ref();
            return program::start_detached(Path::new("xdg-open"), &[address], &[]).is_ok();
        }
        open::that_detached(address.as_str()).is_ok()
    }

    fn show_notice(&self, notice: &NoticeView) {
        self.notices.show(notice);
    }

    fn withdraw_notice(&self, key: &str) {
        self.notices.withdraw(key);
    }

    fn hand_over(&self) -> bool {
        self.asked.notify_one();
        true
    }

    fn facilities(&self) -> Facilities {
        Facilities {
            notices: self.notices.is_available(),
            ..Facilities::default()
        }
    }
}

fn current(running: &Running) -> Option<Handle> {
    running
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Starts the window at the page's `address`; it asks this watcher for the data folder.
fn open_window(
    data_dir: &Path,
    endpoints: Option<&PathBuf>,
    address: &str,
    activation_token: Option<String>,
) {
    let Some(window) = program::window() else {
        return tracing::info!("there is no window on this computer");
    };
    let mut args: Vec<&OsStr> = vec!["--open".as_ref(), address.as_ref()];
    args.extend::<[&OsStr; 2]>(["--data-dir".as_ref(), data_dir.as_ref()]);
    if let Some(endpoints) = endpoints {
        args.extend::<[&OsStr; 2]>(["--endpoints".as_ref(), endpoints.as_ref()]);
    }
    let token = activation_token.as_deref();
    let environment: Vec<_> = token
        .map(|token| ("XDG_ACTIVATION_TOKEN", token))
        .into_iter()
        .collect();
    if let Err(error) = program::start_detached(&window, &args, &environment) {
        tracing::warn!(kind = %error.kind(), "the window could not be started");
    }
}
