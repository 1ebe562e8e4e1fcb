//! The two shapes in which errors come (Meta platform reference, D1 and D2), and the headers that
//! come with every graph answer.

use serde_json::{Value, json};

use crate::{graph_error::GraphError, reply::Reply, shared::Shared, world::judge::Denial};

/// The version graph answers name.
const VERSION: &str = "v26.0";

/// How much of its limit an app has used, and for whom the answer is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spent {
    /// Percent of the app's rolling hour.
    pub(crate) app_percent: Option<u64>,
    /// Account the answer is about.
    pub(crate) account_id: Option<String>,
}

/// A good graph answer.
pub(crate) fn graph_ok(shared: &Shared, spent: &Spent, body: &Value) -> Reply {
    with_usage(Reply::json(200, body), spent, None)
        .with("x-fb-trace-id", shared.trace_id())
        .with("facebook-api-version", VERSION.to_owned())
}

/// A graph error (D1).
pub(crate) fn graph_error(shared: &Shared, spent: &Spent, error: &GraphError) -> Reply {
    let trace = shared.trace_id();
    let mut object = json!({
        "message": error.message,
        "type": error.kind,
        "code": error.code,
        "fbtrace_id": trace,
    });
    if let Some(subcode) = error.subcode {
        object["error_subcode"] = json!(subcode);
    }
    // Only message, type and code are dependable (D1), so a plain error comes without the flag.
    if error.transient || error.subcode.is_some() {
        object["is_transient"] = json!(error.transient);
    }
    if let Some((title, text)) = error.user {
        object["error_user_title"] = json!(title);
        object["error_user_msg"] = json!(text);
    }
    let reply = Reply::json(error.status, &json!({ "error": object }));
    with_usage(reply, spent, error.regain_minutes)
        .with("x-fb-trace-id", trace)
        .with("facebook-api-version", VERSION.to_owned())
        .with("www-authenticate", challenge(error))
}

/// What the world denied, as an answer.
pub(crate) fn denial(shared: &Shared, spent: &Spent, denial: Denial) -> Reply {
    match denial {
        Denial::Error(error, account_id) => {
            let account_id = account_id.or_else(|| spent.account_id.clone());
            graph_error(
                shared,
                &Spent {
                    account_id,
                    ..spent.clone()
                },
                &error,
            )
        }
        Denial::Odd(odd) if serde_json::from_str::<Value>(&odd.body).is_ok() => {
            Reply::text(odd.status, "application/json; charset=UTF-8", odd.body)
        }
        Denial::Odd(odd) => Reply::html(odd.status, odd.body),
    }
}

/// An error of `api.instagram.com` (D2). `code` repeats the HTTP status.
pub(crate) fn api_error(message: &str) -> Reply {
    let body = json!({ "error_type": "OAuthException", "code": 400, "error_message": message });
    Reply::text(400, "application/json; charset=utf-8", body.to_string())
}

fn challenge(error: &GraphError) -> String {
    let kind = if error.code == 190 {
        "invalid_token"
    } else {
        "invalid_request"
    };
    format!(
        "OAuth \"Facebook Platform\" \"{kind}\" \"{}\"",
        error.message
    )
}

fn with_usage(reply: Reply, spent: &Spent, regain_minutes: Option<i64>) -> Reply {
    let mut reply = reply;
    if let Some(percent) = spent.app_percent {
        let usage = json!({
            "call_count": percent, "total_time": percent / 2, "total_cputime": percent / 3,
        });
        reply = reply.with("x-app-usage", usage.to_string());
    }
    if let Some(account_id) = &spent.account_id {
        let calls = if regain_minutes.is_some() { 100 } else { 1 };
        let usage = json!({ account_id: [{
            "type": "instagram",
            "call_count": calls,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": regain_minutes.unwrap_or(0),
        }]});
        reply = reply.with("x-business-use-case-usage", usage.to_string());
    }
    reply
}
