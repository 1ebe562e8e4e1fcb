//! `relink watch` as it runs: with a window that wants the data, and as a service of the system's.
#![cfg(all(test, target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test ends where something is amiss")]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A person's home without a session bus, a key store or a window.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(home.path().join("run")).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn relink(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relink"));
        command
            .args(args)
            .arg("--data-dir")
            .arg(self.path().join("data"))
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_RUNTIME_DIR", self.path().join("run"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.relink(args).output().unwrap()
    }

    fn unit(&self) -> std::path::PathBuf {
        self.path().join("config/systemd/user/relink-watch.service")
    }
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Asks the copy that runs on the data folder, as a window does; waits until there is one.
fn ask(home: &Home, what: &str) -> Value {
    let door = home.path().join("data/relink.sock");
    let mut stream = loop {
        match UnixStream::connect(&door) {
            Ok(stream) => break stream,
            Err(_) => sleep(Duration::from_millis(20)),
        }
    };
    writeln!(stream, r#"{{"do":"{what}"}}"#).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap()
}

/// A watcher; killed where a test gives up on it.
struct Watcher(Child);

impl Watcher {
    /// Starts one, and waits until it says `line` about itself.
    fn start(home: &Home, args: &[&str], line: &str) -> Self {
        let mut command = home.relink(args);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let watcher = Self(child);
        let mut lines = said.lines().map(Result::unwrap);
        assert!(
            lines.any(|said| said.contains(line)),
            "it ended without a word"
        );
        // Whoever speaks to nobody must not be ended by it.
        std::thread::spawn(move || lines.for_each(drop));
        watcher
    }

    /// Stops it as services are stopped; says whether it took that for a good end.
    fn end(mut self) -> bool {
        let pid = self.0.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        asked.success() && self.0.wait().unwrap().success()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_window_gets_the_data_and_the_watcher_goes_on_when_it_closes() {
    let home = Home::new();
    let watcher = Watcher::start(&home, &["watch"], "watching; stop with Ctrl+C");
    assert!(ask(&home, "hand_over").get("ok").is_some());
    let lock = File::options()
        .write(true)
        .open(home.path().join("data/relink.lock"))
        .unwrap();
    lock.lock().unwrap();

    // While a window has the data, a second watcher refuses, unless it is told to wait.
    let refused = home.run(&["watch", "--quiet"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let waiting = Watcher::start(&home, &["watch", "--wait"], "waiting until it ends");
    assert!(waiting.end(), "stopping who waits is no failure");

    drop(lock);
    assert!(ask(&home, "poke").get("ok").is_some(), "it watches again");
    assert!(watcher.end());
}

#[test]
fn the_service_is_written_twice_and_taken_away_twice() {
    let home = Home::new();
    let next = "systemctl --user enable --now relink-watch.service";
    for _ in 0..2 {
        let said = json(&home.run(&["watch", "--install", "--json"]));
        assert_eq!(said["path"].as_str(), home.unit().to_str());
        assert_eq!(
            said["enabled"], false,
            "no systemd of this person's runs here"
        );
        assert_eq!(said["next"][0], next);
        assert!(home.unit().is_file());
    }
    for was_there in [true, false] {
        let said = json(&home.run(&["watch", "--uninstall", "--json"]));
        assert_eq!(said["was_there"], was_there);
        assert!(!home.unit().exists());
    }
}

#[test]
fn a_running_systemd_is_asked_and_its_refusal_is_told() {
    let home = Home::new();
    let private = home.path().join("run/systemd/private");
    std::fs::create_dir_all(private.parent().unwrap()).unwrap();
    File::create(private).unwrap();
    let bin = home.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let systemctl = |end: &str| {
        let log = home.path().join("asked");
        let script = format!("#!/bin/sh\necho \"$@\" >> '{}'\n{end}\n", log.display());
        std::fs::write(bin.join("systemctl"), script).unwrap();
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(bin.join("systemctl"), executable).unwrap();
    };
    let run = |args: &[&str]| {
        home.relink(args)
            .env("PATH", format!("{}:/bin", bin.display()))
            .output()
            .unwrap()
    };

    systemctl("exit 0");
    assert_eq!(
        json(&run(&["watch", "--install", "--json"]))["enabled"],
        true
    );
    let asked = std::fs::read_to_string(home.path().join("asked")).unwrap();
    assert_eq!(
        asked,
        "--user daemon-reload\n--user enable relink-watch.service\n--user restart relink-watch.service\n"
    );

    systemctl("echo 'the bus is gone' >&2; exit 1");
    let refused = run(&["watch", "--install", "--json"]);
    assert_eq!(refused.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(said["error"], "service_refused");
    assert!(
        said["message"]
            .as_str()
            .unwrap()
            .contains("the bus is gone")
    );
}

#[test]
fn a_passphrase_is_named_by_its_file_and_an_odd_path_is_refused() {
    let home = Home::new();
    let file = home.path().join("pass phrase");
    std::fs::write(&file, "correct horse").unwrap();
    let name = file.to_str().unwrap();
    json(&home.run(&["watch", "--install", "--json", "--passphrase-file", name]));
    let unit = std::fs::read_to_string(home.unit()).unwrap();
    assert!(
        unit.contains(&format!("\nLoadCredential=passphrase:{name}\n")),
        "{unit}"
    );
    assert!(
        unit.contains(" --passphrase-file %d/passphrase\n"),
        "{unit}"
    );
    assert!(!unit.contains("correct horse"));

    let odd = home.path().join("a\nb");
    std::fs::write(&odd, "x").unwrap();
    let refused = home.run(&[
        "watch",
        "--install",
        "--passphrase-file",
        odd.to_str().unwrap(),
    ]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
