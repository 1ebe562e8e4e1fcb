//! `/me`, the publishing quota, and insights (Meta platform reference, A8, A9).

use serde_json::{Map, Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{graph_error, graph_ok},
        graph::{Admitted, admit, is_own, pick},
    },
    params::Params,
    reply::Reply,
    scopes,
    shared::Shared,
    world::{
        Shape,
        account::{Account, AccountType},
        judge::Need,
        media,
    },
};

const FIELDS: [&str; 9] = [
    "id",
    "user_id",
    "username",
    "name",
    "account_type",
    "profile_picture_url",
    "followers_count",
    "follows_count",
    "media_count",
];
/// Posts a day; Meta has said 25, 50 and 100.
const QUOTA_TOTAL: u64 = 50;
/// One day in seconds.
const QUOTA_DURATION: u64 = 86_400;

/// `GET /me` or `GET /{user_id}`; without `fields` only the id.
pub(crate) fn profile(shared: &Shared, call: &Call) -> Reply {
    let admitted = match admit(shared, call, Need::Scope(scopes::BASIC)) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let refuse = |error| graph_error(shared, &admitted.spent, &error);
    if !is_own(&admitted, &call.path) {
        return refuse(GraphError::object_missing(&call.path));
    }
    let shape = shared.read(|world, _| world.manner.profile_shape);
    let whole = describe(shared, &admitted, shape);
    match pick(&whole, &call.query, &FIELDS, "IGUser") {
        Ok(fields) if shape == Shape::Live => graph_ok(shared, &admitted.spent, &json!(fields)),
        Ok(fields) => graph_ok(shared, &admitted.spent, &json!({ "data": [fields] })),
        Err(error) => refuse(error),
    }
}

/// `GET /{user_id}/content_publishing_limit`; needs the publishing permission.
pub(crate) fn quota(shared: &Shared, call: &Call) -> Reply {
    let admitted = match own_edge(shared, call, scopes::CONTENT_PUBLISH) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    match limit(&admitted.account, &call.query) {
        Ok(body) => graph_ok(shared, &admitted.spent, &body),
        Err(error) => graph_error(shared, &admitted.spent, &error),
    }
}

/// How much of its publishing quota an account has used.
pub(crate) fn limit(account: &Account, query: &Params) -> Result<Value, GraphError> {
    let mut whole = Map::new();
    whole.insert("quota_usage".to_owned(), json!(account.followers % 3));
    let config = json!({ "quota_total": QUOTA_TOTAL, "quota_duration": QUOTA_DURATION });
    whole.insert("config".to_owned(), config);
    let possible = ["quota_usage", "config"];
    let mut fields = pick(&whole, query, &possible, "ContentPublishingLimit")?;
    if fields.is_empty() {
        fields.insert("quota_usage".to_owned(), whole["quota_usage"].clone());
    }
    Ok(json!({ "data": [fields] }))
}

/// `GET /{id}/insights`: an empty list, for figures lag by two days and may be missing.
pub(crate) fn insights(shared: &Shared, call: &Call) -> Reply {
    match admit(shared, call, Need::Scope(scopes::MANAGE_INSIGHTS)) {
        Ok(admitted) => graph_ok(shared, &admitted.spent, &json!({ "data": [] })),
        Err(refused) => *refused,
    }
}

/// Admits a call to an edge of the token's own account.
pub(crate) fn own_edge(
    shared: &Shared,
    call: &Call,
    scope: &'static str,
) -> Result<Admitted, Box<Reply>> {
    let admitted = admit(shared, call, Need::Scope(scope))?;
    let node = call.path.split('/').next().unwrap_or_default();
    if is_own(&admitted, node) {
        return Ok(admitted);
    }
    let error = GraphError::object_missing(node);
    Err(Box::new(graph_error(shared, &admitted.spent, &error)))
}

fn describe(shared: &Shared, admitted: &Admitted, shape: Shape) -> Map<String, Value> {
    let Admitted {
        bearer, account, ..
    } = admitted;
    let mut whole = Map::new();
    let mut set = |field: &str, value: Value| whole.insert(field.to_owned(), value);
    set("user_id", json!(account.id));
    set("username", json!(account.username));
    set("name", json!(account.name));
    set("account_type", json!(account_type(account, shape)));
    let picture = format!("{}/cdn/profile/{}.png", shared.origin, account.id);
    set("profile_picture_url", json!(picture));
    set("followers_count", json!(account.followers));
    set("follows_count", json!(account.follows));
    set("media_count", json!(media::count(account)));
    set("id", json!(account.scoped_id(&bearer.app_id)));
    whole
}

/// Live answers shout; the documentation does not.
fn account_type(account: &Account, shape: Shape) -> &'static str {
    match (account.account_type, shape) {
        (AccountType::Business, Shape::Live) => "BUSINESS",
        (AccountType::Business, Shape::Documented) => "Business",
        (AccountType::Creator, Shape::Live) => "MEDIA_CREATOR",
        (AccountType::Creator, Shape::Documented) => "Media_Creator",
        (AccountType::Personal, _) => "PERSONAL",
    }
}
