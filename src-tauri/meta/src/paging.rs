//! Lists, and where they go on (Meta platform reference, A9 and B2).

use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::wire::read;

/// The most items of a page, whatever was asked for; the interface gives a hundred at most.
pub(crate) const MOST_ITEMS: usize = 500;
/// The longest cursor that is used, in bytes.
const MAX_CURSOR: usize = 2_000;

/// A page of a list, as it stands in the answer.
pub(crate) struct List<'a> {
    /// What is on it.
    pub(crate) items: Vec<&'a RawValue>,
    /// The cursor behind which the next page begins; `None` on the last one.
    pub(crate) next: Option<String>,
}

#[derive(Deserialize)]
struct ListAnswer<'a> {
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

/// A page of a list, where the answer holds one.
pub(crate) fn list(body: &[u8]) -> Option<List<'_>> {
    let answer: ListAnswer<'_> = serde_json::from_slice(body).ok()?;
    if answer.data.len() > MOST_ITEMS {
        return None;
    }
    let next = match answer.paging {
        Some(paging) => next(paging)?,
        None => None,
    };
    Some(List {
        items: answer.data,
        next,
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

#[cfg(test)]
mod tests {
    use super::*;

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
            assert!(list(odd.as_bytes()).is_none(), "{odd}");
        }
    }

    #[test]
    fn the_next_page_is_a_cursor_and_never_an_address() {
        let answer = |paging: &str| {
            let body = format!(r#"{{"data":[],"paging":{paging}}}"#);
            list(body.as_bytes()).map(|list| list.next)
        };
        let next = |paging: &str| answer(paging).expect("a list");
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
        assert!(list(format!(r#"{{"data":[{items}]}}"#).as_bytes()).is_none());
    }
}
