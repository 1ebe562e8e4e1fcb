//! Media of an account: not stored, but worked out from the account's id, so that the ten
//! thousandth account costs nothing.

use serde_json::{Map, Value, json};

use crate::{
    dice,
    time::{DAY, HOUR, media_timestamp},
    world::account::{Account, MediaManner},
};

const FIRST_MEDIA_ID: u64 = 18_000_000_000_000_001;
/// The newest media of every account lies near this moment: 1 October 2026, in milliseconds.
const NEWEST: i64 = 1_790_812_800_000;

const OPENINGS: [&str; 8] = [
    "Fresh this morning",
    "Back in the window",
    "A quiet start to the week",
    "New on the shelf",
    "Behind the scenes",
    "Thank you for a full house",
    "One of a kind",
    "Saturday, as it should be",
];
const ENDINGS: [&str; 6] = [
    "Come by.",
    "Open till six.",
    "Which one is yours?",
    "Link in bio.",
    "More soon ☀️",
    "❤️",
];

/// The fields a media object has (Meta platform reference, A9).
pub(crate) const FIELDS: [&str; 12] = [
    "id",
    "caption",
    "media_type",
    "media_product_type",
    "media_url",
    "thumbnail_url",
    "permalink",
    "timestamp",
    "like_count",
    "comments_count",
    "username",
    "owner",
];

/// Posts since the world began have the places from here on.
const FIRST_POST: u64 = 900_000;

/// Every place of the account's list, newest first, what was taken down included.
pub(crate) fn places(account: &Account) -> impl Iterator<Item = u64> {
    let posts = u64::try_from(account.posts.len()).unwrap_or_default();
    let newer = (0..posts).rev().map(|post| FIRST_POST + post);
    newer.chain(0..account.media)
}

/// How many media the account has now.
pub(crate) fn count(account: &Account) -> u64 {
    let there = places(account).filter(|place| is_there(account, *place));
    u64::try_from(there.count()).unwrap_or_default()
}

/// Whether what was at this place has not been taken down.
pub(crate) fn is_there(account: &Account, place: u64) -> bool {
    !account.taken_down.contains(&place)
}

/// The place of a media id in the account's list.
pub(crate) fn position(account: &Account, media_id: &str) -> Option<u64> {
    places(account).find(|place| is_there(account, *place) && id(account, *place) == media_id)
}

/// When what is at this place was published.
pub(crate) fn taken(account: &Account, index: u64) -> i64 {
    let draw = dice::number(1, &account.id, index);
    let post = index
        .checked_sub(FIRST_POST)
        .and_then(|post| usize::try_from(post).ok());
    match post.and_then(|post| account.posts.get(post)) {
        Some(at) => *at,
        None => {
            let place = i64::try_from(index).unwrap_or(i64::MAX / DAY);
            NEWEST - place * 2 * DAY - (draw % 20) as i64 * HOUR
        }
    }
}

/// One media object with all fields it has. `origin` is the sandbox's own address: pictures come
/// from here, never from outside.
pub(crate) fn object(account: &Account, index: u64, origin: &str) -> Map<String, Value> {
    let draw = dice::number(1, &account.id, index);
    let id = id(account, index);
    let kind = ["IMAGE", "IMAGE", "CAROUSEL_ALBUM", "VIDEO"][(draw % 4) as usize];
    let opening = OPENINGS[((draw >> 8) % OPENINGS.len() as u64) as usize];
    let ending = ENDINGS[((draw >> 12) % ENDINGS.len() as u64) as usize];
    let taken = taken(account, index);
    let picture = match account.media_manner {
        MediaManner::Svg => format!("{origin}/cdn/odd/svg/{id}.jpg"),
        MediaManner::Bomb => format!("{origin}/cdn/odd/bomb/{id}.jpg"),
        MediaManner::Huge => format!("{origin}/cdn/odd/huge/{id}.jpg"),
        MediaManner::Moved => format!("{origin}/cdn/odd/moved/{id}.jpg"),
        MediaManner::Normal
        | MediaManner::Endless
        | MediaManner::Circle
        | MediaManner::WrongTypes
        | MediaManner::NoList => format!("{origin}/cdn/media/{id}.png"),
    };
    let mut object = Map::new();
    let mut set = |field: &str, value: Value| object.insert(field.to_owned(), value);
    set("id", json!(id));
    set(
        "caption",
        json!(format!(
            "{opening}. {ending} #{}",
            account.username.replace('.', "")
        )),
    );
    set("media_type", json!(kind));
    set(
        "media_product_type",
        json!(if kind == "VIDEO" { "REELS" } else { "FEED" }),
    );
    // Copyright-flagged media come without an address.
    if !draw.is_multiple_of(29) {
        set("media_url", json!(picture));
    }
    if kind == "VIDEO" {
        set("thumbnail_url", json!(picture));
    }
    let shortcode = dice::text(1, &account.id, index, 11);
    set(
        "permalink",
        json!(format!("https://www.instagram.com/p/{shortcode}/")),
    );
    set("timestamp", json!(media_timestamp(taken)));
    set("like_count", json!((draw >> 20) % 900));
    set("comments_count", json!((draw >> 32) % 40));
    set("username", json!(account.username));
    set("owner", json!({ "id": account.id }));
    if account.media_manner == MediaManner::WrongTypes {
        for (field, value) in &mut object {
            if field != "id" {
                *value = json!({ "is": ["not", 1, value.clone()] });
            }
        }
    }
    object
}

pub(crate) fn id(account: &Account, index: u64) -> String {
    let draw = dice::number(2, &account.id, 0) % 400_000_000;
    (FIRST_MEDIA_ID + draw * 2_000_000 + index * 2).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::people::populate;

    #[test]
    fn media_are_the_same_every_time_and_found_by_id() {
        let account = &populate(4, 1)[0];
        let ids: Vec<_> = (0..account.media).map(|index| id(account, index)).collect();
        assert_eq!(position(account, &ids[3]), Some(3));
        assert_eq!(
            object(account, 3, "http://x"),
            object(account, 3, "http://x")
        );
        assert_eq!(object(account, 3, "http://x")["id"], json!(ids[3]));
        assert_eq!(ids[0].len(), 17);
    }
}
