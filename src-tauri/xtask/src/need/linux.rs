//! Linux: Debian and Ubuntu by apt, Fedora by dnf; elsewhere the list is named.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use super::{Consent, For};
use crate::{
    program::{Program, on_path},
    say,
};

/// One thing that has to be there.
struct Need {
    what: &'static str,
    there: There,
    goal: For,
    debian: &'static str,
    ubuntu: &'static str,
    fedora: &'static str,
}

/// How one sees that it is there, whichever package it came with.
enum There {
    /// One of these programs is on `PATH`.
    Program(&'static [&'static str]),
    /// `pkg-config` finds this library.
    Library(&'static str),
    /// One of these folders exists.
    Folder(&'static [&'static str]),
}

const fn need(
    what: &'static str,
    there: There,
    goal: For,
    apt: &'static str,
    fedora: &'static str,
) -> Need {
    Need {
        what,
        there,
        goal,
        debian: apt,
        ubuntu: apt,
        fedora,
    }
}

const NEEDS: &[Need] = &[
    need(
        "a C compiler",
        There::Program(&["cc"]),
        For::Building,
        "build-essential",
        "gcc gcc-c++",
    ),
    need(
        "pkg-config",
        There::Program(&["pkg-config"]),
        For::Building,
        "pkg-config",
        "pkgconf-pkg-config",
    ),
    need(
        "WebKitGTK",
        There::Library("webkit2gtk-4.1"),
        For::Building,
        "libwebkit2gtk-4.1-dev",
        "pkgconfig(webkit2gtk-4.1)",
    ),
    need(
        "WebKit's driver",
        There::Program(&["WebKitWebDriver"]),
        For::Windows,
        "webkit2gtk-driver",
        "/usr/bin/WebKitWebDriver",
    ),
    need(
        "a virtual display",
        There::Program(&["Xvfb"]),
        For::Windows,
        "xvfb",
        "/usr/bin/Xvfb",
    ),
    need(
        "a session bus",
        There::Program(&["dbus-daemon"]),
        For::Windows,
        "dbus",
        "/usr/bin/dbus-daemon",
    ),
    need(
        "commands for the bus",
        There::Program(&["dbus-send"]),
        For::Windows,
        "dbus",
        "/usr/bin/dbus-send",
    ),
    need(
        "a key store",
        There::Program(&["gnome-keyring-daemon"]),
        For::Windows,
        "gnome-keyring",
        "gnome-keyring",
    ),
    need(
        "commands for the key store",
        There::Program(&["secret-tool"]),
        For::Windows,
        "libsecret-tools",
        "/usr/bin/secret-tool",
    ),
    Need {
        what: "a browser",
        there: There::Program(&["chromium", "chromium-browser", "google-chrome"]),
        goal: For::Windows,
        debian: "chromium",
        ubuntu: "chromium-browser",
        fedora: "chromium",
    },
    Need {
        what: "the browser's driver",
        there: There::Program(&["chromedriver", "chromium.chromedriver"]),
        goal: For::Windows,
        debian: "chromium-driver",
        ubuntu: "chromium-chromedriver",
        fedora: "/usr/bin/chromedriver",
    },
    need(
        "fonts",
        There::Folder(&[
            "/usr/share/fonts/truetype",
            "/usr/share/fonts/google-noto-vf",
            "/usr/share/fonts/google-noto",
            "/usr/share/fonts/dejavu-sans-fonts",
        ]),
        For::Windows,
        "fonts-noto-core",
        "google-noto-sans-vf-fonts",
    ),
    need(
        "a tracer of system calls",
        There::Program(&["strace"]),
        For::Proofs,
        "strace",
        "strace",
    ),
];

impl There {
    fn is_met(&self) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| on_path(name)),
            Self::Library(name) => Program::new("pkg-config").arg("--exists").arg(name).works(),
            Self::Folder(paths) => paths.iter().any(|path| Path::new(path).is_dir()),
        }
    }
}

pub(super) fn meet(goal: For, consent: Consent) -> Result<()> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| goal.covers(need.goal))
        .filter(|need| !need.there.is_met())
        .collect();
    if missing.is_empty() {
        say::line("Every system package is there.");
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|need| need.what).collect();
    say::line(&format!("Missing: {}.", names.join(", ")));
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let Some(system) = System::named(&release) else {
        bail!(
            "This Linux is not one this program can install on. Install: {}. Then run the command again.",
            names.join(", ")
        );
    };
    system.install(&missing, consent)
}

/// Whose packages are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Debian,
    Ubuntu,
    Fedora,
}

impl System {
    /// From `/etc/os-release`: `ID` and, for the many that descend from these, `ID_LIKE`.
    fn named(release: &str) -> Option<Self> {
        let value = |key: &str| {
            release
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
                .map(|value| value.trim_matches(['"', '\'']).to_owned())
                .unwrap_or_default()
        };
        let names = format!("{} {}", value("ID"), value("ID_LIKE"));
        names.split_whitespace().find_map(|name| match name {
            "ubuntu" => Some(Self::Ubuntu),
            "debian" => Some(Self::Debian),
            "fedora" => Some(Self::Fedora),
            _ => None,
        })
    }

    fn install(self, missing: &[&Need], consent: Consent) -> Result<()> {
        let mut packages: Vec<&str> = missing
            .iter()
            .flat_map(|need| {
                match self {
                    Self::Debian => need.debian,
                    Self::Ubuntu => need.ubuntu,
                    Self::Fedora => need.fedora,
                }
                .split(' ')
            })
            .collect();
        packages.dedup();
        let manager = if self == Self::Fedora {
            "dnf"
        } else {
            "apt-get"
        };
        say::line(&format!("{manager} will install: {}.", packages.join(" ")));
        if !consent.agreed("Go on?") {
            bail!("Nothing was installed. Install the packages above and run the command again.");
        }
        let all = |program: Program| {
            packages
                .iter()
                .fold(program, |program, name| program.arg(name))
        };
        if self == Self::Fedora {
            return all(as_root("dnf")?.args("install -y")).run();
        }
        as_root("apt-get")?.arg("update").run()?;
        all(as_root("apt-get")?.args("install -y --no-install-recommends")).run()
    }
}

/// A package manager with the rights it needs: as we are, or by sudo.
fn as_root(manager: &str) -> Result<Program> {
    let root = Program::new("id").arg("-u").read()?.trim() == "0";
    let quiet = "env DEBIAN_FRONTEND=noninteractive"; // no question in the middle
    if root {
        return Ok(Program::new("env").args(&quiet[4..]).arg(manager));
    }
    if !on_path("sudo") {
        bail!("Installing needs the administrator: run the command as root, or install sudo.");
    }
    Ok(Program::new("sudo").args(quiet).arg(manager))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_known_by_name_and_by_descent() {
        for (release, system) in [
            ("ID=debian\nVERSION_ID=\"12\"", Some(System::Debian)),
            ("ID=ubuntu\nID_LIKE=debian", Some(System::Ubuntu)),
            (
                "ID=linuxmint\nID_LIKE=\"ubuntu debian\"",
                Some(System::Ubuntu),
            ),
            ("ID=fedora", Some(System::Fedora)),
            ("ID=\"rhel\"\nID_LIKE=\"fedora\"", Some(System::Fedora)),
            ("ID=arch", None),
            ("", None),
        ] {
            assert_eq!(System::named(release), system, "{release}");
        }
    }
}
