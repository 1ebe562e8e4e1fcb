//! Errors of the provider and whatever stands in their place: never a panic, and nothing but JSON of the provider's
//! shapes denies anything. (Security document, J1, J2, J5.)
#![no_main]

#[allow(dead_code)] // a target uses a part of it
#[path = "../../../src-tauri/meta/src"]
mod meta {
    pub(crate) mod answer;
    pub(crate) mod envelope;
    pub(crate) mod json;
    pub(crate) mod pasted;
}

use domain::refusal::{ApiError, Refusal};
use libfuzzer_sys::fuzz_target;
// The files call each other by these names.
use meta::{answer, envelope, json, pasted};

/// How much of the provider's own text is kept. (Security document, J5.)
const LONGEST: usize = 500;

fuzz_target!(|body: &[u8]| {
    let json = Some("application/json; charset=UTF-8");
    for (status, kind) in [(Some(400), json), (None, None)] {
        if let Refusal::Denied(error) = answer::read(status, kind, body) {
            let first = body.iter().find(|it| !it.is_ascii_whitespace());
            assert_eq!(first, Some(&b'{'));
            bounded(&error);
        }
    }
    // A redirect and a page say nothing of an account, whatever they hold.
    for (status, kind) in [(Some(302), json), (Some(400), Some("text/html"))] {
        let read = answer::read(status, kind, body);
        assert!(!matches!(read, Refusal::Denied(_)));
    }
    if let Refusal::Denied(error) = pasted::read(None, body) {
        bounded(&error);
    }
});

fn bounded(error: &ApiError) {
    let texts = [
        &error.message,
        &error.user_title,
        &error.user_message,
        &error.trace_id,
        &error.error_type,
    ];
    for text in texts.into_iter().flatten() {
        assert!(
            text.chars().count() <= LONGEST + 1,
            "{} characters",
            text.chars().count()
        );
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}
