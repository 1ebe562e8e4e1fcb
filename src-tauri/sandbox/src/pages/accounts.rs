//! Manage access (Meta platform reference, A10, A11) and the kind of account.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    pages::{
        form,
        html::{escape, page, person},
        logged_in, safe_next,
    },
    params::Params,
    reply::Reply,
    shared::Shared,
    time,
    world::{account::Account, change::Change, tester::Tester},
};

const MANAGE_ACCESS: &str = "/www/accounts/manage_access/";
const ACCOUNT_TYPE: &str = "/www/accounts/account_type/";

/// `GET /accounts/manage_access/`: active and removed apps, tester invites.
pub(crate) async fn show(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    match logged_in(&shared, &headers, MANAGE_ACCESS) {
        Ok(account) => page(200, "Apps and websites", &overview(&shared, &account)),
        Err(reply) => *reply,
    }
    .into_response()
}

/// `POST /accounts/manage_access/`: `remove=APP_ID`, `accept=invite` for an invite to all apps, or
/// `accept=APP_ID`.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match logged_in(&shared, &headers, MANAGE_ACCESS) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let form = form(&body);
    if let Some(app_id) = form.get("remove") {
        shared.change(|world, _| world.remove_app(&account.id, app_id));
    }
    if let Some(invite) = form.get("accept") {
        shared.change(|world, now| world.accept_invite(&account.id, invite, now));
    }
    Reply::redirect(303, MANAGE_ACCESS.to_owned()).into_response()
}

/// `GET /accounts/account_type/`.
pub(crate) async fn show_type(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Params::parse(query.unwrap_or_default().as_bytes());
    let account = match logged_in(&shared, &headers, ACCOUNT_TYPE) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let (kind, change) = if account.is_professional() {
        (
            "professional",
            "<button id=\"make-personal\" name=\"to\" value=\"personal\">Switch to a personal account</button>",
        )
    } else {
        (
            "personal",
            "<button class=\"primary\" id=\"make-professional\" name=\"to\" value=\"professional\">Switch to a professional account</button>",
        )
    };
    let body = format!(
        "<h1>Account type and tools</h1><div class=\"person\">{}</div>\
         <p>This is a {kind} account.</p><form method=\"post\" action=\"{ACCOUNT_TYPE}\">\
         <input type=\"hidden\" name=\"next\" value=\"{}\">{change}</form>",
        person(&account),
        escape(safe_next(query.get("next")))
    );
    page(200, "Account type and tools", &body).into_response()
}

/// `POST /accounts/account_type/`: `to=professional` or `to=personal`.
pub(crate) async fn switch_type(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match logged_in(&shared, &headers, ACCOUNT_TYPE) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let form = form(&body);
    let change = match form.get("to") {
        Some("personal") => Change::MadePersonal,
        _ => Change::MadeProfessional,
    };
    shared.change(|world, now| world.change(&account.id, change, now));
    Reply::redirect(303, safe_next(form.get("next")).to_owned()).into_response()
}

fn overview(shared: &Shared, account: &Account) -> String {
    let mut body = format!(
        "<h1>Apps and websites</h1><div class=\"person\">{}</div><h2>Active</h2>",
        person(account)
    );
    body.push_str(&apps(shared, account, false));
    body.push_str("<h2>Removed</h2>");
    body.push_str(&apps(shared, account, true));
    body.push_str("<h2>Tester Invites</h2>");
    body.push_str(&invites(shared, account));
    body.push_str(
        "<h2>More</h2><ul><li><a href=\"/www/accounts/two_factor/\">Two-factor authentication</a>\
         </li><li><a href=\"/www/accounts/password/\">Change password</a></li>\
         <li><a href=\"/www/accounts/account_type/\">Account type and tools</a></li>\
         <li><a href=\"/www/challenge/\">Notices about this account</a></li></ul>\
         <form method=\"post\" action=\"/www/accounts/logout/\">\
         <button id=\"switch-account\">Switch account</button></form>",
    );
    body
}

/// Invites that wait: one to all apps, and those to single ones.
fn invites(shared: &Shared, account: &Account) -> String {
    let now = shared.now();
    let mut waiting = Vec::new();
    if account.standing().at(now) == Tester::Invited {
        waiting.push((
            "An app".to_owned(),
            "accept-invite".to_owned(),
            "invite".to_owned(),
        ));
    }
    for app_id in account.testers.keys() {
        if account.tester(app_id, now) == Tester::Invited {
            let app = shared.app(app_id);
            let name = app.map_or_else(|| app_id.clone(), |app| app.name);
            waiting.push((name, format!("accept-invite-{app_id}"), app_id.clone()));
        }
    }
    if waiting.is_empty() {
        return "<p class=\"quiet\" id=\"no-invites\">No invites.</p>".to_owned();
    }
    let mut list = String::new();
    for (name, id, value) in waiting {
        let _ = write!(
            list,
            "<form method=\"post\" action=\"/www/accounts/manage_access/\"><p>{} invites this \
             account as a tester.</p><button class=\"primary\" id=\"{}\" name=\"accept\" \
             value=\"{}\">Accept</button></form>",
            escape(&name),
            escape(&id),
            escape(&value)
        );
    }
    list
}

fn apps(shared: &Shared, account: &Account, removed: bool) -> String {
    let mut list = String::new();
    for (app_id, grant) in account
        .grants
        .iter()
        .filter(|(_, grant)| grant.removed == removed)
    {
        let name = shared.app(app_id);
        let name = name.map_or_else(|| app_id.clone(), |app| app.name);
        let (name, since) = (escape(&name), time::readable(grant.since));
        let app_id = escape(app_id);
        let button = format!(
            "<form method=\"post\" action=\"/www/accounts/manage_access/\"><button class=\"danger\" \
             id=\"remove-{app_id}\" name=\"remove\" value=\"{app_id}\" \
             aria-label=\"Remove {name}\">Remove</button></form>"
        );
        let button = if removed { "" } else { &button };
        let _ = write!(
            list,
            "<li class=\"row\" id=\"app-{app_id}\"><span><strong>{name}</strong><br>\
             <span class=\"quiet\">Since {since}</span></span>{button}</li>"
        );
    }
    if list.is_empty() {
        return "<p class=\"quiet\">None.</p>".to_owned();
    }
    format!("<ul>{list}</ul>")
}
