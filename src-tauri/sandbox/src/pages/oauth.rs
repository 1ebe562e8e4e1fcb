//! The consent page (Meta platform reference, A2, A3, D3).

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    pages::{
        dialog::outage_at,
        form,
        html::{encode, error_page, escape, page, person, with_page_headers},
        session,
    },
    params::Params,
    reply::Reply,
    scopes,
    shared::Shared,
    world::{
        AfterAllow, Session,
        account::Account,
        consent::{ConsentRefusal, ConsentRequest},
        fault::Endpoint,
    },
};

/// `GET /oauth/authorize`: to the log-in, to the page, or, if all was granted before and
/// `force_reauth` is not set, straight back to the app without a word.
pub(crate) async fn authorize(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let broken = |status, text: &str| error_page(status, text, "");
    let delay_ms = match outage_at(&shared, Endpoint::Authorize, &query, broken) {
        Ok(delay_ms) => delay_ms,
        Err(instead) => return *instead,
    };
    let reply = match checked(&shared, &query) {
        Ok(request) => enter(&shared, &headers, &request, &query),
        Err(refusal) => refused(&refusal, ""),
    };
    Reply { delay_ms, ..reply }.send().await
}

/// `GET /oauth/consent`: the page itself, for whoever is logged in.
pub(crate) async fn show(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match consenting(&shared, &headers, &query) {
        Ok((request, _, account)) => consent_page(&shared, &request, &account, &query),
        Err(reply) => *reply,
    }
    .into_response()
}

/// `POST /oauth/consent`: Allow or Cancel.
pub(crate) async fn decide(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = form(&body);
    let query = form.get("request").unwrap_or_default();
    let (request, session, account) = match consenting(&shared, &headers, query) {
        Ok(consenting) => consenting,
        Err(reply) => return reply.into_response(),
    };
    if form.get("decision") != Some("allow") {
        return Reply::redirect(303, request.denied()).into_response();
    }
    let ticked: BTreeSet<String> = form.all("scope").map(str::to_owned).collect();
    let code = shared.change(|world, now| {
        world.allow(&request, &account.id, &ticked, session.via_facebook, now)
    });
    leave(&shared, 303, request.allowed(&code)).into_response()
}

/// The way back to the app after Allow, or the blank page some people see in its place (D3).
pub(crate) fn leave(shared: &Shared, status: u16, back: String) -> Reply {
    match shared.read(|world, _| world.manner.after_allow) {
        AfterAllow::Returns => Reply::redirect(status, back),
        AfterAllow::Blank => with_page_headers(Reply::html(200, String::new())),
    }
}

fn checked(shared: &Shared, query: &str) -> Result<ConsentRequest, ConsentRefusal> {
    let params = Params::parse(query.as_bytes());
    shared.read(|world, _| ConsentRequest::check(&params, world, shared.strict_redirects))
}

fn enter(shared: &Shared, headers: &HeaderMap, request: &ConsentRequest, query: &str) -> Reply {
    let consent = format!("/www/oauth/consent?{query}");
    let Some(session) = session(shared, headers).filter(|_| !request.force_reauth) else {
        let facebook = if request.facebook_login { "&fb=1" } else { "" };
        let next = encode(&consent);
        return Reply::redirect(302, format!("/www/accounts/login/?next={next}{facebook}"));
    };
    let id = &session.account_id;
    let silent = shared.read(|world, now| {
        let may = world.may_consent(id, &request.app_id, now).is_ok();
        may && world.is_granted(request, id)
    });
    if !silent {
        return Reply::redirect(302, consent);
    }
    let ticked = request.scopes.iter().cloned().collect();
    let code =
        shared.change(|world, now| world.allow(request, id, &ticked, session.via_facebook, now));
    leave(shared, 302, request.allowed(&code))
}

/// The request again, and who answers it; or the page that is shown instead.
fn consenting(
    shared: &Shared,
    headers: &HeaderMap,
    query: &str,
) -> Result<(ConsentRequest, Session, Account), Box<Reply>> {
    let here = format!("/www/oauth/consent?{query}");
    let request = checked(shared, query).map_err(|refusal| Box::new(refused(&refusal, &here)))?;
    let Some(session) = session(shared, headers) else {
        let next = encode(&here);
        return Err(Box::new(Reply::redirect(
            303,
            format!("/www/accounts/login/?next={next}"),
        )));
    };
    let account = shared.read(|world, now| {
        world.may_consent(&session.account_id, &request.app_id, now)?;
        let account = world.accounts.get(&session.account_id).cloned();
        account.ok_or(ConsentRefusal::NotLoggedIn)
    });
    match account {
        Ok(account) => Ok((request, session, account)),
        Err(refusal) => Err(Box::new(refused(&refusal, &here))),
    }
}

/// The error page of a refusal. `here` is where a person comes back to after putting it right.
pub(crate) fn refused(refusal: &ConsentRefusal, here: &str) -> Reply {
    let status = if *refusal == ConsentRefusal::PageUnavailable {
        404
    } else {
        400
    };
    let next = escape(&encode(here));
    let help = match refusal {
        ConsentRefusal::NotProfessional => format!(
            "<p>Only business and creator accounts can be connected to apps.</p>\
             <p><a id=\"switch\" href=\"/www/accounts/account_type/?next={next}\">\
             Switch to a professional account</a></p>"
        ),
        ConsentRefusal::ConfirmItIsYou => format!(
            "<p>We noticed something unusual about this account.</p>\
             <p><a id=\"challenge\" href=\"/www/challenge/?next={next}\">Continue</a></p>"
        ),
        ConsentRefusal::PageUnavailable => {
            "<p>The link you followed may be broken, or the page may have been removed.</p>"
                .to_owned()
        }
        ConsentRefusal::InvalidPlatformApp
        | ConsentRefusal::InvalidRedirectUri
        | ConsentRefusal::InvalidResponseType(_)
        | ConsentRefusal::InvalidScopeFields(_)
        | ConsentRefusal::InvalidScopes(_)
        | ConsentRefusal::InsufficientDeveloperRole
        | ConsentRefusal::AppBlocked
        | ConsentRefusal::NotLoggedIn => String::new(),
    };
    error_page(status, &refusal.to_string(), &help)
}

fn consent_page(
    shared: &Shared,
    request: &ConsentRequest,
    account: &Account,
    query: &str,
) -> Reply {
    let app = shared.app(&request.app_id);
    let app = app.map_or_else(|| "An app".to_owned(), |app| escape(&app.name));
    let mut body = format!(
        "<h1>{app} wants to access your Instagram account</h1>\
         <div class=\"person\">{}</div><form method=\"post\" action=\"/www/oauth/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{}\"><h2>This will allow {app} to</h2>",
        person(account),
        escape(query)
    );
    for scope in &request.scopes {
        let required = scope == scopes::BASIC;
        // The disabled box is not sent; the server adds the basic scope itself.
        let _ = write!(
            body,
            "<div class=\"scope\"><input type=\"checkbox\" id=\"scope-{name}\" name=\"scope\" \
             value=\"{name}\" checked{}><label for=\"scope-{name}\">{}{}</label></div>",
            if required { " disabled" } else { "" },
            escape(scopes::label(scope)),
            if required {
                " <span class=\"quiet\">(required)</span>"
            } else {
                ""
            },
            name = escape(scope),
        );
    }
    body.push_str(
        "<p></p><div class=\"row\">\
         <button class=\"primary\" id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\
         <button id=\"deny\" name=\"decision\" value=\"deny\">Cancel</button></div></form>",
    );
    page(200, "Connect an app", &body)
}
