//! Answers that are not the platform's: broken, cut, or somebody else's.

use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, api_error, graph_error},
    },
    reply::Reply,
    shared::Shared,
    world::fault::{Endpoint, Outage},
};

/// What comes instead of the answer, or `None` if the platform answers itself.
pub(crate) fn instead(shared: &Shared, call: &Call, outage: Outage) -> Option<Response> {
    if outage == Outage::Cut {
        return Some(Reply::json(200, &json!({ "data": [{ "id": "0" }] })).cut());
    }
    let is_api_host = call.endpoint == Endpoint::CodeExchange;
    let reply = match outage {
        Outage::None | Outage::Slow { .. } | Outage::Cut | Outage::CutAfterwards => return None,
        Outage::ServerErrors => server_error(shared),
        Outage::Portal => portal(),
        Outage::Redirect => elsewhere(),
        Outage::RateLimit if is_api_host => {
            let body = json!({
                "error_type": "OAuthRateLimitException", "code": 429,
                "error_message": "The maximum number of requests per hour has been exceeded.",
            });
            Reply::text(429, "application/json; charset=utf-8", body.to_string())
        }
        Outage::RateLimit => {
            let spent = Spent {
                app_percent: Some(100),
                account_id: None,
            };
            graph_error(shared, &spent, &GraphError::app_limited())
        }
        Outage::AppBlocked if is_api_host => api_error("API access blocked."),
        Outage::AppBlocked => graph_error(shared, &Spent::default(), &GraphError::app_blocked()),
        Outage::AppDeleted if is_api_host => api_error("Invalid platform app"),
        Outage::AppDeleted => graph_error(shared, &Spent::default(), &GraphError::app_deleted()),
    };
    Some(reply.into_response())
}

/// The captive portal of a hotel: 200, a page, and not a word of Meta.
pub(crate) fn portal() -> Reply {
    let page = "<!doctype html><html lang=\"en\"><head><title>Guest Wi-Fi</title></head><body>\
                <h1 id=\"error\">Welcome to our guest Wi-Fi</h1><form method=\"post\">\
                <label>Room number <input name=\"room\"></label><button>Go online</button></form>\
                </body></html>";
    Reply::html(200, page.to_owned())
}

/// A 302 to an address under `.invalid`, which can never be reached (RFC 2606).
pub(crate) fn elsewhere() -> Reply {
    Reply::redirect(302, "http://portal.invalid/login".to_owned())
}

/// 5xx in turn: JSON with code 2, a proxy's HTML page, JSON with code 1.
pub(crate) fn server_error(shared: &Shared) -> Reply {
    match shared.turn() % 3 {
        0 => graph_error(shared, &Spent::default(), &GraphError::transient()),
        1 => Reply::html(
            503,
            "<html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1>\
             <p>We're working on getting this fixed as soon as we can.</p></body></html>"
                .to_owned(),
        ),
        _ => graph_error(shared, &Spent::default(), &GraphError::unknown_fault()),
    }
}
