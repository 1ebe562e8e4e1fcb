//! The person's side of the platform: log-in, consent, manage access, two-factor, password,
//! challenge. Served under `/www` and, for addresses built from the host alone, at the root.

pub(crate) mod accounts;
pub(crate) mod assets;
pub(crate) mod cookie;
pub(crate) mod dialog;
pub(crate) mod facebook;
pub(crate) mod html;
pub(crate) mod login;
pub(crate) mod oauth;
pub(crate) mod security;

use std::sync::Arc;

use axum::{
    Router,
    http::HeaderMap,
    routing::{MethodRouter, get, post},
};

use cookie::Cookie;

use crate::{
    params::Params,
    reply::Reply,
    shared::Shared,
    world::{Session, account::Account},
};

/// All pages, with and without a slash at the end, as Instagram answers both.
pub(crate) fn router() -> Router<Arc<Shared>> {
    let pages = [
        ("/oauth/authorize", get(oauth::authorize)),
        ("/oauth/consent", get(oauth::show).post(oauth::decide)),
        ("/accounts/login", get(login::choose).post(login::log_in)),
        ("/accounts/logout", post(login::log_out)),
        (
            "/accounts/manage_access",
            get(accounts::show).post(accounts::act),
        ),
        (
            "/accounts/account_type",
            get(accounts::show_type).post(accounts::switch_type),
        ),
        (
            "/accounts/two_factor",
            get(security::show_two_factor).post(security::set_two_factor),
        ),
        (
            "/accounts/password",
            get(security::show_password).post(security::change_password),
        ),
        (
            "/challenge",
            get(security::show_challenge).post(security::answer_challenge),
        ),
    ];
    with_and_without_slash(pages)
}

/// Each page under its path, and under the same with a slash at the end.
fn with_and_without_slash<const N: usize>(
    pages: [(&str, MethodRouter<Arc<Shared>>); N],
) -> Router<Arc<Shared>> {
    pages
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router
                .route(path, methods.clone())
                .route(&format!("{path}/"), methods)
        })
}

/// The browser's log-in, if it has one.
pub(crate) fn session(shared: &Shared, headers: &HeaderMap) -> Option<Session> {
    let text = Cookie::Instagram.read(shared, headers)?;
    shared.read(|world, _| world.session(&text).cloned())
}

/// The account that is logged in, or the way to the log-in page and back to `here`.
pub(crate) fn logged_in(
    shared: &Shared,
    headers: &HeaderMap,
    here: &str,
) -> Result<Account, Box<Reply>> {
    let account = session(shared, headers).and_then(|session| {
        shared.read(|world, _| world.accounts.get(&session.account_id).cloned())
    });
    account.ok_or_else(|| {
        let next = html::encode(here);
        Box::new(Reply::redirect(
            302,
            format!("/www/accounts/login/?next={next}"),
        ))
    })
}

/// Reads a form of one of our own pages.
pub(crate) fn form(body: &[u8]) -> Params {
    Params::parse(body)
}

/// Only addresses of these pages may follow a log-in.
pub(crate) fn safe_next(next: Option<&str>) -> &str {
    next.filter(|next| next.starts_with("/www/"))
        .unwrap_or("/www/accounts/manage_access/")
}
