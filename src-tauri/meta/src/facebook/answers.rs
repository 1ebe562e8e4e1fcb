//! The answers of the Facebook route exactly as they are spelled (Meta platform reference, section B).
//!
//! Strict: what an account is judged by has to be there in one of the documented shapes. An object is told from a list
//! before it is read, because a list would be taken field by field.

use std::collections::BTreeMap;

use chrono::DateTime;
use domain::Timestamp;
use domain::account::{AccountType, Profile};
use domain::grant::Scopes;
use domain::refusal::{ApiError, named};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Inspected, PageOffer, PageState, Person};
use crate::json::{is_true, whole_number};
use crate::{envelope, wire};

#[derive(Deserialize)]
struct PersonAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct IdAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
}

#[derive(Deserialize)]
struct AppAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    name: String,
}

#[derive(Deserialize)]
struct PermissionAnswer {
    permission: String,
    status: String,
}

#[derive(Deserialize)]
struct PageAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    name: String,
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default)]
    tasks: Option<Vec<String>>,
    #[serde(borrow, default)]
    instagram_business_account: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct LinkedAnswer<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    username: String,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct DoneAnswer {
    success: Value,
}

#[derive(Deserialize)]
struct InspectedAnswer<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct TokenAnswer<'a> {
    #[serde(borrow, default)]
    app_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    is_valid: bool,
    #[serde(default)]
    issued_at: Option<Value>,
    #[serde(default)]
    expires_at: Option<Value>,
    #[serde(default)]
    data_access_expires_at: Option<Value>,
    #[serde(borrow, default)]
    scopes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    granular_scopes: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    user_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    profile_id: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct GranularAnswer<'a> {
    scope: String,
    #[serde(borrow, default)]
    target_ids: Option<Vec<&'a RawValue>>,
}

pub(super) fn person(body: &[u8]) -> Option<Person> {
    let answer: PersonAnswer<'_> = object(std::str::from_utf8(body).ok()?)?;
    Some(Person {
        id: id(answer.id)?,
        name: wire::read(answer.name).and_then(name),
    })
}

/// The name of the app of this id; an answer about another one is none.
pub(super) fn app_name(body: &[u8], app_id: &str) -> Option<String> {
    let answer: AppAnswer<'_> = object(std::str::from_utf8(body).ok()?)?;
    let is_ours = id(answer.id)? == app_id;
    name(answer.name).filter(|_| is_ours)
}

/// An item of a list of which only the id is wanted.
pub(super) fn id_of(item: &RawValue) -> Option<String> {
    let answer: IdAnswer<'_> = object(item.get())?;
    id(answer.id)
}

/// A permission, and whether it is in force. "Expired" and words that are not known are not.
pub(super) fn permission(item: &RawValue) -> Option<(String, bool)> {
    let answer: PermissionAnswer = object(item.get())?;
    Some((name(answer.permission)?, answer.status == "granted"))
}

/// A Page of a list. `Some(None)` for one that has an id and cannot be read: it takes no other Page away. Whatever has
/// no id is no Page, and a list with such a thing in it no list of Pages.
pub(super) fn offer(item: &RawValue) -> Option<Option<PageOffer>> {
    id_of(item)?;
    Some(readable_offer(item))
}

fn readable_offer(item: &RawValue) -> Option<PageOffer> {
    let answer: PageAnswer<'_> = object(item.get())?;
    let tasks = answer.tasks.unwrap_or_default();
    Some(PageOffer {
        id: id(answer.id)?,
        name: name(answer.name)?,
        token: match answer.access_token {
            Some(token) => Some(wire::token(token)?),
            None => None,
        },
        tasks: tasks.into_iter().filter_map(name).collect(),
        account: linked(answer.instagram_business_account)?,
    })
}

/// A Page on its own.
pub(super) fn page(body: &[u8]) -> Option<PageState> {
    let answer: PageAnswer<'_> = object(std::str::from_utf8(body).ok()?)?;
    Some(PageState {
        id: id(answer.id)?,
        name: name(answer.name)?,
        account: linked(answer.instagram_business_account)?,
    })
}

/// `Some(None)` where nothing is linked. What is linked and cannot be read is no answer: taken for nothing, it would
/// look like a link that was cut.
fn linked(raw: Option<&RawValue>) -> Option<Option<Profile>> {
    let Some(raw) = raw else { return Some(None) };
    let answer: LinkedAnswer<'_> = object(raw.get())?;
    Some(Some(Profile {
        user_id: wire::id(answer.id)?,
        username: name(answer.username)?,
        name: wire::read(answer.name).and_then(name),
        account_type: AccountType::Unknown,
    }))
}

/// Something was done only if the answer says so.
pub(super) fn done(body: &[u8]) -> Option<()> {
    let answer: DoneAnswer = object(std::str::from_utf8(body).ok()?)?;
    is_true(&answer.success).then_some(())
}

