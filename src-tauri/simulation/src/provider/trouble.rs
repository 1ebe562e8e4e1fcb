//! What goes wrong between Relink and the provider without any account being the reason.

use domain::refusal::Unreachable;
use meta::far_side::Reply;

use super::answer::{error, json, labelled};
use crate::time::{Ms, SECOND};

/// Which calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reading the profile.
    Profile,
    /// Reading the publishing quota.
    Quota,
    /// Renewing.
    Renew,
    /// Signing in: code and exchange.
    SignIn,
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No answer, after this long.
    Silent {
        /// How it looks to Relink.
        how: Unreachable,
        /// Whether the provider did the work all the same.
        done: bool,
        /// How long it took to fail.
        after: Ms,
    },
    /// Somebody's answer instead of the provider's, or the provider's own failure.
    Answer(Reply),
}

/// One kind of temporary failure.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its name.
    pub name: String,
    /// The call it strikes; all when `None`.
    pub at: Option<Verb>,
    /// What it does.
    pub trouble: Trouble,
}

fn silent(how: Unreachable, done: bool, after: Ms) -> Trouble {
    Trouble::Silent { how, done, after }
}

/// Calls that find no answer.
pub fn silences() -> Vec<(&'static str, Trouble)> {
    vec![
        ("offline", silent(Unreachable::Offline, false, 5)),
        ("no name", silent(Unreachable::Dns, false, 40)),
        ("refused", silent(Unreachable::Connect, false, 60)),
        ("bad certificate", silent(Unreachable::Tls, false, 200)),
        ("timeout", silent(Unreachable::Timeout, false, 30 * SECOND)),
        (
            "timeout after the work",
            silent(Unreachable::Timeout, true, 30 * SECOND),
        ),
        ("cut", silent(Unreachable::Cut, false, 300)),
        ("cut after the work", silent(Unreachable::Cut, true, 300)),
    ]
}

/// A page of somebody who stands in between.
pub fn portal() -> Trouble {
    Trouble::Answer(labelled(
        200,
        "text/html",
        "<html><body>Welcome to the hotel</body></html>",
    ))
}

/// Answers that are not of the provider's interface.
pub fn shapes() -> Vec<(String, Trouble)> {
    let html = |status: u16| labelled(status, "text/html", "<html><body>Sorry</body></html>");
    let json_type = "application/json";
    let dead = error(
        400,
        190,
        Some(460),
        "The session has been invalidated because the user changed their password",
    );
    let mut redirect = labelled(302, "text/html", "");
    redirect
        .head
        .push(("location", "https://login.example.org/".to_owned()));
    let mut late = html(503);
    late.head.push(("retry-after", "900".to_owned()));
    let mut named: Vec<(String, Trouble)> = [301_u16, 307, 308]
        .into_iter()
        .map(|status| (format!("status {status}"), labelled(status, json_type, "")))
        .chain([
            ("redirect".to_owned(), redirect),
            ("unavailable, wait".to_owned(), late),
        ])
        .chain(
            [400_u16, 403, 404, 407, 500, 502, 504, 511, 529]
                .into_iter()
                .map(|status| (format!("page {status}"), html(status))),
        )
        .chain([
            ("empty 200".to_owned(), labelled(200, json_type, "")),
            ("empty 400".to_owned(), labelled(400, json_type, "")),
            ("empty 500".to_owned(), labelled(500, json_type, "")),
            ("no shape".to_owned(), labelled(200, json_type, "{}")),
            ("a list".to_owned(), labelled(400, json_type, "[]")),
            (
                "too deep".to_owned(),
                labelled(400, json_type, "[".repeat(200)),
            ),
            (
                "cut off in the middle".to_owned(),
                labelled(
                    400,
                    json_type,
                    dead.body.iter().copied().take(70).collect::<Vec<u8>>(),
                ),
            ),
            (
                "an error labelled a page".to_owned(),
                labelled(400, "text/html", dead.body.clone()),
            ),
            (
                "an error inside a redirect".to_owned(),
                labelled(302, json_type, dead.body.clone()),
            ),
        ])
        .map(|(name, reply)| (name, Trouble::Answer(reply)))
        .collect();
    named.push(("portal".to_owned(), portal()));
    named
}

