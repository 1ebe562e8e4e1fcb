//! The log-in chooser of Facebook. Nobody types a password: the person picks who they are.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::{IntoResponse as _, Response},
};

use crate::{
    pages::{
        cookie::Cookie,
        facebook::{LOGIN, safe_next},
        form,
        html::{escape, facebook_error, facebook_page},
    },
    params::Params,
    shared::Shared,
};

/// `GET /www-fb/login/?next=…`.
pub(super) async fn choose(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Params::parse(query.unwrap_or_default().as_bytes());
    let next = escape(safe_next(query.get("next")));
    let mut body = format!(
        "<h1>Who are you at Facebook?</h1><p class=\"quiet\">Pick the person to log in as. At \
         Facebook this would be the log-in form.</p><form method=\"post\" action=\"{LOGIN}\">\
         <input type=\"hidden\" name=\"next\" value=\"{next}\"><ul>"
    );
    shared.read(|world, _| {
        for person in world.facebook.people.values() {
            let _ = write!(
                body,
                "<li><button class=\"person\" id=\"person-{id}\" name=\"person\" value=\"{id}\">\
                 <span><strong>{}</strong></span></button></li>",
                escape(&person.name),
                id = escape(&person.id),
            );
        }
    });
    body.push_str("</ul></form>");
    facebook_page(200, "Log in to Facebook", &body).into_response()
}

/// `POST /www-fb/login/`.
pub(super) async fn log_in(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let form = form(&body);
    let person_id = form.get("person").unwrap_or_default().to_owned();
    let cookie = shared.change(|world, _| {
        let known = world.facebook.people.contains_key(&person_id);
        known.then(|| world.open_facebook_session(person_id))
    });
    let Some(cookie) = cookie else {
        return facebook_error(404, "This page isn't available", "").into_response();
    };
    let next = safe_next(form.get("next"));
    Cookie::Facebook
        .log_in(&shared, next, &cookie)
        .into_response()
}

/// `POST /www-fb/logout/`: the browser is nobody's. Tokens stay as they are.
pub(super) async fn log_out(State(shared): State<Arc<Shared>>) -> Response {
    Cookie::Facebook.log_out(&shared, LOGIN).into_response()
}
