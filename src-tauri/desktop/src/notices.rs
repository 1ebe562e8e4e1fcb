//! Notices on the screen: one for each key, replaced, taken back, and heard when they are pressed.
//!
//! Callers never wait. What is wished goes onto a board, one wish for each key, and a thread of its own
//! carries it out; a notification service that hangs delays that thread and nobody else.

mod board;
mod text;

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, test))]
mod toast;
#[cfg(windows)]
mod windows;

use std::sync::{Arc, PoisonError, RwLock};

use engine::view::NoticeView;

use crate::words::Words;

#[cfg(windows)]
use self::windows as screen;
use board::{Board, Wish};
#[cfg(target_os = "linux")]
use freedesktop as screen;
#[cfg(target_os = "macos")]
use macos as screen;
use text::Text;

/// What the person did with a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// Clicked it, or pressed the button that leads to its place.
    Open {
        /// The page's address: `#/reconnect/ID`, `#/reconnect?queue=ID,ID`, `#/accounts/ID` or `#/accounts`.
        address: String,
        /// What a Wayland desktop wants to see before it brings a window forward
        /// (`XDG_ACTIVATION_TOKEN`), where it gave one.
        activation_token: Option<String>,
    },
    /// Asked to be reminded tomorrow.
    Later {
        /// Of these accounts.
        account_ids: Vec<String>,
    },
}

/// Is told what the person did. Called on a thread of the notices: to return soon.
pub(crate) type OnPress = Arc<dyn Fn(Press) + Send + Sync>;

/// The notices of this program.
pub struct Notices {
    board: Arc<Board>,
    words: RwLock<Arc<Words>>,
}

impl Notices {
    /// Begins looking for the desktop's notification service, and shows what is shown from now on.
    pub fn begin(words: Arc<Words>, on_press: impl Fn(Press) + Send + Sync + 'static) -> Self {
        let on_press: OnPress = Arc::new(on_press);
        Self::start(words, move |board| screen::run(&board, &on_press))
    }

    fn start(words: Arc<Words>, run: impl FnOnce(Arc<Board>) + Send + 'static) -> Self {
        let board = Arc::new(Board::default());
        let own = Arc::clone(&board);
        let thread = std::thread::Builder::new().name("notices".to_owned());
        if let Err(error) = thread.spawn(move || run(own)) {
            tracing::warn!(%error, "no notices will be shown");
            board.close();
        }
        Self {
            board,
            words: RwLock::new(words),
        }
    }

    /// Speaks another language from now on.
    pub fn speak(&self, words: Arc<Words>) {
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// Shows a notice, in the place of one with the same key.
    pub fn show(&self, notice: &NoticeView) {
        let words = self.words.read().unwrap_or_else(PoisonError::into_inner);
        let text = Text::of(notice, &words);
        drop(words);
        self.board.wish(&notice.key, Wish::Show(text));
    }

    /// Takes a notice back.
    pub fn withdraw(&self, key: &str) {
        self.board.wish(key, Wish::Withdraw);
    }

    /// Takes every notice back that still stands.
    pub fn withdraw_all(&self) {
        self.board.wish_all_gone();
    }

    /// Whether this desktop shows notices, as far as known by now.
    pub fn is_available(&self) -> bool {
        self.board.is_available()
    }
}

impl Drop for Notices {
    /// What stands keeps standing; nobody hears its presses any more.
    fn drop(&mut self) {
        self.board.close();
    }
}

impl std::fmt::Debug for Notices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Notices")
    }
}
