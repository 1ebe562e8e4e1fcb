//! An Instagram account behind a Page: its profile, media, publishing quota and figures (Meta
//! platform reference, A9, B2). The account's own troubles are those of the Instagram route.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        classify::is_media_id,
        envelope::{Spent, denial},
        facebook::{
            Admitted, admit,
            fields::{self, Field},
        },
        media::{self as listing, Place},
        profile,
    },
    reply::Reply,
    scopes,
    shared::Shared,
    world::{account::Account, facebook::Page, judge::Denial, media},
};

/// The fields of an account on this route. There is no `account_type` and no `user_id`: the id is
/// the one that Instagram Login calls `user_id`.
const FIELDS: [&str; 9] = [
    "biography",
    "followers_count",
    "follows_count",
    "id",
    "media_count",
    "name",
    "profile_picture_url",
    "username",
    "website",
];

/// `GET /{ig-id}`, its edges, and `GET /{media-id}`.
pub(super) fn answer(shared: &Shared, call: &Call, node: &str, edge: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    let account = match reached(shared, &admitted, node, edge) {
        Ok(account) => account,
        Err(error) => return admitted.refuse(shared, &error),
    };
    let trouble = account.trouble(shared.now());
    let spent = Spent {
        account_id: Some(account.id.clone()),
        ..admitted.spent
    };
    let admitted = Admitted { spent, ..admitted };
    if let Some(trouble) = trouble {
        return denial(shared, &admitted.spent, trouble);
    }
    match body(shared, call, &admitted, &account, node, edge) {
        Ok(body) => admitted.ok(shared, &body),
        Err(error) => denial(
            shared,
            &admitted.spent,
            Denial::Error(Box::new(error), Some(account.id)),
        ),
    }
}

/// The account inside a Page's answer: only its id, unless more is asked for. Without
/// `instagram_basic`, or without a link, it is left out.
pub(super) fn behind(
    shared: &Shared,
    admitted: &Admitted,
    page: &Page,
    field: &Field,
) -> Result<Option<Value>, GraphError> {
    let account = shared.read(|world, _| {
        let may = world.facebook.may(&admitted.bearer, scopes::FACEBOOK_BASIC);
        world.account_behind(page).filter(|_| may).cloned()
    });
    let Some(account) = account else {
        return Ok(None);
    };
    let whole = describe(shared, admitted, &account);
    let inner = field.inner.as_deref().unwrap_or_default();
    Ok(Some(json!(fields::pick(&whole, inner, &FIELDS, "IGUser")?)))
}

/// The account the call is about, if the token reaches it through a Page.
fn reached(
    shared: &Shared,
    admitted: &Admitted,
    node: &str,
    edge: &str,
) -> Result<Account, GraphError> {
    let found = shared.read(|world, _| {
        if edge.is_empty() && is_media_id(node) {
            let pages = world.facebook.reach(&admitted.bearer).map(|(page, _)| page);
            let mut accounts =
                pages.filter_map(|page| world.accounts.get(page.instagram.as_ref()?));
            return accounts
                .find(|account| media::position(account, node).is_some())
                .cloned();
        }
        world.facebook.page_of(&admitted.bearer, node)?;
        world.accounts.get(node).cloned()
    });
    found.ok_or_else(|| GraphError::object_missing(node))
}

fn body(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    account: &Account,
    node: &str,
    edge: &str,
) -> Result<Value, GraphError> {
    let needed = match edge {
        "content_publishing_limit" => scopes::FACEBOOK_PUBLISH,
        "insights" => scopes::FACEBOOK_INSIGHTS,
        _ => scopes::FACEBOOK_BASIC,
    };
    let may = |scope: &str| shared.read(|world, _| world.facebook.may(&admitted.bearer, scope));
    if !may(scopes::FACEBOOK_BASIC) || !may(needed) {
        return Err(GraphError::permission_missing());
    }
    if !edge.is_empty() && admitted.data_over {
        return Ok(json!({ "data": [] }));
    }
    match edge {
        "media" => {
            let place = Place {
                account,
                host: "fb",
            };
            listing::page(shared, call, &place)
        }
        "content_publishing_limit" => profile::limit(account, &call.query),
        "insights" => Ok(json!({ "data": [] })),
        _ if is_media_id(node) => single(shared, call, admitted, account, node),
        _ => {
            let fields = fields::or_usual(call.query.get("fields"), &["id"])?;
            let whole = describe(shared, admitted, account);
            Ok(json!(fields::pick(&whole, &fields, &FIELDS, "IGUser")?))
        }
    }
}

fn single(
    shared: &Shared,
    call: &Call,
    admitted: &Admitted,
    account: &Account,
    media_id: &str,
) -> Result<Value, GraphError> {
    if admitted.data_over {
        return Ok(json!({ "id": media_id }));
    }
    let index = media::position(account, media_id);
    let index = index.ok_or_else(|| GraphError::object_missing(media_id))?;
    Ok(json!(listing::fields(shared, call, account, index)?))
}

fn describe(shared: &Shared, admitted: &Admitted, account: &Account) -> Map<String, Value> {
    let mut whole = Map::new();
    let mut set = |field: &str, value: Value| whole.insert(field.to_owned(), value);
    set("id", json!(account.id));
    if admitted.data_over {
        return whole;
    }
    set("username", json!(account.username));
    set("name", json!(account.name));
    let picture = format!("{}/cdn/profile/{}.png", shared.origin, account.id);
    set("profile_picture_url", json!(picture));
    set("followers_count", json!(account.followers));
    set("follows_count", json!(account.follows));
    set("media_count", json!(media::count(account)));
    whole
}
