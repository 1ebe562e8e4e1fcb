//! `connect`.

use engine::command::ErrorCode;
use serde_json::{Value, json};

use crate::args::{DoorArg, Global, RouteArg};
use crate::exit::{Exit, Failure};
use crate::session::{Picture, Session, text};
use crate::{input, output};

/// What was typed.
pub(super) struct Wanted {
    pub(super) route: RouteArg,
    pub(super) app: Option<String>,
    pub(super) door: Option<DoorArg>,
    pub(super) account: Option<String>,
    pub(super) pages: Vec<String>,
    pub(super) no_browser: bool,
}

pub(super) async fn connect(global: &Global, wanted: Wanted) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let route = wanted.route.code();
    let (mut expected, mut app) = (None, None);
    if wanted.account.is_some() || wanted.app.is_some() {
        let picture = session.picture().await?;
        let id = |named: &String| picture.id(named);
        expected = wanted.account.as_ref().map(id).transpose()?;
        app = wanted.app.as_deref().map(|named| app_id(route, named));
    }
    let command = json!({
        "do": "connect", "route": route, "expected": expected, "browser": !wanted.no_browser,
        "app": app, "door": wanted.door.map(DoorArg::code),
    });
    let reply = session.run(command).await?;
    if let Some(address) = reply.get("consent_address").and_then(Value::as_str) {
        // The one thing that is printed even when quiet: without it nothing can go on.
        output::say(&format!(
            "Open this address in a browser, within ten minutes:\n{address}"
        ));
    }
    let opened = session.look().await?.app;
    match opened.pointer("/attempt/door").and_then(Value::as_str) {
        Some("paste") => paste(global, &mut session).await?,
        Some(_) | None => output::progress(global, "waiting for the browser …"),
    }
    let stopped = tokio::select! {
        done = session.run(json!({ "do": "await_attempt" })) => { done?; false }
        _ = tokio::signal::ctrl_c() => true,
    };
    if stopped {
        session.run(json!({ "do": "cancel_attempt" })).await?;
        session.end().await;
        return Ok(Exit::Failed);
    }
    choose(global, &mut session, &wanted.pages).await?;
    let picture = session.picture().await?;
    let attempt = picture.app.get("attempt").cloned().unwrap_or_default();
    session.run(json!({ "do": "cancel_attempt" })).await?;
    session.end_saved().await?;
    let found = attempt.get("account_id").and_then(Value::as_str);
    match found.and_then(|id| picture.account(id)) {
        Some(account) if text(&attempt, "phase") == "done" => {
            let left = unanswered(&attempt);
            match through_pages(&attempt, &picture) {
                came if came.len() + left.len() > 1 => told_all(global, &came, &left),
                _ => told(global, account),
            }
            Ok(if left.is_empty() {
                Exit::Done
            } else {
                Exit::NeedsPerson
            })
        }
        Some(_) | None => {
            let outcome = text(&attempt, "outcome");
            if global.json {
                output::document(&json!({
                    "outcome": outcome,
                    "missing_scopes": attempt.get("missing_scopes"),
                    "returned": attempt.get("returned"),
                    "pages": attempt.get("pages"),
                    "evidence": attempt.get("evidence"),
                }));
            }
            output::say(&format!("relink: not connected: {outcome}"));
            Ok(of_outcome(outcome))
        }
    }
}

/// On the Facebook route several Pages may have come: those that were named are chosen, or those that a line of
/// standard input names.
async fn choose(global: &Global, session: &mut Session, named: &[String]) -> Result<(), Failure> {
    let app = session.look().await?.app;
    let attempt = app.get("attempt").cloned().unwrap_or_default();
    if text(&attempt, "phase") != "pages" {
        return Ok(());
    }
    let offered = attempt.get("pages").and_then(Value::as_array);
    let offered = offered.cloned().unwrap_or_default();
    let mut wanted = named.to_vec();
    if wanted.is_empty() {
        let columns = ["page_id", "page_name", "username", "state"];
        let cell = |page: &Value, key: &&str| text(page, key).to_owned();
        for page in &offered {
            let cells = columns.iter().map(|key| cell(page, key));
            output::say(&cells.collect::<Vec<_>>().join("  "));
        }
        output::progress(
            global,
            "which Pages? their ids with spaces between, then Enter:",
        );
        let line = input::line()?.unwrap_or_default();
        wanted = line.split_whitespace().map(str::to_owned).collect();
    }
    let mut ids = Vec::new();
    for name in &wanted {
        let name = name.trim_start_matches('@');
        let is_it = |page: &&Value| {
            let keys = ["page_id", "page_name", "username", "account_id"];
            keys.iter().any(|key| text(page, key) == name)
        };
        match offered.iter().find(is_it) {
            Some(page) => ids.push(text(page, "page_id").to_owned()),
            None => {
                let sentence = format!("no Page that came back is called {name}");
                return given_up(session, sentence).await;
            }
        }
    }
    match session
        .run(json!({ "do": "choose_pages", "ids": ids }))
        .await
    {
        Ok(_) => {
            // Each is asked with its own token before anything is connected.
            session.run(json!({ "do": "await_attempt" })).await?;
            Ok(())
        }
        Err(ErrorCode::InvalidInput) => {
            let sentence = "no Page was named, or one that cannot be used".to_owned();
            given_up(session, sentence).await
        }
        Err(code) => Err(code.into()),
    }
}

