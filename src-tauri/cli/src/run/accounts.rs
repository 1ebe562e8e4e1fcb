//! `list`, `renew`, `check`.

use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure, of_status, worse};
use crate::output;
use crate::session::{Session, text};

/// The fields of product section 4, in its order; whether access has no end stands in the table's column of the end.
const LISTED: [&str; 9] = [
    "id",
    "username",
    "route",
    "status",
    "expires_at",
    "renew_due_at",
    "last_checked_at",
    "cause",
    "endless",
];

pub(super) async fn list(global: &Global) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let picture = session.picture().await?;
    session.end().await;
    let accounts: Vec<Value> = picture.accounts.iter().map(listed).collect();
    if global.json {
        output::document(&Value::Array(accounts));
        return Ok(Exit::Done);
    }
    let [columns @ .., _] = LISTED;
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .map(|account| columns.iter().map(|key| cell(account, key)).collect())
        .collect();
    if rows.is_empty() {
        output::progress(global, "No accounts yet. `relink connect` adds one.");
    } else {
        output::table(&columns, &rows);
    }
    Ok(Exit::Done)
}

pub(super) async fn check(global: &Global, named: &[String]) -> Result<Exit, Failure> {
    ask(
        global,
        named,
        |ids| json!({ "do": "check", "ids": ids }),
        "checking",
    )
    .await
}

pub(super) async fn renew(global: &Global, named: &[String], all: bool) -> Result<Exit, Failure> {
    let due_only = named.is_empty() && !all;
    let mut session = Session::begin(global).await?;
    let before = session.picture().await?;
    let ids = before.ids(named)?;
    output::progress(global, "renewing …");
    session
        .run(json!({ "do": "renew", "ids": ids, "due_only": due_only }))
        .await?;
    session.run(json!({ "do": "settle", "ids": ids })).await?;
    let after = session.picture().await?;
    session.end().await;
    let mut end = Exit::Done;
    let mut results = Vec::new();
    for account in after
        .accounts
        .iter()
        .filter(|account| account_is_meant(account, &ids))
    {
        let was = before.account(text(account, "id"));
        let renewed =
            was.map(|was| text(was, "last_renewed_at")) != Some(text(account, "last_renewed_at"));
        let failures = |value: &Value| value.get("renewal_failures").and_then(Value::as_u64);
        let refused = failures(account) > was.and_then(failures);
        let lost = matches!(text(account, "status"), "revoked" | "expired" | "blocked");
        let said = match (renewed, refused || lost) {
            (true, _) => "renewed",
            (false, true) => "refused",
            (false, false) if is_endless(account) => "no_end",
            (false, false) => "not_yet_due",
        };
        if !renewed {
            end = worse(
                end,
                of_status(text(account, "status"), text(account, "cause")),
            );
        }
        if refused {
            end = worse(end, Exit::NoAnswer);
        }
        results.push(json!({
            "id": account.get("id"),
            "username": account.get("username"),
            "result": said,
            "expires_at": account.get("expires_at"),
            "status": account.get("status"),
            "cause": account.get("cause"),
        }));
    }
    report(
        global,
        results,
        &["username", "result", "expires_at", "status", "cause"],
    );
    Ok(end)
}

async fn ask(
    global: &Global,
    named: &[String],
    command: impl FnOnce(&[String]) -> Value,
    doing: &str,
) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let ids = session.picture().await?.ids(named)?;
    output::progress(global, &format!("{doing} …"));
    session.run(command(&ids)).await?;
    session.run(json!({ "do": "settle", "ids": ids })).await?;
    let after = session.picture().await?;
    session.end().await;
    let mut end = Exit::Done;
    let mut results = Vec::new();
    for account in after
        .accounts
        .iter()
        .filter(|account| account_is_meant(account, &ids))
    {
        end = worse(
            end,
            of_status(text(account, "status"), text(account, "cause")),
        );
        results.push(listed(account));
    }
    if after.app.pointer("/banner/code").and_then(Value::as_str) == Some("E-NET") {
        output::say("relink: no internet connection; the accounts are left as they were");
        end = worse(end, Exit::NoAnswer);
    }
    report(
        global,
        results,
        &["username", "status", "cause", "last_checked_at"],
    );
    Ok(end)
}

fn account_is_meant(account: &Value, ids: &[String]) -> bool {
    let removed = text(account, "status") == "removed";
    if ids.is_empty() {
        !removed
    } else {
        ids.iter().any(|id| id == text(account, "id"))
    }
}

fn listed(account: &Value) -> Value {
    let fields = LISTED.iter().map(|key| {
        (
            (*key).to_owned(),
            account.get(*key).cloned().unwrap_or_default(),
        )
    });
    Value::Object(fields.collect())
}

fn report(global: &Global, results: Vec<Value>, columns: &[&str]) {
    if global.json {
        output::document(&Value::Array(results));
        return;
    }
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|row| columns.iter().map(|key| cell(row, key)).collect())
        .collect();
    output::table(columns, &rows);
}

fn is_endless(account: &Value) -> bool {
    account.get("endless").and_then(Value::as_bool) == Some(true)
}

fn cell(value: &Value, key: &str) -> String {
    match text(value, key) {
        "" if key == "expires_at" && is_endless(value) => "no end date".to_owned(),
        "" => "-".to_owned(),
        found => found.to_owned(),
    }
}
