//! The icon in the tray: drawn from the same view as the window, pressed as if the window were.

mod model;
#[cfg_attr(target_os = "linux", path = "tray/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tray/native.rs")]
mod shown;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration, NaiveTime, Timelike as _};
use desktop::Words;
use engine::clock::{Clock as _, SystemClock};
use engine::command::Command;
use engine::view::{AccountView, AppView, Patch, Settings};
use tauri::{AppHandle, Manager as _};

use crate::session;
use crate::window;
use model::{Act, Line, Look, Picture, Tray};

/// When "until tomorrow" is over, by the computer's own time.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The tray of a running app.
pub(crate) struct TrayIcon {
    picture: Mutex<Picture>,
    drawn: Mutex<Option<Tray>>,
    shown: shown::Shown,
    words: Words,
    there: AtomicBool,
}

/// The tray of a running app.
pub(crate) fn of(app: &AppHandle) -> tauri::State<'_, TrayIcon> {
    app.state()
}

impl TrayIcon {
    pub(crate) fn new() -> Self {
        Self {
            picture: Mutex::default(),
            drawn: Mutex::default(),
            shown: shown::Shown::default(),
            words: Words::of("system"),
            there: AtomicBool::new(false),
        }
    }

    /// Whether the icon can be seen, as far as known.
    pub(crate) fn is_there(&self) -> bool {
        self.there.load(Ordering::Relaxed)
    }

    /// A picture of the whole; the first page of it begins anew.
    pub(crate) fn take(
        &self,
        app: &AppHandle,
        view: AppView,
        accounts: &[AccountView],
        anew: bool,
    ) {
        {
            let mut picture = lock(&self.picture);
            if anew {
                *picture = Picture::default();
            }
            picture.take(view, accounts);
        }
        self.draw(app);
    }

    pub(crate) fn patch(&self, app: &AppHandle, patch: &Patch) {
        lock(&self.picture).patch(patch);
        self.draw(app);
    }

    /// Draws what changed; nothing where nothing did.
    fn draw(&self, app: &AppHandle) {
        let fresh = lock(&self.picture).tray(&self.words, time_of_day);
        let mut drawn = lock(&self.drawn);
        if drawn.as_ref() != Some(&fresh) {
            self.shown.show(app, &fresh);
            *drawn = Some(fresh);
        }
    }
}

/// The icon came into a tray, or lost it.
fn set_there(app: &AppHandle, there: bool) {
    let tray = of(app);
    if tray.there.swap(there, Ordering::Relaxed) != there {
        tracing::info!(there, "the tray");
        session::of(app).look_again();
    }
}

/// Does what was pressed.
fn act(app: &AppHandle, act: Act) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let sessions = session::of(&app);
        let result = match act {
            Act::Open(address) => {
                window::go(&app, &address);
                Ok(())
            }
            Act::Quit => {
                app.exit(0);
                Ok(())
            }
            Act::CheckAll => {
                let ids = Vec::new();
                sessions.run(Command::Check { ids }).await.map(drop)
            }
            Act::PauseHour => pause(&sessions, |now| Some(now + Duration::hours(1))).await,
            Act::PauseTomorrow => pause(&sessions, |now| Some(tomorrow_morning(now))).await,
            Act::PauseOpen => change(&sessions, |settings| settings.auto_renew = false).await,
            Act::Resume => {
                change(&sessions, |settings| {
                    settings.auto_renew = true;
                    settings.paused_until = None;
                })
                .await
            }
        };
        if let Err(code) = result {
            tracing::warn!(
                code = code.code(),
                "what was pressed in the tray was not done"
            );
        }
    });
}

type Done = Result<(), engine::command::ErrorCode>;

async fn pause(
    sessions: &session::Sessions,
    until: impl FnOnce(domain::Timestamp) -> Option<domain::Timestamp>,
) -> Done {
    let until = until(SystemClock.wall());
    change(sessions, |settings| {
        settings.paused_until = until.map(|at| at.to_rfc3339());
    })
    .await
}

async fn change(sessions: &session::Sessions, change: impl FnOnce(&mut Settings)) -> Done {
    let mut settings = sessions.settings().await?;
    change(&mut settings);
    sessions.run(Command::UpdateSettings { settings }).await?;
    Ok(())
}

fn tomorrow_morning(now: domain::Timestamp) -> domain::Timestamp {
    let local = SystemClock.local(now);
    let morning = (local.date() + Duration::days(1)).and_time(MORNING);
    now + (morning - local)
}

/// A moment as a time of day here, `HH:MM`.
fn time_of_day(moment: &str) -> String {
    let Ok(at) = DateTime::parse_from_rfc3339(moment) else {
        return String::new();
    };
    let local = SystemClock.local(at.to_utc());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
