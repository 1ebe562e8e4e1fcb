//! `/{user_id}/media` with paging, and single media (Meta platform reference, A9).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        classify::is_media_id,
        envelope::{graph_error, graph_ok},
        graph::{admit, pick},
        profile::own_edge,
    },
    reply::Reply,
    scopes,
    shared::Shared,
    world::{
        account::{Account, MediaManner},
        judge::Need,
        media,
    },
};

/// Media on a page without `limit`, and the most a page holds.
const DEFAULT_LIMIT: u64 = 25;
const MAX_LIMIT: u64 = 100;
/// Places no item of any account has.
const NOWHERE: u64 = 1_000_000;

/// Whose list it is, and below which host's prefix its addresses lie.
pub(crate) struct Place<'a> {
    pub(crate) account: &'a Account,
    pub(crate) host: &'static str,
}

/// One page of an account's media, or one media object.
pub(crate) fn media(shared: &Shared, call: &Call) -> Reply {
    if is_media_id(&call.path) {
        return single(shared, call);
    }
    let admitted = match own_edge(shared, call, scopes::BASIC) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let place = Place {
        account: &admitted.account,
        host: "graph",
    };
    match page(shared, call, &place) {
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
        Some(index) => fields(shared, call, &admitted.account, index),
        None => Err(GraphError::object_missing(&call.path)),
    };
    match picked {
        Ok(object) => graph_ok(shared, &admitted.spent, &json!(object)),
        Err(error) => graph_error(shared, &admitted.spent, &error),
    }
}

/// One page of the list.
pub(crate) fn page(shared: &Shared, call: &Call, place: &Place) -> Result<Value, GraphError> {
    let limit = call
        .query
        .get("limit")
        .map_or(Ok(DEFAULT_LIMIT), str::parse);
    let limit = limit
        .map_err(|_| GraphError::bad_parameter("Invalid limit"))?
        .clamp(1, MAX_LIMIT);
    let account = place.account;
    let all: Vec<u64> = media::places(account).collect();
    let there = |range: &[u64]| -> Vec<u64> {
        let there = range
            .iter()
            .filter(|place| media::is_there(account, **place));
        there.copied().collect()
    };
    // A cursor names an item, so nothing shifts when something newer comes or it goes itself.
    let after = |cursor: &str| match cursor_position(cursor) {
        Ok(place) => Ok(all
            .iter()
            .position(|it| *it == place)
            .map_or(all.len(), |it| it + 1)),
        Err(error) => Err(error),
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut page, more, earlier) = match (call.query.get("after"), call.query.get("before")) {
        (Some(cursor), _) => {
            let start = after(cursor)?;
            (there(&all[start..]), false, start > 0)
        }
        (None, Some(cursor)) => {
            let end = after(cursor)?.saturating_sub(1);
            let mut page = there(&all[..end]);
            page.reverse();
            let earlier = page.len() > most;
            page.truncate(most);
            page.reverse();
            (page, true, earlier)
        }
        (None, None) => (there(&all), false, false),
    };
    let more = more || page.len() > most;
    page.truncate(most);
    let objects = page
        .iter()
        .map(|index| fields(shared, call, account, *index));
    let mut body = json!({ "data": objects.collect::<Result<Vec<_>, _>>()? });
    if let (Some(first), Some(last)) = (page.first(), page.last()) {
        let ends = (more, earlier);
        body["paging"] = paging(shared, call, place, (*first, *last), ends, limit);
    }
    misbehave(shared, call, place, &mut body, limit);
    Ok(body)
}

/// What a page becomes where the control says that the list misbehaves.
fn misbehave(shared: &Shared, call: &Call, place: &Place, body: &mut Value, limit: u64) {
    let leads_to = |at: u64| paging(shared, call, place, (at, at), (true, false), limit);
    let is_last = body["paging"]["next"].is_null();
    match place.account.media_manner {
        MediaManner::Endless if is_last => {
            let here = call
                .query
                .get("after")
                .and_then(|cursor| cursor_position(cursor).ok());
            body["paging"] = leads_to(here.unwrap_or_default().max(NOWHERE) + 1);
        }
        MediaManner::Circle if is_last => {
            let mut first = paging(shared, call, place, (0, 0), (true, false), limit);
            first["cursors"]["after"] = json!(cursor(0));
            body["paging"] = first;
        }
        MediaManner::NoList => body["data"] = json!({ "0": body["data"].clone() }),
        MediaManner::Endless
        | MediaManner::Circle
        | MediaManner::Normal
        | MediaManner::WrongTypes
        | MediaManner::Svg
        | MediaManner::Bomb
        | MediaManner::Huge
        | MediaManner::Moved => {}
    }
}

/// `next` and `previous` are whole addresses; like Meta's they carry the access token if the
/// request carried it in the query.
fn paging(
    shared: &Shared,
    call: &Call,
    place: &Place,
    (first, last): (u64, u64),
    (more, earlier): (bool, bool),
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
            "{}/{}/v26.0/{}/media?{}",
            shared.origin,
            place.host,
            place.account.id,
            query.finish()
        )
    };
    let (first, last) = (cursor(first), cursor(last));
    let mut paging = json!({ "cursors": { "before": first, "after": last } });
    if more {
        paging["next"] = json!(address("after", &last));
    }
    if earlier {
        paging["previous"] = json!(address("before", &first));
    }
    paging
}

/// The fields of one media object that were asked for.
pub(crate) fn fields(
    shared: &Shared,
    call: &Call,
    account: &Account,
    index: u64,
) -> Result<Map<String, Value>, GraphError> {
    let whole = media::object(account, index, &shared.origin);
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
