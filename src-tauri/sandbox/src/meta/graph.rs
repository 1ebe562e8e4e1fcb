//! What all graph calls have in common: method, limit, token, fields.

use axum::http::Method;
use serde_json::{Map, Value};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, denial, graph_error},
    },
    params::Params,
    reply::Reply,
    shared::Shared,
    world::{
        account::Account,
        judge::{Bearer, Need},
    },
};

/// A graph call that may go on.
pub(crate) struct Admitted {
    pub(crate) bearer: Bearer,
    pub(crate) account: Account,
    pub(crate) spent: Spent,
}

/// Lets a reading call pass, or answers why not.
pub(crate) fn admit(shared: &Shared, call: &Call, need: Need) -> Result<Admitted, Box<Reply>> {
    let spent = toll(shared, call)?;
    let judged = shared.read(|world, now| {
        let bearer = world.judge(call.token(), need, now)?;
        let account = world.accounts.get(&bearer.account_id).cloned();
        Ok((bearer, account))
    });
    match judged {
        Ok((bearer, Some(account))) => {
            let spent = Spent {
                account_id: Some(account.id.clone()),
                ..spent
            };
            Ok(Admitted {
                bearer,
                account,
                spent,
            })
        }
        Ok((_, None)) => Err(Box::new(graph_error(
            shared,
            &spent,
            &GraphError::token_unreadable(),
        ))),
        Err(refused) => Err(Box::new(denial(shared, &spent, refused))),
    }
}

/// Checks the method and the parameters v26.0 forbids, and counts the call towards the app's
/// limit.
pub(crate) fn toll(shared: &Shared, call: &Call) -> Result<Spent, Box<Reply>> {
    let refuse = |spent: &Spent, error| Err(Box::new(graph_error(shared, spent, &error)));
    if call.method != Method::GET {
        return refuse(
            &Spent::default(),
            GraphError::unsupported_method(call.method.as_str()),
        );
    }
    if call.query.get("date_format").is_some() {
        let message = "Invalid parameter: date_format is not supported in this version";
        return refuse(&Spent::default(), GraphError::bad_parameter(message));
    }
    let known = shared.read(|world, now| {
        let app_id = world.app_of(call.token())?.to_owned();
        let calls = world.manner.hourly_calls?;
        Some((
            app_id.clone(),
            u64::from(calls) * world.connected(&app_id).max(1),
            now,
        ))
    });
    let Some((app_id, allowed, now)) = known else {
        return Ok(Spent::default());
    };
    let made = shared.usage().count(&app_id, now);
    let spent = Spent {
        app_percent: Some((made * 100 / allowed.max(1)).min(100)),
        account_id: None,
    };
    if made > allowed {
        return refuse(&spent, GraphError::app_limited());
    }
    Ok(spent)
}

/// Whether `node` is the token's own account: `me`, its `user_id`, or its app-scoped id.
pub(crate) fn is_own(admitted: &Admitted, node: &str) -> bool {
    let Admitted {
        bearer, account, ..
    } = admitted;
    node == "me" || node == account.id || node == account.scoped_id(&bearer.app_id)
}

/// The part of `whole` that `fields` asks for, and `id` always. A name that no such object has is
/// an error; one that only this object lacks is left out.
pub(crate) fn pick(
    whole: &Map<String, Value>,
    query: &Params,
    possible: &[&str],
    node_type: &str,
) -> Result<Map<String, Value>, GraphError> {
    let mut picked = Map::new();
    for field in query
        .get("fields")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
    {
        if field.is_empty() {
            continue;
        }
        if !possible.contains(&field) {
            return Err(GraphError::unknown_field(field, node_type));
        }
        if let Some(value) = whole.get(field) {
            picked.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(id) = whole.get("id") {
        picked.insert("id".to_owned(), id.clone());
    }
    Ok(picked)
}

/// Every address Instagram Login does not have. Permissions cannot be listed or withdrawn and no
/// token inspected (Meta platform reference, A7, A10).
pub(crate) fn other(shared: &Shared, call: &Call) -> Reply {
    let error = if call.path.ends_with("permissions") || call.method != Method::GET {
        GraphError::unsupported_method(call.method.as_str())
    } else {
        GraphError::unknown_path(&call.path)
    };
    graph_error(shared, &Spent::default(), &error)
}
