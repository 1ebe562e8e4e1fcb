//! The log-ins a browser keeps: one at Instagram, another at Facebook.

use axum::http::{HeaderMap, header};

use crate::{reply::Reply, shared::Shared};

/// A log-in's cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cookie {
    /// At Instagram.
    Instagram,
    /// At Facebook.
    Facebook,
}

impl Cookie {
    /// Cookies know no ports, so the name holds it: two sandboxes must not log each other out.
    fn name(self, shared: &Shared) -> String {
        let port = shared.origin.rsplit(':').next().unwrap_or_default();
        match self {
            Self::Instagram => format!("sandbox_session_{port}"),
            Self::Facebook => format!("sandbox_facebook_{port}"),
        }
    }

    /// What the browser sends along.
    pub(crate) fn read(self, shared: &Shared, headers: &HeaderMap) -> Option<String> {
        let name = self.name(shared);
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        cookies.flat_map(|line| line.split(';')).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
    }

    /// A redirect that logs the browser in.
    pub(crate) fn log_in(self, shared: &Shared, next: &str, session: &str) -> Reply {
        let cookie = format!(
            "{}={session}; Path=/; HttpOnly; SameSite=Lax",
            self.name(shared)
        );
        Reply::redirect(303, next.to_owned()).with("set-cookie", cookie)
    }

    /// A redirect after which the browser is nobody's.
    pub(crate) fn log_out(self, shared: &Shared, next: &str) -> Reply {
        let cookie = format!(
            "{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
            self.name(shared)
        );
        Reply::redirect(303, next.to_owned()).with("set-cookie", cookie)
    }
}
