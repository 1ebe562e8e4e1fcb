//! The listener behind a certificate: whoever is slow, silent or speaks something else keeps nobody out.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::certificate::Certificate;
use crate::clock::SystemClock;

/// A browser whose person said yes to the one certificate.
fn browser(certificate: &Certificate) -> TlsConnector {
    let kept = certificate.write();
    let der = kept.expose_secret().split(' ').nth(2).unwrap();
    let mut roots = RootCertStore::empty();
    let der = BASE64.decode(der).unwrap();
    roots.add(CertificateDer::from(der)).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

struct Stand {
    _listener: Listener,
    heard: mpsc::Receiver<String>,
    browser: TlsConnector,
    port: u16,
}

async fn start() -> Stand {
    let certificate = Certificate::make(SystemClock.wall()).unwrap();
    let (sender, heard) = mpsc::channel(16);
    for port in 42_500..42_700 {
        let post = Post {
            at: Url::parse(&format!("https://localhost:{port}/callback")).unwrap(),
            tls: Some(certificate.acceptor().unwrap()),
            heard: sender.clone(),
        };
        if let Ok(listener) = Listener::bind(post).await {
            return Stand {
                _listener: listener,
                heard,
                browser: browser(&certificate),
                port,
            };
        }
    }
    panic!("no free port");
}

impl Stand {
    async fn knock(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// The genuine answer comes, and is taken.
    async fn the_genuine_one_is_answered(&mut self) {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = self.knock().await;
        let mut stream = self.browser.connect(name, stream).await.unwrap();
        let head = format!(
            "GET /callback?code=a HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let expected = format!("https://localhost:{}/callback?code=a", self.port);
        assert_eq!(self.heard.recv().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn silent_and_slow_clients_hold_places_and_not_the_door() {
    let mut stand = start().await;
    let mut held = Vec::new();
    for place in 0..MAX_CONNECTIONS + 4 {
        let mut stream = stand.knock().await;
        if place % 2 == 0 {
            // The beginning of a greeting that never goes on.
            stream.write_all(&[0x16, 0x03, 0x01, 0x02]).await.unwrap();
        }
        held.push(stream);
    }
    stand.the_genuine_one_is_answered().await;
    drop(held);
}

#[tokio::test]
async fn plain_text_is_not_answered_and_changes_nothing() {
    let mut stand = start().await;
    let mut stream = stand.knock().await;
    let head = format!(
        "GET /callback?code=plain HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
        stand.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    assert!(stand.heard.try_recv().is_err());
    stand.the_genuine_one_is_answered().await;
}

#[tokio::test]
async fn one_deadline_holds_for_the_greeting_and_for_the_head_after_it() {
    let certificate = Certificate::make(SystemClock.wall()).unwrap();
    let listen = Url::parse("https://localhost:1/callback").unwrap();
    let (sender, mut heard) = mpsc::channel(1);
    for greets in [false, true] {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let tls = greets.then(|| certificate.acceptor().unwrap());
        // It is past already: whoever is asked for a head now has used up the time with the greeting.
        let until = Instant::now();
        greet(server, tls, until, listen.clone(), sender.clone()).await;
        drop(client);
    }
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let listen = Url::parse("http://127.0.0.1:1/callback").unwrap();
    let (sender, mut heard) = mpsc::channel(1);
    let (mut client, server) = tokio::io::duplex(64);
    let until = Instant::now() + HEAD_DEADLINE;
    let answered = tokio::spawn(answer(server, until, listen, sender));
    client
        .write_all(b"GET /callback?code=a HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
        .await
        .unwrap();
    assert!(heard.recv().await.is_some());
    // The client is there and takes nothing: the task ends all the same.
    answered.await.unwrap();
    drop(client);
}
