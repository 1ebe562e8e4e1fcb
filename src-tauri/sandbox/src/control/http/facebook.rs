//! People and Pages over HTTP.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State, rejection::JsonRejection},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use super::{answer, hand, ok, with};
use crate::{
    control::UserToken,
    shared::Shared,
    world::facebook::{
        change::{PageChange, PersonChange},
        dialog::DialogAnswer,
    },
};

/// `/people`, `/pages` and `/dialog`.
pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/people", get(people))
        .route("/people/{id}", get(person))
        .route("/people/{id}/apply", post(apply_person))
        .route("/people/{id}/token", post(mint_user_token))
        .route("/pages", get(pages))
        .route("/pages/{id}", get(page_of))
        .route("/pages/{id}/apply", post(apply_page))
        .route("/dialog", post(dialog))
}

#[derive(Deserialize)]
struct Dialog {
    url: String,
    person_id: String,
    answer: DialogAnswer,
}

async fn people(control: State<Arc<Shared>>) -> Response {
    ok(&hand(control).people())
}

async fn person(control: State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    answer(hand(control).person(&id).as_ref())
}

async fn apply_person(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<PersonChange>, JsonRejection>,
) -> Response {
    with(body, |change| {
        let control = hand(control);
        let applied = control.apply_person(&id, change);
        answer(applied.and_then(|()| control.person(&id)).as_ref())
    })
}

async fn mint_user_token(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<UserToken>, JsonRejection>,
) -> Response {
    with(body, |wanted| {
        let minted = hand(control).mint_user_token(&id, wanted);
        let minted = minted.map(|token| json!({ "access_token": token }));
        answer(minted.as_ref())
    })
}

async fn pages(control: State<Arc<Shared>>) -> Response {
    ok(&hand(control).pages())
}

async fn page_of(control: State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    answer(hand(control).page(&id).as_ref())
}

async fn apply_page(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<PageChange>, JsonRejection>,
) -> Response {
    with(body, |change| {
        let control = hand(control);
        let applied = control.apply_page(&id, change);
        answer(applied.and_then(|()| control.page(&id)).as_ref())
    })
}

async fn dialog(
    control: State<Arc<Shared>>,
    body: Result<Json<Dialog>, JsonRejection>,
) -> Response {
    with(body, |asked| {
        let location = hand(control).answer_dialog(&asked.url, &asked.person_id, &asked.answer);
        let location = location.map(|location| json!({ "location": location }));
        answer(location.as_ref())
    })
}
