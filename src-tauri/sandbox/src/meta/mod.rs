//! The programs' side of the platform: `api.instagram.com` under `/api`, `graph.instagram.com`
//! under `/graph`, `graph.facebook.com` under `/fb`.

pub(crate) mod classify;
pub(crate) mod envelope;
pub(crate) mod exchange;
pub(crate) mod facebook;
pub(crate) mod graph;
pub(crate) mod media;
pub(crate) mod outage;
pub(crate) mod profile;

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, header, request::Parts},
    response::Response,
};

use crate::{
    params::Params,
    reply::Reply,
    shared::Shared,
    world::{
        World,
        fault::{Endpoint, Outage},
    },
};

/// A form is five short fields; more is not read.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// One API call as the handlers see it.
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Method,
    /// The path behind the host's prefix and the version, without slashes at its ends.
    pub(crate) path: String,
    pub(crate) query: Params,
    pub(crate) form: Params,
    bearer: Option<String>,
}

impl Call {
    /// The token: in the query, the form, or the `Authorization` header (Meta platform reference,
    /// A7). Empty if there is none.
    pub(crate) fn token(&self) -> &str {
        let sent = self
            .query
            .get("access_token")
            .or_else(|| self.form.get("access_token"));
        sent.or(self.bearer.as_deref()).unwrap_or_default()
    }

    /// A field in the query or, failing that, in the form.
    pub(crate) fn get_or_form(&self, name: &str) -> Option<&str> {
        self.query.get(name).or_else(|| self.form.get(name))
    }

    async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let form = form(&parts, body).await;
        let place = classify::classify(parts.uri.path());
        Self {
            endpoint: place.endpoint,
            method: parts.method.clone(),
            path: place.rest,
            query: Params::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            form,
            bearer: bearer(&parts),
        }
    }
}

/// Answers every API call: first the outage in force, then the platform.
pub(crate) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let call = Call::read(request).await;
    let outage = strike(&shared, call.endpoint, |world| {
        let issuer = world
            .app_of(call.token())
            .or_else(|| world.facebook_app_of(call.token()));
        let named = || {
            let client = call.form.get("client_id").or(call.query.get("client_id"));
            client.or_else(|| Some(call.token().split_once('|')?.0))
        };
        issuer.or_else(named).map(str::to_owned)
    });
    if let Some(broken) = outage::instead(&shared, &call, outage) {
        return broken;
    }
    let mut reply = answer(&shared, &call);
    if let Outage::Slow { ms } = outage {
        reply.delay_ms += ms;
    }
    if outage == Outage::CutAfterwards {
        return reply.cut();
    }
    reply.send().await
}

/// The outage that hits the next request at `endpoint`, made for the app that `app_id` finds. Only
/// a hit is worth saving.
pub(crate) fn strike(
    shared: &Shared,
    endpoint: Endpoint,
    app_id: impl FnOnce(&World) -> Option<String>,
) -> Outage {
    if shared.read(|world, _| world.faults.all().is_empty()) {
        return Outage::None;
    }
    shared.change(|world, _| {
        let app_id = app_id(world);
        let World { faults, apps, .. } = world;
        let app = app_id.and_then(|id| apps.by_either(&id));
        faults.strike(endpoint, app)
    })
}

fn answer(shared: &Shared, call: &Call) -> Reply {
    match call.endpoint {
        Endpoint::CodeExchange => exchange::code(shared, call),
        Endpoint::LongLivedExchange => exchange::long_lived(shared, call),
        Endpoint::Refresh => exchange::refresh(shared, call),
        Endpoint::Profile => profile::profile(shared, call),
        Endpoint::Media => media::media(shared, call),
        Endpoint::Quota => profile::quota(shared, call),
        Endpoint::Insights => profile::insights(shared, call),
        Endpoint::FacebookExchange
        | Endpoint::FacebookPages
        | Endpoint::FacebookAccount
        | Endpoint::FacebookGrant
        | Endpoint::Facebook => facebook::answer(shared, call),
        Endpoint::OtherGraph | Endpoint::Authorize | Endpoint::FacebookDialog | Endpoint::Page => {
            graph::other(shared, call)
        }
    }
}

async fn form(parts: &Parts, body: Body) -> Params {
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => Params::from_body(content_type, &body),
        Err(_too_long_or_cut) => Params::default(),
    }
}

fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
