//! A bus of its own for a test, which starts no service by itself.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;

/// After this nothing is expected any more, on the slowest computer: the test fails instead of hanging.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(60);

/// A running bus; ends when it is dropped.
pub(crate) struct PrivateBus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl PrivateBus {
    /// `None`, said aloud, where no bus daemon is installed.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        let text = format!(
            r#"<busconfig><type>session</type><listen>unix:dir={}</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
            folder.path().display()
        );
        std::fs::write(&config, text).unwrap();
        let daemon = Command::new("dbus-daemon")
            .arg("--nofork")
            .arg("--print-address")
            .arg("--config-file")
            .arg(&config)
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut daemon) = daemon else {
            eprintln!("NOT TESTED: dbus-daemon is not installed here");
            return None;
        };
        let mut address = String::new();
        let mut said = BufReader::new(daemon.stdout.take().unwrap());
        said.read_line(&mut address).unwrap();
        Some(Self {
            daemon,
            address: address.trim().to_owned(),
            _folder: folder,
        })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn builder(&self) -> Builder<'static> {
        Builder::address(self.address.as_str()).unwrap()
    }

    /// A service that owns `name`.
    pub(crate) fn owner(&self, name: &'static str) -> Connection {
        self.builder().name(name).unwrap().build().unwrap()
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }
}
