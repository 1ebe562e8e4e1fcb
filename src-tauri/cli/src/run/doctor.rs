//! `doctor`: everything Relink depends on, a line each, with what to do.

mod apps;

use serde_json::{Value, json};

use self::apps::meta_apps;
use crate::args::Global;
use crate::exit::{Exit, Failure, worse};
use crate::output;
use crate::session::{Session, choice, text};

/// One line of the report.
struct Finding {
    what: &'static str,
    good: bool,
    said: String,
    todo: &'static str,
    exit: Exit,
}

pub(super) async fn doctor(global: &Global) -> Result<Exit, Failure> {
    let endpoints = choice(global).endpoints()?;
    let mut session = Session::begin(global).await?;
    let asked = session.run(json!({ "do": "check", "ids": [] })).await;
    if asked.is_ok() {
        session.run(json!({ "do": "settle", "ids": [] })).await?;
    }
    let picture = session.look().await?;
    session.end().await;
    let mut findings = vec![database(&picture.app), key(&picture.app)];
    findings.extend(meta_apps(&picture.app, &endpoints).await);
    findings.push(network(&picture.app, &endpoints).await);
    findings.push(clock(&picture.app));
    findings.push(accounts(&picture.accounts));
    let end = findings
        .iter()
        .filter(|found| !found.good)
        .fold(Exit::Done, |end, found| worse(end, found.exit));
    if global.json {
        let lines = findings.iter().map(|found| {
            json!({ "what": found.what, "good": found.good, "said": found.said, "todo": (!found.good).then_some(found.todo) })
        });
        output::document(&Value::Array(lines.collect()));
    } else {
        for found in &findings {
            let mark = if found.good { "ok " } else { "!! " };
            let todo = if found.good {
                String::new()
            } else {
                format!(" → {}", found.todo)
            };
            output::print(&format!("{mark} {}: {}{todo}", found.what, found.said));
        }
    }
    Ok(end)
}

fn database(app: &Value) -> Finding {
    let bad = app
        .get("unreadable")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let reason = app.pointer("/obstacle/reason").and_then(Value::as_str);
    let reason = reason.or((bad > 0).then_some("accounts_that_cannot_be_read"));
    Finding {
        what: "data",
        good: reason.is_none(),
        said: reason.map_or_else(
            || text(app, "data_dir").to_owned(),
            |reason| reason.replace('_', " "),
        ),
        todo: match reason {
            Some("newer_version") => "install the newer version of Relink that wrote it",
            Some("no_space") => "free some space on the disk",
            _ => "open Relink's window and restore the last backup",
        },
        exit: Exit::Failed,
    }
}

fn key(app: &Value) -> Finding {
    let state = app
        .pointer("/key/state")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Finding {
        what: "key store",
        good: matches!(state, "ready" | "not_needed_yet"),
        said: state.replace('_', " "),
        todo: match state {
            "passphrase_needed" => "name a file with --passphrase-file",
            "keychain_locked" | "keychain_waiting" => "unlock the key store",
            "keychain_absent" => "start a key store, or run `relink settings key passphrase`",
            "keychain_denied" => "allow Relink to use the key store",
            _ => {
                "restore the key store's entry, or run `relink settings key …` to begin anew and reconnect"
            }
        },
        exit: Exit::NoKey,
    }
}

async fn network(app: &Value, endpoints: &meta::Endpoints) -> Finding {
    let graph = &endpoints.instagram.graph;
    let place = (
        graph.host_str().unwrap_or_default().to_owned(),
        graph.port_or_known_default().unwrap_or(443),
    );
    let wait = std::time::Duration::from_secs(10);
    let reached = tokio::time::timeout(wait, tokio::net::TcpStream::connect(place.clone())).await;
    let offline = app.pointer("/banner/code").and_then(Value::as_str) == Some("E-NET");
    Finding {
        what: "network",
        good: matches!(reached, Ok(Ok(_))) && !offline,
        said: format!("{} port {}", place.0, place.1),
        todo: "look at the connection, the firewall and the proxy",
        exit: Exit::NoAnswer,
    }
}

fn clock(app: &Value) -> Finding {
    let minutes = (app.pointer("/banner/code").and_then(Value::as_str) == Some("E-CLOCK"))
        .then(|| app.pointer("/banner/minutes").and_then(Value::as_i64))
        .flatten();
    Finding {
        what: "clock",
        good: minutes.is_none(),
        said: minutes.map_or_else(
            || "agrees with Instagram".to_owned(),
            |off| format!("off by {off} minutes"),
        ),
        todo: "set the computer's clock",
        exit: Exit::Failed,
    }
}

fn accounts(accounts: &[Value]) -> Finding {
    let urgent = ["blocked", "revoked", "expired", "limited", "renewal_late"];
    let live = accounts
        .iter()
        .filter(|account| text(account, "status") != "removed")
        .count();
    let need = accounts
        .iter()
        .filter(|account| urgent.contains(&text(account, "status")))
        .count();
    Finding {
        what: "accounts",
        good: need == 0,
        said: format!("{live}, of which {need} need you"),
        todo: "run `relink list`, then `relink connect --account ID`",
        exit: Exit::NeedsPerson,
    }
}
