//! The doors by which the browser's answer comes back, and the templates of `tests/fixtures/redirects`, which are
//! filled in for each of them.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration as Real;

use domain::grant::Route;
use engine::command::Command;
use sandbox::ConsentAnswer;
use serde_json::Value;
use url::Url;

use crate::{App, World};

/// What is registered at Meta where a bounce page stands between.
pub const BOUNCE: &str = "https://connect.example.org/relink/";

/// A way back, as a test goes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A raw request to the listener, which is the registered address itself.
    Loopback,
    /// The same, while a page elsewhere is what is registered.
    Bounce,
    /// Pasted, with the listener's address registered.
    PasteLoopback,
    /// Pasted, with a page elsewhere registered.
    PasteBounce,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 4] = [
        Self::Loopback,
        Self::Bounce,
        Self::PasteLoopback,
        Self::PasteBounce,
    ];

    /// Whether the answer is pasted.
    pub fn pastes(self) -> bool {
        matches!(self, Self::PasteLoopback | Self::PasteBounce)
    }

    fn bounces(self) -> bool {
        matches!(self, Self::Bounce | Self::PasteBounce)
    }
}

/// A world with one way back, and a Relink in it that has its Meta app.
pub struct Stand {
    /// The world.
    pub world: World,
    /// Relink.
    pub app: App,
    /// The way back.
    pub way: Way,
    listen: Url,
    redirect: Url,
}

impl Stand {
    /// A fresh world with Relink open.
    pub async fn new(way: Way) -> Self {
        let world = World::new().await;
        let mut config = world.config();
        let listen = config.endpoints.redirect.listen.clone();
        if way.bounces() {
            world.control.register_redirect(BOUNCE);
            config.endpoints.redirect.registered = Url::parse(BOUNCE).unwrap();
        }
        let registered = config.endpoints.redirect.registered.clone();
        let redirect = if way.pastes() {
            registered
        } else {
            listen.clone()
        };
        let app = world.open_with(config).unwrap();
        let meta_app = world.sandbox.app();
        app.run(Command::SetCredentials {
            route: Route::Instagram,
            app_id: meta_app.app_id.clone(),
            app_secret: meta_app.app_secret.clone().into(),
        })
        .await
        .unwrap();
        Self {
            world,
            app,
            way,
            listen,
            redirect,
        }
    }

    /// Ends the attempt there is, if there is one, and begins another; gives its state.
    pub async fn connect(&self) -> String {
        self.app.run(Command::CancelAttempt).await.unwrap();
        self.app.run(Command::AcknowledgeAttempt).await.unwrap();
        self.nobody_listens().await;
        self.app.connect(None).await.unwrap();
        parameter(&self.world.browser.last(), "state")
    }

    /// The person allows; gives the code.
    pub fn allow(&self, account: &str) -> String {
        let answer = ConsentAnswer::Allow { untick: vec![] };
        let back = self.world.consent(account, &answer);
        parameter(&Url::parse(&back).unwrap(), "code")
    }

