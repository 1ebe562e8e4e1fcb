//! The whole app minus the window, for stories: a real engine over a real database in a temporary
//! folder, real HTTP against the sandbox, a key store in memory, and a clock moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "support of tests: what fails here fails the test"
)]

pub mod doors;
pub mod search;
pub mod wire;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration as Real;

use chrono::{DateTime, Duration};
use domain::grant::Route;
use engine::clock::ManualClock;
use engine::command::{Command, ErrorCode, Reply};
use engine::desktop::Desktop;
use engine::view::{AccountView, AppView, AttemptView, EntryView, NoticeView, Patch, Snapshot};
use engine::{Config, Handle, Pace, StartError, start};
use meta::{Endpoints, Limits};
use ports::Port;
use sandbox::{ConsentAnswer, Control, Sandbox};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;
use vault::{Keeper, MemorySlot};

/// A desktop that only remembers what it was asked for.
#[derive(Clone, Default)]
pub struct Browser {
    opened: Arc<Mutex<Vec<Url>>>,
    shown: Arc<Mutex<Vec<NoticeView>>>,
    withdrawn: Arc<Mutex<Vec<String>>>,
}

impl Desktop for Browser {
    fn open_browser(&self, address: &Url) -> bool {
        self.opened.lock().unwrap().push(address.clone());
        true
    }

    fn show_notice(&self, notice: &NoticeView) {
        self.shown.lock().unwrap().push(notice.clone());
    }

    fn withdraw_notice(&self, key: &str) {
        self.withdrawn.lock().unwrap().push(key.to_owned());
    }
}

impl Browser {
    /// Every notice shown so far.
    pub fn shown(&self) -> Vec<NoticeView> {
        self.shown.lock().unwrap().clone()
    }

    /// The keys of the notices taken back so far.
    pub fn withdrawn(&self) -> Vec<String> {
        self.withdrawn.lock().unwrap().clone()
    }

    /// The address opened last.
    pub fn last(&self) -> Url {
        self.opened
            .lock()
            .unwrap()
            .last()
            .expect("a browser was opened")
            .clone()
    }
}

/// The outside world: it goes on while Relink is closed and opened again.
pub struct World {
    /// The data folder.
    pub dir: TempDir,
    /// The stand-in for Meta.
    pub sandbox: Sandbox,
    /// Its strings.
    pub control: Control,
    /// The time, for both sides.
    pub clock: ManualClock,
    /// The key store.
    pub slot: MemorySlot,
    /// The browser.
    pub browser: Browser,
    endpoints: String,
    /// The port on which Relink waits for the browser.
    pub port: Port,
}

/// A running Relink.
pub struct App {
    /// Everything is asked for through it.
    pub handle: Handle,
    task: JoinHandle<()>,
    /// Every message a window would have been sent.
    pub messages: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// A fresh world with an empty data folder.
    pub async fn new() -> Self {
        Self::of_apps(1).await
    }

    /// A fresh world with a stand-in of the story's own.
    pub async fn with(adjust: impl FnOnce(&mut sandbox::Config)) -> Self {
        Self::made(1, adjust).await
    }

    /// A fresh world in which the person has this many Meta apps at Meta.
    pub async fn of_apps(count: usize) -> Self {
        Self::made(count, |_| {}).await
    }

    async fn made(count: usize, adjust: impl FnOnce(&mut sandbox::Config)) -> Self {
        let start = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z")
            .unwrap()
            .to_utc();
        let clock = ManualClock::at(start);
        let ticking = clock.clone();
        let mut config = sandbox::Config::practice(7, Arc::new(move || ticking.millis()));
        let port = Port::take().unwrap();
        let redirect = format!("http://127.0.0.1:{}/callback", port.number());
        config.apps = (1..=count)
            .map(|place| meta_app(place, &redirect))
            .collect();
        adjust(&mut config);
        let sandbox = Sandbox::start(config).await.unwrap();
        let control = sandbox.control();
        let endpoints = sandbox
            .endpoints_toml()
            .replace(sandbox::PRACTICE_REDIRECT, &redirect);
        Self {
            dir: tempfile::tempdir().unwrap(),
            sandbox,
            control,
            clock,
            slot: MemorySlot::new(),
            browser: Browser::default(),
            endpoints,
            port,
        }
    }

