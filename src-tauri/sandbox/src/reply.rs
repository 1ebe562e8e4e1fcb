//! An answer before it is HTTP, and the ways an answer can be broken.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

/// Status, headers, body; perhaps late.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// Milliseconds of real time before the answer leaves.
    pub(crate) delay_ms: u64,
}

impl Reply {
    /// A graph host's JSON.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// A page.
    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::text(status, "text/html; charset=utf-8", body)
    }

    /// Anything else.
    pub(crate) fn text(status: u16, content_type: &'static str, body: String) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            (
                "cache-control",
                "private, no-cache, no-store, must-revalidate".to_owned(),
            ),
        ];
        Self {
            status,
            headers,
            body,
            delay_ms: 0,
        }
    }

    /// Sends the browser elsewhere.
    pub(crate) fn redirect(status: u16, location: String) -> Self {
        Self {
            status,
            headers: vec![("location", location)],
            ..Self::default()
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Waits out the delay and becomes HTTP.
    pub(crate) async fn send(self) -> Response {
        if self.delay_ms > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(self.delay_ms)).await;
        }
        self.into_response()
    }

    /// The same answer, of which only the first half arrives before the connection ends.
    pub(crate) fn cut(self) -> Response {
        let whole = if self.body.len() < 2 {
            "{\"data\":[]}".to_owned()
        } else {
            self.body.clone()
        };
        let half = whole.as_bytes()[..whole.len() / 2].to_vec();
        // Yielding once lets the server send the first half before it learns of the break.
        let broken = stream::once(async {
            tokio::task::yield_now().await;
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
        });
        let mut response = Self {
            body: String::new(),
            ..self
        }
        .into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
        *response.body_mut() = Body::from_stream(stream::iter([Ok(half)]).chain(broken));
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
