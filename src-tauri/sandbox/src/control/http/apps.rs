//! Meta apps and their testers over HTTP.

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
    config::{AppMode, MetaApp},
    shared::Shared,
    world::tester::Tester,
};

/// `/apps` and what belongs to it.
pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/apps", get(apps).post(put_app))
        .route("/apps/{id}/mode", post(app_mode))
        .route("/accounts/{id}/tester", post(tester))
}

#[derive(Deserialize)]
struct Mode {
    mode: AppMode,
}

#[derive(Deserialize)]
struct Testing {
    app_id: String,
    tester: Tester,
}

async fn apps(control: State<Arc<Shared>>) -> Response {
    ok(&hand(control).apps())
}

async fn put_app(
    control: State<Arc<Shared>>,
    body: Result<Json<MetaApp>, JsonRejection>,
) -> Response {
    with(body, |app| {
        let control = hand(control);
        answer(control.put_app(app).map(|()| control.apps()).as_ref())
    })
}

async fn app_mode(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<Mode>, JsonRejection>,
) -> Response {
    with(body, |Mode { mode }| {
        let control = hand(control);
        answer(
            control
                .app_mode(&id, mode)
                .map(|()| control.apps())
                .as_ref(),
        )
    })
}

async fn tester(
    control: State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<Testing>, JsonRejection>,
) -> Response {
    with(body, |Testing { app_id, tester }| {
        let set = hand(control).tester(&id, &app_id, tester);
        answer(set.map(|()| json!({})).as_ref())
    })
}
