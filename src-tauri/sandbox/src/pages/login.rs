//! The log-in chooser. Nobody types a password: the person picks who they are.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    pages::{
        cookie::Cookie,
        form,
        html::{encode, error_page, escape, page, person},
        safe_next,
    },
    params::Params,
    shared::Shared,
    world::Session,
};

/// `GET /accounts/login/?next=…[&fb=1][&via=facebook]`.
pub(crate) async fn choose(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Params::parse(query.unwrap_or_default().as_bytes());
    let next = safe_next(query.get("next"));
    let via_facebook = query.get("via") == Some("facebook");
    let mut body = String::from(if via_facebook {
        "<h1>Log in with Facebook</h1>"
    } else {
        "<h1>Who are you?</h1>"
    });
    let via = if via_facebook {
        "facebook"
    } else {
        "instagram"
    };
    let next_text = escape(next);
    let _ = write!(
        body,
        "<p class=\"quiet\">Pick the account to log in with. On Instagram this would be the log-in \
         form.</p><form method=\"post\" action=\"/www/accounts/login/\">\
         <input type=\"hidden\" name=\"next\" value=\"{next_text}\">\
         <input type=\"hidden\" name=\"via\" value=\"{via}\"><ul>"
    );
    shared.read(|world, _| {
        for account in world.accounts.values() {
            let _ = write!(
                body,
                "<li><button class=\"person\" id=\"account-{id}\" name=\"account\" \
                 value=\"{id}\">{person}</button></li>",
                id = escape(&account.id),
                person = person(account)
            );
        }
    });
    body.push_str("</ul></form>");
    if query.is_on("fb") && !via_facebook {
        let _ = write!(
            body,
            "<p><a id=\"facebook\" href=\"/www/accounts/login/?via=facebook&amp;next={}\">\
             Log in with Facebook</a></p>",
            escape(&encode(next))
        );
    }
    page(200, "Log in", &body).into_response()
}

/// `POST /accounts/login/`: the browser's log-in is this account from now on.
pub(crate) async fn log_in(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let form = form(&body);
    let account_id = form.get("account").unwrap_or_default().to_owned();
    let via_facebook = form.get("via") == Some("facebook");
    let cookie = shared.change(|world, _| {
        let known = world.accounts.contains_key(&account_id);
        known.then(|| {
            world.open_session(Session {
                account_id,
                via_facebook,
            })
        })
    });
    let Some(cookie) = cookie else {
        return error_page(404, "Sorry, this page isn't available", "").into_response();
    };
    let next = safe_next(form.get("next"));
    Cookie::Instagram
        .log_in(&shared, next, &cookie)
        .into_response()
}

/// `POST /accounts/logout/`: the browser is nobody's. Tokens stay as they are; logging out of
/// everything is a change of the account.
pub(crate) async fn log_out(State(shared): State<Arc<Shared>>, _headers: HeaderMap) -> Response {
    let next = "/www/accounts/login/";
    Cookie::Instagram.log_out(&shared, next).into_response()
}