/// Errors in the provider's own shape that say nothing about an account.
pub fn refusals() -> Vec<(String, Trouble)> {
    let plain = |status, code, subcode, text: &str| error(status, code, subcode, text);
    let mut transient = serde_json::json!({
        "error": { "message": "Try again", "type": "OAuthException", "code": 190, "is_transient": true }
    });
    let passing = json(400, &transient);
    if let Some(fields) = transient.pointer_mut("/error") {
        *fields = serde_json::json!({ "message": "no number", "type": "OAuthException" });
    }
    let numberless = json(400, &transient);
    let blocked = serde_json::json!({ "error": {
        "message": "Unsupported request - method type: get", "type": "IGApiException", "code": 100,
    }});
    vec![
        (
            "unknown fault",
            plain(500, 1, None, "An unknown error occurred"),
        ),
        (
            "fault",
            plain(500, 2, None, "An unexpected error has occurred."),
        ),
        (
            "fault with 400",
            plain(400, 2, None, "Service temporarily unavailable"),
        ),
        ("passing 190", passing),
        (
            "190 with 500",
            plain(500, 190, None, "Error validating access token"),
        ),
        (
            "190/460 with 503",
            plain(503, 190, Some(460), "Error validating access token"),
        ),
        (
            "app limit",
            plain(400, 4, None, "(#4) Application request limit reached"),
        ),
        (
            "user limit",
            plain(400, 17, None, "User request limit reached"),
        ),
        (
            "page limit",
            plain(400, 32, None, "Page request limit reached"),
        ),
        (
            "application limit",
            plain(400, 341, None, "Application limit reached"),
        ),
        (
            "custom limit",
            plain(
                400,
                613,
                None,
                "Calls to this api have exceeded the rate limit",
            ),
        ),
        (
            "page budget",
            plain(400, 80_001, None, "There have been too many calls"),
        ),
        (
            "account budget",
            plain(400, 80_002, None, "There have been too many calls"),
        ),
        ("status 429", plain(429, 999_999, None, "Slow down")),
        (
            "suspected spam",
            plain(403, 4, Some(2_207_051), "Action is blocked"),
        ),
        (
            "policy",
            plain(
                400,
                368,
                None,
                "The action attempted has been deemed abusive",
            ),
        ),
        (
            "quota used",
            plain(400, 9, Some(2_207_042), "Application request limit reached"),
        ),
        (
            "server fault",
            plain(400, -1, Some(2_207_001), "Instagram server error"),
        ),
        (
            "timeout there",
            plain(400, -2, Some(2_207_003), "Timeout downloading media"),
        ),
        ("app blocked", plain(400, 200, None, "API access blocked.")),
        (
            "app deleted",
            plain(
                400,
                190,
                None,
                "Error validating application. Application has been deleted.",
            ),
        ),
        (
            "app lacks capability",
            plain(400, 3, None, "Application does not have the capability"),
        ),
        ("app not allowed", json(400, &blocked)),
        ("unknown number", plain(400, 77_777, Some(42), "Brand new")),
        ("no number", numberless),
    ]
    .into_iter()
    .map(|(name, reply)| (name.to_owned(), Trouble::Answer(reply)))
    .collect()
}

/// Every kind of temporary failure, at every call where it makes a difference. None of them may turn an
/// account red. (Security document, figure 16.)
pub fn failures() -> Vec<Failure> {
    let mut found = Vec::new();
    let mut add = |name: &str, trouble: &Trouble, at: &[Option<Verb>]| {
        for verb in at {
            let place = verb.map_or("everywhere".to_owned(), |verb| format!("at {verb:?}"));
            found.push(Failure {
                name: format!("{name}, {place}"),
                at: *verb,
                trouble: trouble.clone(),
            });
        }
    };
    let one = |verb| Some(verb);
    for (name, trouble) in silences() {
        let everywhere = [None, one(Verb::Profile), one(Verb::Quota), one(Verb::Renew)];
        add(name, &trouble, &everywhere);
    }
    for (name, trouble) in shapes() {
        add(
            &name,
            &trouble,
            &[None, one(Verb::Profile), one(Verb::Renew)],
        );
    }
    for (name, trouble) in refusals() {
        add(
            &name,
            &trouble,
            &[None, one(Verb::Profile), one(Verb::Renew)],
        );
    }
    found
}
