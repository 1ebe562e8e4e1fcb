//! The first accounts: two months in which something happens to each, played through in seconds.

use std::time::Duration;

use domain::grant::Route;
use engine::Handle;
use engine::command::{Command, Reply};
use engine::view::KeyStorage;
use sandbox::{AccountType, Change, ConsentAnswer, Control, OddAnswer, Sandbox};

use crate::PracticeError;

const DAY: i64 = 24 * 60 * 60 * 1_000;
const MINUTE: i64 = 60 * 1_000;

/// How many days ago each account is connected, counted from its place in the stand-in's list.
/// The places after these are left for the person to connect.
const CONNECTED: [i64; 14] = [62, 50, 45, 41, 36, 30, 26, 21, 20, 16, 12, 9, 5, 2];

/// What is to become of the account at this place.
const EXPIRED: usize = 0;
const LATE: usize = 1;
const UNCHECKED: usize = 3;
const REMOVED: usize = 4;
const BLOCKED: usize = 5;
const WAITING: usize = 6;
const LIMITED: usize = 7;
const PASSWORD: usize = 8;
const APP_REMOVED: usize = 10;
const RENEWING: usize = 13;

/// How long the last renewal is held up, in milliseconds: long enough to be seen.
const SLOW_RENEWAL_MS: u64 = 9_000;

/// The stand-in answers at once; what has not settled within this waits for its time.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

/// No wait within the made-up months is longer than so many minutes.
const MOST_MINUTES: u32 = 30;

pub(crate) async fn seed(handle: &Handle, sandbox: &Sandbox) -> Result<(), PracticeError> {
    let stage = Stage {
        handle,
        control: sandbox.control(),
        ids: professional(sandbox),
    };
    let mut day = CONNECTED.iter().max().copied().unwrap_or_default();
    stage.control.advance(-day * DAY);
    let app = sandbox.app();
    let credentials = || Command::SetCredentials {
        route: Route::Instagram,
        app_id: app.app_id.clone(),
        app_secret: app.app_secret.clone().into(),
    };
    if stage.run(credentials()).await.is_err() {
        // No key store here. What is practised is worth nothing to anybody: the key may go with it.
        let storage = KeyStorage::Session;
        stage
            .run(Command::ChooseKeyStorage {
                storage,
                passphrase: None,
                forget_access: false,
            })
            .await?;
        stage.run(credentials()).await?;
    }
    for (place, ago) in CONNECTED.into_iter().enumerate() {
        stage.live_until(&mut day, ago).await?;
        stage.connect(place).await?;
        if matches!(place, EXPIRED | LATE) {
            stage.happens(place, Change::RenewalFails)?;
        }
    }
    stage.personal_touches().await?;
    stage.live_until(&mut day, 3).await?;
    // From here on nothing sensible comes back about this one: after two days nobody knows.
    let odd = OddAnswer {
        status: 400,
        body: r#"{"error":{"message":"Something new","type":"OAuthException","code":99999,"fbtrace_id":"A1practice"}}"#
            .to_owned(),
    };
    stage.happens(UNCHECKED, Change::AnswersOddly(odd))?;
    stage.live_until(&mut day, 0).await?;
    stage.misfortunes().await
}

/// The professional accounts of the stand-in, in its order.
fn professional(sandbox: &Sandbox) -> Vec<String> {
    let accounts = sandbox.control().accounts();
    let works = accounts
        .into_iter()
        .filter(|account| account.account_type != AccountType::Personal);
    works.map(|account| account.id).collect()
}

struct Stage<'a> {
    handle: &'a Handle,
    control: Control,
    ids: Vec<String>,
}

