//! The place of the Facebook Login route (Meta platform reference, B). Not simulated yet: what
//! stands here is what an *Instagram* token meets when it is sent to the wrong host.

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, graph_error},
    },
    reply::Reply,
    shared::Shared,
};

/// `graph.facebook.com` cannot read Instagram Login's tokens (A7), and has no others here.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Reply {
    let error = if call.token().is_empty() {
        GraphError::token_missing()
    } else {
        GraphError::token_unreadable()
    };
    graph_error(shared, &Spent::default(), &error)
}
