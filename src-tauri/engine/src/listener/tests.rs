use super::*;
use tokio::net::TcpStream;

async fn bind(listen: &Url, heard: mpsc::Sender<String>) -> io::Result<Listener> {
    Listener::bind(Post {
        at: listen.clone(),
        tls: None,
        heard,
    })
    .await
}

async fn start() -> (Listener, Url, mpsc::Receiver<String>) {
    let (sender, receiver) = mpsc::channel(16);
    for port in 42_000..42_200 {
        let listen = Url::parse(&format!("http://127.0.0.1:{port}/callback")).unwrap();
        if let Ok(listener) = bind(&listen, sender.clone()).await {
            return (listener, listen, receiver);
        }
    }
    panic!("no free port");
}

async fn send(listen: &Url, head: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", listen.port().unwrap()))
        .await
        .unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer).await);
    answer
}

#[tokio::test]
async fn hostile_requests_change_nothing_and_the_genuine_one_still_arrives() {
    let (_listener, listen, mut heard) = start().await;
    let host = format!("Host: 127.0.0.1:{}", listen.port().unwrap());
    for head in [
        "GET /callback?code=x&state=y HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
        format!("POST /callback?code=x HTTP/1.1\r\n{host}\r\n\r\n"),
        format!("GET /{} HTTP/1.1\r\n{host}\r\n\r\n", "a".repeat(20_000)),
        "\0\0\0\r\n\r\n".to_owned(),
    ] {
        let answer = send(&listen, &head).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(heard.try_recv().is_err(), "heard something from {head:?}");
    }
    // Slow clients hold places, not the door.
    let mut held = Vec::new();
    for _ in 0..MAX_CONNECTIONS + 4 {
        held.push(
            TcpStream::connect(("127.0.0.1", listen.port().unwrap()))
                .await
                .unwrap(),
        );
    }
    let answer = send(
        &listen,
        &format!("GET /callback?code=a&state=s HTTP/1.1\r\n{host}\r\n\r\n"),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        !answer.contains("code=a"),
        "no byte of the request may appear in the page"
    );
    assert_eq!(
        heard.recv().await.unwrap(),
        format!("{}?code=a&state=s", listen.as_str())
    );
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_a_dropped_listener_frees_it() {
    let (listener, listen, _heard) = start().await;
    let (sender, _receiver) = mpsc::channel(1);
    assert!(
        bind(&listen, sender.clone()).await.is_err(),
        "the port is taken"
    );
    drop(listener);
    let mut freed = false;
    for _ in 0..100 {
        tokio::task::yield_now().await;
        if bind(&listen, sender.clone()).await.is_ok() {
            freed = true;
            break;
        }
    }
    assert!(freed, "the port is free again");
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    for address in [
        "http://0.0.0.0:1/c",
        "http://192.168.0.1:1/c",
        "http://example.org:1/c",
    ] {
        let (sender, _receiver) = mpsc::channel(1);
        assert!(
            bind(&Url::parse(address).unwrap(), sender).await.is_err(),
            "{address}"
        );
    }
}

#[tokio::test]
async fn localhost_is_heard_in_both_families_and_under_its_own_name_only() {
    let (sender, mut heard) = mpsc::channel(16);
    let mut bound = None;
    for port in 42_300..42_400 {
        let listen = Url::parse(&format!("http://localhost:{port}/callback")).unwrap();
        if let Ok(listener) = bind(&listen, sender.clone()).await {
            bound = Some((listener, listen));
            break;
        }
    }
    let (listener, listen) = bound.expect("a free port");
    let port = listen.port().unwrap();
    let mut families = 0;
    for address in addresses(&listen).unwrap() {
        let Ok(mut stream) = TcpStream::connect((address, port)).await else {
            continue; // this computer lacks the family
        };
        let head = format!("GET /callback?code=a HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        drop(stream.read_to_string(&mut answer).await);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let expected = format!("http://localhost:{port}/callback?code=a");
        assert_eq!(heard.recv().await.unwrap(), expected);
        families += 1;
    }
    assert!(families >= 1, "nobody was reached");
    let other = format!("GET /callback?code=a HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let answer = send(&listen, &other).await;
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
    // Closed, and not only told to close: the very next one may take the port.
    listener.close().await;
    bind(&listen, sender).await.unwrap();
}

#[tokio::test]
async fn a_head_of_the_longest_length_is_read_and_one_byte_more_is_not() {
    let (_listener, listen, mut heard) = start().await;
    let host = format!("Host: 127.0.0.1:{}", listen.port().unwrap());
    let begin = format!("GET /callback?code=a&state=s HTTP/1.1\r\n{host}\r\nX: ");
    for (length, status) in [(MAX_HEAD, "200"), (MAX_HEAD + 1, "431")] {
        let filler = "a".repeat(length - begin.len() - 4);
        let head = format!("{begin}{filler}\r\n\r\n");
        assert_eq!(head.len(), length);
        let answer = send(&listen, &head).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert_eq!(heard.try_recv().is_ok(), status == "200", "{length}");
    }
}

#[tokio::test]
async fn a_name_whose_port_is_half_taken_is_not_listened_on_and_what_was_closed_opens_again() {
    let (listener, listen, mut heard) = start().await;
    let (sender, _receiver) = mpsc::channel(1);
    let port = listen.port().unwrap();
    let name = Url::parse(&format!("http://localhost:{port}/callback")).unwrap();
    let error = bind(&name, sender).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let post = listener.close().await;
    let again = Listener::bind(post).await.unwrap();
    assert_eq!(again.at(), &listen);
    let host = format!("Host: 127.0.0.1:{port}");
    let head = format!("GET /callback?code=a HTTP/1.1\r\n{host}\r\n\r\n");
    assert!(send(&listen, &head).await.starts_with("HTTP/1.1 200"));
    assert!(heard.recv().await.unwrap().ends_with("code=a"));
}
