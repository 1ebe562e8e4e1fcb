//! What the tests of single commands share.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use engine::clock::SystemClock;
use sandbox::{Control, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// A data folder and a stand-in for Meta, for commands as they are typed.
pub(crate) struct Office {
    dir: TempDir,
    pub(crate) control: Control,
    _sandbox: Sandbox,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let clock = Arc::new(|| SystemClock.wall().timestamp_millis());
        let sandbox = Sandbox::start(sandbox::Config::practice(3, clock))
            .await
            .unwrap();
        let dir = tempfile::tempdir().unwrap();
        sandbox
            .write_endpoints_file(dir.path().join("endpoints.toml"))
            .unwrap();
        std::fs::write(dir.path().join("passphrase"), "correct horse").unwrap();
        let app = sandbox.app().clone();
        let office = Self {
            dir,
            control: sandbox.control(),
            _sandbox: sandbox,
        };
        office.must(&["settings", "key", "passphrase"], "");
        office.must(
            &["settings", "app", "--app-id", &app.app_id],
            &app.app_secret,
        );
        office
    }

    /// An account added by a token, by place; gives its id.
    pub(crate) fn add(&self, place: usize) -> String {
        let id = self.control.accounts()[place].id.clone();
        let token = self.control.mint_token(&id).unwrap();
        self.must(&["add-token"], &token);
        id
    }

    pub(crate) fn relink(&self, words: &[&str], typed: &str) -> Output {
        let at = |name| self.dir.path().join(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_relink"))
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
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    pub(crate) fn must(&self, words: &[&str], typed: &str) -> Output {
        let output = self.relink(words, typed);
        assert!(output.status.success(), "{words:?}: {output:?}");
        output
    }
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}