impl Stage<'_> {
    async fn run(&self, command: Command) -> Result<Reply, PracticeError> {
        Ok(self.handle.run(command).await?)
    }

    fn id(&self, place: usize) -> String {
        self.ids.get(place).cloned().unwrap_or_default()
    }

    fn happens(&self, place: usize, change: Change) -> Result<(), PracticeError> {
        Ok(self.control.apply(&self.id(place), change)?)
    }

    /// Lets the days pass, a few at a time, with Relink running.
    async fn live_until(&self, day: &mut i64, until: i64) -> Result<(), PracticeError> {
        while *day > until {
            let step = (*day - until).min(4);
            self.control.advance(step * DAY);
            *day -= step;
            self.settle().await?;
        }
        Ok(())
    }

    /// A first answer that says access is gone is asked about again half a minute later. Whoever watches the first
    /// accounts being made does not sit through these half minutes: the time of practice moves on instead.
    async fn settle(&self) -> Result<(), PracticeError> {
        self.run(Command::Poke).await?;
        for _ in 0..MOST_MINUTES {
            let settled = self.run(Command::Settle { ids: Vec::new() });
            match tokio::time::timeout(ANSWERED_WITHIN, settled).await {
                Ok(settled) => return settled.map(drop),
                Err(_) => {
                    self.control.advance(MINUTE);
                    self.run(Command::Poke).await?;
                }
            }
        }
        self.run(Command::Settle { ids: Vec::new() })
            .await
            .map(drop)
    }

    /// The same way as a person: consent address, consent, callback.
    async fn connect(&self, place: usize) -> Result<(), PracticeError> {
        let command = Command::Connect {
            route: Route::Instagram,
            expected: None,
            app: None,
            door: None,
            permissions: None,
            browser: false,
        };
        let Reply::ConsentAddress { consent_address } = self.run(command).await? else {
            return Ok(());
        };
        let untick = match place {
            LIMITED => vec!["instagram_business_content_publish".to_owned()],
            _ => Vec::new(),
        };
        let answer = ConsentAnswer::Allow { untick };
        let callback = self
            .control
            .answer_consent(&consent_address, &self.id(place), &answer)?;
        self.run(Command::SubmitCallback {
            address: callback.into(),
        })
        .await?;
        self.run(Command::AwaitAttempt).await?;
        if place == LIMITED {
            self.run(Command::KeepWithLimits).await?;
        }
        self.run(Command::AcknowledgeAttempt).await?;
        self.settle().await
    }

    /// What a person would have written.
    async fn personal_touches(&self) -> Result<(), PracticeError> {
        for (place, label) in [
            (1, "Bakeries"),
            (2, "Bakeries"),
            (8, "Studios"),
            (9, "Studios"),
            (11, "Studios"),
        ] {
            self.run(Command::SetLabel {
                id: self.id(place),
                label: label.to_owned(),
            })
            .await?;
        }
        let notes = "Posts on Tuesdays and Fridays. Ask Ana before the spring campaign.".to_owned();
        self.run(Command::SetNotes {
            id: self.id(PASSWORD),
            notes,
        })
        .await?;
        self.run(Command::DeleteAccounts {
            ids: vec![self.id(REMOVED)],
        })
        .await?;
        self.control.advance(MINUTE);
        self.settle().await
    }

    /// The last hour.
    async fn misfortunes(&self) -> Result<(), PracticeError> {
        self.happens(PASSWORD, Change::PasswordChanged)?;
        self.happens(BLOCKED, Change::CheckpointSet)?;
        self.happens(WAITING, Change::RateLimited { minutes: 180 })?;
        self.look().await?;
        self.control.advance(20 * MINUTE);
        self.happens(APP_REMOVED, Change::AppRemoved)?;
        self.look().await?;
        self.control.advance(MINUTE);
        self.happens(RENEWING, Change::SlowRenewal(SLOW_RENEWAL_MS))?;
        self.run(Command::Renew {
            ids: vec![self.id(RENEWING)],
            due_only: false,
        })
        .await?;
        Ok(())
    }

    /// A look at every account, and the second look that makes sure.
    async fn look(&self) -> Result<(), PracticeError> {
        self.run(Command::Check { ids: Vec::new() }).await?;
        for _ in 0..3 {
            self.run(Command::Poke).await?;
            tokio::task::yield_now().await;
            self.control.advance(MINUTE);
            self.run(Command::Poke).await?;
        }
        self.settle().await
    }
}
