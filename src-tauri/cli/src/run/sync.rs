//! `sync`: fetching what was published.

use std::time::Duration;

use chrono::DateTime;
use engine::clock::SystemClock;
use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure, worse};
use crate::output;
use crate::session::{Picture, Session, text};

/// The pause between two looks at how far it is.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// A wait of Instagram's is sat out up to this long; a longer one ends the command, and the next one goes on from there.
const PATIENCE: chrono::Duration = chrono::Duration::minutes(2);

const COLUMNS: [&str; 6] = ["username", "state", "done", "total", "kept", "cause"];

pub(super) async fn sync(global: &Global, named: &[String]) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let ids = session.picture().await?.ids(named)?;
    session.run(json!({ "do": "sync", "ids": ids })).await?;
    let mut said = Vec::new();
    loop {
        let picture = session.picture().await?;
        let now = progress(&picture, &ids);
        for line in now.iter().filter(|line| !said.contains(*line)) {
            output::progress(global, line);
        }
        said = now;
        if !meant(&picture, &ids).any(goes_on) {
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    // A refusal is followed by the account's own check: what it means is known afterwards.
    session.run(json!({ "do": "settle", "ids": ids })).await?;
    let picture = session.picture().await?;
    session.end().await;
    let mut end = Exit::Done;
    let results: Vec<Value> = meant(&picture, &ids)
        .filter(|account| part(account, "state") != "never")
        .map(|account| {
            end = worse(end, exit_of(account));
            result(account)
        })
        .collect();
    if global.json {
        output::document(&Value::Array(results));
    } else {
        let cell = |row: &Value, key: &str| match row.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => "-".to_owned(),
        };
        let rows: Vec<Vec<String>> = results
            .iter()
            .map(|row| COLUMNS.iter().map(|key| cell(row, key)).collect())
            .collect();
        output::table(&COLUMNS, &rows);
    }
    Ok(end)
}

fn meant<'a>(picture: &'a Picture, ids: &'a [String]) -> impl Iterator<Item = &'a Value> {
    let named = |account: &&Value| ids.is_empty() || ids.iter().any(|id| id == text(account, "id"));
    picture.accounts.iter().filter(named)
}

fn part<'a>(account: &'a Value, key: &str) -> &'a str {
    account.get("sync").map_or("", |sync| text(sync, key))
}

fn goes_on(account: &Value) -> bool {
    match part(account, "state") {
        "running" => true,
        "waiting" => DateTime::parse_from_rfc3339(part(account, "until"))
            .is_ok_and(|until| until.to_utc() - SystemClock.wall() <= PATIENCE),
        _ => false,
    }
}

/// One line for each account that is being read or waits.
fn progress(picture: &Picture, ids: &[String]) -> Vec<String> {
    let line = |account: &Value| {
        let name = text(account, "username");
        let number = |key| account.pointer(key).and_then(Value::as_u64);
        let done = number("/sync/done").unwrap_or_default();
        match (part(account, "state"), number("/sync/total")) {
            ("running", Some(total)) => Some(format!("{name}: {done} of {total}")),
            ("running", None) => Some(format!("{name}: {done} so far")),
            ("waiting", _) => {
                let until = part(account, "until");
                Some(format!("{name}: waiting for Instagram until {until}"))
            }
            _ => None,
        }
    };
    meant(picture, ids).filter_map(line).collect()
}

fn exit_of(account: &Value) -> Exit {
    match part(account, "state") {
        "waiting" => Exit::NoAnswer,
        "failed" => {
            let end = crate::exit::of_status(text(account, "status"), part(account, "cause"));
            if end == Exit::Done { Exit::Failed } else { end }
        }
        _ => Exit::Done,
    }
}

fn result(account: &Value) -> Value {
    let of = |key: &str| account.pointer(key).cloned().unwrap_or_default();
    json!({
        "id": of("/id"),
        "username": of("/username"),
        "state": of("/sync/state"),
        "done": of("/sync/done"),
        "total": of("/sync/total"),
        "kept": of("/kept/media"),
        "cause": of("/sync/cause"),
        "until": of("/sync/until"),
        "last_at": of("/sync/last_at"),
    })
}
