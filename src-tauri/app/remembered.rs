//! What the window remembers of itself between two starts. Lost or damaged, the defaults do as well.

use std::fs;
use std::path::{Path, PathBuf};

use engine::view::Theme;
use serde::{Deserialize, Serialize};

/// The default size, in logical pixels. (Design brief, section 5.)
const SIZE: (f64, f64) = (1080.0, 720.0);

/// Where the window was, how it looked, and what was said once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Remembered {
    /// Logical pixels.
    pub(crate) width: f64,
    /// Logical pixels.
    pub(crate) height: f64,
    pub(crate) maximized: bool,
    /// The theme the page was last painted in: the window is made before the settings are read.
    pub(crate) theme: Theme,
    /// Whether it was said that Relink keeps running when its window is closed.
    pub(crate) said_keeps_running: bool,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            width: SIZE.0,
            height: SIZE.1,
            maximized: false,
            theme: Theme::System,
            said_keeps_running: false,
        }
    }
}

impl Remembered {
    pub(crate) fn load(data_dir: &Path) -> Self {
        fs::read_to_string(file(data_dir))
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Keeps it; a full disk costs no more than the size of a window.
    pub(crate) fn keep(&self, data_dir: &Path) {
        let Ok(text) = serde_json::to_string(self) else {
            return;
        };
        let (path, fresh) = (file(data_dir), data_dir.join("window.json.new"));
        let kept = fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, &path));
        if let Err(error) = kept {
            tracing::warn!(kind = %error.kind(), "the window's size was not remembered");
        }
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("window.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back_and_what_is_damaged_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let other = Remembered {
            width: 900.5,
            theme: Theme::Dark,
            said_keeps_running: true,
            ..Remembered::default()
        };
        other.keep(dir.path());
        assert_eq!(Remembered::load(dir.path()), other);
        fs::write(file(dir.path()), "{\"width\":").unwrap();
        assert_eq!(Remembered::load(dir.path()), Remembered::default());
    }
}