    /// Fills in a template: what the person pastes, or what a client asks the listener for.
    pub fn fill(&self, template: &str, secrets: &Secrets) -> String {
        let mut text = template.to_owned();
        for (name, value) in self.words().into_iter().chain(secrets.words()) {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        repeat(text)
    }

    fn words(&self) -> Vec<(&'static str, String)> {
        let redirect = &self.redirect;
        let host = redirect.host_str().unwrap();
        let authority = redirect[url::Position::BeforeHost..url::Position::BeforePath].to_owned();
        let scheme = redirect.scheme();
        let other = if scheme == "http" { "https" } else { "http" };
        let path = redirect.path();
        let (first, rest) = path[1..].split_at(1);
        let wide = |c: char| match c {
            '!'..='~' if c.is_ascii_alphanumeric() => {
                char::from_u32(u32::from(c) + 0xfee0).unwrap()
            }
            _ => c,
        };
        let within = |put: char| format!("{}{put}{}", &host[..1], &host[1..]);
        vec![
            ("redirect", redirect.to_string()),
            ("scheme", scheme.to_owned()),
            ("scheme_upper", scheme.to_uppercase()),
            ("other_scheme", other.to_owned()),
            ("other_scheme_upper", other.to_uppercase()),
            ("authority_upper", authority.to_uppercase()),
            ("authority", authority),
            ("host_percent", percent(&host[..1]) + &host[1..]),
            ("host_wide", host.chars().map(wide).collect()),
            ("host_ideographic_stops", host.replace('.', "\u{3002}")),
            ("host_halfwidth_stops", host.replace('.', "\u{ff61}")),
            ("host_soft_hyphen", within('\u{ad}')),
            ("host_zero_width", within('\u{200b}')),
            ("host_joiner", within('\u{2060}')),
            ("host", host.to_owned()),
            (
                "port",
                redirect.port_or_known_default().unwrap().to_string(),
            ),
            ("path", path.to_owned()),
            ("path_upper", path.to_uppercase()),
            ("path_percent", format!("/{}{rest}", percent(first))),
            (
                "path_percent_twice",
                format!("/{}{rest}", percent(first).replace('%', "%25")),
            ),
        ]
    }

    /// Brings text back by this stand's way. `None`: pasted, or nothing was answered; else the status.
    pub async fn bring(&self, text: &str) -> Option<u16> {
        if self.way.pastes() {
            let address = text.to_owned().into();
            let pasted = Command::SubmitCallback { address };
            self.app.run(pasted).await.unwrap();
            return None;
        }
        self.send(self.request(text)).await
    }

    /// As a browser would: what stands behind the number sign it keeps to itself.
    pub async fn bring_as_a_browser(&self, text: &str) -> Option<u16> {
        let asked = text.split('#').next().unwrap_or_default();
        self.bring(if self.way.pastes() { text } else { asked })
            .await
    }

    /// Pastes an address of the attempt that carries a state of nobody's: a rejection to start from.
    pub async fn paste_foreign(&self) {
        let config = self.app.attempt().await.unwrap().redirect_address;
        let address = format!("{config}?code=AQ&state=nobody").into();
        let pasted = Command::SubmitCallback { address };
        self.app.run(pasted).await.unwrap();
    }

    /// Pastes nothing: the other rejection to start from.
    pub async fn paste_nothing(&self) {
        let address = String::new().into();
        let pasted = Command::SubmitCallback { address };
        self.app.run(pasted).await.unwrap();
    }

    /// The request a client makes for an address: what stands where the host stands becomes `Host`, the rest the
    /// target. What is no address of the listener's scheme becomes the target whole.
    pub fn request(&self, text: &str) -> Vec<u8> {
        let own = &self.listen[url::Position::BeforeHost..url::Position::BeforePath];
        let (host, target) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case(self.listen.scheme()) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                rest.split_at(end)
            }
            Some(_) | None => (own, text),
        };
        format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Mode: navigate\r\n\
             Sec-Fetch-Site: cross-site\r\nAccept: text/html\r\nConnection: keep-alive\r\n\r\n"
        )
        .into_bytes()
    }

    /// Sends bytes to the listener and reads the status of its answer, if it gives one.
    pub async fn send(&self, bytes: Vec<u8>) -> Option<u16> {
        let port = self.listen.port().unwrap();
        let exchange = tokio::task::spawn_blocking(move || exchange(port, &bytes));
        exchange.await.unwrap().and_then(|answer| status(&answer))
    }

    /// Sends bytes and keeps the connection open, as a client does that never ends what it says.
    pub async fn hold(&self, bytes: Vec<u8>) -> TcpStream {
        let port = self.listen.port().unwrap();
        let held = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(&bytes).unwrap();
            stream
        });
        held.await.unwrap()
    }

    /// Waits until the port is free: an attempt that ends closes its listener a moment later.
    async fn nobody_listens(&self) {
        let address = ("127.0.0.1", self.listen.port().unwrap());
        for _ in 0..1_000 {
            if std::net::TcpListener::bind(address).is_ok() {
                return;
            }
            tokio::time::sleep(Real::from_millis(2)).await;
        }
        panic!("somebody still listens");
    }

    /// Waits until the attempt shows that this was refused, and gives the rejection it shows.
    pub async fn rejection_becomes(&self, expected: &str) -> Option<&'static str> {
        let mut seen = None;
        for _ in 0..1_000 {
            seen = self.app.attempt().await.unwrap().last_rejection;
            if seen == Some(expected) {
                break;
            }
            tokio::time::sleep(Real::from_millis(2)).await;
        }
        seen
    }

    /// The attempt without what the last refusal left in it.
    pub async fn attempt_itself(&self) -> Value {
        let mut attempt = serde_json::to_value(self.app.attempt().await.unwrap()).unwrap();
        attempt.as_object_mut().unwrap().remove("last_rejection");
        attempt
    }
}

/// What an attempt has that a template may ask for.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Its state.
    pub state: String,
    /// The state of an attempt before it.
    pub old_state: String,
    /// The code.
    pub code: String,
    /// Hexadecimal SHA-256 of the state.
    pub digest: String,
}

impl Secrets {
    fn words(&self) -> Vec<(&'static str, String)> {
        let (state, code) = (&self.state, &self.code);
        let first = |text: &str| {
            let (first, rest) = text.split_at(text.len().min(1));
            percent(first) + rest
        };
        vec![
            ("state", state.clone()),
            ("state_cut", state[..state.len() - 1].to_owned()),
            ("state_tail", state[1..].to_owned()),
            ("state_reversed", state.chars().rev().collect()),
            ("state_upper", state.to_uppercase()),
            ("state_lower", state.to_lowercase()),
            ("state_digest", self.digest.clone()),
            ("state_percent", first(state)),
            ("state_percent_all", percent(state)),
            ("old_state", self.old_state.clone()),
            ("code", code.clone()),
            ("code_percent", first(code)),
            ("code_percent_all", percent(code)),
        ]
    }
}

/// One line of a file of templates.
pub fn lines(file: &str) -> Vec<Value> {
    let lines = file.lines().filter(|line| !line.trim().is_empty());
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    lines.map(read).collect()
}

/// Whether a line is meant for this way.
pub fn is_for(line: &Value, way: Way) -> bool {
    line.get("doors").is_none() || way.pastes()
}

fn exchange(port: u16, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    // A listener that has heard enough may close before it has read everything.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Some(answer)
}

/// A template's bytes: each character up to U+00FF is one of them, so that any can be written.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u8::try_from(u32::from(character)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(character.to_string().bytes()),
        }
    }
    bytes
}

/// The status in an answer's first line.
pub fn status(answer: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(answer);
    text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

fn parameter(address: &Url, name: &str) -> String {
    let found = address.query_pairs().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_else(|| panic!("no {name}"))
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut done, byte| {
        let _ = write!(done, "%{byte:02x}");
        done
    })
}

/// `{repeat:3:ab}` is `ababab`.
fn repeat(mut text: String) -> String {
    while let Some(start) = text.find("{repeat:") {
        let rest = &text[start + 8..];
        let (count, rest) = rest.split_once(':').unwrap();
        let (what, rest) = rest.split_once('}').unwrap();
        let (filled, rest) = (what.repeat(count.parse().unwrap()), rest.to_owned());
        text.truncate(start);
        text.push_str(&filled);
        text.push_str(&rest);
    }
    text
}
