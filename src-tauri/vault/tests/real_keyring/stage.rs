//! A stage of its own for each scene: bus, home, runtime folder, keyring daemon.

use std::env;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

/// Set in the second run; holds the scene's name.
const SCENE: &str = "RELINK_TEST_SCENE";

/// Which session bus the scene has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bus {
    /// One of its own, which starts no service by itself.
    Private,
    /// None.
    None,
}

/// Plays `scene` in a second run of this program, on a stage of its own. `name` is the path of the
/// calling test.
pub(crate) fn play(name: &str, bus: Bus, scene: impl FnOnce()) {
    let label = format!("{name} {bus:?}");
    if let Ok(wanted) = env::var(SCENE) {
        if wanted == label {
            scene();
        }
        return;
    }
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        if !is_installed(program) {
            eprintln!("NOT TESTED: {name} needs {program}, which is not installed here");
            return;
        }
    }
    let home = tempfile::tempdir().unwrap();
    let runtime = tempfile::tempdir().unwrap(); // made with mode 0700
    let exe = env::current_exe().unwrap();
    let mut command = match bus {
        Bus::Private => {
            let mut command = Command::new("dbus-run-session");
            command.arg("--").arg(exe);
            command
        }
        Bus::None => Command::new(exe),
    };
    let output = command
        .args(["--exact", name, "--nocapture"])
        .env(SCENE, &label)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", runtime.path())
        // Without service files the bus cannot start a key store behind the scene's back.
        .env("XDG_DATA_DIRS", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{label}\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A running keyring daemon; ends when it is dropped.
pub(crate) struct Daemon(Child);

impl Daemon {
    /// Unlocked with a password, as logging in does.
    pub(crate) fn unlocked() -> Self {
        // The password ends at the line's end; an empty one does not unlock.
        Self::start(Some("--unlock"), b"test\n")
    }

    /// Started without a password.
    pub(crate) fn never_unlocked() -> Self {
        Self::start(None, b"")
    }

    fn start(how: Option<&str>, password: &[u8]) -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password).unwrap();
        let bus = zbus::blocking::Connection::session().unwrap();
        let bus = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
        while !bus
            .name_has_owner("org.freedesktop.secrets".try_into().unwrap())
            .unwrap()
        {
            assert!(
                child.try_wait().unwrap().is_none(),
                "the keyring daemon ended"
            );
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Self(child)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|dir| dir.join(program).is_file())
}
