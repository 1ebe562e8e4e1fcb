//! One request, one bounded answer. The only place that sees the HTTP library's errors: they print the
//! whole address, token and secret included, so they end here (security document, L2).

use std::error::Error as _;
use std::io;
use std::time::Duration;

use domain::refusal::{Interference, Refusal, Unreachable};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Response, redirect, tls};
use secrecy::zeroize::Zeroizing;
use thiserror::Error;
use url::Url;

use crate::answer::MAX_BODY;
use crate::far_side::FarSide;
use crate::note::ServerNote;

/// How long and how much (security document, N4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To connect, TLS included.
    pub connect: Duration,
    /// For the whole call.
    pub whole: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// Body in bytes, after decompression.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            idle: Duration::from_secs(10),
            body: MAX_BODY,
        }
    }
}

/// The computer offers no usable TLS or proxy settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "the network client could not be set up: the system's certificates or proxy settings cannot be used"
)]
pub struct SetUpError;

/// What carries requests.
#[derive(Debug, Clone, Default)]
pub enum Transport {
    /// The network.
    #[default]
    Http,
    /// A provider within this process, for simulations.
    InProcess(FarSide),
}

/// A transport that is ready to be used. Requests are made in one way for both.
#[derive(Debug)]
pub(crate) enum Wire {
    Http(Client),
    InProcess(FarSide),
}

impl Wire {
    pub(crate) fn new(
        transport: Transport,
        limits: &Limits,
        on_this_computer: bool,
    ) -> Result<Self, SetUpError> {
        match transport {
            Transport::Http => client(limits, on_this_computer).map(Self::Http),
            Transport::InProcess(far_side) => Ok(Self::InProcess(far_side)),
        }
    }

    pub(crate) fn get(&self, address: Url) -> RequestBuilder {
        self.client().get(address)
    }

    pub(crate) fn delete(&self, address: Url) -> RequestBuilder {
        self.client().delete(address)
    }

    pub(crate) fn post(&self, address: Url) -> RequestBuilder {
        self.client().post(address)
    }

    fn client(&self) -> &Client {
        match self {
            Self::Http(client) => client,
            Self::InProcess(far_side) => far_side.client(),
        }
    }

    /// Sends a request and reads its answer up to the limit.
    pub(crate) async fn fetch(
        &self,
        request: RequestBuilder,
        limit: usize,
    ) -> (ServerNote, Result<Received, Refusal>) {
        let answer = match self {
            Self::Http(_) => request.send().await.map_err(unreachable),
            Self::InProcess(far_side) => match request.build() {
                Ok(request) => far_side.ask(&request).await.map_err(Refusal::Unreachable),
                Err(error) => Err(unreachable(error)),
            },
        };
        let response = match answer {
            Ok(response) => response,
            Err(refusal) => return (ServerNote::default(), Err(refusal)),
        };
        let note = ServerNote::read(response.headers());
        let received = receive(response, limit, &note).await;
        (note, received)
    }
}

/// An answer as it arrived.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// Answers of the token addresses hold tokens, so the bytes are cleared afterwards.
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// A client that keeps the rules: no redirects, no cookies, no referrer, TLS 1.2 or newer with the system's
/// trust, and https only unless all addresses are on this computer.
fn client(limits: &Limits, on_this_computer: bool) -> Result<Client, SetUpError> {
    let builder = Client::builder()
        .user_agent(concat!("Relink/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .tls_version_min(tls::Version::TLS_1_2)
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .read_timeout(limits.idle);
    // A proxy's "this computer" is another one.
    let builder = if on_this_computer {
        builder.no_proxy()
    } else {
        builder.https_only(true)
    };
    builder.build().map_err(|_| SetUpError)
}

async fn receive(
    mut response: Response,
    limit: usize,
    note: &ServerNote,
) -> Result<Received, Refusal> {
    let status = response.status().as_u16();
    let interfered = |how| Refusal::Interfered {
        how,
        http_status: Some(status),
        retry_after: note.retry_after,
    };
    if response.status().is_redirection() {
        return Err(interfered(Interference::Redirect));
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
    let expected = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    if expected.is_some_and(|length| length > limit) {
        return Err(interfered(Interference::TooLarge));
    }
    let mut body = Zeroizing::new(Vec::with_capacity(expected.unwrap_or(4_096)));
    loop {
        match response.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() > limit => {
                return Err(interfered(Interference::TooLarge));
            }
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) => {
                return Ok(Received {
                    status,
                    content_type,
                    body,
                });
            }
            // A status of a fault says more than the way its page broke off.
            Err(error) => {
                let spoke_of_a_fault = status >= 500 || status == 429;
                return Err(if spoke_of_a_fault {
                    interfered(Interference::Malformed)
                } else {
                    unreachable(error)
                });
            }
        }
    }
}

/// Turns the library's error into ours, without its address.
fn unreachable(error: reqwest::Error) -> Refusal {
    let error = error.without_url();
    Refusal::Unreachable(if error.is_builder() {
        Unreachable::Unsendable
    } else if error.is_timeout() {
        Unreachable::Timeout
    } else if error.is_dns() {
        Unreachable::Dns
    } else if error.is_connect() {
        match io_kind(&error) {
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown) => {
                Unreachable::Offline
            }
            // While connecting only the TLS handshake reads anything.
            Some(io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => Unreachable::Tls,
            Some(_) | None => Unreachable::Connect,
        }
    } else {
        Unreachable::Cut
    })
}

/// The kind of the innermost input or output error.
fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut source = error.source();
    let mut kind = None;
    while let Some(cause) = source {
        let mut io_error = cause.downcast_ref::<io::Error>();
        // An error wrapped in an error of the same type is not among its sources.
        while let Some(found) = io_error {
            kind = Some(found.kind());
            io_error = found.get_ref().and_then(|inner| inner.downcast_ref());
        }
        source = cause.source();
    }
    kind
}
