//! strace, which stops the actor at any system call it is told to.

use std::path::Path;
use std::process::{Command, Stdio};

/// What happens to the actor at a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Strike {
    /// The kind of call.
    pub call: &'static str,
    /// Which of them, from 1, counted for each thread.
    pub number: usize,
    /// What happens there.
    pub blow: Blow,
}

/// What happens at the call; the call itself is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blow {
    /// SIGKILL.
    Kill,
    /// It fails once with this error.
    Fail(&'static str),
    /// It and every later one fails with this error, as on a disk that stays full.
    FailFromHere(&'static str),
}

impl Strike {
    fn expression(self) -> String {
        let Self { call, number, blow } = self;
        match blow {
            Blow::Kill => format!("{call}:signal=KILL:when={number}"),
            Blow::Fail(error) => format!("{call}:error={error}:when={number}"),
            Blow::FailFromHere(error) => format!("{call}:error={error}:when={number}+"),
        }
    }
}

impl std::fmt::Display for Strike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.expression())
    }
}

/// How the actor is watched.
#[derive(Debug, Clone, Copy)]
pub enum Watch<'a> {
    /// Not at all.
    Nobody,
    /// These kinds of calls are written down, with the first bytes of what they carry.
    Count(&'a [&'static str]),
    /// These kinds of calls are written down with every byte.
    Record(&'a [&'static str]),
    /// One call is struck, wherever it goes.
    Strike(Strike),
    /// One call that goes to one of these files is struck, counted among those.
    StrikeAt(Strike, &'a [std::path::PathBuf]),
}

/// Whether calls can be traced here; where not, why not.
///
/// # Errors
/// The sentence to print instead of a figure.
pub fn available() -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("not measured here: strace runs on Linux only".to_owned());
    }
    let tried = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match tried {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("not measured here: strace may not trace (ptrace is refused)".to_owned()),
        Err(_) => Err("not measured here: no strace".to_owned()),
    }
}

/// The command that runs `program` with `arguments` under watch; what is written down goes to `to`.
pub fn command(watch: Watch<'_>, to: &Path, program: &Path, arguments: &[&Path]) -> Command {
    if let Watch::Nobody = watch {
        let mut command = Command::new(program);
        command.args(arguments);
        return command;
    }
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-e", "signal=none", "-o"])
        .arg(to);
    match watch {
        Watch::Nobody => {}
        Watch::Count(calls) => {
            command.args(["-y", "-s", "256", "-e"]);
            command.arg(format!("trace={}", calls.join(",")));
        }
        Watch::Record(calls) => {
            command.args(["-y", "-xx", "-s", "4194304", "-e"]);
            command.arg(format!("trace={}", calls.join(",")));
        }
        Watch::Strike(strike) => strike_with(&mut command, strike),
        Watch::StrikeAt(strike, files) => {
            for file in files {
                command.arg("-P").arg(file);
            }
            strike_with(&mut command, strike);
        }
    }
    command.arg(program).args(arguments);
    command
}

fn strike_with(command: &mut Command, strike: Strike) {
    command.args(["-e", &format!("trace={}", strike.call), "-e"]);
    command.arg(format!("inject={}", strike.expression()));
}