    /// What Relink is started with.
    pub fn config(&self) -> Config {
        Config {
            data_dir: self.dir.path().to_owned(),
            endpoints: Endpoints::parse(&self.endpoints).unwrap(),
            clock: Arc::new(self.clock.clone()),
            desktop: Arc::new(self.browser.clone()),
            keeper: Arc::new(Keeper::memory(&self.slot, Real::from_millis(300))),
            pace: Pace {
                in_flight: 8,
                pause_ms: 0,
            },
            limits: Limits {
                connect: Real::from_secs(2),
                whole: Real::from_secs(5),
                idle: Real::from_secs(2),
                ..Limits::default()
            },
            only_asked: false,
            sync_by_itself: false,
            practice: None,
            raise: Arc::new(|| false),
        }
    }

    /// Starts Relink.
    pub fn open(&self) -> Result<App, StartError> {
        self.open_with(self.config())
    }

    /// Starts Relink with a configuration of the story's own.
    pub fn open_with(&self, config: Config) -> Result<App, StartError> {
        let (handle, task) = start(config)?;
        let messages = Arc::new(Mutex::new(Vec::new()));
        let (mut patches, kept) = (handle.patches(), Arc::clone(&messages));
        tokio::spawn(async move {
            while let Ok(patch) = patches.recv().await {
                kept.lock()
                    .unwrap()
                    .push(serde_json::to_string::<Patch>(&patch).unwrap());
            }
        });
        Ok(App {
            handle,
            task,
            messages,
        })
    }

    /// Starts Relink with its Meta app entered.
    pub async fn ready(&self) -> App {
        let app = self.open().unwrap();
        let meta_app = self.sandbox.app();
        app.run(Command::SetCredentials {
            route: Route::Instagram,
            app_id: meta_app.app_id.clone(),
            app_secret: meta_app.app_secret.clone().into(),
        })
        .await
        .unwrap();
        app
    }

    /// Instagram's time.
    pub fn control_now(&self) -> DateTime<chrono::Utc> {
        DateTime::from_timestamp_millis(self.control.now()).unwrap()
    }

    /// The id of a professional account of the stand-in, by place.
    pub fn id(&self, place: usize) -> String {
        self.control.accounts()[place].id.clone()
    }

    /// The id of a personal account.
    pub fn personal_id(&self) -> String {
        let accounts = self.control.accounts();
        let personal = |account: &&sandbox::AccountView| {
            account.account_type == sandbox::AccountType::Personal
        };
        accounts.iter().find(personal).unwrap().id.clone()
    }

    /// Lets time pass for both sides, and Relink look at it.
    pub async fn pass(&self, app: &App, time: Duration) {
        self.clock.advance(time);
        app.settle().await;
    }

    /// The person answers the consent page; gives the address the browser is sent to.
    pub fn consent(&self, id: &str, answer: &ConsentAnswer) -> String {
        self.control
            .answer_consent(self.browser.last().as_str(), id, answer)
            .unwrap()
    }

    /// The browser follows an address to Relink's listener.
    pub async fn follow(&self, address: &str) -> Option<u16> {
        let answer = reqwest::get(address).await.ok()?;
        Some(answer.status().as_u16())
    }

    /// Connects an account as a person would: browser, consent, callback.
    pub async fn connect(&self, app: &App, id: &str) {
        app.connect(None).await.unwrap();
        let back = self.consent(id, &ConsentAnswer::Allow { untick: vec![] });
        self.follow(&back).await;
        app.run(Command::AwaitAttempt).await.unwrap();
        let attempt = app.attempt().await.expect("an attempt");
        assert_eq!(attempt.phase, "done", "{attempt:?}");
        app.run(Command::AcknowledgeAttempt).await.unwrap();
        app.settle().await;
    }
}

impl App {
    /// Asks for something.
    pub async fn run(&self, command: Command) -> Result<Reply, ErrorCode> {
        self.handle.run(command).await
    }

    /// Begins an attempt through the loopback door.
    pub async fn connect(&self, expected: Option<&str>) -> Result<Reply, ErrorCode> {
        let expected = expected.map(str::to_owned);
        self.run(Command::Connect {
            route: Route::Instagram,
            expected,
            app: None,
            door: None,
            permissions: None,
            browser: true,
        })
        .await
    }

    /// Waits until nothing is under way.
    pub async fn settle(&self) {
        self.run(Command::Poke).await.unwrap();
        self.run(Command::Settle { ids: vec![] }).await.unwrap();
    }

