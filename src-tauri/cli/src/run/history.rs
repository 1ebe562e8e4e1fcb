//! `history`: the journal.

use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::session::{Session, text};

/// Lines asked for at once.
const PAGE: usize = 200;

pub(super) async fn history(
    global: &Global,
    named: Option<&str>,
    csv: bool,
    limit: usize,
) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let account = match named {
        Some(named) => Some(session.picture().await?.id(named)?),
        None => None,
    };
    let mut lines: Vec<Value> = Vec::new();
    while lines.len() < limit {
        let before = lines.last().map(|line| text(line, "id").to_owned());
        let wanted = (limit - lines.len()).min(PAGE);
        let command =
            json!({ "do": "history", "account_id": account, "before": before, "limit": wanted });
        let Value::Array(page) = session.run(command).await? else {
            break;
        };
        let last = page.len() < wanted;
        lines.extend(page);
        if last {
            break;
        }
    }
    session.end().await;
    if global.json {
        output::document(&Value::Array(lines));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let head = ["at", "username", "kind", "cause", "details"];
    if csv {
        output::print(&head.join(","));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| engine::csv_cell(cell)).collect();
            output::print(&cells.join(","));
        }
    } else {
        output::table(&head, &rows);
    }
    Ok(Exit::Done)
}

fn row(line: &Value) -> Vec<String> {
    let cause = line
        .pointer("/diagnosis/cause")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let params = line.get("params").and_then(Value::as_object);
    let details: Vec<String> = params
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    vec![
        text(line, "at").to_owned(),
        text(line, "username").to_owned(),
        text(line, "kind").to_owned(),
        cause.to_owned(),
        details.join(" "),
    ]
}
