//! `relink` on the Facebook route, as it is typed.
#![cfg(test)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use engine::clock::SystemClock;
use ports::Port;
use sandbox::{Control, DialogAnswer, Endpoint, Fault, Outage, PersonChange, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

struct Office {
    dir: TempDir,
    control: Control,
    person: String,
    _sandbox: Sandbox,
    _port: Port,
}

impl Office {
    async fn open() -> Self {
        let clock = Arc::new(|| SystemClock.wall().timestamp_millis());
        let sandbox = Sandbox::start(sandbox::Config::practice(3, clock))
            .await
            .unwrap();
        let control = sandbox.control();
        let port = Port::take().unwrap();
        let redirect = format!("http://127.0.0.1:{}/callback", port.number());
        control.register_redirect(&redirect);
        let endpoints = sandbox
            .endpoints_toml()
            .replace(sandbox::PRACTICE_REDIRECT, &redirect);
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("endpoints.toml"), endpoints).unwrap();
        std::fs::write(dir.path().join("passphrase"), "correct horse").unwrap();
        let app = sandbox.app().clone();
        let office = Self {
            dir,
            person: control.people().remove(0).id,
            control,
            _sandbox: sandbox,
            _port: port,
        };
        office.must(&["settings", "key", "passphrase"], "");
        let id = app.facebook_app_id;
        let words = ["settings", "app", "--app-id", &id, "--route", "facebook"];
        office.must(&words, &app.facebook_app_secret);
        office
    }

    fn start(&self, words: &[&str]) -> Child {
        let at = |name| self.dir.path().join(name);
        Command::new(env!("CARGO_BIN_EXE_relink"))
            .args(words)
            .arg("--data-dir")
            .arg(at("data"))
            .arg("--endpoints")
            .arg(at("endpoints.toml"))
            .arg("--passphrase-file")
            .arg(at("passphrase"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn relink(&self, words: &[&str], typed: &str) -> Output {
        let mut child = self.start(words);
        let mut input = child.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        drop(input);
        child.wait_with_output().unwrap()
    }

    fn must(&self, words: &[&str], typed: &str) -> Output {
        let said = self.relink(words, typed);
        assert!(said.status.success(), "{words:?}: {said:?}");
        said
    }

    /// `relink connect` with a person who allows everything; gives the exit code and what was printed.
    fn connect(&self, words: &[&str], typed: &str) -> (Option<i32>, Value) {
        self.connect_while(words, typed, || {})
    }

    /// The same; where Pages are `typed`, something happens between the list of Pages and the choice.
    fn connect_while(
        &self,
        words: &[&str],
        typed: &str,
        meanwhile: impl FnOnce(),
    ) -> (Option<i32>, Value) {
        let mut all = vec!["connect", "--route", "facebook", "--no-browser", "--json"];
        all.extend(words);
        let mut child = self.start(&all);
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "no address came");
            if line.starts_with("http") {
                break line.trim().to_owned();
            }
        };
        let everything = DialogAnswer::Allow {
            untick: vec![],
            untick_pages: vec![],
        };
        let back = self
            .control
            .answer_dialog(&address, &self.person, &everything)
            .unwrap();
        let status = follow(&back);
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        if let Some(page) = typed.split_whitespace().next() {
            let mut line = String::new();
            while !line.contains(page) {
                line.clear();
                assert!(said.read_line(&mut line).unwrap() > 0, "no list came");
            }
        }
        meanwhile();
        let mut input = child.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).unwrap();
        drop(input);
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        let ended = child.wait_with_output().unwrap();
        let printed = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        (ended.status.code(), printed)
    }

    fn usable(&self) -> Vec<String> {
        let roles = self.control.person(&self.person).unwrap().roles;
        let may = |tasks: &[String]| tasks.iter().any(|it| it == "MANAGE");
        let pages = roles.into_iter().filter(|role| may(&role.tasks));
        let linked = pages.filter(|role| {
            let page = self.control.page(&role.page_id).unwrap();
            page.instagram.is_some()
        });
        linked.map(|role| role.page_id).collect()
    }
}

