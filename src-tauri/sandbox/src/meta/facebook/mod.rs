//! `graph.facebook.com` under `/fb` (Meta platform reference, B). An Instagram token is as
//! unreadable here as one of Facebook's is on `/graph` (A7).

mod account;
mod app;
mod exchange;
mod fields;
mod grant;
mod list;
mod pages;
mod proof;

use axum::http::Method;
use serde_json::Value;

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, graph_error, graph_ok},
    },
    reply::Reply,
    shared::Shared,
    world::{
        facebook::{Bearer, Person},
        fault::Endpoint,
    },
};

/// Answers a call to `graph.facebook.com`.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Reply {
    let (node, edge) = call.path.split_once('/').unwrap_or((&call.path, ""));
    match (call.endpoint, edge) {
        (Endpoint::FacebookExchange, _) => exchange::access_token(shared, call),
        (Endpoint::FacebookGrant, "") => grant::debug_token(shared, call),
        (Endpoint::FacebookGrant, _) => grant::permissions(shared, call, node, edge),
        (Endpoint::FacebookPages, "accounts") => pages::accounts(shared, call, node),
        (Endpoint::FacebookPages, "businesses") => pages::businesses(shared, call, node),
        (Endpoint::FacebookPages, "owned_pages" | "client_pages") => {
            pages::of_business(shared, call, node, edge)
        }
        (Endpoint::FacebookPages, _) if app::speaks(call) => app::node(shared, call, node),
        (Endpoint::FacebookPages, _) => pages::node(shared, call, node),
        (Endpoint::FacebookAccount, _) => account::answer(shared, call, node, edge),
        _ => unknown(shared, call),
    }
}

/// A call that may go on.
pub(crate) struct Admitted {
    pub(crate) bearer: Bearer,
    pub(crate) person: Person,
    /// Data access is over: lists come empty, objects with nothing but their id.
    pub(crate) data_over: bool,
    pub(crate) spent: Spent,
}

impl Admitted {
    /// Whether `node` is the person behind the token.
    fn is_person(&self, node: &str) -> bool {
        let own = node == "me" || node == self.person.scoped_id(&self.bearer.app_id);
        own && self.bearer.page_id.is_none()
    }

    fn ok(&self, shared: &Shared, body: &Value) -> Reply {
        graph_ok(shared, &self.spent, body)
    }

    fn refuse(&self, shared: &Shared, error: &GraphError) -> Reply {
        graph_error(shared, &self.spent, error)
    }
}

/// Lets a call pass, or answers why not: method, forbidden parameters, limit, token, proof.
fn admit(shared: &Shared, call: &Call, methods: &[Method]) -> Result<Admitted, Box<Reply>> {
    let refuse = |spent: &Spent, error| Err(Box::new(graph_error(shared, spent, &error)));
    if !methods.contains(&call.method) {
        let error = GraphError::unsupported_method(call.method.as_str());
        return refuse(&Spent::default(), error);
    }
    if call.query.get("date_format").is_some() {
        let message = "Invalid parameter: date_format is not supported in this version";
        return refuse(&Spent::default(), GraphError::bad_parameter(message));
    }
    let spent = count(shared, call)?;
    let judged = shared.read(|world, now| {
        let bearer = world.judge_facebook(call.token(), now)?;
        let person = world.facebook.people.get(&bearer.person_id).cloned();
        let person = person.ok_or_else(GraphError::token_unreadable)?;
        let goes_on = world.manner.facebook.data_after_its_end;
        let data_over = !goes_on && world.facebook.is_data_over(&bearer, now);
        Ok((bearer, person, data_over))
    });
    let (bearer, person, data_over) = match judged {
        Ok(judged) => judged,
        Err(error) => return refuse(&spent, error),
    };
    let app = shared.facebook_app(&bearer.app_id);
    let Some(app) = app else {
        return refuse(&spent, GraphError::app_unknown());
    };
    if let Err(error) = proof::check(&app, call) {
        return refuse(&spent, error);
    }
    Ok(Admitted {
        bearer,
        person,
        data_over,
        spent,
    })
}

/// Counts the call towards the app's rolling hour (Meta platform reference, E).
fn count(shared: &Shared, call: &Call) -> Result<Spent, Box<Reply>> {
    let known = shared.read(|world, now| {
        let app_id = world.facebook_app_of(call.token())?.to_owned();
        let calls = u64::from(world.manner.hourly_calls?);
        let allowed = calls * world.facebook.connected(&app_id).max(1);
        Some((app_id, allowed, now))
    });
    let Some((app_id, allowed, now)) = known else {
        return Ok(Spent::default());
    };
    let made = shared.usage().count(&app_id, now);
    let spent = Spent {
        app_percent: Some((made * 100 / allowed.max(1)).min(100)),
        account_id: None,
    };
    if made > allowed {
        let error = GraphError::app_limited();
        return Err(Box::new(graph_error(shared, &spent, &error)));
    }
    Ok(spent)
}

/// An address this graph does not have; the token is looked at first.
fn unknown(shared: &Shared, call: &Call) -> Reply {
    match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted.refuse(shared, &GraphError::path_unknown(&call.path)),
        Err(refused) => *refused,
    }
}
