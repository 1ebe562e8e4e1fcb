//! The control over HTTP: JSON under `/control`, and the page for people at `/control/`.

mod apps;
mod facebook;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Request, State, rejection::JsonRejection},
    http::Method,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    control::{Control, ControlError, Mint, page},
    pages::html::with_page_headers,
    reply::Reply,
    shared::Shared,
    world::{
        Manner,
        change::Change,
        consent::ConsentAnswer,
        fault::{Fault, Outage},
    },
};

/// A page of another site cannot send this header without asking first, and is never allowed to.
const HEADER: &str = "x-sandbox-control";
const SCRIPT: &str = include_str!("control.js");

/// Everything under `/control`.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/state", get(state))
        .route("/accounts", get(accounts))
        .route("/accounts/{id}", get(account))
        .route("/accounts/{id}/apply", post(apply))
        .route("/accounts/{id}/token", post(mint))
        .route("/advance", post(advance))
        .route("/outage", post(outage))
        .route("/fault", post(fault))
        .route("/manner", post(manner))
        .route("/redirects", post(redirects))
        .route("/consent", post(consent))
        .route("/requests", get(requests).delete(clear_requests))
        .merge(apps::router())
        .merge(facebook::router())
        .layer(from_fn(require_header))
        .route("/control.js", get(script))
        .fallback(async || refuse(404, "not_found", "there is no such control address"))
}

/// `GET /control/`: the page for people.
pub(crate) async fn page(shared: State<Arc<Shared>>) -> Reply {
    page::show(shared)
}

async fn require_header(request: Request, next: Next) -> Response {
    let sent = request
        .headers()
        .get(HEADER)
        .is_some_and(|value| value.as_bytes() == b"1");
    if sent && request.method() != Method::OPTIONS {
        return next.run(request).await;
    }
    refuse(
        403,
        "header_missing",
        "send the header X-Sandbox-Control: 1",
    )
    .into_response()
}

#[derive(Deserialize)]
struct Advance {
    ms: i64,
}

#[derive(Deserialize)]
struct Redirect {
    uri: String,
}

#[derive(Deserialize)]
struct Consent {
    url: String,
    account_id: String,
    answer: ConsentAnswer,
}

async fn state(control: State<Arc<Shared>>) -> Response {
    ok(&hand(control).overview())
}

async fn accounts(control: State<Arc<Shared>>) -> Response {
    ok(&hand(control).accounts())
}

async fn account(control: State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    answer(hand(control).account(&id).as_ref())
}

async fn apply(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<Change>, JsonRejection>,
) -> Response {
    with(body, |change| {
        let control = hand(control);
        answer(
            control
                .apply(&id, change)
                .and_then(|()| control.account(&id))
                .as_ref(),
        )
    })
}

async fn mint(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<Mint>, JsonRejection>,
) -> Response {
    with(body, |mint| {
        let minted = hand(control).mint(&id, mint);
        answer(
            minted
                .map(|token| json!({ "access_token": token }))
                .as_ref(),
        )
    })
}

async fn advance(
    control: State<Arc<Shared>>,
    body: Result<Json<Advance>, JsonRejection>,
) -> Response {
    with(body, |advance| {
        let control = hand(control);
        control.advance(advance.ms);
        ok(&control.overview())
    })
}

async fn outage(
    control: State<Arc<Shared>>,
    body: Result<Json<Outage>, JsonRejection>,
) -> Response {
    with(body, |outage| {
        let control = hand(control);
        control.outage(outage);
        ok(&control.overview())
    })
}

async fn fault(control: State<Arc<Shared>>, body: Result<Json<Fault>, JsonRejection>) -> Response {
    with(body, |fault| {
        let control = hand(control);
        control.fault(fault);
        ok(&control.overview())
    })
}

async fn manner(
    control: State<Arc<Shared>>,
    body: Result<Json<Manner>, JsonRejection>,
) -> Response {
    with(body, |manner| {
        let control = hand(control);
        control.manner(manner);
        ok(&control.overview())
    })
}

async fn redirects(
    control: State<Arc<Shared>>,
    body: Result<Json<Redirect>, JsonRejection>,
) -> Response {
    with(body, |redirect| {
        hand(control).register_redirect(&redirect.uri);
        ok(&json!({}))
    })
}

async fn consent(
    control: State<Arc<Shared>>,
    body: Result<Json<Consent>, JsonRejection>,
) -> Response {
    with(
        body,
        |Consent {
             url,
             account_id,
             answer: given,
         }| {
            let location = hand(control).answer_consent(&url, &account_id, &given);
            answer(
                location
                    .map(|location| json!({ "location": location }))
                    .as_ref(),
            )
        },
    )
}

async fn requests(control: State<Arc<Shared>>) -> Response {
    let control = hand(control);
    ok(&json!({ "counts": control.counts(), "requests": control.requests() }))
}

async fn clear_requests(control: State<Arc<Shared>>) -> Response {
    hand(control).clear_requests();
    ok(&json!({}))
}

async fn script() -> Reply {
    with_page_headers(Reply::text(
        200,
        "text/javascript; charset=utf-8",
        SCRIPT.to_owned(),
    ))
}

fn hand(State(shared): State<Arc<Shared>>) -> Control {
    Control::new(shared)
}

fn with<T>(body: Result<Json<T>, JsonRejection>, act: impl FnOnce(T) -> Response) -> Response {
    match body {
        Ok(Json(body)) => act(body),
        Err(rejection) => refuse(422, "bad_request", &rejection.body_text()).into_response(),
    }
}

fn ok<T: Serialize>(body: &T) -> Response {
    Json(body).into_response()
}

fn answer<T: Serialize>(outcome: Result<&T, &ControlError>) -> Response {
    match outcome {
        Ok(body) => ok(body),
        Err(error) => {
            let (status, code) = match error {
                ControlError::UnknownAccount(_) => (404, "unknown_account"),
                ControlError::UnknownApp(_) => (404, "unknown_app"),
                ControlError::UnknownPerson(_) => (404, "unknown_person"),
                ControlError::UnknownPage(_) => (404, "unknown_page"),
                ControlError::Refused(_) | ControlError::DialogRefused(_) => (409, "refused"),
                ControlError::NotAnApp(_) => (422, "bad_request"),
            };
            refuse(status, code, &error.to_string()).into_response()
        }
    }
}

fn refuse(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "error": { "code": code, "message": message } }),
    )
}
