//! What came over the wire: counters and a log of requests. Names only, never a value, so that a
//! test may print it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::world::fault::Endpoint;

/// The log keeps this many requests; the counters keep all.
const KEPT: usize = 10_000;

/// One request without any value of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// The sandbox's time, UTC in milliseconds.
    pub at: i64,
    /// What kind of request it was.
    pub endpoint: Endpoint,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Names of the query's parameters.
    pub query: BTreeSet<String>,
    /// Names of the form's fields.
    pub form: BTreeSet<String>,
    /// Where the access token was.
    pub token_in: TokenPlace,
    /// HTTP status of the answer.
    pub status: u16,
}

/// Where a request carried its access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPlace {
    /// Nowhere.
    Nowhere,
    /// `Authorization: Bearer`.
    Header,
    /// `access_token` in the query.
    Query,
    /// `access_token` in the form.
    Form,
}

/// Counters and log of one sandbox since its start.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    counts: BTreeMap<Endpoint, u64>,
    requests: VecDeque<LoggedRequest>,
}

impl Journal {
    pub(crate) fn record(&mut self, request: LoggedRequest) {
        *self.counts.entry(request.endpoint).or_default() += 1;
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(crate) fn counts(&self) -> BTreeMap<Endpoint, u64> {
        self.counts.clone()
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
