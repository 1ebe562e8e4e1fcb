//! A line to one of the provider's hosts: what both routes ask with, and how their answers are judged.

use chrono::Duration;
use domain::grant::AccessToken;
use domain::refusal::{Interference, Refusal};
use reqwest::RequestBuilder;
use url::Url;

use crate::answer;
use crate::note::ServerNote;
use crate::picture::MAX_FILE;
use crate::transport::{Limits, Received, SetUpError, Transport, Wire};
use crate::wire;

/// The answer to a call, and what its head said beside it.
#[derive(Debug)]
pub struct Answer<T> {
    /// What was asked for, or why not.
    pub result: Result<T, Refusal>,
    /// The provider's clock, budget and wish to be left alone.
    pub note: ServerNote,
}

/// What an exchange or a renewal brings (Meta platform reference, A5, A6), on the Facebook route also what a code is
/// exchanged for (B2).
#[derive(Debug)]
pub struct LongLived {
    /// The token: another string, or the same one again.
    pub token: AccessToken,
    /// Its lifetime from now; `None` where the answer gave none that can be true (security document, T4).
    pub expires_in: Option<Duration>,
}

/// Holds connections, no secrets.
#[derive(Debug)]
pub(crate) struct Line {
    /// How the log calls who is asked.
    name: &'static str,
    graph: Url,
    version: String,
    wire: Wire,
    limits: Limits,
}

impl Line {
    /// A line to the host of `graph`. `on_this_computer` says that every address is, so that none is asked through
    /// a proxy.
    pub(crate) fn new(
        name: &'static str,
        (graph, version): (&Url, &str),
        (transport, limits): (Transport, Limits),
        on_this_computer: bool,
    ) -> Result<Self, SetUpError> {
        Ok(Self {
            name,
            graph: graph.clone(),
            version: version.to_owned(),
            wire: Wire::new(transport, &limits, on_this_computer)?,
            limits,
        })
    }

    /// What requests are made with.
    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// An address without a version.
    pub(crate) fn address(&self, path: &[&str]) -> Url {
        let mut address = self.graph.clone();
        // Only an address that cannot have a path refuses, and http addresses can.
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        address
    }

    /// An address of the version in use.
    pub(crate) fn versioned(&self, path: &[&str]) -> Url {
        let whole: Vec<&str> = std::iter::once(self.version.as_str())
            .chain(path.iter().copied())
            .collect();
        self.address(&whole)
    }

    /// A request to read something of the version in use.
    pub(crate) fn get(&self, path: &[&str]) -> RequestBuilder {
        self.wire.get(self.versioned(path))
    }

    /// Sends a request and judges its answer. `read` takes what was asked for out of the body.
    pub(crate) async fn ask<T>(
        &self,
        verb: &'static str,
        request: RequestBuilder,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Answer<T> {
        let (note, received) = self.wire.fetch(request, self.limits.body).await;
        let result = received.and_then(|received| judge(&received, &note, read));
        match &result {
            Ok(_) => tracing::debug!(verb, provider = self.name, "the provider answered"),
            Err(refusal) => tracing::debug!(
                verb,
                provider = self.name,
                status = refusal.http_status(),
                "the provider did not give it"
            ),
        }
        Answer { result, note }
    }

    /// Fetches a picture, without a token and without following anybody anywhere. Whether the address is one of
    /// those that pictures are kept at is for the caller to say.
    pub(crate) async fn picture(&self, address: &Url, is_kept: bool) -> Result<Vec<u8>, Refusal> {
        let refused = |http_status| Refusal::Interfered {
            how: Interference::Unrecognised,
            http_status,
            retry_after: None,
        };
        if !is_kept {
            return Err(refused(None));
        }
        let (_, received) = self
            .wire
            .fetch(self.wire.get(address.clone()), MAX_FILE)
            .await;
        let received = received?;
        match received.status {
            200 => Ok(received.body.to_vec()),
            status => Err(refused(Some(status))),
        }
    }
}

/// Reads a token and its lifetime.
pub(crate) fn long_lived(body: &[u8]) -> Option<LongLived> {
    wire::long_lived(body).map(|(token, expires_in)| LongLived { token, expires_in })
}

/// An answer is a success only with a success status, as JSON, without an error, and of the shape asked for.
fn judge<T>(
    received: &Received,
    note: &ServerNote,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T, Refusal> {
    let Received {
        status,
        content_type,
        body,
    } = received;
    let admitted = answer::admit(Some(*status), content_type.as_deref(), body).is_ok();
    let success = admitted && (200..300).contains(status) && !wire::is_error(body);
    let found = if success { read(body) } else { None };
    found.ok_or_else(|| {
        answer::refusal(
            Some(*status),
            content_type.as_deref(),
            body,
            note.retry_after,
        )
    })
}
