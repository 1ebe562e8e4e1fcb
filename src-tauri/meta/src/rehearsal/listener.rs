//! A listener that answers one request as it is told.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the far side does once it has read a request.
pub(crate) enum Reply {
    /// Sends these pieces and closes.
    Pieces(Vec<Vec<u8>>),
    /// Sends this and then nothing, without closing.
    Silence(Vec<u8>),
}

pub(crate) fn json(status: &str, body: &str) -> Reply {
    labelled(status, "Content-Type: application/json", body.as_bytes())
}

pub(crate) fn labelled(status: &str, head: &str, body: &[u8]) -> Reply {
    let head = format!(
        "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    Reply::Pieces(vec![head.into_bytes(), body.to_vec()])
}

/// A listener for one request: its port, and the task that returns the request as it came.
pub(crate) async fn serve(reply: Reply) -> (u16, JoinHandle<io::Result<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let request = request(&mut stream).await?;
        match reply {
            Reply::Pieces(pieces) => {
                for piece in pieces {
                    // The client may have seen enough and hung up.
                    if stream.write_all(&piece).await.is_err() {
                        break;
                    }
                }
                let _ = stream.shutdown().await;
            }
            Reply::Silence(start) => {
                stream.write_all(&start).await?;
                // Held open until the client hangs up.
                let _ = stream.read(&mut [0; 64]).await;
            }
        }
        Ok(request)
    });
    (port, served)
}

async fn request(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4_096];
        let read = stream.read(&mut piece).await?;
        bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Ok(text);
            }
        }
        if read == 0 {
            return Ok(text);
        }
    }
}
