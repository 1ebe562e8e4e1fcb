//! The consent dialog of Facebook Login (Meta platform reference, B1, C1, D3).

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use crate::{
    pages::{
        dialog::outage_at,
        facebook::{pages_of, session, to_login},
        form,
        html::{encode, escape, facebook_error, facebook_page},
        oauth::leave,
    },
    params::Params,
    reply::Reply,
    scopes,
    shared::Shared,
    world::{
        facebook::{
            Page, Person,
            dialog::{DialogRefusal, DialogRequest, URL_BLOCKED},
        },
        fault::Endpoint,
    },
};

/// `GET /www-fb/v26.0/dialog/oauth`: to the log-in or to the page.
pub(super) async fn open(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let broken = |status, text: &str| facebook_error(status, text, "");
    let delay_ms = match outage_at(&shared, Endpoint::FacebookDialog, &query, broken) {
        Ok(delay_ms) => delay_ms,
        Err(instead) => return *instead,
    };
    let reply = match checked(&shared, &query) {
        Ok(request) => {
            let consent = format!("/www-fb/consent?{query}");
            match session(&shared, &headers).filter(|_| !request.reauthenticate) {
                Some(_) => Reply::redirect(302, consent),
                None => to_login(302, &consent),
            }
        }
        Err(refusal) => refused(&shared, &refusal),
    };
    Reply { delay_ms, ..reply }.send().await
}

/// `GET /www-fb/consent`: the page itself, for whoever is logged in.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match consenting(&shared, &headers, &query) {
        Ok((request, person)) => consent_page(&shared, &request, &person, &query),
        Err(reply) => *reply,
    }
    .into_response()
}

/// `POST /www-fb/consent`: Continue or Cancel.
pub(super) async fn decide(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = form(&body);
    let query = form.get("request").unwrap_or_default();
    let (request, person) = match consenting(&shared, &headers, query) {
        Ok(consenting) => consenting,
        Err(reply) => return reply.into_response(),
    };
    if form.get("decision") != Some("allow") {
        return Reply::redirect(303, request.denied()).into_response();
    }
    let ticked: BTreeSet<String> = form.all("scope").map(str::to_owned).collect();
    let pages: BTreeSet<String> = form.all("page").map(str::to_owned).collect();
    let code =
        shared.change(|world, now| world.allow_dialog(&request, &person.id, &ticked, &pages, now));
    match code {
        Some(code) => leave(&shared, 303, request.allowed(&code)),
        None => refused(&shared, &DialogRefusal::NotLoggedIn),
    }
    .into_response()
}

fn checked(shared: &Shared, query: &str) -> Result<DialogRequest, DialogRefusal> {
    let params = Params::parse(query.as_bytes());
    shared.read(|world, _| DialogRequest::check(&params, world, shared.strict_redirects))
}

/// The request again, and who answers it; or the page that is shown instead.
fn consenting(
    shared: &Shared,
    headers: &HeaderMap,
    query: &str,
) -> Result<(DialogRequest, Person), Box<Reply>> {
    let request = checked(shared, query).map_err(|refusal| Box::new(refused(shared, &refusal)))?;
    let Some(person) = session(shared, headers) else {
        let here = format!("/www-fb/consent?{query}");
        return Err(Box::new(to_login(303, &here)));
    };
    let may = shared.read(|world, _| world.may_use_dialog(&person.id).map(|_| ()));
    match may {
        Ok(()) => Ok((request, person)),
        Err(refusal) => Err(Box::new(refused(shared, &refusal))),
    }
}

/// The error page of a refusal; for an address that is not registered perhaps JSON (D2).
fn refused(shared: &Shared, refusal: &DialogRefusal) -> Reply {
    let as_json = shared.read(|world, _| world.manner.facebook.url_blocked_as_json);
    if *refusal == DialogRefusal::UrlBlocked && as_json {
        let body = json!({ "error_message": refusal.to_string(), "error_code": URL_BLOCKED });
        return Reply::json(400, &body);
    }
    let help = if *refusal == DialogRefusal::Checkpoint {
        "<p><a id=\"challenge\" href=\"/www-fb/settings/\">Answer the notice</a></p>"
    } else {
        ""
    };
    facebook_error(400, &refusal.to_string(), help)
}

fn consent_page(shared: &Shared, request: &DialogRequest, person: &Person, query: &str) -> Reply {
    let app = shared.facebook_app(&request.app_id);
    let app = app.map_or_else(|| "An app".to_owned(), |app| escape(&app.name));
    let mut body = format!(
        "<h1>{app} wants to access your Facebook account</h1>\
         <p>Logged in as <strong>{}</strong>.</p><form method=\"post\" action=\"/www-fb/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\">",
        escape(&person.name),
        escape(query)
    );
    body.push_str("<h2>Pages</h2>");
    let earlier = person.grants.get(&request.app_id).filter(|it| !it.removed);
    for page in pages_of(shared, person) {
        let ticked = earlier.is_none_or(|grant| grant.pages.contains(&page.id));
        let id = escape(&page.id);
        body.push_str(&tick("page", &id, &page_label(shared, &page), ticked));
    }
    let shown = request.shown(person);
    if shown.is_empty() {
        let _ = write!(
            body,
            "<p id=\"reconnect\" class=\"quiet\">You connected {app} before. Its permissions stay \
             as they are.</p>"
        );
    } else {
        let _ = write!(body, "<h2>This will allow {app} to</h2>");
    }
    for scope in &shown {
        let label = escape(scopes::label(scope));
        body.push_str(&tick("scope", &escape(scope), &label, true));
    }
    let next = escape(&encode(&format!("/www-fb/consent?{query}")));
    let _ = write!(
        body,
        "<p></p><div class=\"row\">\
         <button class=\"primary\" id=\"allow\" name=\"decision\" value=\"allow\">Continue</button>\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Cancel</button></div></form>\
         <p><a id=\"switch-person\" href=\"/www-fb/login/?next={next}\">Not {}?</a></p>",
        escape(&person.name)
    );
    facebook_page(200, "Connect an app", &body)
}

/// What the person knows a Page by; HTML.
fn page_label(shared: &Shared, page: &Page) -> String {
    let username = shared.read(|world, _| {
        let account = world.accounts.get(page.instagram.as_ref()?)?;
        Some(account.username.clone())
    });
    let behind = match username {
        Some(username) => format!("Instagram: {}", escape(&username)),
        None => "no Instagram account".to_owned(),
    };
    format!(
        "{} <span class=\"quiet\">({behind})</span>",
        escape(&page.name)
    )
}

/// A ticked or unticked box with its label. `value` and `label` are HTML already.
fn tick(name: &str, value: &str, label: &str, ticked: bool) -> String {
    let checked = if ticked { " checked" } else { "" };
    format!(
        "<div class=\"scope\"><input type=\"checkbox\" id=\"{name}-{value}\" name=\"{name}\" \
         value=\"{value}\"{checked}><label for=\"{name}-{value}\">{label}</label></div>"
    )
}
