//! The control page for people: time, outages, accounts.

mod facebook;

use std::{fmt::Write as _, sync::Arc};

use axum::extract::State;
use serde::Serialize;
use serde_json::json;

use crate::{
    control::{AccountView, Control, Overview},
    pages::html::{control_page, escape},
    reply::Reply,
    scopes,
    shared::Shared,
    time::{self, DAY, HOUR},
    world::{
        AfterAllow, Manner, RefreshBehaviour, TesterRefusal,
        account::{AccountType, OddAnswer},
        change::Change,
        fault::Outage,
        tester::Tester,
    },
};

/// Milliseconds a slow platform or renewal takes when chosen here.
const SLOW_MS: u64 = 3_000;
/// More rows make the page slow; the JSON control has them all.
const ROWS: usize = 200;

/// `GET /control/`.
pub(crate) fn show(State(shared): State<Arc<Shared>>) -> Reply {
    let control = Control::new(shared);
    let overview = control.overview();
    let mut body = String::from(
        "<h1>Sandbox control</h1><p id=\"status\" role=\"status\" class=\"error\"></p>",
    );
    body.push_str(&clock(&overview));
    body.push_str(&platform(&overview));
    body.push_str(&accounts(&control.accounts()));
    body.push_str(&facebook::tables(&control.people(), &control.pages()));
    control_page("Sandbox control", &body)
}

fn clock(overview: &Overview) -> String {
    let mut html = format!(
        "<h2>Time</h2><p>It is <strong id=\"now\">{}</strong> here.</p><div class=\"row\">",
        escape(&time::readable(overview.now))
    );
    for (label, ms) in [
        ("1 hour", HOUR),
        ("1 day", DAY),
        ("1 week", 7 * DAY),
        ("30 days", 30 * DAY),
        ("61 days", 61 * DAY),
    ] {
        let id = format!("advance-{}", ms / HOUR);
        html.push_str(&press(
            "/control/advance",
            &json!({ "ms": ms }),
            &id,
            &format!("+ {label}"),
        ));
    }
    let _ = write!(
        html,
        "</div><form class=\"row\" data-post=\"/control/advance\"><label>Other: \
         <input type=\"number\" name=\"ms\" value=\"6\" data-kind=\"number\" \
         data-times=\"{HOUR}\"> hours</label><button id=\"advance-other\">Move</button></form>"
    );
    html
}

