//! The ways through both log-ins as they stand on the wire, field by field, against tables written from the Meta platform
//! reference. The far side is no stand-in with ideas of its own: it only writes down.

mod facebook;
mod instagram;

use std::collections::BTreeMap;

use support::wire::{Asked, Host};

const REGISTERED: &str = "https://connect.example.org/relink/";

/// A request of the table: where, what, and its parameters, all of them.
#[derive(Clone)]
struct Row {
    host: Host,
    method: &'static str,
    path: String,
    query: Vec<(&'static str, String)>,
    form: Vec<(&'static str, String)>,
    /// The whole `Authorization` field; without one there is none.
    authorization: Option<String>,
}

/// Compares what was asked with the table, field by field: these requests, in this order, and no other.
fn held(asked: &[Asked], port: impl Fn(Host) -> u16, table: &[Row]) {
    let paths: Vec<_> = asked.iter().map(|it| (&it.method, &it.path)).collect();
    assert_eq!(asked.len(), table.len(), "{paths:?}");
    for (asked, row) in asked.iter().zip(table) {
        let place = format!("{} {}", row.method, row.path);
        assert_eq!(asked.host, row.host, "{place}");
        assert_eq!(asked.method, row.method, "{place}");
        assert_eq!(asked.path, row.path, "{place}");
        assert_eq!(sorted(&asked.query), sorted(&row.query), "{place}");
        assert_eq!(sorted(&asked.form), sorted(&row.form), "{place}");
        let mut fields: BTreeMap<&str, &str> = asked
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let host = format!("127.0.0.1:{}", port(row.host));
        assert_eq!(fields.remove("host"), Some(host.as_str()), "{place}");
        assert_eq!(
            fields.remove("authorization"),
            row.authorization.as_deref(),
            "{place}"
        );
        let form = "application/x-www-form-urlencoded";
        let kind = (!row.form.is_empty()).then_some(form);
        assert_eq!(fields.remove("content-type"), kind, "{place}");
        assert_eq!(
            fields.remove("content-length").is_some(),
            kind.is_some(),
            "{place}"
        );
        // What says nothing of the person: no cookie, no referrer, no origin, nothing of ours.
        for name in ["accept", "accept-encoding", "user-agent", "connection"] {
            fields.remove(name);
        }
        assert!(fields.is_empty(), "{place}: {fields:?}");
    }
}

fn sorted<K: AsRef<str>>(pairs: &[(K, String)]) -> Vec<(&str, &str)> {
    let mut sorted: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_str()))
        .collect();
    sorted.sort_unstable();
    sorted
}

/// A state as it stands in an address: 32 bytes, base64url.
fn is_state(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    text.len() == 43 && text.chars().all(plain)
}
