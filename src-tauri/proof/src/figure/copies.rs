//! Figure 11: eight copies of the command line started at once on one data folder renew every due
//! account once, and each of them ends well.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use engine::clock::SystemClock;
use sandbox::{Control, Endpoint, Sandbox};
use tempfile::TempDir;

use super::{Report, Stage};
use crate::world::scratch;

const COPIES: usize = 8;
const EIGHT_DAYS_MS: i64 = 8 * 24 * 60 * 60 * 1_000;

/// A data folder with accounts in it, its provider, and how to start Relink on it.
struct Office<'a> {
    relink: &'a Path,
    dir: TempDir,
    control: Control,
    sandbox: Sandbox,
    accounts: usize,
    /// How far the clocks of both sides are ahead.
    ahead_ms: i64,
}

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let mut report = Report::default();
    if !stage.relink.is_file() {
        let reason = format!(
            "not measured here: no {} (build the package cli)",
            stage.relink.display()
        );
        report.line.clone_from(&reason);
        report.unmeasured = Some(reason);
        return Ok(report);
    }
    let (rounds, accounts) = stage.size.of((1, 2), (15, 8), (125, 8));
    let mut office = Office::open(stage, accounts)?;
    let (mut twice, mut never, mut ended_badly) = (0, 0, 0);
    for round in 1..=rounds {
        let before = office.renewals();
        let ends = office.ends();
        office.pass_eight_days();
        for trouble in office.everybody_renews()? {
            ended_badly += 1;
            report.failures.push(format!("round {round}: {trouble}"));
        }
        let renewed = office
            .ends()
            .iter()
            .zip(&ends)
            .filter(|(after, before)| after > before)
            .count();
        let made = usize::try_from(office.renewals() - before)?;
        twice += made.saturating_sub(renewed);
        never += accounts - renewed;
        if made != accounts || renewed != accounts {
            report.failures.push(format!(
                "round {round}: {made} renewals made, {renewed} of {accounts} accounts renewed"
            ));
        }
    }
    report.line = format!(
        "{COPIES} copies at once: of {} renewals due, {twice} made twice, {never} not made; {ended_badly} of {} copies ended badly",
        rounds * accounts,
        rounds * COPIES
    );
    Ok(report)
}

impl<'a> Office<'a> {
    fn open(stage: &'a Stage, accounts: usize) -> Result<Self> {
        let dir = scratch()?;
        let config = sandbox::Config {
            accounts,
            ..sandbox::Config::practice(
                stage.seed,
                Arc::new(|| SystemClock.wall().timestamp_millis()),
            )
        };
        let sandbox = stage.runtime.block_on(Sandbox::start(config))?;
        sandbox.write_endpoints_file(dir.path().join("endpoints.toml"))?;
        std::fs::write(dir.path().join("passphrase"), "correct horse")?;
        let control = sandbox.control();
        control.hourly_calls(None);
        let office = Self {
            relink: &stage.relink,
            dir,
            control,
            sandbox,
            accounts,
            ahead_ms: 0,
        };
        office.must("settings key passphrase", None)?;
        let app = office.sandbox.app();
        let enter = format!("settings app --app-id {}", app.app_id);
        office.must(&enter, Some(&app.app_secret))?;
        for account in office.control.accounts().iter().take(accounts) {
            let token = office.control.mint_token(&account.id)?;
            office.must("add-token", Some(&token))?;
        }
        Ok(office)
    }

    fn relink(&self, words: &str) -> Command {
        let mut command = Command::new(self.relink);
        command
            .args(words.split(' '))
            .args(["--json", "--quiet"])
            .arg("--data-dir")
            .arg(self.dir.path().join("data"))
            .arg("--endpoints")
            .arg(self.dir.path().join("endpoints.toml"))
            .arg("--passphrase-file")
            .arg(self.dir.path().join("passphrase"))
            .env(engine::setup::CLOCK_OFFSET, self.ahead_ms.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What has to work, or there is nothing to measure.
    fn must(&self, words: &str, typed: Option<&str>) -> Result<()> {
        let mut child = self
            .relink(words)
            .spawn()
            .context("relink does not start")?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(typed.unwrap_or_default().as_bytes())?;
        }
        let output = child.wait_with_output()?;
        ensure!(
            output.status.success(),
            "`relink {words}`: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    fn renewals(&self) -> u64 {
        self.control.count(Endpoint::Refresh)
    }

    /// When each account's access ends, by the provider.
    fn ends(&self) -> Vec<Option<i64>> {
        let accounts = self.control.accounts().into_iter().take(self.accounts);
        accounts.map(|account| account.token_expires_at).collect()
    }

    fn pass_eight_days(&mut self) {
        self.ahead_ms += EIGHT_DAYS_MS;
        self.control.advance(EIGHT_DAYS_MS);
    }

    /// All copies at once; what those say that did not end well.
    fn everybody_renews(&self) -> Result<Vec<String>> {
        let copies: Vec<Child> = (0..COPIES)
            .map(|_| self.relink("renew").spawn())
            .collect::<Result<_, _>>()
            .context("relink does not start")?;
        let mut troubles = Vec::new();
        for copy in copies {
            let output = copy.wait_with_output()?;
            if !output.status.success() {
                troubles.push(format!(
                    "{}: {}",
                    output.status,
                    String::from_utf8_lossy(&output.stderr).trim()
                ));
            }
        }
        Ok(troubles)
    }
}