async fn given_up(session: &mut Session, sentence: String) -> Result<(), Failure> {
    session.run(json!({ "do": "cancel_attempt" })).await?;
    Err(Failure::usage(sentence))
}

/// The accounts that came with their Pages.
fn through_pages<'a>(attempt: &Value, picture: &'a Picture) -> Vec<&'a Value> {
    let pages = attempt.get("pages").and_then(Value::as_array);
    let ids = pages
        .into_iter()
        .flatten()
        .map(|page| text(page, "account_id"));
    ids.filter_map(|id| picture.account(id)).collect()
}

/// The chosen Pages whose accounts did not come: they keep the access they have.
fn unanswered(attempt: &Value) -> Vec<Value> {
    let pages = attempt.get("unanswered").and_then(Value::as_array);
    let left = pages.into_iter().flatten().map(|page| {
        json!({
            "id": page.get("account_id"),
            "username": page.get("username"),
            "result": "not_connected",
            "page_id": page.get("page_id"),
            "page_name": page.get("page_name"),
        })
    });
    left.collect()
}

/// Accounts that came, and those that were `left` with the access they have.
fn told_all(global: &Global, came: &[&Value], left: &[Value]) {
    if global.json {
        let came = came.iter().map(|account| fields(account));
        output::document(&Value::Array(came.chain(left.iter().cloned()).collect()));
        return;
    }
    came.iter().for_each(|account| told(global, account));
    for page in left {
        output::say(&format!(
            "@{} was not connected: its Page {} did not answer to this sign-in",
            text(page, "username"),
            text(page, "page_name")
        ));
    }
}

/// Reads addresses, a line each, until one is the answer; a wrong one is named and asked for again.
async fn paste(global: &Global, session: &mut Session) -> Result<(), Failure> {
    loop {
        output::progress(global, "paste the address from the browser, then Enter:");
        let Some(address) = input::line()? else {
            session.run(json!({ "do": "cancel_attempt" })).await?;
            return Err(Failure::usage(
                "no address that answers this attempt came".to_owned(),
            ));
        };
        session
            .run(json!({ "do": "submit_callback", "address": address }))
            .await?;
        let app = session.look().await?.app;
        let attempt = app.get("attempt").cloned().unwrap_or_default();
        if text(&attempt, "phase") != "waiting" {
            return Ok(());
        }
        output::say(&format!(
            "relink: this is not the answer: {}",
            text(&attempt, "last_rejection")
        ));
    }
}

/// What commands name an app by: an app id alone stands for the one of the route.
pub(super) fn app_id(route: &str, named: &str) -> String {
    if named.contains(':') {
        named.to_owned()
    } else {
        format!("{route}:{named}")
    }
}

pub(super) fn told(global: &Global, account: &Value) {
    if global.json {
        output::document(&fields(account));
    } else {
        output::print(&format!("@{} is connected.", text(account, "username")));
    }
}

fn fields(account: &Value) -> Value {
    let shown = ["id", "username", "route", "status", "expires_at", "endless"];
    let pair = |key: &str| {
        let value = account.get(key).cloned().unwrap_or_default();
        (key.to_owned(), value)
    };
    Value::Object(shown.into_iter().map(pair).collect())
}

fn of_outcome(outcome: &str) -> Exit {
    match outcome {
        "network_error" | "provider_fault" | "no_answer" => Exit::NoAnswer,
        "key_unavailable" => Exit::NoKey,
        "wrong_account" | "scope_rejected" | "instagram_no_business_account" => Exit::NeedsPerson,
        _ => Exit::Failed,
    }
}
