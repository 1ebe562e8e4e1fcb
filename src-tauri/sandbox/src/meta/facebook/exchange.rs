//! `/oauth/access_token`: code to user token, and a living user token to one of sixty days (Meta
//! platform reference, B2).

use axum::http::Method;
use serde_json::json;

use crate::{
    config::MetaApp,
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, graph_error, graph_ok},
    },
    reply::Reply,
    shared::Shared,
    world::{facebook::token::SHORT_LIFE_SECONDS, fault::Outage, token::LONG_LIFE_SECONDS},
};

/// Both exchanges; fields in the query or in a form.
pub(super) fn access_token(shared: &Shared, call: &Call) -> Reply {
    let answer = match call.get_or_form("grant_type") {
        None | Some("authorization_code") => code(shared, call),
        Some("fb_exchange_token") => longer(shared, call),
        Some(other) => Err(GraphError::bad_parameter(&format!(
            "Invalid grant_type: {other}"
        ))),
    };
    match answer {
        Ok((token, seconds)) => {
            let body =
                json!({ "access_token": token, "token_type": "bearer", "expires_in": seconds });
            graph_ok(shared, &Spent::default(), &body)
        }
        Err(error) => graph_error(shared, &Spent::default(), &error),
    }
}

fn code(shared: &Shared, call: &Call) -> Result<(String, i64), GraphError> {
    let app = client(shared, call, &["redirect_uri", "client_secret", "code"])?;
    let field = |name| call.get_or_form(name).unwrap_or_default();
    let token = shared.change(|world, now| {
        let redirect_uri = field("redirect_uri");
        world.redeem_facebook_code(field("code"), &app.facebook_app_id, redirect_uri, now)
    })?;
    Ok((token, SHORT_LIFE_SECONDS))
}

fn longer(shared: &Shared, call: &Call) -> Result<(String, i64), GraphError> {
    let app = client(shared, call, &["client_secret", "fb_exchange_token"])?;
    let token = call.get_or_form("fb_exchange_token").unwrap_or_default();
    let token =
        shared.change(|world, now| world.lengthen_user_token(token, &app.facebook_app_id, now))?;
    Ok((token, LONG_LIFE_SECONDS))
}

/// The app that asks, once all `needed` fields are there and the secret is right.
fn client(shared: &Shared, call: &Call, needed: &[&str]) -> Result<MetaApp, GraphError> {
    if call.method != Method::GET && call.method != Method::POST {
        return Err(GraphError::unsupported_method(call.method.as_str()));
    }
    for name in [&["client_id"], needed].concat() {
        if call.get_or_form(name).is_none_or(str::is_empty) {
            return Err(GraphError::parameter_missing(name));
        }
    }
    let app = shared.facebook_app(call.get_or_form("client_id").unwrap_or_default());
    let app = app.ok_or_else(GraphError::app_unknown)?;
    if shared.read(|world, _| world.faults.has(Outage::AppDeleted, &app)) {
        return Err(GraphError::app_deleted());
    }
    if call.get_or_form("client_secret") != Some(app.facebook_app_secret.as_str()) {
        return Err(GraphError::client_secret_wrong());
    }
    Ok(app)
}
