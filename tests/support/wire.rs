//! A provider that only writes down what it is asked, byte by byte, and answers what it was told to: independent of the
//! sandbox, which reads requests with ideas of its own.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use engine::clock::ManualClock;
use url::form_urlencoded;

/// The hosts it stands for, each on a port of its own, so that no request can come to the wrong one unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `www.instagram.com`: only a browser goes there.
    Www,
    /// `api.instagram.com`.
    Api,
    /// `graph.instagram.com`.
    Graph,
    /// `www.facebook.com`: only a browser goes there.
    Dialog,
    /// `graph.facebook.com`.
    FacebookGraph,
}

impl Host {
    const ALL: [Self; 5] = [
        Self::Www,
        Self::Api,
        Self::Graph,
        Self::Dialog,
        Self::FacebookGraph,
    ];
}

/// A request as it stood on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it came.
    pub host: Host,
    /// Its method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query's parameters, in their order.
    pub query: Vec<(String, String)>,
    /// The body's parameters, in their order.
    pub form: Vec<(String, String)>,
    /// Its fields, their names in small letters. A field that came twice is joined by a comma.
    pub fields: BTreeMap<String, String>,
}

type Answers = Arc<Mutex<BTreeMap<String, String>>>;

/// The hosts of Meta, played.
pub struct Played {
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Answers,
    ports: [u16; 5],
}

impl Played {
    /// Starts them; their `Date` is this clock's.
    pub fn start(clock: &ManualClock) -> Self {
        let (asked, answers) = (Arc::default(), Answers::default());
        let ports = Host::ALL.map(|host| {
            let socket = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = socket.local_addr().unwrap().port();
            let (asked, answers) = (Arc::clone(&asked), Arc::clone(&answers));
            let clock = clock.clone();
            std::thread::spawn(move || {
                for stream in socket.incoming().flatten() {
                    drop(serve(stream, host, &clock, &asked, &answers));
                }
            });
            port
        });
        Self {
            asked,
            answers,
            ports,
        }
    }

    /// What a path answers from now on, as JSON. `path?name=value` answers where that stands in the query, before what
    /// the path alone would answer.
    pub fn answers(&self, path: &str, body: &str) {
        let mut answers = self.answers.lock().unwrap();
        answers.insert(path.to_owned(), body.to_owned());
    }

    /// An endpoints file that leads here.
    pub fn endpoints(&self, listen: &str, registered: &str) -> String {
        let [www, api, graph, dialog, facebook] = self.ports;
        format!(
            "[instagram]\nauthorize = \"http://127.0.0.1:{www}/oauth/authorize\"\n\
             token = \"http://127.0.0.1:{api}/oauth/access_token\"\n\
             graph = \"http://127.0.0.1:{graph}\"\nversion = \"v26.0\"\n\
             [facebook]\ndialog = \"http://127.0.0.1:{dialog}/v26.0/dialog/oauth\"\n\
             graph = \"http://127.0.0.1:{facebook}\"\nversion = \"v26.0\"\n\
             [redirect]\nlisten = \"{listen}\"\nregistered = \"{registered}\"\n"
        )
    }

    /// The port a host is played on.
    pub fn port(&self, host: Host) -> u16 {
        self.ports[host as usize]
    }

    /// What was asked since the last time, in its order.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn serve(
    mut stream: TcpStream,
    host: Host,
    clock: &ManualClock,
    asked: &Mutex<Vec<Asked>>,
    answers: &Answers,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        read_on(&mut stream, &mut bytes)?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (line, fields) = head.split_once("\r\n").unwrap();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for field in fields.split("\r\n") {
        let (name, value) = field.split_once(':').unwrap();
        let joined = named.entry(name.to_ascii_lowercase()).or_default();
        if !joined.is_empty() {
            joined.push(',');
        }
        joined.push_str(value.trim());
    }
    let length = named
        .get("content-length")
        .map_or(0, |it| it.parse().unwrap());
    while bytes.len() < end + 4 + length {
        read_on(&mut stream, &mut bytes)?;
    }
    let words: Vec<&str> = line.split(' ').collect();
    let [method, target, "HTTP/1.1"] = words[..] else {
        panic!("{line}")
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect();
    let query: Vec<(String, String)> = pairs(query.as_bytes());
    let narrower = query
        .iter()
        .map(|(name, value)| format!("{path}?{name}={value}"));
    let keys: Vec<String> = narrower.chain([path.to_owned()]).collect();
    asked.lock().unwrap().push(Asked {
        host,
        method: method.to_owned(),
        path: path.to_owned(),
        query,
        form: pairs(&bytes[end + 4..]),
        fields: named,
    });
    let answer = {
        let told = answers.lock().unwrap();
        keys.iter().find_map(|key| told.get(key)).cloned()
    };
    let (status, body) = match answer {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", "{}".to_owned()),
    };
    let date = chrono::DateTime::from_timestamp_millis(clock.millis()).unwrap();
    let date = date.format("%a, %d %b %Y %H:%M:%S GMT");
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=UTF-8\r\nDate: {date}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn read_on(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let mut piece = [0; 4_096];
    match stream.read(&mut piece)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend_from_slice(&piece[..count]);
            Ok(())
        }
    }
}
