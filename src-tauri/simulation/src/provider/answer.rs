//! Answers as the provider spells them. (Meta platform reference, A4 to A9 and D.)

use meta::far_side::Reply;
use serde_json::{Value, json};

/// The lifetime the provider gives a token, in seconds. (A5.)
pub(super) const LIFETIME_S: i64 = 5_183_944;

const JSON: &str = "application/json; charset=UTF-8";

/// An answer with a JSON body.
pub(super) fn json(status: u16, body: &Value) -> Reply {
    labelled(status, JSON, body.to_string())
}

/// An answer with any body.
pub(super) fn labelled(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply {
        status,
        head: vec![("content-type", content_type.to_owned())],
        body: body.into(),
    }
}

/// An error of the graph. (D1.)
pub(super) fn error(status: u16, code: i64, subcode: Option<i64>, message: &str) -> Reply {
    let mut error = json!({
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "ASimulatedTrace00000000",
    });
    if let (Some(subcode), Some(fields)) = (subcode, error.as_object_mut()) {
        fields.insert("error_subcode".to_owned(), subcode.into());
    }
    json(status, &json!({ "error": error }))
}

/// A long-lived token, with the lifetime as the provider feels like spelling it today.
pub(super) fn long_lived(token: &str, lifetime: Option<Value>) -> Reply {
    let mut body = json!({ "access_token": token, "token_type": "bearer" });
    if let (Some(lifetime), Some(fields)) = (lifetime, body.as_object_mut()) {
        fields.insert("expires_in".to_owned(), lifetime);
    }
    json(200, &body)
}

/// A short-lived token. (A4.)
pub(super) fn short_lived(token: &str, user: &str) -> Reply {
    json(
        200,
        &json!({
            "access_token": token,
            "user_id": user,
            "permissions": [
                "instagram_business_basic",
                "instagram_business_content_publish",
                "instagram_business_manage_insights",
            ],
        }),
    )
}

/// A profile. (A8.)
pub(super) fn profile(user: &str, username: &str, professional: bool) -> Reply {
    let account_type = if professional { "BUSINESS" } else { "PERSONAL" };
    json(
        200,
        &json!({
            "user_id": user,
            "username": username,
            "account_type": account_type,
            "id": "25000000000000001",
        }),
    )
}

/// The publishing quota. (A9.)
pub(super) fn quota() -> Reply {
    let config = json!({ "quota_total": 50, "quota_duration": 86_400 });
    json(
        200,
        &json!({ "data": [{ "quota_usage": 2, "config": config }] }),
    )
}