/// What is known of a token.
pub(super) fn inspected(body: &[u8]) -> Option<Inspected> {
    let answer: InspectedAnswer<'_> = object(std::str::from_utf8(body).ok()?)?;
    let token: TokenAnswer<'_> = object(answer.data.get())?;
    let app_id = match token.app_id {
        Some(raw) => id(raw)?,
        None if token.is_valid => return None,
        None => String::new(),
    };
    Some(Inspected {
        app_id,
        kind: wire::read(token.kind).and_then(name),
        is_valid: token.is_valid,
        issued_at: moment(token.issued_at.as_ref())?,
        expires_at: moment(token.expires_at.as_ref())?,
        data_access_until: moment(token.data_access_expires_at.as_ref())?,
        scopes: match token.scopes {
            Some(raw) => wire::scopes(raw)?,
            None => Scopes::default(),
        },
        targets: targets(token.granular_scopes.unwrap_or_default())?,
        person: optional_id(token.user_id)?,
        profile: optional_id(token.profile_id)?,
        error: error(token.error)?,
    })
}

/// A permission whose list of ids is absent was given for everything, and has no entry.
fn targets(items: Vec<&RawValue>) -> Option<BTreeMap<String, Vec<String>>> {
    let mut targets = BTreeMap::new();
    for item in items {
        let answer: GranularAnswer<'_> = object(item.get())?;
        let scope = name(answer.scope)?;
        if let Some(ids) = answer.target_ids {
            let ids: Option<Vec<String>> = ids.into_iter().map(id).collect();
            targets.insert(scope, ids?);
        }
    }
    Some(targets)
}

/// `Some(None)` where there is none.
fn error(fields: Option<Map<String, Value>>) -> Option<Option<Box<ApiError>>> {
    match fields {
        Some(fields) => Some(Some(Box::new(envelope::graph(&fields)?))),
        None => Some(None),
    }
}

/// Seconds since 1970, as a number or a text. 0, or nothing, is no moment: `Some(None)`. What is neither is no answer:
/// an end that cannot be read must not look like none.
fn moment(value: Option<&Value>) -> Option<Option<Timestamp>> {
    match value {
        None => Some(None),
        Some(value) => match whole_number(value)? {
            0 => Some(None),
            seconds => DateTime::from_timestamp(seconds, 0).map(Some),
        },
    }
}

fn optional_id(raw: Option<&RawValue>) -> Option<Option<String>> {
    match raw {
        Some(raw) => id(raw).map(Some),
        None => Some(None),
    }
}

fn id(raw: &RawValue) -> Option<String> {
    wire::id(raw).map(|id| id.as_str().to_owned())
}

/// A name that is safe to show; `None` where nothing is left of it.
fn name(text: String) -> Option<String> {
    Some(named(&text)).filter(|name| !name.is_empty())
}

fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let is_object = text.trim_start().starts_with('{');
    is_object.then(|| serde_json::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = br#"{"id":"123450000000001","name":"Acme","access_token":"EAAB1","tasks":["MANAGE"],
        "instagram_business_account":{"id":"17841400000000001","username":"acme.bakery","name":"Acme"}}"#;

    const TOKEN: &[u8] = br#"{"data":{"app_id":"100000000000001","type":"PAGE","is_valid":true,"expires_at":0,
        "data_access_expires_at":1799000000,"scopes":["a"],"granular_scopes":[{"scope":"a","target_ids":["1"]}],
        "user_id":"1","error":{"code":190,"message":"x"}}}"#;

    /// Every answer that differs from this one in a single byte, with the place of the change.
    fn damaged(body: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
        let changes = b"\"\\{}[],:-.0x \0\xff";
        (0..body.len()).flat_map(move |place| {
            changes.iter().map(move |&change| {
                let mut bytes = body.to_vec();
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = change;
                }
                (place, bytes)
            })
        })
    }

    fn place_of(body: &[u8], part: &str) -> std::ops::Range<usize> {
        let text = std::str::from_utf8(body).expect("a text");
        let start = text.find(part).expect(part);
        start..start + part.len()
    }

    #[test]
    fn no_single_byte_cuts_a_link_unless_it_is_in_the_name_of_the_link() {
        let name = place_of(PAGE, "instagram_business_account");
        for (place, bytes) in damaged(PAGE) {
            if let Some(page) = page(&bytes) {
                assert!(!page.id.is_empty() && !page.name.is_empty());
                assert!(page.account.is_some() || name.contains(&place), "{place}");
            }
        }
    }

    #[test]
    fn no_single_byte_makes_a_token_valid_or_invalid() {
        for (place, bytes) in damaged(TOKEN) {
            if let Some(token) = inspected(&bytes) {
                assert!(token.is_valid && !token.app_id.is_empty(), "{place}");
            }
        }
    }

    #[test]
    fn no_beginning_of_an_answer_is_one() {
        for body in [PAGE, TOKEN] {
            for length in 0..body.len() {
                let start = body.get(..length).expect("a beginning");
                assert_eq!((page(start), inspected(start)), (None, None), "{length}");
                assert_eq!((person(start), done(start)), (None, None), "{length}");
            }
        }
    }
}
