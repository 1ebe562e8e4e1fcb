//! The one window, and what it is not allowed to do. (Security document, section 11.)
//!
//! It comes and goes: Relink works without it. Hidden for five minutes its page is let go, and made anew
//! when somebody wants to see it. (Design brief, section 18.)

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use engine::view::{NoticeView, Theme};
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent, WebviewWindowBuilder};
use tauri::{AppHandle, Emitter as _, Manager as _, WebviewUrl, WebviewWindow, WindowEvent};

use crate::remembered::Remembered;
use crate::{session, tray};

/// The window's name.
pub(crate) const LABEL: &str = "main";

/// The window is shown when its first frame is ready, at the latest after this long.
const SHOW_AFTER: Duration = Duration::from_millis(400);

/// A hidden page is let go after this long.
const LET_GO_AFTER: Duration = Duration::from_secs(5 * 60);

/// `bg` of the design brief, section 13: no white flash.
const LIGHT: Color = Color(0xFF, 0xFF, 0xFF, 0xFF);
const DARK: Color = Color(0x14, 0x17, 0x1C, 0xFF);

/// Counts how often the window was hidden or shown, so that an old wish to let its page go is recognised.
static TURNS: AtomicU64 = AtomicU64::new(0);

/// Whether the person is still to be told, in the page, what closing it for the first time did.
static EXPLAIN: AtomicBool = AtomicBool::new(false);

/// Shows the window at an address of the page (`#/accounts`), or where it is when the address is empty.
pub(crate) fn go(app: &AppHandle, address: &str) {
    TURNS.fetch_add(1, Ordering::Relaxed);
    let there = app.get_webview_window(LABEL);
    let (handle, address) = (app.clone(), address.to_owned());
    // Windows belong to the main thread.
    let posted = app.run_on_main_thread(move || match there {
        Some(window) => {
            bring_forward(&window);
            if EXPLAIN.swap(false, Ordering::Relaxed) {
                tell(&handle, "closed_to_tray", &());
            }
            if !address.is_empty() {
                tell(&handle, "navigate", &address);
            }
        }
        None => {
            if let Err(error) = open(&handle, &address) {
                tracing::error!(%error, "the window could not be made");
            }
        }
    });
    if let Err(error) = posted {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Tells the page something; nobody may be looking.
pub(crate) fn tell<T: serde::Serialize>(app: &AppHandle, event: &str, payload: &T) {
    if app.get_webview_window(LABEL).is_some()
        && let Err(error) = app.emit_to(LABEL, event, payload)
    {
        tracing::warn!(%error, event, "the window was not told");
    }
}

/// Makes the window.
pub(crate) fn open(app: &AppHandle, address: &str) -> tauri::Result<()> {
    let sessions = session::of(app);
    let remembered = Remembered::load(sessions.data_dir());
    let theme = remembered.theme;
    let page = format!("index.html{address}");
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(page.into()))
        .title("Relink")
        .inner_size(remembered.width, remembered.height)
        .min_inner_size(720.0, 520.0)
        .maximized(remembered.maximized)
        .visible(false)
        .theme(native(theme))
        .background_color(if theme == Theme::Dark { DARK } else { LIGHT })
        .on_navigation(|address| is_ours(address.scheme(), address.host_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_document_title_changed(|window, title| drop(window.set_title(&title)))
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                drop(window.show());
            }
        })
        .build()?;
    paint_before_first_frame(&window, theme);
    watch_closing(&window);
    let late = window;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_AFTER).await;
        drop(late.show());
    });
    Ok(())
}

/// With "as the system has it", only the window knows which that is.
fn paint_before_first_frame(window: &WebviewWindow, theme: Theme) {
    if theme == Theme::System
        && window
            .theme()
            .is_ok_and(|theme| theme == tauri::Theme::Dark)
    {
        drop(window.set_background_color(Some(DARK)));
    }
}

/// Closing hides, while the person wants Relink to keep running.
fn watch_closing(window: &WebviewWindow) {
    let watched = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            let window = watched.clone();
            tauri::async_runtime::spawn(async move { close(&window).await });
        }
    });
}

async fn close(window: &WebviewWindow) {
    let app = window.app_handle();
    let sessions = session::of(app);
    let stays = sessions
        .settings()
        .await
        .is_ok_and(|settings| settings.close_to_tray);
    let mut remembered = Remembered::load(sessions.data_dir());
    measure(window, &mut remembered);
    if stays && !std::mem::replace(&mut remembered.said_keeps_running, true) {
        let notice = NoticeView {
            cause: (!tray::of(app).is_there()).then_some("no_tray"),
            ..NoticeView::plain("keeps_running")
        };
        if let Some(notices) = sessions.notices() {
            notices.show(&notice);
        }
        EXPLAIN.store(true, Ordering::Relaxed);
    }
    remembered.keep(sessions.data_dir());
    if !stays {
        app.exit(0);
        return;
    }
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window could not be hidden");
    }
    let turn = TURNS.fetch_add(1, Ordering::Relaxed) + 1;
    let hidden = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(let_go_after()).await;
        if TURNS.load(Ordering::Relaxed) == turn
            && let Err(error) = hidden.destroy()
        {
            tracing::warn!(%error, "the hidden page could not be let go");
        }
    });
}

/// Tests do not wait five minutes.
fn let_go_after() -> Duration {
    std::env::var("RELINK_LET_GO_AFTER_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(LET_GO_AFTER, Duration::from_millis)
}

fn measure(window: &WebviewWindow, remembered: &mut Remembered) {
    remembered.maximized = window.is_maximized().unwrap_or_default();
    if remembered.maximized {
        return; // the size to come back to is the one before
    }
    if let (Ok(size), Ok(scale)) = (window.inner_size(), window.scale_factor()) {
        let size = size.to_logical::<f64>(scale);
        remembered.width = size.width.max(720.0);
        remembered.height = size.height.max(520.0);
    }
}

/// Follows a change of the theme setting.
pub(crate) fn follow(app: &AppHandle, theme: Theme) {
    let sessions = session::of(app);
    let mut remembered = Remembered::load(sessions.data_dir());
    if remembered.theme != theme {
        remembered.theme = theme;
        remembered.keep(sessions.data_dir());
    }
    if let Some(window) = app.get_webview_window(LABEL) {
        drop(window.set_theme(native(theme)));
    }
}

fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// Brings the window forward, making it where there is none.
pub(crate) fn raise(app: &AppHandle) -> bool {
    go(app, "");
    true
}

fn bring_forward(window: &WebviewWindow) {
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window could not be brought forward");
        }
    }
}

/// The page's own address, in both its spellings.
fn is_ours(scheme: &str, host: Option<&str>) -> bool {
    matches!(
        (scheme, host),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn navigation_stays_with_the_page() {
        let ours = ["tauri://localhost/index.html", "http://tauri.localhost/"];
        let others = [
            "https://www.instagram.com/",
            "http://127.0.0.1:17423/callback",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "tauri://evil/",
            "https://tauri.localhost.evil.example/",
            "about:blank",
            "blob:tauri://localhost/x",
            "ws://tauri.localhost/",
            "ftp://tauri.localhost/",
        ];
        let check = |address: &str| {
            let address = Url::parse(address).unwrap();
            is_ours(address.scheme(), address.host_str())
        };
        assert!(ours.into_iter().all(check));
        for other in others {
            assert!(!check(other), "{other}");
        }
    }
}
