//! The list of what an account has published, as the interface spells it (Meta platform reference, A9).
//!
//! Lenient within an item, strict about the list: a figure of the wrong type is one that is not known, an item without
//! an id is none, an answer without a list is not this answer.

use chrono::DateTime;
use domain::Timestamp;
use domain::account::AccountId;
use domain::grant::Route;
use domain::media::{MediaItem, MediaKind};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::line::Line;
use crate::paging;
use crate::wire::{id, read};

/// What is asked of each item (Meta platform reference, A9).
const ITEM_FIELDS: &str = "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,timestamp,\
                           like_count,comments_count";
/// Items on a page: the most the interface gives.
const PAGE: &str = "100";
/// The longest caption that is kept, in characters; Instagram's own limit is 2 200.
const MAX_CAPTION: usize = 5_000;
/// A page of an account's list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Found>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<String>,
}

/// An item, and where its picture lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What Instagram tells of it.
    pub item: MediaItem,
    /// The address of its picture, good for some hours; `None` for what Instagram keeps back.
    pub picture: Option<Url>,
}

/// What the sync wants to know of an account before it begins (A8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Whose profile it is.
    pub user_id: AccountId,
    /// How many items it has, by Instagram's own count.
    pub media_count: Option<u64>,
    /// The address of its picture.
    pub picture: Option<Url>,
}

#[derive(Deserialize)]
struct ItemAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow, default)]
    caption: Option<&'a RawValue>,
    #[serde(borrow, default)]
    media_type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    media_url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    thumbnail_url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    permalink: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    like_count: Option<&'a RawValue>,
    #[serde(borrow, default)]
    comments_count: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct AboutAnswer<'a> {
    #[serde(borrow, default)]
    user_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    media_count: Option<&'a RawValue>,
    #[serde(borrow, default)]
    profile_picture_url: Option<&'a RawValue>,
}

/// The request for the page of an account's list that begins after `cursor`, without the token.
pub(crate) fn request(line: &Line, account: &AccountId, cursor: Option<&str>) -> RequestBuilder {
    let request = line
        .get(&[account.as_str(), "media"])
        .query(&[("fields", ITEM_FIELDS), ("limit", PAGE)]);
    match cursor {
        Some(cursor) => request.query(&[("after", cursor)]),
        None => request,
    }
}

/// A page, where the answer holds a list.
pub(crate) fn page(body: &[u8]) -> Option<Page> {
    let list = paging::list(body)?;
    let items = list.items.into_iter().filter_map(found).collect();
    Some(Page {
        items,
        next: list.next,
    })
}

/// What is told of the account itself. The route says under which name its id stands: on the Instagram route `id` is
/// another number than `user_id` (A8).
pub(crate) fn about(body: &[u8], route: Route) -> Option<About> {
    let answer: AboutAnswer<'_> = serde_json::from_str(crate::wire::unwrap(body)?).ok()?;
    let user_id = match route {
        Route::Instagram => answer.user_id,
        Route::Facebook => answer.id,
    };
    Some(About {
        user_id: id(user_id?)?,
        media_count: read(answer.media_count),
        picture: address(answer.profile_picture_url),
    })
}

fn found(raw: &RawValue) -> Option<Found> {
    let answer: ItemAnswer<'_> = serde_json::from_str(raw.get()).ok()?;
    let kind = match read::<String>(answer.media_type).as_deref() {
        Some("IMAGE") => MediaKind::Image,
        Some("VIDEO") => MediaKind::Video,
        Some("CAROUSEL_ALBUM") => MediaKind::Carousel,
        Some(_) | None => MediaKind::Unknown,
    };
    // A video's own address is that of a film.
    let still = match kind {
        MediaKind::Video => None,
        MediaKind::Image | MediaKind::Carousel | MediaKind::Unknown => address(answer.media_url),
    };
    Some(Found {
        item: MediaItem {
            id: id(answer.id)?.as_str().to_owned(),
            kind,
            caption: caption(&read::<String>(answer.caption).unwrap_or_default()),
            permalink: permalink(answer.permalink),
            posted_at: read::<String>(answer.timestamp).and_then(|text| moment(&text)),
            likes: read(answer.like_count),
            comments: read(answer.comments_count),
        },
        picture: address(answer.thumbnail_url).or(still),
    })
}

