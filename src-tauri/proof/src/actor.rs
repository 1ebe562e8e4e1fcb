//! The process that is killed: a real engine on a real data folder, doing what its part says. Each
//! step is acknowledged on standard output once Relink has accepted it and shown it.

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration as Real;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Duration};
use domain::grant::Route;
use domain::wizard::Way;
use engine::clock::ManualClock;
use engine::command::{Command, ErrorCode, Reply};
use engine::view::{Settings, Snapshot};
use engine::{Handle, StartError, start};

use crate::reopen::quiet;
use crate::script::Step;
use crate::setting::{self, Place};
use crate::words::{Given, Part, Said, Shown, ShownAccount};

/// How an actor ends that could not begin; the name was said before.
pub const NOT_STARTED: u8 = 3;

/// Plays the part that lies in `folder`.
///
/// # Errors
/// The stage is not as it should be; what Relink itself refuses is said, not failed with.
pub fn play(folder: &Path) -> Result<ExitCode> {
    // One thread does nearly everything, so that the same call has the same number in every run.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let end = runtime.block_on(act(&Place::at(folder)));
    runtime.shutdown_background();
    end
}

async fn act(place: &Place) -> Result<ExitCode> {
    let part = std::fs::read(place.part()).context("there is no part")?;
    let part: Part = serde_json::from_slice(&part)?;
    let now = DateTime::from_timestamp_millis(part.now_ms).context("no such time")?;
    let clock = ManualClock::at(now);
    let config = setting::config(place, &part.endpoints, &clock)?;
    let (handle, task) = match start(config) {
        Ok(begun) => begun,
        Err(error) => {
            let code = match error {
                StartError::InUse => "in_use",
                StartError::Folder(error) => error.code(),
                StartError::Network(_) => "network",
            };
            say(&Said::NotStarted { code: code.into() })?;
            return Ok(ExitCode::from(NOT_STARTED));
        }
    };
    let mut actor = Actor { handle, clock };
    if let Some(obstacle) = actor.snapshot().await?.app.obstacle {
        say(&Said::NotStarted {
            code: obstacle.reason.to_owned(),
        })?;
        return Ok(ExitCode::from(NOT_STARTED));
    }
    for (step, what) in part.steps.iter().enumerate() {
        say(&Said::Begun { step })?;
        match actor.perform(what, &part).await? {
            Ok(()) => {
                let shown = actor.shown().await?;
                say(&Said::Done { step, shown })?;
            }
            Err(code) => say(&Said::Refused {
                step,
                code: code.code().to_owned(),
            })?,
        }
    }
    actor.handle.stop();
    task.await.context("the engine came to a bad end")?;
    say(&Said::Ended)?;
    Ok(ExitCode::SUCCESS)
}

struct Actor {
    handle: Handle,
    clock: ManualClock,
}

impl Actor {
    /// The outer result is the stage's, the inner one Relink's.
    async fn perform(&mut self, step: &Step, part: &Part) -> Result<Result<(), ErrorCode>> {
        let command = match step.clone() {
            Step::Credentials => Command::SetCredentials {
                route: Route::Instagram,
                app_id: part.app_id.clone(),
                app_secret: part.app_secret.clone().into(),
            },
            Step::Connect { account } => return self.connect(account).await,
            Step::Crash => std::process::abort(),
            Step::AddToken { account } => Command::AddToken {
                app: None,
                route: Route::Instagram,
                token: wish(&Said::WantToken { account })?.into(),
            },
            Step::Label { account, text } => Command::SetLabel {
                id: account,
                label: text,
            },
            Step::Notes { account, text } => Command::SetNotes {
                id: account,
                notes: text,
            },
            Step::Settings { renew_after_days } => Command::UpdateSettings {
                settings: Settings {
                    renew_after_days,
                    ..Settings::default()
                },
            },
            Step::Lose { account } => {
                wish(&Said::WantLoss { account })?;
                if let Err(code) = self.ask(Command::Check { ids: vec![] }).await {
                    return Ok(Err(code));
                }
                quiet(&self.handle).await?;
                return Ok(Ok(()));
            }
            Step::WayBack { account } => {
                let open = Command::WizardOpen {
                    id: account.clone(),
                };
                if let Err(code) = self.ask(open).await {
                    return Ok(Err(code));
                }
                Command::WizardChooseWay {
                    id: account,
                    way: Way::Full,
                }
            }
            Step::Next { account } => Command::WizardNext { id: account },
            Step::TwoFactor { account } => Command::WizardAnswer {
                id: account,
                key: "two_factor".to_owned(),
                value: "on".to_owned(),
            },
            Step::Close { account } => Command::WizardClose { id: account },
            Step::Pass { hours } => return self.pass(Duration::hours(hours)).await,
            Step::Check => {
                if let Err(code) = self.ask(Command::Check { ids: vec![] }).await {
                    return Ok(Err(code));
                }
                return Ok(self.settle().await);
            }
            Step::Delete { account } => Command::DeleteAccounts { ids: vec![account] },
            Step::Undo => Command::UndoDelete,
            Step::Disconnect { account } => Command::Disconnect {
                id: account,
                erase: false,
            },
            Step::Erase { account } => Command::EraseAccount { id: account },
        };
        Ok(self.ask(command).await.map(drop))
    }

