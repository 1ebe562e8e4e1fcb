//! What an account has published, as far as Relink keeps it.

mod sync;

pub use sync::{MOST_PAGES, Progress, Setback, Sync};

use crate::Timestamp;
use crate::diagnosis::Cause;

/// What a published item is. (Meta platform reference, A9: `IMAGE`, `VIDEO`, `CAROUSEL_ALBUM`.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A photo.
    Image,
    /// A video or reel.
    Video,
    /// Several photos or videos together.
    Carousel,
    /// A kind we do not know.
    Unknown,
}

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Image, Self::Video, Self::Carousel, Self::Unknown];

    /// The identifier used in the database, the command line and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Carousel => "carousel",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an identifier made by [`MediaKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where the syncing of an account's media stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncState {
    /// It was never asked for.
    Never,
    /// The last one ended as it should.
    Resting,
    /// It is going on.
    Running,
    /// It goes on by itself, not before this moment.
    Waiting {
        /// When.
        until: Timestamp,
        /// What it waits for.
        cause: Cause,
    },
    /// The person stopped it, or Relink was closed; what was fetched is kept, and it goes on from there.
    Stopped,
    /// It ended early; what was fetched is kept.
    Failed(Cause),
}

impl SyncState {
    /// Every identifier.
    pub const CODES: [&'static str; 6] = [
        "never", "resting", "running", "waiting", "stopped", "failed",
    ];

    /// The identifier used in the database, the command line and the window.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Resting => "resting",
            Self::Running => "running",
            Self::Waiting { .. } => "waiting",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        }
    }
}

/// One published item, as Instagram tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaItem {
    /// The provider's id.
    pub id: String,
    /// What it is.
    pub kind: MediaKind,
    /// Its text; may be empty.
    pub caption: String,
    /// Its page at Instagram; empty where none was told.
    pub permalink: String,
    /// When it was published.
    pub posted_at: Option<Timestamp>,
    /// Likes; `None` where Instagram hides them.
    pub likes: Option<u64>,
    /// Comments.
    pub comments: Option<u64>,
}

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptItem {
    /// As it was when last seen.
    pub item: MediaItem,
    /// When it was last seen at Instagram.
    pub seen_at: Timestamp,
    /// When a sync that came to its end no longer found it there.
    pub gone_at: Option<Timestamp>,
}
