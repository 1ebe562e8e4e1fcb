//! Writes each request into the journal: names of parameters, never their values.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use crate::{
    journal::{LoggedRequest, TokenPlace},
    meta::{BODY_LIMIT, classify::classify},
    params::Params,
    shared::Shared,
};

/// Lets a request through and remembers what it looked like.
pub(crate) async fn observe(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/static/") || path.starts_with("/cdn/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // A body that is too long or breaks off is passed on empty; the handler refuses it.
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let form = Params::from_body(content_type(&parts.headers), &body);
    let mut logged = LoggedRequest {
        at: shared.now(),
        endpoint: classify(&path).endpoint,
        method: parts.method.to_string(),
        path,
        query: query.names(),
        form: form.names(),
        token_in: place(&parts.headers, &query, &form),
        status: 0,
    };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    logged.status = response.status().as_u16();
    shared.journal().record(logged);
    response
}

fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn place(headers: &HeaderMap, query: &Params, form: &Params) -> TokenPlace {
    if query.get("access_token").is_some() {
        TokenPlace::Query
    } else if form.get("access_token").is_some() {
        TokenPlace::Form
    } else if headers.contains_key(header::AUTHORIZATION) {
        TokenPlace::Header
    } else {
        TokenPlace::Nowhere
    }
}
