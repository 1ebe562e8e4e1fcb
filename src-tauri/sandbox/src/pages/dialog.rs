//! What the two consent pages have in common.

use axum::response::{IntoResponse as _, Response};

use crate::{
    meta::{outage, strike},
    params::Params,
    reply::Reply,
    shared::Shared,
    world::fault::{Endpoint, Outage},
};

/// The outage that hits a consent page: what is answered instead, or how late the page comes, in milliseconds.
/// `error` makes an error page from status and text.
pub(crate) fn outage_at(
    shared: &Shared,
    endpoint: Endpoint,
    query: &str,
    error: fn(u16, &str) -> Reply,
) -> Result<u64, Box<Response>> {
    let client = Params::parse(query.as_bytes());
    let client = client.get("client_id").map(str::to_owned);
    match strike(shared, endpoint, |_| client) {
        Outage::Cut | Outage::CutAfterwards => Err(Box::new(error(200, "").cut())),
        Outage::ServerErrors => {
            let page = error(503, "Sorry, something went wrong");
            Err(Box::new(page.into_response()))
        }
        Outage::Portal => Err(Box::new(outage::portal().into_response())),
        Outage::Redirect => Err(Box::new(outage::elsewhere().into_response())),
        Outage::Slow { ms } => Ok(ms),
        // The app's own troubles are part of the request's check.
        Outage::None | Outage::RateLimit | Outage::AppBlocked | Outage::AppDeleted => Ok(0),
    }
}
