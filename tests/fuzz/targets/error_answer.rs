//! Errors of the provider and whatever stands in their place: never a panic, and nothing but JSON of the provider's
//! shapes denies anything. (Security document, J1, J2, J5.)
#![no_main]

use domain::refusal::{ApiError, Refusal};
use libfuzzer_sys::fuzz_target;

/// How much of the provider's own text is kept. (Security document, J5.)
const LONGEST: usize = 500;

fuzz_target!(|body: &[u8]| {
    for status in [None, Some(200), Some(302), Some(400), Some(503)] {
        for kind in [
            None,
            Some("application/json; charset=UTF-8"),
            Some("text/html"),
        ] {
            if let Refusal::Denied(error) = meta::answer::read(status, kind, body) {
                assert_ne!(status, Some(302), "a redirect says nothing of an account");
                assert_ne!(kind, Some("text/html"), "nor does a page");
                let first = body.iter().find(|it| !it.is_ascii_whitespace());
                assert_eq!(first, Some(&b'{'));
                bounded(&error);
            }
        }
    }
    if let Refusal::Denied(error) = meta::pasted::read(None, body) {
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