    /// A live check of every account, and the second look that confirms a first finding.
    pub async fn look_twice(&self, world: &World) {
        self.run(Command::Check { ids: vec![] }).await.unwrap();
        // Each call ends within its limits; this one only names a hang.
        tokio::time::timeout(Real::from_secs(60), self.calls_end())
            .await
            .expect("the first look has not ended");
        world.clock.advance(Duration::seconds(31));
        self.settle().await;
    }

    /// Waits until no account has a call under way, whether or not what it brought is settled: time that
    /// moves meanwhile would make an answer younger than its question.
    pub async fn calls_end(&self) {
        loop {
            self.run(Command::Poke).await.unwrap(); // starts what is due
            let accounts = self.snapshot().await.accounts;
            if accounts.iter().all(|account| account.activity.is_none()) {
                return;
            }
            tokio::time::sleep(Real::from_millis(20)).await;
        }
    }

    /// The whole picture.
    pub async fn snapshot(&self) -> Snapshot {
        match self.run(Command::Snapshot { from: 0 }).await.unwrap() {
            Reply::Snapshot(snapshot) => *snapshot,
            other => panic!("{other:?}"),
        }
    }

    /// The app's own part of it.
    pub async fn app(&self) -> AppView {
        self.snapshot().await.app
    }

    /// One account.
    pub async fn account(&self, id: &str) -> AccountView {
        let found = self
            .snapshot()
            .await
            .accounts
            .into_iter()
            .find(|account| account.id == id);
        found.unwrap_or_else(|| panic!("no account {id}"))
    }

    /// The attempt that is open or has just ended.
    pub async fn attempt(&self) -> Option<AttemptView> {
        self.app().await.attempt
    }

    /// The journal, newest first.
    pub async fn history(&self, id: Option<&str>) -> Vec<EntryView> {
        let command = Command::History {
            account_id: id.map(str::to_owned),
            before: None,
            limit: 200,
        };
        match self.run(command).await.unwrap() {
            Reply::History(lines) => lines,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the key store has answered.
    pub async fn key_state(&self) -> &'static str {
        for _ in 0..200 {
            let state = self.app().await.key.state;
            if state != "checking" {
                return state;
            }
            tokio::time::sleep(Real::from_millis(20)).await;
        }
        panic!("the key store never answered");
    }

    /// Quits.
    pub async fn quit(self) {
        self.handle.stop();
        self.task.await.unwrap();
    }

    /// Ends as in a crash: nothing more is written.
    pub async fn crash(self) {
        self.task.abort();
        drop(self.task.await);
    }
}

/// A Meta app by place, as it is registered at Meta; the first is that of practice mode.
pub fn meta_app(place: usize, redirect: &str) -> sandbox::MetaApp {
    let first = sandbox::MetaApp::practice();
    if place == 1 {
        return first.redirecting_to(redirect);
    }
    let numbered = sandbox::MetaApp {
        app_id: format!("99000000000000{place}"),
        app_secret: format!("{place}f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        name: format!("Relink ({place})"),
        facebook_app_id: format!("88000000000000{place}"),
        facebook_app_secret: format!("{place}e2d3c4b5a69788796a5b4c3d2e1f0f1"),
        ..first
    };
    numbered.redirecting_to(redirect)
}

/// Flips one bit of an account's sealed token, as a failing disk would.
pub fn damage_token(dir: &Path, account: &str) {
    let database = rusqlite::Connection::open(dir.join(store::DATABASE_FILE)).unwrap();
    let owner = format!("account:{account}");
    let mut blob: Vec<u8> = database
        .query_row(
            "SELECT blob FROM secret WHERE owner = ?1",
            [&owner],
            |row| row.get(0),
        )
        .unwrap();
    *blob.last_mut().unwrap() ^= 1;
    let changed = database
        .execute(
            "UPDATE secret SET blob = ?2 WHERE owner = ?1",
            (&owner, &blob),
        )
        .unwrap();
    assert_eq!(changed, 1);
}

/// Writes what no version of Relink could have written into an account's row.
pub fn damage_account(dir: &Path, account: &str) {
    let database = rusqlite::Connection::open(dir.join(store::DATABASE_FILE)).unwrap();
    let sql = "UPDATE account SET account_type = 'bogus' WHERE id = ?1";
    assert_eq!(database.execute(sql, [account]).unwrap(), 1);
}

/// Every file below a folder, with its bytes.
pub fn files(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path, bytes));
        }
    }
    found
}
