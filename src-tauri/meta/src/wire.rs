//! The answers exactly as the interface spells them, in each of their shapes.

use chrono::Duration;
use domain::account::{AccountId, AccountType, Profile};
use domain::grant::{AccessToken, Scopes};
use domain::refusal::named;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// A lifetime above this is not believed; the documented one is 60 days (Meta platform reference, A5).
const LONGEST_LIFE: Duration = Duration::days(366);

/// The guide wraps answers in `data`, the live interface does not (A4, A8).
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow, default)]
    data: Option<Vec<&'a RawValue>>,
}

/// The object itself, or the first one in `data`. Only an object: a list would be read field by field.
pub(crate) fn unwrap(body: &[u8]) -> Option<&str> {
    let whole = std::str::from_utf8(body).ok()?;
    let inner = match serde_json::from_str::<Wrapped<'_>>(whole) {
        Ok(Wrapped { data: Some(items) }) => items.first()?.get(),
        Ok(Wrapped { data: None }) | Err(_) => whole,
    };
    inner.trim_start().starts_with('{').then_some(inner)
}

/// Whether an answer carries an error, whatever its status says.
pub(crate) fn is_error(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Failed<'a> {
        #[serde(borrow, default)]
        error: Option<&'a RawValue>,
    }
    serde_json::from_slice::<Failed<'_>>(body).is_ok_and(|answer| answer.error.is_some())
}

/// A4: code to short-lived token.
#[derive(Deserialize)]
struct ShortLivedAnswer<'a> {
    access_token: String,
    #[serde(borrow, default)]
    user_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    permissions: Option<&'a RawValue>,
}

/// A token, whose account it is, and what was granted.
pub(crate) fn short_lived(body: &[u8]) -> Option<(AccessToken, Option<AccountId>, Option<Scopes>)> {
    let answer: ShortLivedAnswer<'_> = serde_json::from_str(unwrap(body)?).ok()?;
    let token = token(answer.access_token)?;
    Some((
        token,
        answer.user_id.and_then(id),
        answer.permissions.and_then(scopes),
    ))
}

/// A5 and A6: a long-lived token.
#[derive(Deserialize)]
struct LongLivedAnswer<'a> {
    access_token: String,
    #[serde(borrow, default)]
    expires_in: Option<&'a RawValue>,
}

/// A token and its lifetime, where the answer gives a believable one.
pub(crate) fn long_lived(body: &[u8]) -> Option<(AccessToken, Option<Duration>)> {
    let answer: LongLivedAnswer<'_> = serde_json::from_str(unwrap(body)?).ok()?;
    Some((
        token(answer.access_token)?,
        answer.expires_in.and_then(lifetime),
    ))
}

/// A8: the account's own profile.
#[derive(Deserialize)]
struct ProfileAnswer<'a> {
    #[serde(borrow)]
    user_id: &'a RawValue,
    username: String,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    account_type: Option<&'a RawValue>,
}

/// A profile; `None` without the id or the name by which the account is known. (`id` is no substitute
/// for `user_id`: it is another number.)
pub(crate) fn profile(body: &[u8]) -> Option<Profile> {
    let answer: ProfileAnswer<'_> = serde_json::from_str(unwrap(body)?).ok()?;
    let username = Some(named(&answer.username)).filter(|name| !name.is_empty())?;
    Some(Profile {
        user_id: id(answer.user_id)?,
        username,
        name: read::<String>(answer.name)
            .map(|name| named(&name))
            .filter(|name| !name.is_empty()),
        account_type: read::<String>(answer.account_type)
            .map_or(AccountType::Unknown, |word| AccountType::read(word.trim())),
    })
}

/// Text that can stand in a header: anything else is no token and would be refused on its first use.
pub(crate) fn token(text: String) -> Option<AccessToken> {
    let sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    sendable.then(|| AccessToken::new(text))
}

/// Digits, as a number or a text. The digits are taken as written: they exceed what a float holds.
pub(crate) fn id(raw: &RawValue) -> Option<AccountId> {
    let digits = raw.get().trim_matches('"');
    let is_id =
        (1..=40).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| AccountId::new(digits))
}

/// A field as what it should be; of the wrong type it is one that is not known.
pub(crate) fn read<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// A list, or one comma-separated text.
pub(crate) fn scopes(raw: &RawValue) -> Option<Scopes> {
    if let Ok(names) = serde_json::from_str::<Vec<String>>(raw.get()) {
        return Some(names.iter().map(|name| named(name)).collect());
    }
    let list: String = serde_json::from_str(raw.get()).ok()?;
    Some(Scopes::parse(&list))
}

