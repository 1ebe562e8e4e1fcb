//! Lists with cursors (Meta platform reference, B2: follow `paging.next`).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{graph_error::GraphError, meta::Call, shared::Shared};

/// Items on a page without `limit`, and the most a page holds.
const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 100;

/// One page of `ids`, and the `paging` object that goes with it.
pub(super) fn page<'a>(
    shared: &Shared,
    call: &Call,
    ids: &'a [String],
) -> Result<(&'a [String], Option<Value>), GraphError> {
    let limit = match call.query.get("limit") {
        Some(limit) => limit
            .parse::<usize>()
            .map_err(|_| GraphError::bad_parameter("(#100) Param limit must be an integer"))?
            .clamp(1, MAX_LIMIT),
        None => DEFAULT_LIMIT,
    };
    // A cursor names an item: whoever goes on behind it misses nothing when one before it goes.
    let start = match call.query.get("after") {
        Some(cursor) => {
            let id = read(cursor)?;
            ids.partition_point(|it| *it <= id)
        }
        None => 0,
    };
    let end = (start + limit).min(ids.len());
    let found = &ids[start..end];
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return Ok((found, None));
    };
    let mut paging = json!({ "cursors": { "before": write(first), "after": write(last) } });
    if end < ids.len() {
        paging["next"] = json!(next(shared, call, limit, &write(last)));
    }
    Ok((found, Some(paging)))
}

/// A whole address. It carries the access token if the request carried it in the query, and never
/// the proof: that has to be added again.
fn next(shared: &Shared, call: &Call, limit: usize, after: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for kept in ["access_token", "fields"] {
        if let Some(value) = call.query.get(kept) {
            query.append_pair(kept, value);
        }
    }
    query
        .append_pair("limit", &limit.to_string())
        .append_pair("after", after);
    format!(
        "{}/fb/v26.0/{}?{}",
        shared.origin,
        call.path,
        query.finish()
    )
}

fn write(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("at:{id}"))
}

fn read(cursor: &str) -> Result<String, GraphError> {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref()
        .and_then(|text| text.strip_prefix("at:"))
        .map(str::to_owned)
        .ok_or_else(|| GraphError::bad_parameter("(#100) Invalid cursor"))
}
