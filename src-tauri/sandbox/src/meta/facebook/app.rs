//! An app about itself, with its own token, `ID|SECRET` (Meta platform reference, B3).

use axum::http::Method;
use serde_json::{Map, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, graph_error, graph_ok},
        facebook::{fields, grant},
    },
    reply::Reply,
    shared::Shared,
};

const FIELDS: [&str; 3] = ["id", "link", "name"];

/// Whether a call is made in an app's own name.
pub(super) fn speaks(call: &Call) -> bool {
    call.token().contains('|')
}

/// `GET /{app-id}`. Other apps, and everything else, an app does not see.
pub(super) fn node(shared: &Shared, call: &Call, node: &str) -> Reply {
    let object = || {
        if call.method != Method::GET {
            return Err(GraphError::unsupported_method(call.method.as_str()));
        }
        let app = grant::viewing_app(shared, call)?;
        if node != app.facebook_app_id {
            return Err(GraphError::object_missing(node));
        }
        let fields = fields::or_usual(call.query.get("fields"), &["link", "name", "id"])?;
        let mut whole = Map::new();
        whole.insert("id".to_owned(), json!(app.facebook_app_id));
        whole.insert("name".to_owned(), json!(app.name));
        let link = format!("https://www.facebook.com/games/?app_id={node}");
        whole.insert("link".to_owned(), json!(link));
        fields::pick(&whole, &fields, &FIELDS, "Application")
    };
    match object() {
        Ok(object) => graph_ok(shared, &Spent::default(), &json!(object)),
        Err(error) => graph_error(shared, &Spent::default(), &error),
    }
}
