//! The loopback listener: stands while an attempt is open, and hands what it heard to the one
//! parser. (Security document, C14 to C20; RFC 8252, sections 7.3 and 8.3.)

mod head;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsAcceptor;
use url::{Host, Url};

use head::{Head, Verdict};

/// A request head may be this long.
const MAX_HEAD: usize = 8 * 1024;
/// And must be complete within this time, together with the greeting over TLS.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// The answer must be taken within this time.
const ANSWER_DEADLINE: Duration = Duration::from_secs(5);
/// More connections than this push the oldest out.
const MAX_CONNECTIONS: usize = 16;
/// The pause between two accepted connections: at most a hundred a second.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Where a listener stands, and whom it tells: all that is needed to open it, once or again.
pub(crate) struct Post {
    /// The redirect address.
    pub(crate) at: Url,
    /// Greets the browser with a certificate, where the address wants one. (Security document, C21.)
    pub(crate) tls: Option<TlsAcceptor>,
    /// Takes each well-formed request for the redirect path as the address it stands for.
    pub(crate) heard: mpsc::Sender<String>,
}

/// A listener on a redirect address. Dropping it closes the sockets.
pub(crate) struct Listener {
    post: Post,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Listener {
    /// Binds before the browser opens and keeps the same sockets.
    ///
    /// # Errors
    /// The port is taken, or no loopback address can be bound. For the name `localhost` both
    /// families are bound; one the computer lacks is skipped, one whose port is taken is an error.
    pub(crate) async fn bind(post: Post) -> io::Result<Self> {
        let port = post.at.port_or_known_default().unwrap_or(80);
        // Every socket before any of them listens: a port that is half free is left as it was.
        let mut sockets = Vec::new();
        for address in addresses(&post.at)? {
            match TcpListener::bind(SocketAddr::new(address, port)).await {
                Ok(socket) => sockets.push(socket),
                Err(error) if is_missing_family(&error) => {}
                Err(error) => return Err(error),
            }
        }
        if sockets.is_empty() {
            return Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
        }
        let served = |socket| {
            serve(
                socket,
                post.tls.clone(),
                post.at.clone(),
                post.heard.clone(),
            )
        };
        let tasks = sockets.into_iter().map(|it| tokio::spawn(served(it)));
        let tasks = tasks.collect();
        Ok(Self { post, tasks })
    }

    /// The address it waits on.
    pub(crate) fn at(&self) -> &Url {
        &self.post.at
    }

    /// Tells the sockets to close; [`Listener::close`] waits until they have.
    pub(crate) fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    /// Whether they have closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.tasks.iter().all(JoinHandle::is_finished)
    }

    /// Closes the sockets, and comes back when they are closed: the port is free from then on. What it gives can be
    /// bound again.
    pub(crate) async fn close(mut self) -> Post {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            drop(task.await);
        }
        Post {
            at: self.post.at.clone(),
            tls: self.post.tls.clone(),
            heard: self.post.heard.clone(),
        }
    }
}

fn addresses(listen: &Url) -> io::Result<Vec<IpAddr>> {
    let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    match listen.host() {
        Some(Host::Domain("localhost")) => Ok(vec![v4, v6]),
        Some(Host::Ipv4(address)) if address.is_loopback() => Ok(vec![IpAddr::V4(address)]),
        Some(Host::Ipv6(address)) if address.is_loopback() => Ok(vec![v6]),
        Some(_) | None => Err(io::Error::from(io::ErrorKind::AddrNotAvailable)),
    }
}

fn is_missing_family(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported
    )
}

async fn serve(
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
    listen: Url,
    heard: mpsc::Sender<String>,
) {
    let mut connections = JoinSet::new();
    let mut order = std::collections::VecDeque::new();
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() >= MAX_CONNECTIONS {
            while let Some(oldest) = order.pop_front() {
                let oldest: tokio::task::AbortHandle = oldest;
                if !oldest.is_finished() {
                    oldest.abort();
                    break;
                }
            }
        }
        order.retain(|handle: &tokio::task::AbortHandle| !handle.is_finished());
        // One deadline over the greeting and the head: with one each, a slow client would hold its place twice as long.
        let until = Instant::now() + HEAD_DEADLINE;
        let greeted = greet(stream, tls.clone(), until, listen.clone(), heard.clone());
        order.push_back(connections.spawn(greeted));
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

async fn greet(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    tls: Option<TlsAcceptor>,
    until: Instant,
    listen: Url,
    heard: mpsc::Sender<String>,
) {
    match tls {
        None => answer(stream, until, listen, heard).await,
        // Whoever does not finish the greeting in time, or speaks without it, is not answered.
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout_at(until, tls.accept(stream)).await {
                answer(stream, until, listen, heard).await;
            }
        }
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    until: Instant,
    listen: Url,
    heard: mpsc::Sender<String>,
) {
    let verdict = match timeout_at(until, read_head(&mut stream)).await {
        Ok(Ok(Some(bytes))) => Head::read(&bytes).judge(&listen),
        Ok(Ok(None)) => Verdict::Refuse(431, "Request Header Fields Too Large"),
        Ok(Err(_)) | Err(_) => return,
    };
    let answer = match verdict {
        Verdict::Callback(address) => {
            // A full queue means that somebody floods us: the genuine browser may try again.
            let kept = heard.try_send(address).is_ok();
            if kept {
                head::page()
            } else {
                head::refusal(503, "Service Unavailable")
            }
        }
        Verdict::Refuse(status, reason) => head::refusal(status, reason),
    };
    // The browser may be gone already, or read nothing: there is nobody to tell.
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    drop(timeout(ANSWER_DEADLINE, told).await);
}

/// The bytes up to the empty line; `None` when there are too many.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(1024);
    let mut chunk = [0_u8; 1024];
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        // The last piece may end the head and go over the limit at once.
        if end.map_or(bytes.len(), |end| end + 4) > MAX_HEAD {
            return Ok(None);
        }
        if end.is_some() {
            return Ok(Some(bytes));
        }
    }
}

#[cfg(test)]
mod over_tls;
#[cfg(test)]
mod tests;
