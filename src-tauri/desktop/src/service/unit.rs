//! The text of the systemd unit. (systemd.service(5), systemd.syntax(7), systemd.exec(5).)
//!
//! The unit fences the watcher in with what needs no namespace of its own: a user's manager cannot make one
//! everywhere, and the bus of the key store and the data folder have to be in reach. Browser and window are
//! started beside it; see [`crate::program::start_detached`].

use std::path::Path;

use super::arguments::arguments;
use super::{Service, ServiceError, text};

/// Where the service finds the passphrase: systemd hands it over in memory.
const CREDENTIAL: &str = "passphrase";

/// What the fence takes away. Nothing here hides a file or the bus.
const FENCE: &str = "\
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
";

/// The unit of `service`.
pub(super) fn unit(service: &Service) -> Result<String, ServiceError> {
    let found = service.passphrase_file.as_ref().map(|_| "\0");
    let args = arguments(service, found)?;
    let command: Vec<String> = std::iter::once(program(&service.program)?)
        .chain(args.into_iter().map(|arg| match arg {
            // `%d` is the folder of the credentials, and the only specifier that is meant as one.
            "\0" => format!("%d/{CREDENTIAL}"),
            arg => argument(arg),
        }))
        .collect();
    let credential = match &service.passphrase_file {
        Some(path) => format!(
            "LoadCredential={CREDENTIAL}:{}\n",
            text(path)?.replace('%', "%%")
        ),
        None => String::new(),
    };
    Ok(format!(
        "# Written by `relink watch --install`; `relink watch --uninstall` removes it.\n\
         [Unit]\nDescription=Relink keeps Instagram accounts connected\n\n\
         [Service]\nType=exec\nExecStart={}\nRestart=on-failure\nRestartSec=30\n{credential}{FENCE}\n\
         [Install]\nWantedBy=default.target\n",
        command.join(" ")
    ))
}

/// The program. Variables are not replaced in it, so its dollar signs stay as they are; and systemd takes no
/// quotation mark and no backslash in it, however they are written.
fn program(path: &Path) -> Result<String, ServiceError> {
    let text = text(path)?;
    if text.contains(['"', '\'', '\\']) {
        return Err(ServiceError::Path(path.to_owned()));
    }
    Ok(quoted(text))
}

fn argument(arg: &str) -> String {
    if arg.starts_with("--") || arg == "watch" {
        return arg.to_owned();
    }
    quoted(arg).replace('$', "$$")
}

/// In quotes, with C's escapes, and the per cent sign doubled.
fn quoted(arg: &str) -> String {
    let escaped = arg
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('%', "%%");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    fn service(dir: &str) -> Service {
        Service {
            program: PathBuf::from(dir).join("relink"),
            data_dir: PathBuf::from(dir).join("data"),
            endpoints: None,
            passphrase_file: None,
        }
    }

    fn line<'a>(unit: &'a str, key: &str) -> &'a str {
        let found = unit.lines().find_map(|line| line.strip_prefix(key));
        found.unwrap_or_else(|| panic!("{key} is missing from\n{unit}"))
    }

    #[test]
    fn the_unit_says_what_runs_and_never_the_passphrase() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("100% secret");
        std::fs::write(&secret, "correct horse").unwrap();
        let unit = unit(&Service {
            passphrase_file: Some(secret.clone()),
            endpoints: Some(PathBuf::from("/etc/$HOME/e.toml")),
            ..service("/opt/re link")
        })
        .unwrap();
        assert_eq!(
            line(&unit, "ExecStart="),
            r#""/opt/re link/relink" watch --wait --quiet --data-dir "/opt/re link/data" --endpoints "/etc/$$HOME/e.toml" --passphrase-file %d/passphrase"#
        );
        assert_eq!(
            line(&unit, "LoadCredential="),
            format!("passphrase:{}", secret.to_str().unwrap().replace('%', "%%"))
        );
        assert!(!unit.contains("correct horse"));
    }

    #[test]
    fn a_path_that_systemd_would_not_take_is_refused() {
        for bad in [
            "/opt/x\nExecStartPre=/bin/evil",
            "/say \"hi\"",
            "/it's",
            r"/back\n",
        ] {
            assert!(
                matches!(unit(&service(bad)), Err(ServiceError::Path(_))),
                "{bad}"
            );
            let data = Service {
                data_dir: bad.into(),
                ..service("/opt")
            };
            assert_eq!(unit(&data).is_err(), bad.contains('\n'), "{bad}");
        }
    }

    /// systemd itself reads the unit and looks for the program it names.
    #[test]
    fn systemd_finds_a_program_in_the_oddest_folder() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["plain", "re link", "100%h", "$HOME", "ü;#"] {
            let folder = dir.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            let service = service(folder.to_str().unwrap());
            let file = dir.path().join("relink-watch.service");
            std::fs::write(&file, unit(&service).unwrap()).unwrap();
            let verify = || {
                Command::new("systemd-analyze")
                    .args(["--user", "--man=no", "verify"])
                    .arg(&file)
                    .env("XDG_RUNTIME_DIR", dir.path())
                    .output()
            };
            let Ok(without) = verify() else {
                eprintln!("NOT TESTED: systemd-analyze is not installed here");
                return;
            };
            let said = String::from_utf8_lossy(&without.stderr).into_owned();
            assert!(said.contains("is not executable"), "{name}: {said}");
            std::fs::write(&service.program, "#!/bin/sh\n").unwrap();
            let executable = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&service.program, executable).unwrap();
            let with = verify().unwrap();
            let said = String::from_utf8_lossy(&with.stderr).into_owned();
            assert!(!said.contains("relink-watch.service"), "{name}: {said}");
        }
    }
}
