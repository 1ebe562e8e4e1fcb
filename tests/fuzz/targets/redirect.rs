//! What comes back from the browser: never a panic, and what is accepted is the attempt's own address with one state
//! and either a code or an error. (Security document, C10 to C12.)
#![no_main]

use domain::callback::{self, Answer, MAX_BYTES};
use libfuzzer_sys::fuzz_target;
use url::Url;

const REDIRECTS: [&str; 4] = [
    "http://127.0.0.1:17423/callback",
    "https://connect.example.org/relink/",
    "http://localhost:17423/callback",
    "https://localhost:17423/callback",
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let redirect = REDIRECTS[bytes.len() % REDIRECTS.len()];
    let expected = Url::parse(redirect).unwrap();
    held(text, &expected);
    // Most chance inputs are no address at all; behind the right one they reach further.
    held(&format!("{redirect}{text}"), &expected);
    held(&format!("{redirect}?code=a&state=b{text}"), &expected);
});

fn held(text: &str, expected: &Url) {
    let Ok(callback) = callback::parse(text, expected) else {
        return;
    };
    assert!(text.len() <= MAX_BYTES);
    // Without white space, and without the quotation marks or brackets a person may have put around it.
    let mut inner = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if Url::parse(inner).is_err() {
        let mut within = inner.chars();
        within.next();
        within.next_back();
        inner = within.as_str().trim_matches(' ');
    }
    assert!(!inner.chars().any(char::is_control));
    let read = Url::parse(inner).expect("what is accepted is an address");
    assert_eq!(read.origin(), expected.origin());
    assert_eq!(read.path(), expected.path());
    assert!(read.username().is_empty() && read.password().is_none());
    let count = |name: &str| read.query_pairs().filter(|(key, _)| key == name).count();
    assert_eq!(count("state"), 1);
    assert!(count("code") <= 1 && count("error") <= 1);
    assert!(!callback.state.expose_secret().is_empty());
    match callback.answer {
        Answer::Code(code) => {
            assert_eq!(count("code"), 1);
            assert!(!code.expose_secret().is_empty());
        }
        Answer::Refused(no) => match no.error {
            Some(error) => assert!(count("error") == 1 && !error.is_empty() && no.code.is_none()),
            // In Meta's own words.
            None => assert!(count("error_message") + count("error_code") > 0),
        },
    }
}
