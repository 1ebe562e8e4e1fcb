//! The person's side of Facebook, under `/www-fb`: log-in, the consent dialog, apps and websites,
//! and the notices a person has to answer.

mod dialog;
mod login;
mod settings;

use std::sync::Arc;

use axum::{
    Router,
    http::HeaderMap,
    routing::{get, post},
};

use crate::{
    pages::{cookie::Cookie, html::encode, with_and_without_slash},
    reply::Reply,
    shared::Shared,
    world::facebook::{Page, Person},
};

const LOGIN: &str = "/www-fb/login/";
const APPS: &str = "/www-fb/settings/";

/// All pages, with and without a slash at the end.
pub(crate) fn router() -> Router<Arc<Shared>> {
    let pages = [
        ("/dialog/oauth", get(dialog::open)),
        ("/{version}/dialog/oauth", get(dialog::open)),
        ("/consent", get(dialog::show).post(dialog::decide)),
        ("/login", get(login::choose).post(login::log_in)),
        ("/logout", post(login::log_out)),
        ("/settings", get(settings::show).post(settings::act)),
    ];
    with_and_without_slash(pages)
}

/// Who is logged in at Facebook in this browser. Instagram's log-in is another one.
fn session(shared: &Shared, headers: &HeaderMap) -> Option<Person> {
    let text = Cookie::Facebook.read(shared, headers)?;
    shared.read(|world, _| world.facebook_session(&text).cloned())
}

/// The way to the log-in page and back to `here`.
fn to_login(status: u16, here: &str) -> Reply {
    Reply::redirect(status, format!("{LOGIN}?next={}", encode(here)))
}

/// Only addresses of these pages may follow a log-in.
fn safe_next(next: Option<&str>) -> &str {
    next.filter(|next| next.starts_with("/www-fb/"))
        .unwrap_or(APPS)
}

/// The Pages a person can tick: those they have a role on, and that are there.
fn pages_of(shared: &Shared, person: &Person) -> Vec<Page> {
    shared.read(|world, _| {
        let held = person.roles.iter().filter(|(_, role)| !role.lost);
        let pages = held.filter_map(|(id, _)| world.facebook.pages.get(id));
        pages.filter(|page| !page.deleted).cloned().collect()
    })
}