/// Missing, zero, negative, huge, or not a number: not known (security document, T4).
fn lifetime(raw: &RawValue) -> Option<Duration> {
    let life = Duration::try_seconds(raw.get().parse().ok()?)?;
    (life > Duration::zero() && life <= LONGEST_LIFE).then_some(life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_a_code_exchange_are_read() {
        let live = br#"{"access_token":"IGAAshort","user_id":17841400000000001,
            "permissions":["instagram_business_basic","instagram_business_content_publish"]}"#;
        let documented = br#"{"data":[{"access_token":"IGAAshort","user_id":"17841400000000001",
            "permissions":"instagram_business_basic,instagram_business_content_publish"}]}"#;
        for body in [&live[..], documented] {
            let (token, user, scopes) = short_lived(body).expect("a token");
            assert_eq!(token.expose_secret(), "IGAAshort");
            assert_eq!(user.expect("an id").as_str(), "17841400000000001");
            let scopes = scopes.expect("permissions").to_string();
            assert_eq!(
                scopes,
                "instagram_business_basic,instagram_business_content_publish"
            );
        }
        let (_, user, scopes) = short_lived(br#"{"access_token":"T"}"#).expect("a token");
        assert_eq!(
            (user, scopes),
            (None, None),
            "permissions may be absent, which is not none"
        );
        let (_, _, none) =
            short_lived(br#"{"access_token":"T","permissions":[]}"#).expect("a token");
        assert!(none.is_some_and(|scopes| scopes.is_empty()));
    }

    #[test]
    fn ids_keep_their_digits() {
        for digits in [
            "1",
            "17841400000000001",
            "9007199254740993",
            "99999999999999999999",
        ] {
            for spelled in [digits.to_owned(), format!("\"{digits}\"")] {
                let body = format!(r#"{{"user_id":{spelled},"username":"a"}}"#);
                assert_eq!(
                    profile(body.as_bytes()).expect(&body).user_id.as_str(),
                    digits
                );
            }
        }
        for odd in ["1.5", "1e3", "-1", "\"\"", "\"a\"", "null", "[]", "true"] {
            let body = format!(r#"{{"user_id":{odd},"username":"a"}}"#);
            assert_eq!(profile(body.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn a_lifetime_is_believed_only_when_it_can_be_true() {
        let life = |spelled: &str| {
            let body = format!(r#"{{"access_token":"T","token_type":"bearer"{spelled}}}"#);
            long_lived(body.as_bytes())
                .expect(&body)
                .1
                .map(|life| life.num_seconds())
        };
        assert_eq!(life(r#","expires_in":5183944"#), Some(5_183_944));
        for odd in [
            "",
            r#","expires_in":0"#,
            r#","expires_in":-1"#,
            r#","expires_in":99999999999"#,
        ] {
            assert_eq!(life(odd), None, "{odd}");
        }
        for odd in [
            "null",
            "\"soon\"",
            "1e300",
            "1.5",
            "{}",
            "true",
            "99999999999999999999999999",
        ] {
            assert_eq!(life(&format!(r#","expires_in":{odd}"#)), None, "{odd}");
        }
    }

    #[test]
    fn profiles_are_flat_or_wrapped_and_need_little() {
        let flat =
            br#"{"user_id":"17841400000000001","username":"acme.bakery","name":"Acme Bakery",
            "account_type":"Media_Creator","followers_count":1203,"id":"25000000000000001"}"#;
        let wrapped = [b"{\"data\":[", &flat[..], b"]}"].concat();
        for body in [&flat[..], &wrapped] {
            let profile = profile(body).expect("a profile");
            assert_eq!(profile.username, "acme.bakery");
            assert_eq!(profile.name.as_deref(), Some("Acme Bakery"));
            assert_eq!(profile.account_type, AccountType::Creator);
        }
        let bare = profile(br#"{"user_id":1,"username":"a","name":null,"account_type":7}"#)
            .expect("a profile");
        assert_eq!((bare.name, bare.account_type), (None, AccountType::Unknown));
        for short in [
            r#"{"username":"a","id":"2"}"#,
            r#"{"user_id":1}"#,
            r#"{"user_id":1,"username":""}"#,
            "[]",
            r#"{"data":[]}"#,
        ] {
            assert_eq!(profile(short.as_bytes()), None, "{short}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_no_token() {
        for odd in ["", "a b", "a\\nb", "\u{e4}"] {
            assert!(
                long_lived(format!(r#"{{"access_token":"{odd}"}}"#).as_bytes()).is_none(),
                "{odd}"
            );
        }
    }
}
