//! `/{user_id}/media` with paging, and single media (Meta platform reference, A9).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        classify::is_media_id,
        envelope::{graph_error, graph_ok},
        graph::{Admitted, admit, pick},
        profile::own_edge,
    },
    reply::Reply,
    scopes,
    shared::Shared,
    world::{judge::Need, media},
};

/// Media on a page without `limit`, and the most a page holds.
const DEFAULT_LIMIT: u64 = 25;
const MAX_LIMIT: u64 = 100;

/// One page of an account's media, or one media object.
pub(crate) fn media(shared: &Shared, call: &Call) -> Reply {
    if is_media_id(&call.path) {
        return single(shared, call);
    }
    let admitted = match own_edge(shared, call, scopes::BASIC) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    match page(shared, call, &admitted) {
        Ok(body) => graph_ok(shared, &admitted.spent, &body),
        Err(error) => graph_error(shared, &admitted.spent, &error),
    }
}

fn single(shared: &Shared, call: &Call) -> Reply {
    let admitted = match admit(shared, call, Need::Scope(scopes::BASIC)) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let picked = match media::position(&admitted.account, &call.path) {
        Some(index) => fields(shared, call, &admitted, index),
        None => Err(GraphError::object_missing(&call.path)),
    };
    match picked {
        Ok(object) => graph_ok(shared, &admitted.spent, &json!(object)),
        Err(error) => graph_error(shared, &admitted.spent, &error),
    }
}

fn page(shared: &Shared, call: &Call, admitted: &Admitted) -> Result<Value, GraphError> {
    let limit = call
        .query
        .get("limit")
        .map_or(Ok(DEFAULT_LIMIT), str::parse);
    let limit = limit
        .map_err(|_| GraphError::bad_parameter("Invalid limit"))?
        .clamp(1, MAX_LIMIT);
    let total = admitted.account.media;
    let (start, end) = match (call.query.get("after"), call.query.get("before")) {
        (Some(after), _) => {
            let start = cursor_position(after)? + 1;
            (start.min(total), (start + limit).min(total))
        }
        (None, Some(before)) => {
            let end = cursor_position(before)?.min(total);
            (end.saturating_sub(limit), end)
        }
        (None, None) => (0, limit.min(total)),
    };
    let objects = (start..end).map(|index| fields(shared, call, admitted, index));
    let mut body = json!({ "data": objects.collect::<Result<Vec<_>, _>>()? });
    if start < end {
        body["paging"] = paging(shared, call, admitted, start, end, limit);
    }
    Ok(body)
}

/// `next` and `previous` are whole addresses; like Meta's they carry the access token if the
/// request carried it in the query.
fn paging(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    start: u64,
    end: u64,
    limit: u64,
) -> Value {
    let address = |name: &str, cursor: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for kept in ["fields", "access_token"] {
            if let Some(value) = call.query.get(kept) {
                query.append_pair(kept, value);
            }
        }
        query
            .append_pair("limit", &limit.to_string())
            .append_pair(name, cursor);
        format!(
            "{}/graph/v26.0/{}/media?{}",
            shared.origin,
            admitted.account.id,
            query.finish()
        )
    };
    let (first, last) = (cursor(start), cursor(end - 1));
    let mut paging = json!({ "cursors": { "before": first, "after": last } });
    if end < admitted.account.media {
        paging["next"] = json!(address("after", &last));
    }
    if start > 0 {
        paging["previous"] = json!(address("before", &first));
    }
    paging
}

fn fields(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    index: u64,
) -> Result<Map<String, Value>, GraphError> {
    let whole = media::object(&admitted.account, index, &shared.origin);
    pick(&whole, &call.query, &media::FIELDS, "IGMedia")
}

fn cursor(index: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("media:{index}"))
}

fn cursor_position(cursor: &str) -> Result<u64, GraphError> {
    let decoded = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let place = decoded
        .as_deref()
        .and_then(|text| text.strip_prefix("media:"));
    place
        .and_then(|place| place.parse::<u32>().ok())
        .map(u64::from)
        .ok_or_else(|| GraphError::bad_parameter("(#100) Invalid cursor"))
}
