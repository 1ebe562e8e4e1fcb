//! Media of an account, and how far they are fetched.

use domain::account::AccountId;
use domain::media::KeptItem;
use serde::Serialize;

use super::moment;

/// Where the page finds small pictures: the app's own protocol, which Windows spells as a host.
const PICTURES: &str = if cfg!(windows) {
    "http://media.localhost"
} else {
    "media://localhost"
};

/// Where syncing stands. (Design brief 6.6.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Sync"))]
pub struct SyncView {
    /// `never`, `resting`, `running`, `waiting`, `stopped` or `failed`.
    #[cfg_attr(test, ts(type = "SyncState"))]
    pub state: &'static str,
    /// Items looked at in this sync.
    #[cfg_attr(test, ts(type = "number"))]
    pub done: u64,
    /// How many the account has, by Instagram's own count; `null` where it gave none. An estimate.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub total: Option<u64>,
    /// For `waiting`: when it goes on by itself.
    pub until: Option<String>,
    /// For `waiting` and `failed`: why.
    #[cfg_attr(test, ts(type = "Cause | null"))]
    pub cause: Option<&'static str>,
    /// When a sync last came to its end.
    pub last_at: Option<String>,
}

/// One published item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "MediaItem"))]
pub struct MediaView {
    /// The provider's id.
    pub id: String,
    /// Photo, video, several together, or unknown.
    #[cfg_attr(test, ts(type = "MediaKind"))]
    pub kind: &'static str,
    /// Its text; may be empty.
    pub caption: String,
    /// When it was published.
    pub posted_at: Option<String>,
    /// Likes when it was last seen; `null` where Instagram hides them.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub likes: Option<u64>,
    /// Comments when it was last seen.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub comments: Option<u64>,
    /// The address of its small picture on the app's own protocol; `null` where there is none.
    pub picture: Option<String>,
    /// When it was last seen at Instagram.
    pub seen_at: String,
    /// When a sync that came to its end no longer found it there.
    pub gone_at: Option<String>,
}

/// A page of an account's media, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "MediaPage"))]
pub struct MediaPage {
    /// The items.
    pub items: Vec<MediaView>,
    /// How many are kept in all.
    #[cfg_attr(test, ts(type = "number"))]
    pub kept: u64,
    /// Whether there are more after these.
    pub more: bool,
}

/// What happened at Instagram while there was no access, as far as it could be fetched afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Gap"))]
pub struct GapView {
    /// The last moment at which access was known to work.
    pub from: String,
    /// When access was there again.
    pub until: String,
    /// Whether the sync after it has come to its end; before that the list may grow.
    pub complete: bool,
    /// What was published in between and fetched afterwards, oldest first.
    pub items: Vec<MediaView>,
    /// Whether stories may have come and gone: they live for 24 hours, and none is fetched later.
    pub stories_lost: bool,
}

impl MediaView {
    pub(crate) fn of(account: &AccountId, kept: KeptItem, has_picture: bool) -> Self {
        let item = kept.item;
        Self {
            picture: has_picture.then(|| format!("{PICTURES}/{account}/{}", item.id)),
            id: item.id,
            kind: item.kind.code(),
            caption: item.caption,
            posted_at: item.posted_at.map(moment),
            likes: item.likes,
            comments: item.comments,
            seen_at: moment(kept.seen_at),
            gone_at: kept.gone_at.map(moment),
        }
    }
}
