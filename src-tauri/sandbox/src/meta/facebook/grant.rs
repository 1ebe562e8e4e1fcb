//! Permissions listed and taken back, and tokens inspected (Meta platform reference, B3). Instagram
//! Login has none of this.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    config::MetaApp,
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, graph_error, graph_ok},
        facebook::{Admitted, admit, proof},
    },
    reply::Reply,
    scopes,
    shared::Shared,
    time::SECOND,
    world::{
        World,
        facebook::{DATA_ACCESS, token::Token},
        fault::Outage,
    },
};

/// `GET /me/permissions`, `DELETE /{user-id}/permissions` and `DELETE …/permissions/{name}`. Needs
/// the person's token; a Page's will not do.
pub(super) fn permissions(shared: &Shared, call: &Call, node: &str, edge: &str) -> Reply {
    let admitted = match admit(shared, call, &[Method::GET, Method::DELETE]) {
        Ok(admitted) => admitted,
        Err(refused) => return *refused,
    };
    if admitted.bearer.page_id.is_some() {
        return admitted.refuse(shared, &GraphError::user_token_needed());
    }
    if !admitted.is_person(node) {
        return admitted.refuse(shared, &GraphError::object_missing(node));
    }
    let name = edge.strip_prefix("permissions").unwrap_or_default();
    let name = name.trim_start_matches('/');
    if call.method == Method::GET {
        return listed(shared, &admitted, name);
    }
    shared.change(|world, _| {
        let (person, app) = (&admitted.bearer.person_id, &admitted.bearer.app_id);
        if name.is_empty() {
            world.revoke(person, app);
        } else {
            world.decline(person, app, name);
        }
    });
    admitted.ok(shared, &json!({ "success": true }))
}

fn listed(shared: &Shared, admitted: &Admitted, name: &str) -> Reply {
    let all: Vec<Value> = shared.read(|world, _| {
        let Some(grant) = world.facebook.grant(&admitted.bearer) else {
            return Vec::new();
        };
        let granted = grant.granted.iter().map(|it| (it, "granted"));
        let declined = grant.declined.iter().map(|it| (it, "declined"));
        // Every person gives it, and only this list names it.
        let public = scopes::PUBLIC_PROFILE.to_owned();
        let always = std::iter::once((&public, "granted"));
        let asked = |(it, _): &(&String, _)| name.is_empty() || *it == name;
        granted
            .chain(declined)
            .chain(always)
            .filter(asked)
            .map(|(permission, status)| json!({ "permission": permission, "status": status }))
            .collect()
    });
    admitted.ok(shared, &json!({ "data": all }))
}

/// `GET /debug_token?input_token=…` with an app token, `ID|SECRET`.
pub(super) fn debug_token(shared: &Shared, call: &Call) -> Reply {
    let refuse = |error: &GraphError| graph_error(shared, &Spent::default(), error);
    if call.method != Method::GET {
        return refuse(&GraphError::unsupported_method(call.method.as_str()));
    }
    let app = match viewing_app(shared, call) {
        Ok(app) => app,
        Err(error) => return refuse(&error),
    };
    let Some(input) = call.query.get("input_token").filter(|it| !it.is_empty()) else {
        let message = "(#100) The parameter input_token is required";
        return refuse(&GraphError::bad_parameter(message));
    };
    let inspected = shared.read(|world, now| {
        let Some(record) = world.facebook_token(input) else {
            return Ok(unreadable());
        };
        if record.app_id != app.facebook_app_id {
            return Err(GraphError::another_viewing_app());
        }
        Ok(inspect(world, record, &app, now))
    });
    match inspected {
        Ok(data) => graph_ok(shared, &Spent::default(), &json!({ "data": data })),
        Err(error) => refuse(&error),
    }
}

/// The app whose token looks at another one.
pub(super) fn viewing_app(shared: &Shared, call: &Call) -> Result<MetaApp, GraphError> {
    if call.token().is_empty() {
        return Err(GraphError::token_missing());
    }
    let Some((id, secret)) = call.token().split_once('|') else {
        shared.read(|world, now| world.judge_facebook(call.token(), now))?;
        return Err(GraphError::app_token_needed());
    };
    let app = shared
        .facebook_app(id)
        .ok_or_else(GraphError::app_unknown)?;
    if shared.read(|world, _| world.faults.has(Outage::AppDeleted, &app)) {
        return Err(GraphError::app_deleted());
    }
    if secret != app.facebook_app_secret {
        return Err(GraphError::app_token_wrong());
    }
    proof::check(&app, call)?;
    Ok(app)
}

/// What a token of another host, or no token at all, looks like.
fn unreadable() -> Value {
    let error = GraphError::token_unreadable();
    json!({
        "error": { "code": error.code, "message": error.message },
        "is_valid": false,
        "scopes": [],
    })
}

fn inspect(world: &World, record: &Token, app: &MetaApp, now: i64) -> Value {
    let manner = world.manner.facebook;
    let person = world.facebook.people.get(&record.person_id);
    let grant = person.and_then(|person| person.grants.get(&record.app_id));
    let granted = grant.filter(|grant| !grant.removed);
    let scopes: Vec<_> = granted.iter().flat_map(|it| it.granted.iter()).collect();
    let number = record.app_id.parse::<u64>().ok();
    let mut data = json!({
        "app_id": match number.filter(|_| manner.numeric_app_id) {
            Some(number) => json!(number),
            None => json!(record.app_id),
        },
        "type": if record.page_id.is_some() { "PAGE" } else { "USER" },
        "application": app.name,
        "data_access_expires_at": grant.map_or(0, |it| (it.consented_at + DATA_ACCESS) / SECOND),
        "expires_at": record.expires_at.map_or(0, |end| end / SECOND),
        "is_valid": true,
        "issued_at": record.issued_at / SECOND,
        "scopes": scopes,
        "user_id": person.map(|person| person.scoped_id(&record.app_id)),
    });
    if let Some(page_id) = &record.page_id {
        data["profile_id"] = json!(page_id);
    }
    if !manner.no_granular_scopes {
        data["granular_scopes"] = granular(world, record, &scopes);
    }
    if let Some(error) = world.facebook_trouble(record, now) {
        data["is_valid"] = json!(false);
        data["error"] = json!({ "code": error.code, "message": error.message });
        if let Some(subcode) = error.subcode {
            data["error"]["subcode"] = json!(subcode);
        }
    }
    data
}

/// The assets behind each permission: accounts for those of Instagram, Pages for the others.
fn granular(world: &World, record: &Token, scopes: &[&String]) -> Value {
    let bearer = record.bearer();
    let pages: Vec<_> = world
        .facebook
        .reach(&bearer)
        .map(|(page, _)| page)
        .collect();
    let accounts: Vec<_> = pages
        .iter()
        .filter_map(|it| it.instagram.as_ref())
        .collect();
    let businesses: std::collections::BTreeSet<_> = pages
        .iter()
        .filter_map(|page| page.business.as_ref().map(|(id, _)| id))
        .collect();
    let ids: Vec<_> = pages.iter().map(|page| &page.id).collect();
    let entry = |scope: &&String| {
        let targets = if scope.starts_with("instagram_") {
            json!(accounts)
        } else if scope.starts_with("business_") {
            json!(businesses)
        } else {
            json!(ids)
        };
        json!({ "scope": scope, "target_ids": targets })
    };
    Value::Array(scopes.iter().map(entry).collect())
}
