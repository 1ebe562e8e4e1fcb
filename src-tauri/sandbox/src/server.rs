//! The running server: one loopback listener with a path prefix for each of Meta's hosts.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    config::{Config, MetaApp, PRACTICE_REDIRECT, SandboxError},
    control::{Control, http as control_http},
    meta,
    pages::{self, assets, html::error_page},
    reply::Reply,
    shared::Shared,
    time, watch,
    world::World,
};

/// How long [`Sandbox::stop`] waits for answers under way.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

/// A running stand-in for Meta. Dropping it ends it; [`Sandbox::stop`] also waits for it.
pub struct Sandbox {
    shared: Arc<Shared>,
    addr: SocketAddr,
    /// The first app of the configuration.
    app: MetaApp,
    /// Dropped to stop.
    running: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl Sandbox {
    /// Loads or makes the world, binds 127.0.0.1 and serves.
    ///
    /// # Errors
    /// [`SandboxError`]: no app, port taken, or a saved world that cannot be read.
    pub async fn start(config: Config) -> Result<Self, SandboxError> {
        let Some(app) = config.apps.first().cloned() else {
            return Err(SandboxError::NoApp);
        };
        let saved = config
            .snapshot
            .as_deref()
            .map(World::load)
            .transpose()?
            .flatten();
        let mut world = saved.unwrap_or_else(|| {
            let mut world = World::new(config.seed, config.accounts);
            if config.testers_must_accept {
                world.invite_everyone((config.clock)());
            }
            world
        });
        world.apps.install(config.apps);
        let cannot_listen = |source| SandboxError::Listen {
            port: config.port,
            source,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await;
        let listener = listener.map_err(cannot_listen)?;
        let addr = listener.local_addr().map_err(cannot_listen)?;
        let shared = Arc::new(Shared::new(
            config.strict_redirects,
            format!("http://{addr}"),
            config.clock,
            config.snapshot,
            world,
        ));
        let (running, stopped) = oneshot::channel::<()>();
        let service = axum::serve(listener, router(&shared)).with_graceful_shutdown(async {
            // Resolves when the sender is dropped, too.
            let _ = stopped.await;
        });
        let server = tokio::spawn(service.into_future());
        Ok(Self {
            shared,
            addr,
            app,
            running,
            server,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The first registered app.
    pub fn app(&self) -> &MetaApp {
        &self.app
    }

    /// The endpoints file (product document, section 5) with every address pointing here.
    /// `listen` and `registered` are the same: the first app's first plain loopback redirect. Where
    /// redirects are strict, `registered` is its first https one, and `listen` where a bounce page
    /// would send the browser on to.
    pub fn endpoints_toml(&self) -> String {
        let origin = &self.shared.origin;
        let plain = |uri: &&String| uri.starts_with("http://");
        let redirect = self.app().redirect_uris.iter().find(plain);
        let listen = redirect.map_or(PRACTICE_REDIRECT, String::as_str);
        let https = |uri: &&String| self.shared.strict_redirects && uri.starts_with("https://");
        let registered = self.app().redirect_uris.iter().find(https);
        let registered = registered.map_or(listen, String::as_str);
        format!(
            "[instagram]\n\
             authorize   = \"{origin}/www/oauth/authorize\"\n\
             token       = \"{origin}/api/oauth/access_token\"\n\
             graph       = \"{origin}/graph\"\n\
             version     = \"v26.0\"\n\
             \n\
             [facebook]\n\
             dialog      = \"{origin}/www-fb/v26.0/dialog/oauth\"\n\
             graph       = \"{origin}/fb\"\n\
             version     = \"v26.0\"\n\
             \n\
             [redirect]\n\
             listen      = \"{listen}\"\n\
             registered  = \"{registered}\"\n"
        )
    }

    /// Writes [`Sandbox::endpoints_toml`] to `path`.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_endpoints_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        fs::write(path, self.endpoints_toml())
    }

    /// A handle that does in this process what the HTTP control does.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Stops listening, and waits a second for answers under way.
    pub async fn stop(self) {
        drop(self.running);
        let mut server = self.server;
        if tokio::time::timeout(STOP_PATIENCE, &mut server)
            .await
            .is_err()
        {
            server.abort();
        }
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .nest("/www", pages::router())
        .nest("/www-fb", pages::facebook::router())
        .merge(pages::router())
        .route("/api/{*path}", axum::routing::any(api))
        .route("/graph/{*path}", axum::routing::any(meta::serve))
        .route("/fb/{*path}", axum::routing::any(meta::serve))
        .route("/cdn/profile/{name}", get(assets::picture))
        .route("/cdn/media/{name}", get(assets::picture))
        .route("/cdn/odd/{kind}/{name}", get(assets::odd))
        .route("/static/style.css", get(assets::style))
        .route("/static/icon.png", get(assets::icon))
        .route(
            "/",
            get(async || Reply::redirect(302, "/control/".to_owned())),
        )
        .fallback(async || page_unavailable())
        .layer(from_fn_with_state(Arc::clone(shared), watch::observe))
        .nest("/control", control_http::router())
        .route("/control/", get(control_http::page))
        .layer(from_fn_with_state(Arc::clone(shared), guard))
        .with_state(Arc::clone(shared))
}

/// `api.instagram.com`. Its old consent page is gone since August 2026 (Meta platform reference,
/// fact 5).
async fn api(state: State<Arc<Shared>>, request: Request) -> Response {
    if request.uri().path().trim_end_matches('/') == "/api/oauth/authorize" {
        return page_unavailable().into_response();
    }
    meta::serve(state, request).await
}

fn page_unavailable() -> Reply {
    error_page(404, "Sorry, this page isn't available", "")
}

/// Only requests that name this very listener are answered, so that a rebound name in a browser
/// reaches nothing; and every answer carries the sandbox's own date.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = if names_this_host(&shared, request.headers()) {
        next.run(request).await
    } else {
        Reply::text(
            421,
            "text/plain; charset=utf-8",
            "Misdirected request".to_owned(),
        )
        .into_response()
    };
    if let Ok(date) = time::http_date(shared.now()).parse() {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn names_this_host(shared: &Shared, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let expected = shared.origin.trim_start_matches("http://");
    hosts
        .next()
        .is_some_and(|host| host.as_bytes() == expected.as_bytes())
        && hosts.next().is_none()
}
