//! Answers that are hostile or broken.

use domain::refusal::{Interference, Refusal, Unreachable};

use super::listener::{Reply, labelled};

/// What the far side sends, and what must come of it.
pub(crate) fn hostile() -> Vec<(&'static str, Reply, Refusal)> {
    let interfered = |how, status| Refusal::Interfered {
        how,
        http_status: Some(status),
        retry_after: None,
    };
    let json_head = "Content-Type: application/json";
    let html = "Content-Type: text/html";
    let chunked = |body: Vec<u8>| {
        let head = format!("HTTP/1.1 200 OK\r\n{json_head}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let mut pieces = vec![head.into_bytes()];
        for piece in body.chunks(16 * 1_024) {
            pieces.push([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
        }
        pieces.push(b"0\r\n\r\n".to_vec());
        Reply::Pieces(pieces)
    };
    let start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"user_id\":".to_vec();
    let fault =
        b"HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"err"
            .to_vec();
    vec![
        (
            "hangs before the head",
            Reply::Silence(Vec::new()),
            Refusal::Unreachable(Unreachable::Timeout),
        ),
        (
            "hangs in the head",
            Reply::Silence(b"HTTP/1.1 200".to_vec()),
            Refusal::Unreachable(Unreachable::Timeout),
        ),
        (
            "hangs in the body",
            Reply::Silence(start.clone()),
            Refusal::Unreachable(Unreachable::Timeout),
        ),
        (
            "closes at once",
            Reply::Pieces(Vec::new()),
            Refusal::Unreachable(Unreachable::Cut),
        ),
        (
            "closes in the body",
            Reply::Pieces(vec![start]),
            Refusal::Unreachable(Unreachable::Cut),
        ),
        (
            "closes in a fault",
            Reply::Pieces(vec![fault]),
            interfered(Interference::Malformed, 503),
        ),
        (
            "speaks no HTTP",
            Reply::Pieces(vec![b"SSH-2.0-OpenSSH_9\r\n".to_vec()]),
            Refusal::Unreachable(Unreachable::Cut),
        ),
        (
            "announces too much",
            Reply::Pieces(vec![
                format!("HTTP/1.1 200 OK\r\n{json_head}\r\nContent-Length: 99999999999\r\n\r\n")
                    .into_bytes(),
            ]),
            interfered(Interference::TooLarge, 200),
        ),
        (
            "sends too much",
            chunked(vec![b' '; 1_024 * 1_024]),
            interfered(Interference::TooLarge, 200),
        ),
        (
            "unpacks to too much",
            labelled(
                "200 OK",
                &format!("{json_head}\r\nContent-Encoding: gzip"),
                &gzip_bomb(),
            ),
            interfered(Interference::TooLarge, 200),
        ),
        (
            "packs nonsense",
            labelled(
                "200 OK",
                &format!("{json_head}\r\nContent-Encoding: gzip"),
                b"not gzip at all",
            ),
            Refusal::Unreachable(Unreachable::Cut),
        ),
        (
            "nests too deep",
            chunked(vec![b'['; 5_000]),
            interfered(Interference::TooDeep, 200),
        ),
        (
            "is empty",
            labelled("200 OK", json_head, b""),
            interfered(Interference::Empty, 200),
        ),
        (
            "is a portal",
            labelled("200 OK", html, b"<html>Welcome</html>"),
            interfered(Interference::NotJson, 200),
        ),
        (
            "is a page labelled JSON",
            labelled("200 OK", json_head, b"<html>"),
            interfered(Interference::NotJson, 200),
        ),
        (
            "is JSON labelled a page",
            labelled("200 OK", html, b"{\"user_id\":1,\"username\":\"a\"}"),
            interfered(Interference::WrongContentType, 200),
        ),
        (
            "is not UTF-8",
            labelled(
                "200 OK",
                json_head,
                b"{\"user_id\":\"\xff\",\"username\":\"a\"}",
            ),
            interfered(Interference::Malformed, 200),
        ),
        (
            "is another's JSON",
            labelled("200 OK", json_head, b"{\"id\":\"1\"}"),
            interfered(Interference::Unrecognised, 200),
        ),
        (
            "is a list of everything",
            labelled("200 OK", json_head, b"[1,\"2\",null,{}]"),
            interfered(Interference::Unrecognised, 200),
        ),
        (
            "is an outage page",
            labelled("502 Bad Gateway", html, b"<html>502</html>"),
            interfered(Interference::NotJson, 502),
        ),
    ]
}

/// A megabyte of spaces in a few kilobytes.
fn gzip_bomb() -> Vec<u8> {
    // Deflate blocks with fixed codes: one literal space, then back-references of 258 bytes each.
    let mut bits = Bits::default();
    bits.put(0b011, 3); // final block, fixed codes
    bits.code(0x30 + 0x20, 8); // literal ' '
    for _ in 0..4_096 {
        bits.code(0b1100_0101, 8); // length 258
        bits.code(0, 5); // distance 1
    }
    bits.code(0, 7); // end of block
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    packed.extend(bits.bytes);
    packed.extend([0; 8]);
    packed
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u8,
}

impl Bits {
    fn bit(&mut self, bit: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << self.used;
        }
        self.used = (self.used + 1) % 8;
    }

    /// Plain numbers: lowest bit first.
    fn put(&mut self, value: u16, length: u8) {
        (0..length).for_each(|at| self.bit(value >> at & 1 == 1));
    }

    /// Codes: highest bit first.
    fn code(&mut self, value: u16, length: u8) {
        (0..length)
            .rev()
            .for_each(|at| self.bit(value >> at & 1 == 1));
    }
}
