//! A provider within this process: where requests go in a simulation of years, whose millions of calls
//! over loopback would measure the kernel. Only the sending is replaced; the request is the real one,
//! and whatever comes back takes the same way as an answer from the network.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::refusal::Unreachable;
use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Request, Response};
use url::Url;

use crate::transport::SetUpError;

/// A request as it would have gone out.
#[derive(Clone)]
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The whole address; the query may hold a token.
    pub address: Url,
    /// The token of the `Authorization` header.
    pub bearer: Option<String>,
    /// The form of a `POST`.
    pub body: Vec<u8>,
}

/// An answer as it would have come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, and their values.
    pub head: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What becomes of a call, after as long as the far side likes.
pub type Outcome = Pin<Box<dyn Future<Output = Result<Reply, Unreachable>> + Send>>;

/// Answers calls. Keeps no time of its own: a call that takes longer than the limits allow has to end as
/// [`Unreachable::Timeout`] by itself.
#[derive(Clone)]
pub struct FarSide {
    answer: Arc<dyn Fn(Call) -> Outcome + Send + Sync>,
    client: Client,
}

impl FarSide {
    /// A far side that answers with `answer`.
    ///
    /// # Errors
    /// As [`Instagram::new`](crate::Instagram::new): requests are made by the same library.
    pub fn new(
        answer: impl Fn(Call) -> Outcome + Send + Sync + 'static,
    ) -> Result<Self, SetUpError> {
        Ok(Self {
            answer: Arc::new(answer),
            client: Client::builder()
                .no_proxy()
                .build()
                .map_err(|_| SetUpError)?,
        })
    }

    /// What requests are made with; it sends none.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn ask(&self, request: &Request) -> Result<Response, Unreachable> {
        let bearer = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(str::to_owned);
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let call = Call {
            method: request.method().to_string(),
            address: request.url().clone(),
            bearer,
            body: body.unwrap_or_default().to_vec(),
        };
        let reply = (self.answer)(call).await?;
        let mut response = http::Response::builder().status(reply.status);
        for (name, value) in reply.head {
            response = response.header(name, value);
        }
        // A head that HTTP has no room for is what a broken connection leaves behind.
        let response = response.body(reply.body).map_err(|_| Unreachable::Cut)?;
        Ok(Response::from(response))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call")
    }
}

impl fmt::Debug for FarSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FarSide")
    }
}