fn address(raw: Option<&RawValue>) -> Option<Url> {
    Url::parse(&read::<String>(raw)?).ok()
}

/// Only a page of Instagram's own is kept; anything else is a link somebody else made.
fn permalink(raw: Option<&RawValue>) -> String {
    let ours = |address: &Url| {
        address.scheme() == "https"
            && matches!(
                address.host_str(),
                Some("www.instagram.com" | "instagram.com")
            )
    };
    address(raw)
        .filter(ours)
        .map(String::from)
        .unwrap_or_default()
}

/// `2026-10-03T09:12:44+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .ok()
        .map(|moment| moment.to_utc())
}

/// Lines stay; what else would steer whoever prints it goes.
fn caption(text: &str) -> String {
    text.chars()
        .filter(|character| *character == '\n' || !character.is_control())
        .take(MAX_CAPTION)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(item: &str) -> Option<Found> {
        let body = format!(r#"{{"data":[{item}]}}"#);
        page(body.as_bytes())?.items.pop()
    }

    #[test]
    fn an_item_is_read_as_documented() {
        let found = one(
            r#"{"id":"18000000000000001","caption":"Fresh\u0000\nthis morning ☀️","media_type":"VIDEO",
            "media_url":"https://a.cdninstagram.com/film.mp4","thumbnail_url":"https://a.cdninstagram.com/t.jpg",
            "permalink":"https://www.instagram.com/p/abc/","timestamp":"2026-10-03T09:12:44+0000",
            "like_count":12,"comments_count":0}"#,
        )
        .expect("an item");
        let item = found.item;
        assert_eq!(item.id, "18000000000000001");
        assert_eq!(
            (item.kind, item.caption.as_str()),
            (MediaKind::Video, "Fresh\nthis morning ☀️")
        );
        assert_eq!(
            item.posted_at.expect("a moment").to_rfc3339(),
            "2026-10-03T09:12:44+00:00"
        );
        assert_eq!((item.likes, item.comments), (Some(12), Some(0)));
        assert_eq!(found.picture.expect("a picture").path(), "/t.jpg");
    }

    #[test]
    fn wrong_types_are_what_is_not_known() {
        let found = one(
            r#"{"id":9007199254740993,"caption":{"a":1},"media_type":7,"media_url":["x"],"permalink":"javascript:x",
            "timestamp":"yesterday","like_count":"many","comments_count":-1}"#,
        )
        .expect("an item");
        let item = found.item;
        assert_eq!(item.id, "9007199254740993");
        assert_eq!((item.kind, item.caption.as_str()), (MediaKind::Unknown, ""));
        assert_eq!((item.permalink.as_str(), item.posted_at), ("", None));
        assert_eq!(
            (item.likes, item.comments, found.picture),
            (None, None, None)
        );
        for no_item in [
            "7",
            "null",
            "[]",
            "{}",
            r#"{"id":"../x"}"#,
            r#"{"id":null}"#,
        ] {
            assert_eq!(one(no_item), None, "{no_item}");
        }
    }

    #[test]
    fn the_count_is_known_or_not() {
        let count = |spelled: &str| {
            let body = format!(r#"{{"user_id":"1","media_count":{spelled}}}"#);
            about(body.as_bytes(), Route::Instagram)
                .expect("an account")
                .media_count
        };
        assert_eq!(count("412"), Some(412));
        for odd in ["-1", "\"x\"", "1.5", "null", "1e30"] {
            assert_eq!(count(odd), None, "{odd}");
        }
    }

    #[test]
    fn each_route_has_its_own_name_for_the_account() {
        let body = br#"{"user_id":"1","id":"2"}"#;
        for (route, id) in [(Route::Instagram, "1"), (Route::Facebook, "2")] {
            let about = about(body, route).expect("an account");
            assert_eq!(about.user_id.as_str(), id);
        }
        assert_eq!(about(br#"{"id":"2"}"#, Route::Instagram), None);
        assert_eq!(about(br#"{"user_id":"1"}"#, Route::Facebook), None);
    }
}
