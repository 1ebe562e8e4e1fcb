//! `add-token`: access made elsewhere, one token or a file of them.

use serde_json::{Value, json};

use super::connect::{app_id, told};
use crate::args::{Global, RouteArg};
use crate::exit::{Exit, Failure, worse};
use crate::session::{Session, text};
use crate::{input, output};

const COLUMNS: [&str; 5] = ["line", "result", "username", "account_id", "cause"];

pub(super) async fn add(
    global: &Global,
    route: RouteArg,
    app: Option<&str>,
) -> Result<Exit, Failure> {
    let given = input::tokens("Token: ")?;
    let app = app.map(|named| app_id(route.code(), named));
    match (route, single(&given)) {
        (RouteArg::Instagram, Some(token)) => add_one(global, route, app, token).await,
        // One person's token may bring many accounts, and not all of them.
        _ => add_all(global, route, app, &given).await,
    }
}

/// The one token, where there is one and nothing else.
fn single(given: &str) -> Option<&str> {
    let lines = given.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (first, second) = (lines.next()?, lines.next());
    (second.is_none() && !first.contains([',', ';', '\t'])).then_some(first)
}

async fn add_one(
    global: &Global,
    route: RouteArg,
    app: Option<String>,
    token: &str,
) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let before: Vec<String> = session
        .picture()
        .await?
        .accounts
        .iter()
        .map(stamp)
        .collect();
    session
        .run(json!({ "do": "add_token", "route": route.code(), "app": app, "token": token }))
        .await?;
    let picture = session.picture().await?;
    session.end_saved().await?;
    if let Some(account) = picture
        .accounts
        .iter()
        .find(|account| !before.contains(&stamp(account)))
    {
        told(global, account);
    }
    Ok(Exit::Done)
}

async fn add_all(
    global: &Global,
    route: RouteArg,
    app: Option<String>,
    given: &str,
) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    output::progress(global, "asking for each line …");
    let command = json!({ "do": "add_tokens", "route": route.code(), "app": app, "text": given });
    let reply = session.run(command).await?;
    session.end_saved().await?;
    let lines = reply.as_array().cloned().unwrap_or_default();
    let end = lines.iter().map(|line| of_result(text(line, "result")));
    let end = end.fold(Exit::Done, worse);
    if global.json {
        output::document(&Value::Array(lines));
        return Ok(end);
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| COLUMNS.iter().map(|key| cell(line.get(*key))).collect())
        .collect();
    output::table(&COLUMNS, &rows);
    Ok(end)
}

fn stamp(account: &Value) -> String {
    format!("{} {}", text(account, "id"), text(account, "connected_at"))
}

fn cell(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) | None => "-".to_owned(),
    }
}

fn of_result(result: &str) -> Exit {
    match result {
        "refused" | "malformed" => Exit::NeedsPerson,
        "no_answer" => Exit::NoAnswer,
        _ => Exit::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_one_column_is_one_token_and_anything_more_is_a_file() {
        assert_eq!(single("IGAAx"), Some("IGAAx"));
        assert_eq!(single("# mine\n\n  IGAAx \r\n"), Some("IGAAx"));
        for file in ["IGAAx\nIGAAy", "anna,IGAAx", "", "# nothing"] {
            assert_eq!(single(file), None, "{file}");
        }
    }
}