/// What a browser does with the address it is sent to; gives the first line of the answer.
fn follow(address: &str) -> String {
    let address = url::Url::parse(address).unwrap();
    let at = (address.host_str().unwrap(), address.port().unwrap());
    let mut stream = std::net::TcpStream::connect(at).unwrap();
    let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
    let head = format!(
        "GET {target} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n",
        at.0, at.1
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_named_listed_and_taken_back_with_a_word_about_the_others() {
    let office = Office::open().await;
    let usable = office.usable();
    let (code, refused) = office.connect(&["--page", "nobody's"], "");
    assert_eq!((code, &refused["error"]), (Some(2), &"usage".into()));
    let named = ["--page", &usable[0], "--page", &usable[1]];
    let (code, connected) = office.connect(&named, "");
    assert_eq!(code, Some(0));
    assert_eq!(connected.as_array().unwrap().len(), 2, "{connected}");
    // A line says it as well.
    let (code, third) = office.connect(&[], &format!("{}\n", usable[2]));
    assert_eq!((code, &third["route"]), (Some(0), &"facebook".into()));

    let list = json(&office.must(&["list", "--json"], ""));
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 3);
    for account in list {
        assert_eq!(
            (&account["route"], &account["endless"]),
            (&"facebook".into(), &true.into())
        );
        assert_eq!(account["expires_at"], Value::Null);
    }
    let table = String::from_utf8(office.must(&["list"], "").stdout).unwrap();
    assert_eq!(table.matches("no end date").count(), 3, "{table}");
    let id = list[0]["id"].as_str().unwrap();
    let renewed = json(&office.must(&["renew", id, "--json"], ""));
    assert_eq!(renewed[0]["result"], "no_end");

    // Whom it would cut off is told before anything happens.
    let refused = office.relink(&["disconnect", id, "--revoke"], "");
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    for other in &list[1..] {
        assert!(
            said.contains(&format!("@{}", other["username"].as_str().unwrap())),
            "{said}"
        );
    }
    let broken = Fault::at(Outage::ServerErrors, &[Endpoint::FacebookGrant]);
    office.control.fault(broken);
    let words = ["disconnect", id, "--revoke", "--with-others", "--json"];
    let failed = office.relink(&words, "");
    assert_eq!(failed.status.code(), Some(4), "{failed:?}");
    let failed = json(&failed);
    assert_eq!(failed["removed_here"], true, "removed here in any case");
    assert_eq!(failed["removed_at_provider"], false);
    assert_eq!(failed["remove_there"], "https://www.facebook.com/settings");

    office.control.outage(Outage::None);
    let id = list[1]["id"].as_str().unwrap();
    let words = ["disconnect", id, "--revoke", "--with-others", "--json"];
    let ended = json(&office.must(&words, ""));
    assert_eq!(ended["removed_at_provider"], true);
    assert_eq!(ended["others"], serde_json::json!([list[2]["username"]]));
    let left = json(&office.must(&["list", "--json"], ""));
    let statuses: Vec<&str> = left
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["removed", "removed", "revoked"]);
    let grants = office.control.person(&office.person).unwrap().grants;
    assert!(grants.iter().all(|grant| grant.removed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_answer_is_in_the_document_and_in_the_exit_code() {
    let office = Office::open().await;
    let usable = office.usable();
    let typed = format!("{} {}\n", usable[0], usable[1]);
    let (code, told) = office.connect_while(&[], &typed, || {
        let lost = PersonChange::PageRoleLost(usable[0].clone());
        office.control.apply_person(&office.person, lost).unwrap();
    });
    assert_eq!(code, Some(3), "{told}");
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0]["status"], "connected");
    assert_eq!(
        (&told[1]["result"], &told[1]["page_id"]),
        (&"not_connected".into(), &usable[0].as_str().into())
    );
    let list = json(&office.must(&["list", "--json"], ""));
    assert_eq!(list.as_array().unwrap().len(), 1);
}
