//! A request head, and what the listener makes of it. Pure.

use url::{Position, Url};

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is for the redirect path: the address it stands for, still to be parsed.
    Callback(String),
    /// Status and reason; nothing changes.
    Refuse(u16, &'static str),
}

/// The parts of a head that matter.
#[derive(Debug, Default)]
pub(super) struct Head {
    method: String,
    target: String,
    hosts: Vec<String>,
    origins: Vec<String>,
    fetch_modes: Vec<String>,
    has_body: bool,
    malformed: bool,
}

impl Head {
    /// Reads the bytes up to the empty line. Anything odd makes it malformed, never a panic.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let malformed = Self {
            malformed: true,
            ..Self::default()
        };
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or(bytes.len());
        let Ok(text) = std::str::from_utf8(bytes.get(..end).unwrap_or_default()) else {
            return malformed;
        };
        let mut lines = text.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (first.next(), first.next(), first.next(), first.next())
        else {
            return malformed;
        };
        if !matches!(version, "HTTP/1.1" | "HTTP/1.0") || !target.is_ascii() {
            return malformed;
        }
        let mut head = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            ..Self::default()
        };
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return malformed;
            };
            // A name with white space, or a folded line, is how requests are smuggled (RFC 9112, 5.1).
            if name.is_empty()
                || name.contains([' ', '\t'])
                || value.chars().any(|c| c.is_control() && c != '\t')
            {
                return malformed;
            }
            head.take(name, value.trim());
        }
        head
    }

    fn take(&mut self, name: &str, value: &str) {
        let value = value.to_owned();
        match name.to_ascii_lowercase().as_str() {
            "host" => self.hosts.push(value),
            "origin" => self.origins.push(value),
            "sec-fetch-mode" => self.fetch_modes.push(value),
            "transfer-encoding" => self.has_body = true,
            "content-length" => self.has_body |= value != "0",
            _ => {}
        }
    }

    /// `GET` only, the exact path, one exact `Host`, no foreign `Origin`, no fetch by a script, no
    /// body. (Security document, C16.)
    pub(super) fn judge(&self, listen: &Url) -> Verdict {
        let origin = &listen[..Position::BeforePath];
        let authority = &listen[Position::BeforeHost..Position::BeforePath];
        if self.malformed || self.has_body {
            return Verdict::Refuse(400, "Bad Request");
        }
        match self.hosts.as_slice() {
            [host] if host == authority => {}
            _ => return Verdict::Refuse(421, "Misdirected Request"),
        }
        if self.method != "GET" {
            return Verdict::Refuse(405, "Method Not Allowed");
        }
        if self
            .origins
            .iter()
            .any(|given| given != origin && given != "null")
            || self.fetch_modes.iter().any(|mode| mode != "navigate")
        {
            return Verdict::Refuse(400, "Bad Request");
        }
        let path = self.target.split('?').next().unwrap_or_default();
        if path != listen.path() || self.target.contains('#') {
            return Verdict::Refuse(404, "Not Found");
        }
        Verdict::Callback(format!("{origin}{}", self.target))
    }
}

/// The page the person sees: constant, so that no byte of the request can appear in it.
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"color-scheme\" content=\"light dark\"><title>Relink</title>\
<h1>Back to Relink</h1><p>Relink has taken over. You can close this page.</p></html>";

/// The answer to the genuine request and to everything that looks like it.
pub(super) fn page() -> String {
    answer(200, "OK", PAGE)
}

/// The answer to everything else.
pub(super) fn refusal(status: u16, reason: &'static str) -> String {
    answer(status, reason, "")
}

fn answer(status: u16, reason: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(head: &str) -> Verdict {
        let listen = Url::parse("http://127.0.0.1:17423/callback").unwrap();
        Head::read(head.replace('\n', "\r\n").as_bytes()).judge(&listen)
    }

    #[test]
    fn the_genuine_request_becomes_the_address_it_stands_for() {
        let head = "GET /callback?code=a&state=s HTTP/1.1\nHost: 127.0.0.1:17423\n\
                    Sec-Fetch-Mode: navigate\nAccept: text/html\n\n";
        let expected = "http://127.0.0.1:17423/callback?code=a&state=s".to_owned();
        assert_eq!(judge(head), Verdict::Callback(expected));
    }

    #[test]
    fn everything_else_is_refused_with_its_own_status() {
        let host = "Host: 127.0.0.1:17423";
        let cases = [
            (
                "POST /callback?code=a HTTP/1.1\nHost: 127.0.0.1:17423\n\n".to_owned(),
                405,
            ),
            (
                "GET /callback HTTP/1.1\nHost: evil.example:17423\n\n".to_owned(),
                421,
            ),
            (
                "GET /callback HTTP/1.1\nHost: localhost:17423\n\n".to_owned(),
                421,
            ),
            ("GET /callback HTTP/1.1\n\n".to_owned(), 421),
            (format!("GET /callback HTTP/1.1\n{host}\n{host}\n\n"), 421),
            (format!("GET /favicon.ico HTTP/1.1\n{host}\n\n"), 404),
            (format!("GET /callback/ HTTP/1.1\n{host}\n\n"), 404),
            (
                format!("GET http://127.0.0.1:17423/callback HTTP/1.1\n{host}\n\n"),
                404,
            ),
            (
                format!("GET /callback HTTP/1.1\n{host}\nOrigin: https://evil.example\n\n"),
                400,
            ),
            (
                format!("GET /callback HTTP/1.1\n{host}\nSec-Fetch-Mode: no-cors\n\n"),
                400,
            ),
            (
                format!("GET /callback HTTP/1.1\n{host}\nContent-Length: 5\n\n"),
                400,
            ),
            (
                format!("GET /callback HTTP/1.1\n{host}\nTransfer-Encoding: chunked\n\n"),
                400,
            ),
            (format!("GET /callback HTTP/2.0\n{host}\n\n"), 400),
            (format!("GET  /callback HTTP/1.1\n{host}\n\n"), 400),
            (
                format!("GET /callback HTTP/1.1\nHost : 127.0.0.1:17423\n{host}\n\n"),
                400,
            ),
            ("\n\n".to_owned(), 400),
        ];
        for (head, status) in cases {
            match judge(&head) {
                Verdict::Refuse(given, _) => assert_eq!(given, status, "{head}"),
                Verdict::Callback(_) => panic!("accepted: {head}"),
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic() {
        for length in 0..300_usize {
            let bytes: Vec<u8> = (0..length).map(|n| (n * 37 % 256) as u8).collect();
            let listen = Url::parse("http://127.0.0.1:1/c").unwrap();
            assert!(matches!(
                Head::read(&bytes).judge(&listen),
                Verdict::Refuse(..)
            ));
        }
    }
}
