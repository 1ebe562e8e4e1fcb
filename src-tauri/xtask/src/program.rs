//! Running other programs: named before, judged after.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};

use crate::{say, tally::Tally};

/// One run of a program.
pub(crate) struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// A program by name. npm is a script on Windows, and only found under its whole name.
    pub(crate) fn new(name: &str) -> Self {
        let real = if cfg!(windows) && matches!(name, "npm" | "npx") {
            format!("{name}.cmd")
        } else {
            name.to_owned()
        };
        Self {
            command: Command::new(real),
            shown: name.to_owned(),
        }
    }

    /// The Cargo that runs this program.
    pub(crate) fn cargo() -> Self {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        // What Cargo set for this program describes this program, not the next one.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            }) {
                command.env_remove(name);
            }
        }
        Self {
            command,
            shown: "cargo".to_owned(),
        }
    }

    /// Adds arguments, separated by spaces; none of them may contain one.
    pub(crate) fn args(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::arg)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&word.as_ref().to_string_lossy());
        self.command.arg(word);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the folder it runs in.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it in view of the person.
    pub(crate) fn run(mut self) -> Result<()> {
        say::line(&format!("   {}", self.shown));
        let status = self
            .command
            .status()
            .with_context(|| format!("`{}` did not start.", self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status}).", self.shown);
        }
        Ok(())
    }

    /// Runs it in view of the person and counts the tests it reports.
    pub(crate) fn run_counting(mut self) -> Result<Tally> {
        say::line(&format!("   {}", self.shown));
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{}` did not start.", self.shown))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let mut tally = thread::scope(|scope| {
            let out = scope.spawn(|| out.map_or_else(Tally::default, count_lines));
            let err = scope.spawn(|| err.map_or_else(Tally::default, count_lines));
            out.join().unwrap_or_default() + err.join().unwrap_or_default()
        });
        let status = child
            .wait()
            .with_context(|| format!("`{}` was lost.", self.shown))?;
        if !status.success() {
            // A runner that broke before it counted has failed all the same.
            tally.failed = tally.failed.max(1);
            say::line(&format!("`{}` failed ({status}).", self.shown));
        }
        Ok(tally)
    }

    /// Runs it unseen and gives what it printed; an error if it failed.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("`{}` did not start.", self.shown))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` failed: {}", self.shown, said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it unseen, whether it succeeds or not, and gives what it said on its standard error.
    pub(crate) fn listen(mut self) -> Result<(bool, String)> {
        say::line(&format!("   {}", self.shown));
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("`{}` did not start.", self.shown))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.success(), said))
    }

    /// Whether it runs and succeeds, unseen.
    pub(crate) fn works(mut self) -> bool {
        let quiet = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }
}

/// Whether a program of this name is on `PATH`.
pub(crate) fn on_path(name: &str) -> bool {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}

fn count_lines(stream: impl Read) -> Tally {
    let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
    lines.fold(Tally::default(), |tally, line| {
        let line = String::from_utf8_lossy(&line);
        say::line(line.trim_end_matches('\r'));
        tally + Tally::of_line(&line)
    })
}