    /// Through the browser, with the paste door: the other end of the listener is not at stake here.
    async fn connect(&mut self, account: String) -> Result<Result<(), ErrorCode>> {
        let begun = self
            .ask(Command::Connect {
                route: Route::Instagram,
                expected: None,
                app: None,
                door: None,
                permissions: None,
                browser: false,
            })
            .await;
        let address = match begun {
            Ok(Reply::ConsentAddress { consent_address }) => consent_address,
            Ok(other) => bail!("an attempt answered {other:?}"),
            Err(code) => return Ok(Err(code)),
        };
        let address = wish(&Said::WantConsent { account, address })?;
        let pasted = Command::SubmitCallback {
            address: address.into(),
        };
        for command in [pasted, Command::AwaitAttempt, Command::AcknowledgeAttempt] {
            if let Err(code) = self.ask(command).await {
                return Ok(Err(code));
            }
        }
        Ok(self.settle().await)
    }

    async fn pass(&mut self, time: Duration) -> Result<Result<(), ErrorCode>> {
        wish(&Said::WantTime {
            ms: time.num_milliseconds(),
        })?;
        self.clock.advance(time);
        Ok(self.settle().await)
    }

    /// Until nothing is under way. What is planned for later does not come: time stands still.
    async fn settle(&self) -> Result<(), ErrorCode> {
        self.ask(Command::Poke).await?;
        self.ask(Command::Settle { ids: vec![] }).await.map(drop)
    }

    /// What waits for more than this computer can do would wait for a person, who is not here.
    async fn ask(&self, command: Command) -> Result<Reply, ErrorCode> {
        let answer = tokio::time::timeout(PATIENCE, self.handle.run(command));
        answer.await.unwrap_or(Err(ErrorCode::NoAnswer))
    }

    async fn snapshot(&self) -> Result<Snapshot> {
        setting::snapshot(&self.handle).await
    }

    async fn shown(&self) -> Result<Shown> {
        Ok(shown(&self.snapshot().await?))
    }
}

/// The promises in a picture of Relink.
pub fn shown(picture: &Snapshot) -> Shown {
    let accounts = picture.accounts.iter().map(|account| {
        let end = account.expires_at.as_deref();
        let shown = ShownAccount {
            status: account.status.to_owned(),
            label: account.label.clone(),
            notes: account.notes.clone(),
            wizard: account.wizard.as_ref().map(|it| it.step.to_owned()),
            expires_at_ms: end
                .and_then(|end| DateTime::parse_from_rfc3339(end).ok())
                .map(|end| end.timestamp_millis()),
        };
        (account.id.clone(), shown)
    });
    Shown {
        accounts: accounts.collect(),
        renew_after_days: picture.app.settings.renew_after_days,
        has_app: picture.app.credentials.iter().any(|app| app.secret_saved),
        banner: picture.app.banner.as_ref().map(|it| it.code.to_owned()),
    }
}

fn say(said: &Said) -> Result<()> {
    line(&serde_json::to_string(said)?)
}

/// One line, in one write: a reader never sees half of it.
pub(crate) fn line(text: &str) -> Result<()> {
    let line = format!("{text}\n").into_bytes();
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    Ok(out.flush()?)
}

fn wish(said: &Said) -> Result<String> {
    say(said)?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        bail!("the stage has gone");
    }
    Ok(serde_json::from_str::<Given>(&line)?.text)
}

/// How long one call to the stand-in may take: it is on this computer.
pub const PATIENCE: Real = Real::from_secs(10);
