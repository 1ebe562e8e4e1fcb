//! The provider's error inside whatever a program wrapped it in.

use domain::refusal::{ApiError, Envelope};
use serde_json::{Map, Value};

use super::scan;
use crate::envelope;
use crate::json::{self, whole_number};

/// How often a text inside a text is opened: a body quoted in a log line quoted in a report.
const MAX_QUOTING: usize = 4;

/// How many opening brackets of a text are tried as the start of JSON.
const MAX_STARTS: usize = 64;

/// How many values of one document are looked at in all.
const MAX_VALUES: usize = 20_000;

/// The best witness in a document.
pub(super) fn in_value(value: &Value) -> Option<ApiError> {
    let mut search = Search {
        best: None,
        left: MAX_VALUES,
    };
    search.look(value, None, 0);
    search.best.map(|(_, error)| error)
}

/// The best witness among the pieces of JSON inside a text.
pub(super) fn in_text(text: &str) -> Option<ApiError> {
    let mut search = Search {
        best: None,
        left: MAX_VALUES,
    };
    search.open(text, scan::status(text), 0);
    search.best.map(|(_, error)| error)
}

/// Codes of the provider that look like an HTTP status (Meta platform reference, D4).
const ACCESS_CODES: [i64; 7] = [102, 190, 341, 352, 368, 452, 459];

fn is_http(code: u16) -> bool {
    (100..600).contains(&code)
}

struct Search {
    best: Option<(u8, ApiError)>,
    left: usize,
}

impl Search {
    /// Looks at a value and everything below it. `status` is the HTTP status named on the way down.
    fn look(&mut self, value: &Value, status: Option<u16>, quoting: usize) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match value {
            Value::Object(fields) => {
                let status = status_among(fields).or(status);
                self.weigh(fields, status);
                for inner in fields.values() {
                    self.look(inner, status, quoting);
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| self.look(item, status, quoting)),
            Value::String(text) => self.open(text, status, quoting),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Looks at the JSON inside a text, and where there is none at the numbers in its words.
    fn open(&mut self, text: &str, status: Option<u16>, quoting: usize) {
        if quoting == MAX_QUOTING {
            return;
        }
        let mut from = 0;
        for _ in 0..MAX_STARTS {
            let Some(start) = text
                .get(from..)
                .and_then(|rest| rest.find(['{', '[']))
                .map(|at| at + from)
            else {
                break;
            };
            from = start + 1;
            let rest = text.get(start..).unwrap_or_default();
            if json::check_depth(rest.as_bytes()).is_err() {
                continue;
            }
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                from = start + values.byte_offset().max(1);
                self.look(&value, status, quoting + 1);
            }
        }
        if quoting > 0
            && let Some(error) = scan::numbered(text)
        {
            self.keep(3, error, status);
        }
    }

    fn weigh(&mut self, fields: &Map<String, Value>, status: Option<u16>) {
        if envelope::looks_like_graph(fields) {
            if let Some(error) = envelope::graph(fields) {
                self.keep(6, error, status);
            }
            return;
        }
        match fields.get("error") {
            Some(Value::Object(inner)) => {
                if let Some(error) = envelope::graph(inner) {
                    let worth = if error.code.is_some() { 6 } else { 4 };
                    self.keep(worth, error, status);
                }
                return;
            }
            // Other programs' own "error": what stands inside it is looked at by itself.
            Some(Value::Array(_)) => return,
            Some(_) | None => {}
        }
        if let Some(error) = envelope::read(&Value::Object(fields.clone())) {
            let worth = match error.envelope {
                Envelope::Instagram => 5,
                Envelope::Graph | Envelope::Dialog | Envelope::Text if error.code.is_some() => 4,
                Envelope::Graph | Envelope::Dialog | Envelope::Text => 2,
            };
            self.keep(worth, error, status);
        } else if let Some(error) = envelope::graph(fields) {
            self.plain(error, status);
        }
    }

    /// `{"message":"…","code":190}`: the least a program prints. A code that is a status is no code.
    fn plain(&mut self, error: ApiError, status: Option<u16>) {
        let code = error
            .code
            .filter(|code| ACCESS_CODES.contains(code) || !u16::try_from(*code).is_ok_and(is_http));
        if code.is_some() {
            self.keep(
                3,
                ApiError {
                    envelope: Envelope::Text,
                    code,
                    ..error
                },
                status,
            );
        } else if let Some(found) = error.message.as_deref().and_then(scan::words) {
            self.keep(1, found, status);
        }
    }

    /// Keeps the first of the best.
    fn keep(&mut self, worth: u8, mut error: ApiError, status: Option<u16>) {
        if self.best.as_ref().is_none_or(|(best, _)| worth > *best) {
            error.http_status = error.http_status.or(status);
            self.best = Some((worth, error));
        }
    }
}

/// The HTTP status that a wrapper names beside the body; in a batch it is called `code`.
fn status_among(fields: &Map<String, Value>) -> Option<u16> {
    let in_batch = fields.contains_key("body").then_some("code");
    [
        "status",
        "statusCode",
        "status_code",
        "http_status",
        "httpStatus",
        "http_code",
    ]
    .into_iter()
    .chain(in_batch)
    .find_map(|key| whole_number(fields.get(key)?))
    .and_then(|status| u16::try_from(status).ok())
    .filter(envelope::is_status)
}
