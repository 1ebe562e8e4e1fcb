//! One play: the actor under watch, and his wishes granted.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::ledger::Ledger;
use crate::script::Step;
use crate::tracer::{self, Watch};
use crate::words::Said;
use crate::world::World;

/// An actor who says nothing for this long never will.
const SILENCE: Duration = Duration::from_secs(60);

/// How a play ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The actor went off by himself, with this exit code.
    Left(i32),
    /// He was killed, as planned.
    Killed,
    /// He went down in a way nobody planned: a panic's text, an abort, or silence.
    Fell(String),
}

/// Lets the actor play `steps` under `watch`.
///
/// # Errors
/// The stage failed, not the actor.
pub fn play(
    actor: &Path,
    world: &World,
    steps: &[Step],
    watch: Watch<'_>,
) -> Result<(Ledger, End)> {
    world.cast(steps)?;
    let folder = world.place.folder();
    let mut child = tracer::command(
        watch,
        &world.place.trace(),
        actor,
        &[Path::new("play"), folder],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .env("RUST_BACKTRACE", "0")
    .spawn()
    .context("the actor cannot be started")?;
    let ledger = converse(&mut child, world);
    if ledger.is_err() {
        child.kill()?;
    }
    let complaint = complaint(&mut child);
    let status = child.wait()?;
    let ledger = match ledger {
        Ok(ledger) => ledger,
        Err(error) => return Err(error.context(complaint)),
    };
    Ok((ledger, end(status, &complaint)))
}

fn converse(child: &mut Child, world: &World) -> Result<Ledger> {
    let mut ears = child.stdin.take().context("no way to the actor")?;
    let mouth = child.stdout.take().context("no way from the actor")?;
    let (heard, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(mouth).lines() {
            let Ok(line) = line else { break };
            if heard.send(line).is_err() {
                break;
            }
        }
    });
    let mut ledger = Ledger::default();
    loop {
        let line = match lines.recv_timeout(SILENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return Ok(ledger),
            Err(RecvTimeoutError::Timeout) => bail!("the actor fell silent"),
        };
        let said: Said = serde_json::from_str(&line).context("the actor mumbles")?;
        ledger.hear(&said);
        if let Some(given) = world.grant(&said)? {
            let mut line = serde_json::to_vec(&given)?;
            line.push(b'\n');
            // He may have been killed over his wish.
            if ears.write_all(&line).is_err() {
                return Ok(ledger);
            }
        }
    }
}

fn complaint(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        // What is not text is no message either.
        drop(std::io::Read::read_to_string(&mut stderr, &mut text));
    }
    text
}

fn end(status: std::process::ExitStatus, complaint: &str) -> End {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        const SIGKILL: i32 = 9;
        if status.signal() == Some(SIGKILL) {
            return End::Killed;
        }
    }
    if complaint.contains("panicked at") {
        return End::Fell(complaint.to_owned());
    }
    match status.code() {
        Some(code) => End::Left(code),
        None => End::Fell(format!("{status}: {complaint}")),
    }
}
