//! What a program of this computer may send to the listener: never a panic, and only a plain request for the redirect
//! address is taken for the browser's. (Security document, C16.)
#![no_main]

#[allow(dead_code)] // a target uses a part of it
#[path = "../../../src-tauri/engine/src/listener/head.rs"]
mod head;

use domain::callback;
use head::{Head, Verdict};
use libfuzzer_sys::fuzz_target;
use url::Url;

const LISTEN: &str = "http://127.0.0.1:17423/callback";

fuzz_target!(|bytes: &[u8]| {
    let listen = Url::parse(LISTEN).unwrap();
    held(bytes, &listen);
    // Behind a request that begins as it should, chance reaches the fields.
    let begun = b"GET /callback?code=a&state=b HTTP/1.1\r\nHost: 127.0.0.1:17423\r\n";
    held(&[begun, bytes, b"\r\n\r\n"].concat(), &listen);
});

fn held(bytes: &[u8], listen: &Url) {
    let Verdict::Callback(address) = Head::read(bytes).judge(listen) else {
        return;
    };
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n");
    let head = &bytes[..end.unwrap_or(bytes.len())];
    let head = std::str::from_utf8(head).expect("what is accepted is text");
    assert!(head.starts_with("GET /callback"));
    let (line, fields) = head.split_once("\r\n").expect("there is a Host");
    assert!(line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0"));
    assert_eq!(line.split(' ').count(), 3);
    let named = |name: &str| {
        let fields = fields
            .split("\r\n")
            .filter_map(|field| field.split_once(':'));
        let own = fields.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.trim()).collect::<Vec<_>>()
    };
    assert_eq!(named("host"), ["127.0.0.1:17423"]);
    assert!(named("transfer-encoding").is_empty());
    assert!(named("content-length").iter().all(|value| *value == "0"));
    assert!(
        named("sec-fetch-mode")
            .iter()
            .all(|mode| *mode == "navigate")
    );
    assert!(
        named("origin")
            .iter()
            .all(|it| ["null", "http://127.0.0.1:17423"].contains(it))
    );
    let rest = address
        .strip_prefix(LISTEN)
        .expect("it is the redirect address");
    assert!(rest.is_empty() || rest.starts_with('?'));
    assert!(address.is_ascii() && !address.contains('#'));
    drop(callback::parse(&address, listen));
}