fn platform(overview: &Overview) -> String {
    let faults: Vec<_> = overview
        .faults
        .iter()
        .map(|fault| json!(fault).to_string())
        .collect();
    let faults = if faults.is_empty() {
        "none".to_owned()
    } else {
        faults.join(" · ")
    };
    let outages = [
        ("All is well", Outage::None),
        ("Server errors", Outage::ServerErrors),
        ("Slow by three seconds", Outage::Slow { ms: SLOW_MS }),
        ("Connection cut", Outage::Cut),
        ("Connection cut after the work", Outage::CutAfterwards),
        ("Captive portal", Outage::Portal),
        ("Redirected elsewhere", Outage::Redirect),
        ("App rate limit", Outage::RateLimit),
        ("App blocked", Outage::AppBlocked),
        ("App deleted", Outage::AppDeleted),
    ];
    let manner = |refresh| Manner {
        refresh,
        ..overview.manner
    };
    let renewals = [
        ("the same string", manner(RefreshBehaviour::SameString)),
        (
            "a new string, the old one lives",
            manner(RefreshBehaviour::NewStringOldLives),
        ),
        (
            "a new string, the old one dies",
            manner(RefreshBehaviour::NewStringOldDies),
        ),
    ];
    let testers = [
        (
            "is told on the consent page",
            Manner {
                tester_refusal: TesterRefusal::AtTheConsent,
                ..overview.manner
            },
        ),
        (
            "is refused at every call",
            Manner {
                tester_refusal: TesterRefusal::AtEveryCall,
                ..overview.manner
            },
        ),
    ];
    let returns = [
        (
            "goes back to the app",
            Manner {
                after_allow: AfterAllow::Returns,
                ..overview.manner
            },
        ),
        (
            "stays on a blank page",
            Manner {
                after_allow: AfterAllow::Blank,
                ..overview.manner
            },
        ),
    ];
    let manner = |id: &str, label: &str, options: &[(&'static str, Manner)]| {
        choice(
            "/control/manner",
            id,
            label,
            options,
            Some(&overview.manner),
        )
    };
    format!(
        "<h2>Platform</h2><p>In force: <code id=\"faults\">{}</code></p>{}{}{}{}",
        escape(&faults),
        choice(
            "/control/outage",
            "outage",
            "Let this happen",
            &outages,
            None
        ),
        manner("manner", "A renewal gives", &renewals),
        manner("manner-tester", "Who is no tester", &testers),
        manner("manner-return", "After Allow the browser", &returns),
    )
}

fn accounts(accounts: &[AccountView]) -> String {
    let mut html = String::from(
        "<h2>Accounts</h2><div class=\"table\"><table><thead><tr><th>Account</th><th>Id</th>\
         <th>Kind</th><th>State</th><th>Let something happen</th></tr></thead><tbody>",
    );
    for account in accounts.iter().take(ROWS) {
        let id = escape(&account.id);
        let kind = match account.account_type {
            AccountType::Business => "Business",
            AccountType::Creator => "Creator",
            AccountType::Personal => "Personal",
        };
        let _ = write!(
            html,
            "<tr id=\"row-{id}\"><td><strong>{}</strong><br><span class=\"quiet\">{}</span></td>\
             <td><code>{id}</code></td><td>{kind}</td><td id=\"state-{id}\">{}</td><td>{}</td></tr>",
            escape(&account.username),
            escape(&account.name),
            escape(&state(account)),
            choice(
                &format!("/control/accounts/{id}/apply"),
                &format!("change-{id}"),
                &format!("What happens to {}", account.username),
                &changes(account),
                None,
            )
        );
    }
    html.push_str("</tbody></table></div>");
    if accounts.len() > ROWS {
        let _ = write!(
            html,
            "<p class=\"quiet\">and {} more</p>",
            accounts.len() - ROWS
        );
    }
    html
}

fn state(account: &AccountView) -> String {
    let mut words = vec![match account.token_expires_at {
        Some(end) => format!("connected until {}", time::readable(end)),
        None => "not connected".to_owned(),
    }];
    for (is, word) in [
        (account.checkpoint, "checkpoint"),
        (account.unconfirmed, "unconfirmed"),
        (account.restricted, "restricted"),
        (account.action_blocked, "action blocked"),
        (account.limited_until.is_some(), "rate limited"),
        (account.renewal_fails, "renewal fails"),
        (account.slow_renewal_ms > 0, "slow renewal"),
        (account.answers_oddly, "answers oddly"),
        (account.tester == Tester::Invited, "no role, but invited"),
        (account.tester == Tester::NotInvited, "no role"),
        (account.two_factor, "two-factor on"),
    ] {
        if is {
            words.push(word.to_owned());
        }
    }
    words.extend(
        account
            .withdrawn
            .iter()
            .map(|scope| format!("without {scope}")),
    );
    words.join(", ")
}

fn changes(account: &AccountView) -> Vec<(&'static str, Change)> {
    let odd = OddAnswer {
        status: 418,
        body: "{\"unexpected\":true}".to_owned(),
    };
    vec![
        ("Password changed", Change::PasswordChanged),
        (
            "Two-factor turned on",
            Change::TwoFactorChanged { on: true },
        ),
        ("App removed", Change::AppRemoved),
        ("Logged out", Change::LoggedOut),
        ("Checkpoint", Change::CheckpointSet),
        ("Checkpoint cleared", Change::CheckpointCleared),
        ("E-mail unconfirmed", Change::Unconfirmed),
        ("E-mail confirmed", Change::Confirmed),
        (
            "Publishing permission withdrawn",
            Change::PermissionWithdrawn(scopes::CONTENT_PUBLISH.to_owned()),
        ),
        (
            "Basic permission withdrawn",
            Change::PermissionWithdrawn(scopes::BASIC.to_owned()),
        ),
        ("Permissions restored", Change::PermissionRestored),
        ("Role lost", Change::RoleLost),
        ("Role restored", Change::RoleRestored),
        ("Invited as a tester", Change::TesterInvited),
        ("No tester and not invited", Change::TesterRemoved),
        ("Made personal", Change::MadePersonal),
        ("Made professional", Change::MadeProfessional),
        (
            "Renamed",
            Change::Renamed(format!("{}.new", account.username)),
        ),
        ("Restricted", Change::Restricted),
        ("Restriction lifted", Change::Unrestricted),
        ("Action blocked", Change::ActionBlocked),
        ("Action block lifted", Change::ActionUnblocked),
        (
            "Rate limited for 30 minutes",
            Change::RateLimited { minutes: 30 },
        ),
        ("Rate limit cleared", Change::RateLimitCleared),
        ("Renewal fails", Change::RenewalFails),
        ("Renewal works", Change::RenewalWorks),
        ("Renewal is slow", Change::SlowRenewal(SLOW_MS)),
        ("Renewal is quick", Change::SlowRenewal(0)),
        ("Answers oddly", Change::AnswersOddly(odd)),
        ("Answers normally", Change::AnswersNormally),
    ]
}

/// One button that posts one JSON value.
fn press(post: &str, body: &serde_json::Value, id: &str, label: &str) -> String {
    format!(
        "<form data-post=\"{post}\"><input type=\"hidden\" data-json value=\"{}\">\
         <button id=\"{id}\">{}</button></form>",
        escape(&body.to_string()),
        escape(label)
    )
}

/// A list to choose from; each choice posts its JSON value.
fn choice<T: Serialize + PartialEq>(
    post: &str,
    id: &str,
    label: &str,
    options: &[(impl AsRef<str>, T)],
    chosen: Option<&T>,
) -> String {
    let mut list = String::new();
    for (text, value) in options {
        let selected = if chosen == Some(value) {
            " selected"
        } else {
            ""
        };
        let _ = write!(
            list,
            "<option value=\"{}\"{selected}>{}</option>",
            escape(&json!(value).to_string()),
            escape(text.as_ref())
        );
    }
    let label = escape(label);
    // In the table the column's head is the visible label.
    let (before, after) = if post.ends_with("/apply") {
        (String::new(), "")
    } else {
        (format!("<label>{label}: "), "</label>")
    };
    format!(
        "<form class=\"row\" data-post=\"{post}\">{before}<select id=\"{id}\" data-json \
         aria-label=\"{label}\">{list}</select>{after}<button id=\"{id}-go\" \
         aria-label=\"{label}: apply\">Apply</button></form>"
    )
}
