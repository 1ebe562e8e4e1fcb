//! The list of what an account has published, as the interface spells it (Meta platform reference, A9).
//!
//! Lenient within an item, strict about the list: a figure of the wrong type is one that is not known, an item without
//! an id is none, an answer without a list is not this answer.

use chrono::DateTime;
use domain::Timestamp;
use domain::media::{MediaItem, MediaKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use url::Url;

use crate::wire::id;

/// The longest caption that is kept, in characters; Instagram's own limit is 2 200.
const MAX_CAPTION: usize = 5_000;
/// The most items of a page, whatever was asked for; Instagram gives a hundred at most.
const MOST_ITEMS: usize = 500;
/// The longest cursor that is used, in bytes.
const MAX_CURSOR: usize = 2_000;

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
    pub user_id: domain::account::AccountId,
    /// How many items it has, by Instagram's own count.
    pub media_count: Option<u64>,
    /// The address of its picture.
    pub picture: Option<Url>,
}

#[derive(Deserialize)]
struct PageAnswer<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    paging: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Paging<'a> {
    #[serde(borrow, default)]
    cursors: Option<&'a RawValue>,
    #[serde(borrow, default)]
    next: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Cursors<'a> {
    #[serde(borrow, default)]
    after: Option<&'a RawValue>,
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
    #[serde(borrow)]
    user_id: &'a RawValue,
    #[serde(borrow, default)]
    media_count: Option<&'a RawValue>,
    #[serde(borrow, default)]
    profile_picture_url: Option<&'a RawValue>,
}

/// A page, where the answer holds a list.
pub(crate) fn page(body: &[u8]) -> Option<Page> {
    let answer: PageAnswer<'_> = serde_json::from_slice(body).ok()?;
    if answer.data.len() > MOST_ITEMS {
        return None;
    }
    let items = answer.data.into_iter().filter_map(found).collect();
    let next = match answer.paging {
        Some(paging) => next(paging)?,
        None => None,
    };
    Some(Page { items, next })
}

/// What is told of the account itself.
pub(crate) fn about(body: &[u8]) -> Option<About> {
    let answer: AboutAnswer<'_> = serde_json::from_str(crate::wire::unwrap(body)?).ok()?;
    Some(About {
        user_id: id(answer.user_id)?,
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

/// The place of the next page; `Some(None)` on the last one. `next` is an address, and addresses from answers are
/// never called: that there is one says that the list goes on, and the cursor in it is taken where none stands
/// beside it. A list that goes on and does not say where is no answer: taken for the end, it would make all that was
/// not on it look deleted.
fn next(raw: &RawValue) -> Option<Option<String>> {
    let Ok(paging) = serde_json::from_str::<Paging<'_>>(raw.get()) else {
        return Some(None);
    };
    let Some(goes_on) = paging.next.filter(|next| next.get() != "null") else {
        return Some(None);
    };
    let beside = || {
        let cursors: Cursors<'_> = serde_json::from_str(paging.cursors?.get()).ok()?;
        read::<String>(cursors.after)
    };
    let within = || {
        let address = Url::parse(&read::<String>(Some(goes_on))?).ok()?;
        let mut pairs = address.query_pairs();
        pairs.find_map(|(name, value)| (name == "after").then(|| value.into_owned()))
    };
    let cursor = beside().or_else(within)?;
    (!cursor.is_empty() && cursor.len() <= MAX_CURSOR).then_some(Some(cursor))
}

fn read<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
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
    fn an_answer_without_a_list_is_not_this_answer() {
        for odd in [
            "{}",
            r#"{"data":{}}"#,
            r#"{"data":"x"}"#,
            r#"{"data":null}"#,
            "[]",
            "7",
        ] {
            assert_eq!(page(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn the_next_page_is_a_cursor_and_never_an_address() {
        let answer = |paging: &str| {
            let body = format!(r#"{{"data":[],"paging":{paging}}}"#);
            page(body.as_bytes())
        };
        let next = |paging: &str| answer(paging).expect("a list").next;
        let elsewhere = r#""next":"https://evil.example/media?after=Y&access_token=x""#;
        assert_eq!(
            next(&format!(r#"{{"cursors":{{"after":"X"}},{elsewhere}}}"#)).as_deref(),
            Some("X")
        );
        assert_eq!(next(&format!("{{{elsewhere}}}")).as_deref(), Some("Y"));
        assert_eq!(
            next(r#"{"cursors":{"after":"X"}}"#),
            None,
            "the last page has cursors, too"
        );
        for end in ["7", "{}", r#"{"next":null}"#] {
            assert_eq!(next(end), None, "{end}");
        }
        let long = "x".repeat(MAX_CURSOR + 1);
        let long = format!(r#"{{"cursors":{{"after":"{long}"}},"next":"x"}}"#);
        for lost in [r#"{"next":7}"#, r#"{"next":"x","cursors":7}"#, &long] {
            assert_eq!(
                answer(lost),
                None,
                "it goes on, and nobody knows where: {lost:.40}"
            );
        }
    }

    #[test]
    fn a_page_of_more_items_than_there_are_on_one_is_not_this_answer() {
        let items = vec![r#"{"id":"1"}"#; MOST_ITEMS + 1].join(",");
        assert_eq!(page(format!(r#"{{"data":[{items}]}}"#).as_bytes()), None);
    }

    #[test]
    fn the_count_is_known_or_not() {
        let count = |spelled: &str| {
            let body = format!(r#"{{"user_id":"1","media_count":{spelled}}}"#);
            about(body.as_bytes()).expect("an account").media_count
        };
        assert_eq!(count("412"), Some(412));
        for odd in ["-1", "\"x\"", "1.5", "null", "1e30"] {
            assert_eq!(count(odd), None, "{odd}");
        }
    }
}
