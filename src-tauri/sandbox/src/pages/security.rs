//! Two-factor, password, and the notices an account has to answer.

use std::sync::Arc;

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
    world::{account::Account, change::Change},
};

const TWO_FACTOR: &str = "/www/accounts/two_factor/";
const PASSWORD: &str = "/www/accounts/password/";
const CHALLENGE: &str = "/www/challenge/";

/// `GET /accounts/two_factor/`.
pub(crate) async fn show_two_factor(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Response {
    let account = match logged_in(&shared, &headers, TWO_FACTOR) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let (state, buttons) = if account.two_factor {
        (
            "on",
            "<button id=\"change\" name=\"do\" value=\"change\">Change the method</button>\
             <button class=\"danger\" id=\"turn-off\" name=\"do\" value=\"off\">Turn off</button>",
        )
    } else {
        (
            "off",
            "<button class=\"primary\" id=\"turn-on\" name=\"do\" value=\"on\">Turn on</button>",
        )
    };
    let body = format!(
        "<h1>Two-factor authentication</h1><div class=\"person\">{}</div>\
         <p>Two-factor authentication is <strong id=\"state\">{state}</strong>.</p>\
         <p class=\"quiet\">Any change here ends the sessions of this account, those of connected \
         apps included.</p><form method=\"post\" action=\"{TWO_FACTOR}\" class=\"row\">{buttons}\
         </form>",
        person(&account)
    );
    page(200, "Two-factor authentication", &body).into_response()
}

/// `POST /accounts/two_factor/`: any change ends the account's tokens with 460.
pub(crate) async fn set_two_factor(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match logged_in(&shared, &headers, TWO_FACTOR) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let on = form(&body).get("do") != Some("off");
    let change = Change::TwoFactorChanged { on };
    shared.change(|world, now| world.change(&account.id, change, now));
    Reply::redirect(303, TWO_FACTOR.to_owned()).into_response()
}

/// `GET /accounts/password/`.
pub(crate) async fn show_password(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let done = Params::parse(query.unwrap_or_default().as_bytes()).is_on("done");
    let account = match logged_in(&shared, &headers, PASSWORD) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let note = if done {
        "<p id=\"done\" role=\"status\">The password was changed.</p>"
    } else {
        ""
    };
    let body = format!(
        "<h1>Change password</h1><div class=\"person\">{}</div>{note}\
         <p class=\"quiet\">There is nothing to type: one press stands for a new password. It ends \
         the sessions of this account, those of connected apps included.</p>\
         <form method=\"post\" action=\"{PASSWORD}\">\
         <button class=\"primary\" id=\"change-password\">Change password</button></form>",
        person(&account)
    );
    page(200, "Change password", &body).into_response()
}

/// `POST /accounts/password/`.
pub(crate) async fn change_password(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Response {
    let account = match logged_in(&shared, &headers, PASSWORD) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    shared.change(|world, now| world.change(&account.id, Change::PasswordChanged, now));
    Reply::redirect(303, format!("{PASSWORD}?done=1")).into_response()
}

/// `GET /challenge/`: what Instagram wants to know before it goes on.
pub(crate) async fn show_challenge(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Params::parse(query.unwrap_or_default().as_bytes());
    let account = match logged_in(&shared, &headers, CHALLENGE) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let questions = questions(&account);
    let body = format!(
        "<h1>Notices about this account</h1><div class=\"person\">{}</div>\
         <form method=\"post\" action=\"{CHALLENGE}\">\
         <input type=\"hidden\" name=\"next\" value=\"{}\">{questions}</form>",
        person(&account),
        escape(safe_next(query.get("next")))
    );
    page(200, "Notices", &body).into_response()
}

/// `POST /challenge/`: one press answers every open notice.
pub(crate) async fn answer_challenge(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match logged_in(&shared, &headers, CHALLENGE) {
        Ok(account) => account,
        Err(reply) => return reply.into_response(),
    };
    let answers = [
        Change::CheckpointCleared,
        Change::Confirmed,
        Change::Unrestricted,
        Change::ActionUnblocked,
    ];
    shared.change(|world, now| {
        for answer in answers {
            world.change(&account.id, answer, now);
        }
    });
    Reply::redirect(303, safe_next(form(&body).get("next")).to_owned()).into_response()
}

fn questions(account: &Account) -> String {
    let open = [
        (
            account.checkpoint,
            "We noticed an unusual log-in. Was this you?",
        ),
        (
            account.unconfirmed,
            "Confirm your e-mail address and phone number.",
        ),
        (
            account.restricted,
            "Your account is restricted. Review what happened.",
        ),
        (
            account.action_blocked,
            "Some of your actions are blocked. Review what happened.",
        ),
    ];
    let open: String = open
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, text)| format!("<li>{text}</li>"))
        .collect();
    if open.is_empty() {
        return "<p id=\"all-clear\">There is nothing to do.</p>".to_owned();
    }
    format!("<ul>{open}</ul><button class=\"primary\" id=\"resolve\">This was me</button>")
}
