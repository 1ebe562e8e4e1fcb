//! Settings of a person at Facebook: apps and websites, password, two-factor, notices (Meta
//! platform reference, H).

use std::{fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    pages::{
        facebook::{APPS, session, to_login},
        form,
        html::{escape, facebook_page},
    },
    reply::Reply,
    shared::Shared,
    time,
    world::facebook::{Person, change::PersonChange},
};

/// `GET /www-fb/settings/`.
pub(super) async fn show(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    match session(&shared, &headers) {
        Some(person) => facebook_page(200, "Settings", &overview(&shared, &person)),
        None => to_login(302, APPS),
    }
    .into_response()
}

/// `POST /www-fb/settings/`: `remove=APP_ID` or `do=…`.
pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(person) = session(&shared, &headers) else {
        return to_login(303, APPS).into_response();
    };
    let form = form(&body);
    if let Some(app_id) = form.get("remove") {
        shared.change(|world, _| world.revoke(&person.id, app_id));
    }
    let change = match form.get("do") {
        Some("password") => Some(PersonChange::PasswordChanged),
        Some("two-factor-on") => Some(PersonChange::TwoFactorChanged { on: true }),
        Some("two-factor-off") => Some(PersonChange::TwoFactorChanged { on: false }),
        Some("resolve") => Some(PersonChange::CheckpointCleared),
        _ => None,
    };
    if let Some(change) = change {
        shared.change(|world, now| world.change_person(&person.id, change, now));
    }
    Reply::redirect(303, APPS.to_owned()).into_response()
}

fn overview(shared: &Shared, person: &Person) -> String {
    let mut body = format!(
        "<h1>Settings</h1><p><strong>{}</strong></p><h2>Apps and websites</h2>{}",
        escape(&person.name),
        apps(shared, person)
    );
    body.push_str("<h2>Notices</h2>");
    if person.checkpoint {
        body.push_str("<p>We noticed an unusual log-in. Was this you?</p>");
        body.push_str(&button("resolve", "resolve", "This was me"));
    } else {
        body.push_str("<p id=\"all-clear\" class=\"quiet\">There is nothing to do.</p>");
    }
    body.push_str("<h2>Password and security</h2>");
    body.push_str(&button("change-password", "password", "Change password"));
    body.push_str(&if person.two_factor {
        button(
            "turn-off",
            "two-factor-off",
            "Turn off two-factor authentication",
        )
    } else {
        button(
            "turn-on",
            "two-factor-on",
            "Turn on two-factor authentication",
        )
    });
    body.push_str(
        "<form method=\"post\" action=\"/www-fb/logout/\">\
         <button id=\"switch-person\">Log out</button></form>",
    );
    body
}

fn apps(shared: &Shared, person: &Person) -> String {
    let mut list = String::new();
    for (app_id, grant) in person.grants.iter().filter(|(_, grant)| !grant.removed) {
        let name = shared.facebook_app(app_id);
        let name = name.map_or_else(|| app_id.clone(), |app| app.name);
        let (name, since) = (escape(&name), time::readable(grant.consented_at));
        let app_id = escape(app_id);
        let _ = write!(
            list,
            "<li class=\"row\" id=\"app-{app_id}\"><span><strong>{name}</strong><br>\
             <span class=\"quiet\">Since {since}</span></span>\
             <form method=\"post\" action=\"{APPS}\"><button class=\"danger\" \
             id=\"remove-{app_id}\" name=\"remove\" value=\"{app_id}\" \
             aria-label=\"Remove {name}\">Remove</button></form></li>"
        );
    }
    if list.is_empty() {
        return "<p class=\"quiet\">None.</p>".to_owned();
    }
    format!("<ul>{list}</ul>")
}

fn button(id: &str, value: &str, label: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{APPS}\">\
         <button id=\"{id}\" name=\"do\" value=\"{value}\">{label}</button></form>"
    )
}
