//! The three calls that give tokens (Meta platform reference, A4, A5, A6).

use axum::http::Method;
use serde_json::{Value, json};

use crate::{
    graph_error::GraphError,
    meta::{
        Call,
        envelope::{Spent, api_error, denial, graph_error, graph_ok},
        graph,
    },
    reply::Reply,
    shared::Shared,
    world::{
        Shape,
        fault::Outage,
        judge::Denial,
        token::{CodeRefusal, Token},
    },
};

/// `POST /oauth/access_token`: code to short-lived token.
pub(crate) fn code(shared: &Shared, call: &Call) -> Reply {
    if call.method != Method::POST {
        // Meta answers GET as if the form were empty.
        return api_error("Missing required field client_id");
    }
    for field in [
        "client_id",
        "client_secret",
        "grant_type",
        "redirect_uri",
        "code",
    ] {
        if call.form.get(field).is_none_or(str::is_empty) {
            return api_error(&format!("Missing required field {field}"));
        }
    }
    let field = |name| call.form.get(name).unwrap_or_default();
    let app = shared.app(field("client_id"));
    let app = app.filter(|app| !shared.read(|world, _| world.faults.has(Outage::AppDeleted, app)));
    let Some(app) = app else {
        return api_error("Invalid platform app");
    };
    if field("grant_type") != "authorization_code" {
        return api_error(&format!("Invalid grant_type: {}", field("grant_type")));
    }
    if field("client_secret") != app.app_secret {
        return api_error("Error validating client secret.");
    }
    let redeemed = shared.change(|world, now| {
        let code = world.redeem_code(field("code"), &app.app_id, field("redirect_uri"), now)?;
        let account = world
            .accounts
            .get(&code.account_id)
            .ok_or(CodeRefusal::NotFound)?;
        let scopes = account
            .effective_scopes(&code.app_id)
            .into_iter()
            .collect::<Vec<_>>();
        let token = world.issue_token(Token::short(&code, now), now);
        Ok((token, code.account_id, scopes, world.manner.token_shape))
    });
    match redeemed {
        Ok((token, account_id, scopes, shape)) => short_lived(&token, &account_id, &scopes, shape),
        Err(CodeRefusal::NotFound) => api_error("Matching code was not found or was already used"),
        Err(CodeRefusal::RedirectDiffers) => api_error(
            "Error validating verification code. Please make sure your redirect_uri is identical \
             to the one you used in the OAuth dialog request",
        ),
    }
}

/// `GET /access_token`: short-lived to long-lived token.
pub(crate) fn long_lived(shared: &Shared, call: &Call) -> Reply {
    let spent = match graph::toll(shared, call) {
        Ok(spent) => spent,
        Err(refused) => return *refused,
    };
    let refuse = |error| graph_error(shared, &spent, &error);
    if call.query.get("grant_type") != Some("ig_exchange_token") {
        return refuse(GraphError::bad_parameter("Invalid grant_type"));
    }
    let Some(secret) = call
        .query
        .get("client_secret")
        .filter(|secret| !secret.is_empty())
    else {
        return refuse(GraphError::bad_parameter("Missing client_secret parameter"));
    };
    // The call names no app; the secret must be that of the token's own. An unknown token is
    // refused further down, whatever the secret.
    let app_id = shared.read(|world, _| world.app_of(call.token()).map(str::to_owned));
    let app = app_id.as_deref().and_then(|app_id| shared.app(app_id));
    if app.is_some_and(|app| app.app_secret != secret) {
        return refuse(GraphError::secret_wrong());
    }
    let longer = shared.change(|world, now| world.lengthen(call.token(), now));
    answer(shared, &spent, longer, 0)
}

/// `GET /refresh_access_token`: sixty more days.
pub(crate) fn refresh(shared: &Shared, call: &Call) -> Reply {
    let spent = match graph::toll(shared, call) {
        Ok(spent) => spent,
        Err(refused) => return *refused,
    };
    if call.query.get("grant_type") != Some("ig_refresh_token") {
        let error = GraphError::bad_parameter("Invalid grant_type");
        return graph_error(shared, &spent, &error);
    }
    let (extended, delay_ms) = shared.change(|world, now| {
        let delay_ms = world.renewal_delay(call.token());
        (world.extend(call.token(), now), delay_ms)
    });
    answer(shared, &spent, extended, delay_ms)
}

fn answer(
    shared: &Shared,
    spent: &Spent,
    outcome: Result<(String, i64), Denial>,
    delay_ms: u64,
) -> Reply {
    let reply = match outcome {
        Ok((token, seconds)) => {
            let body =
                json!({ "access_token": token, "token_type": "bearer", "expires_in": seconds });
            graph_ok(shared, spent, &body)
        }
        Err(refused) => denial(shared, spent, refused),
    };
    Reply { delay_ms, ..reply }
}

fn short_lived(token: &str, account_id: &str, scopes: &[String], shape: Shape) -> Reply {
    let body = match shape {
        Shape::Live => json!({
            "access_token": token,
            // A number beyond 2^53, as Meta sends it: a float loses its last digit.
            "user_id": account_id.parse::<u64>().map_or(Value::Null, Value::from),
            "permissions": scopes,
        }),
        Shape::Documented => json!({ "data": [{
            "access_token": token,
            "user_id": account_id,
            "permissions": scopes.join(","),
        }]}),
    };
    Reply::text(200, "application/json; charset=utf-8", body.to_string())
}
