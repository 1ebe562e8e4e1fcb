use super::*;

fn error(text: &str) -> ApiError {
    match read(None, text.as_bytes()) {
        Refusal::Denied(error) => *error,
        other @ (Refusal::Unreachable(_) | Refusal::Interfered { .. }) => {
            panic!("{text}: {other:?}")
        }
    }
}

#[test]
fn numbers_are_found_however_they_are_written() {
    let table = [
        ("(#190) x", Some(190), None),
        ("error code: 190, subcode: 460", Some(190), Some(460)),
        ("code=190 error_subcode=463", Some(190), Some(463)),
        ("Code: -1 Subcode: 2207001", Some(-1), Some(2_207_001)),
        ("[OAuthException] 190/463", Some(190), Some(463)),
        ("{'code': 190, 'error_subcode': 460}", Some(190), Some(460)),
        ("Request failed with status code 400", None, None),
        ("status code: 401 (#10) no", Some(10), None),
        ("on 05/11/2026 nothing", None, None),
        (
            "account 17841400000000001 code 17841400000000001",
            None,
            None,
        ),
        ("code AQBx", None, None),
        ("barcode 190", None, None),
    ];
    for (text, code, subcode) in table {
        let found = error(text);
        assert_eq!((found.code, found.subcode), (code, subcode), "{text}");
    }
}

#[test]
fn the_best_witness_wins() {
    let text = r#"{"error":"Bad Request","message":"(#10) seen before","cause":{"error":{"code":190,"error_subcode":458,
        "message":"m","type":"OAuthException"}}}"#;
    let found = error(text);
    assert_eq!(
        (found.code, found.subcode, found.envelope),
        (Some(190), Some(458), Envelope::Graph)
    );
}

#[test]
fn windows_shells_and_byte_order_marks_are_read() {
    let json = r#"{"error":{"message":"x","code":190,"error_subcode":458}}"#;
    let marked = [b"\xef\xbb\xbf", json.as_bytes()].concat();
    let little: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(json.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let big: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(json.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    for bytes in [marked, little, big] {
        assert!(matches!(read(None, &bytes), Refusal::Denied(error) if error.subcode == Some(458)));
    }
}

#[test]
fn a_pasted_token_is_not_repeated() {
    let found = error(
        "GET https://graph.instagram.com/me?access_token=IGAAmadeUp0123456789 failed: (#190) bad",
    );
    assert!(
        !format!("{found:?}").contains("IGAAmadeUp0123456789"),
        "{found:?}"
    );
}

/// A generator without randomness of its own: the same inputs on every run.
fn noise(seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed | 1), |state| {
        let mut next = *state;
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        Some(next)
    })
}

#[test]
fn no_bytes_whatever_make_it_panic() {
    let seed = r#"{"error":{"message":"Error (#190) '[{\"code\":400,\"body\":\"x","code":"190","é":1}}/460 status code <h1>"#;
    for round in 0..6_000_u64 {
        let mut bytes = seed.as_bytes().to_vec();
        for change in noise(round.wrapping_mul(0x9e37_79b9_7f4a_7c15)).take(6) {
            let at = usize::try_from(change % 97).unwrap_or(0) % bytes.len().max(1);
            match change >> 60 {
                0..=5 => bytes
                    .splice(at..=at, [(change >> 20).to_le_bytes()[0]])
                    .for_each(drop),
                6..=9 => bytes.truncate(at.max(1)),
                10..=12 => bytes.extend_from_within(at..),
                _ => bytes.splice(at..at, *b"{[\"'").for_each(drop),
            }
        }
        let _ = read(None, &bytes);
        let _ = crate::answer::read(Some(400), None, &bytes);
    }
}

#[test]
fn large_and_deep_input_stays_cheap() {
    for text in [
        "[".repeat(MAX_BODY),
        "{\"a\":".repeat(100_000),
        "{".repeat(200_000) + "(#190)",
        "\"".repeat(200_000),
        "code ".repeat(200_000),
        "/".repeat(500_000),
        "[\"".repeat(200_000),
        format!("[{}1]", "{\"error\":\"x\"},".repeat(50_000)),
    ] {
        let _ = read(None, text.as_bytes());
    }
    assert!(matches!(
        read(None, &vec![b' '; MAX_BODY + 1]),
        Refusal::Interfered {
            how: Interference::TooLarge,
            ..
        }
    ));
}
