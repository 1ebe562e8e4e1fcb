//! The provider's error shapes, read field by field: a field of a wrong type is a missing field.

use domain::refusal::{ApiError, Envelope, named, quoted};
use serde_json::{Map, Value};

use crate::json::{is_true, whole_number};

/// Reads an answer that is, at its top, one of the provider's error shapes.
pub(crate) fn read(value: &Value) -> Option<ApiError> {
    let fields = value.as_object()?;
    match fields.get("error") {
        Some(Value::Object(inner)) => graph(inner),
        Some(Value::String(word)) => Some(bare(word, fields)),
        Some(_) | None => instagram(fields)
            .or_else(|| dialog(fields))
            .or_else(|| private(fields)),
    }
}

/// The inside of `{"error":{…}}` (Meta platform reference, D1).
///
/// Only `message`, `type` and `code` are dependable; one of them must be there. `subcode` and
/// `errorCode`-like spellings are those of other programs and of `debug_token`.
pub(crate) fn graph(fields: &Map<String, Value>) -> Option<ApiError> {
    if let Some(Value::Object(inner)) = fields.get("error") {
        return graph(inner);
    }
    let error = ApiError {
        code: number(fields, &["code", "error_code"]),
        subcode: number(fields, &["error_subcode", "subcode"]),
        error_type: name(fields, &["type", "error_type"]),
        message: text(fields, &["message", "error_message", "error_msg"]),
        user_title: text(fields, &["error_user_title"]),
        user_message: text(fields, &["error_user_msg"]),
        trace_id: name(fields, &["fbtrace_id", "trace_id"]),
        is_transient: fields.get("is_transient").is_some_and(is_true),
        ..ApiError::new(Envelope::Graph)
    };
    let dependable = error.code.is_some() || error.message.is_some() || error.error_type.is_some();
    dependable.then_some(error)
}

/// Whether fields without a wrapping `error` are the inside of one: programs often print only that.
pub(crate) fn looks_like_graph(fields: &Map<String, Value>) -> bool {
    let marks = [
        "fbtrace_id",
        "error_subcode",
        "is_transient",
        "error_user_msg",
    ];
    let typed = fields
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(is_type_name);
    fields.contains_key("code") && (typed || marks.iter().any(|mark| fields.contains_key(*mark)))
}

/// Whether a word is one of the provider's error types (Meta platform reference, D1).
pub(crate) fn is_type_name(word: &str) -> bool {
    let known = [
        "OAuthException",
        "GraphMethodException",
        "IGApiException",
        "THApiException",
    ];
    known.contains(&word) || word == "FacebookApiException"
}

/// `{"error_type","code","error_message"}` (D2). Its `code` is the HTTP status said twice.
fn instagram(fields: &Map<String, Value>) -> Option<ApiError> {
    let error_type = name(fields, &["error_type"])?;
    let status = number(fields, &["code"]);
    let http_status = status
        .and_then(|status| u16::try_from(status).ok())
        .filter(is_status);
    Some(ApiError {
        http_status,
        // A number that is no status would be a code after all.
        code: status.filter(|_| http_status.is_none()),
        subcode: number(fields, &["error_subcode"]),
        error_type: Some(error_type),
        message: text(fields, &["error_message", "message"]),
        trace_id: name(fields, &["fbtrace_id"]),
        is_transient: fields.get("is_transient").is_some_and(is_true),
        ..ApiError::new(Envelope::Instagram)
    })
}

pub(crate) fn is_status(status: &u16) -> bool {
    (300..600).contains(status)
}

/// `{"error_message","error_code"}` (D2, third shape), also the spelling of the oldest interface.
fn dialog(fields: &Map<String, Value>) -> Option<ApiError> {
    let code = number(fields, &["error_code"]);
    let message = text(fields, &["error_message", "error_msg", "error_description"]);
    (code.is_some() || message.is_some()).then(|| ApiError {
        code,
        subcode: number(fields, &["error_subcode"]),
        message,
        ..ApiError::new(Envelope::Dialog)
    })
}

/// `{"error":"word","error_description":"…"}`: what OAuth itself prescribes (RFC 6749, section 5.2).
fn bare(word: &str, fields: &Map<String, Value>) -> ApiError {
    let details = [
        "error_reason",
        "error_description",
        "error_message",
        "message",
    ];
    let mut message = word.to_owned();
    for detail in details
        .into_iter()
        .filter_map(|key| fields.get(key)?.as_str())
    {
        message.push_str(": ");
        message.push_str(detail);
    }
    ApiError {
        code: number(fields, &["error_code"]),
        subcode: number(fields, &["error_subcode"]),
        message: Some(quoted(&message)),
        ..ApiError::new(Envelope::Dialog)
    }
}

/// `{"message":"checkpoint_required","status":"fail"}`: the shape of Instagram's own apps.
fn private(fields: &Map<String, Value>) -> Option<ApiError> {
    let failed = fields.get("status").and_then(Value::as_str) == Some("fail");
    failed.then(|| ApiError {
        message: text(fields, &["message"]),
        user_title: text(fields, &["error_title"]),
        user_message: text(fields, &["error_body", "feedback_message"]),
        ..ApiError::new(Envelope::Dialog)
    })
}

fn number(fields: &Map<String, Value>, keys: &[&str]) -> Option<i64> {
    keys.iter().find_map(|key| whole_number(fields.get(*key)?))
}

fn text(fields: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    string(fields, keys).map(quoted)
}

fn name(fields: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    string(fields, keys).map(named)
}

fn string<'v>(fields: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v str> {
    keys.iter()
        .find_map(|key| fields.get(*key)?.as_str())
        .filter(|text| !text.trim().is_empty())
}
