//! Starting with the computer, in a configuration folder of the test's own: the environment names it, so
//! the scene is played by a second run of this program.
#![cfg(all(test, target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test ends where something is amiss")]

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use desktop::autostart::Autostart;

/// Set in the second run.
const SCENE: &str = "RELINK_TEST_SCENE";

#[test]
fn it_is_switched_on_seen_switched_off_by_the_desktop_and_taken_away() {
    if env::var_os(SCENE).is_some() {
        return scene();
    }
    let folder = tempfile::tempdir().unwrap();
    let name = "it_is_switched_on_seen_switched_off_by_the_desktop_and_taken_away";
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(SCENE, "1")
        .env("XDG_CONFIG_HOME", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{output:?}"
    );
    let left = fs::read_dir(folder.path().join("autostart"))
        .unwrap()
        .count();
    assert_eq!(
        left, 0,
        "the entry was written there, and nothing is left of it"
    );
}

fn scene() {
    let program = PathBuf::from("/opt/My apps/relink-desktop");
    let ours = Autostart::of(program);
    assert!(!ours.is_on().unwrap());
    ours.switch_on().unwrap();
    ours.switch_on().unwrap();
    assert!(ours.is_on().unwrap());
    let moved = Autostart::of(PathBuf::from("/elsewhere/relink-desktop"));
    assert!(!moved.is_on().unwrap(), "the entry starts another program");

    let entries = PathBuf::from(env::var_os("XDG_CONFIG_HOME").unwrap()).join("autostart");
    let entry = fs::read_dir(&entries)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let text = fs::read_to_string(&entry).unwrap();
    assert!(
        text.contains("\nExec=\"/opt/My apps/relink-desktop\" --hidden\n"),
        "{text}"
    );
    fs::write(&entry, format!("{text}Hidden=true\n")).unwrap();
    assert!(
        !ours.is_on().unwrap(),
        "the desktop's settings switched it off"
    );

    ours.switch_on().unwrap();
    assert!(ours.is_on().unwrap());
    ours.switch_off().unwrap();
    ours.switch_off().unwrap();
    assert!(!ours.is_on().unwrap());
    let bad = Autostart::of(PathBuf::from("/opt/a\nb"));
    assert!(
        bad.switch_on().is_err(),
        "a line break would begin a line of its own"
    );
}
