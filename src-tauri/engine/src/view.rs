//! What the window, the command line and another copy of Relink see. One shape for all of them,
//! spelled with the identifiers of product section 3; moments are RFC 3339 in UTC with
//! milliseconds, ids are text, and nothing here can hold a secret.

mod account;
mod advice;
mod app;
mod attempt;
mod diagnosis;
mod incident;
mod journal;
mod keeping;
mod lane;
mod media;
mod notice;
mod runway;
mod settings;
mod wizard;

use chrono::SecondsFormat;
use domain::Timestamp;
use serde::Serialize;

use crate::desktop::Facilities;

pub use account::{AccountView, KeptView, PageView, PermissionView, TwoFactorView};
pub use advice::{ExplainedView, FactView, PossibleView};
pub use app::{AppCheckView, AppTroubleView, CredentialsView, DoorsView, ImportedView};
pub use attempt::{AttemptView, OfferedView, ReturnedView};
pub use diagnosis::{DiagnosisView, EvidenceView};
pub use incident::{IncidentView, ProviderView};
pub use journal::EntryView;
pub use keeping::{KeptLineView, ManifestView, ReceiptView};
pub use lane::LaneView;
pub use media::{GapView, MediaPage, MediaView, SyncView};
pub use notice::NoticeView;
pub use runway::{RunwayView, TryView};
pub(crate) use settings::CHECK_EVERY;
pub use settings::{CountdownStyle, Density, KeyStorage, NoticeSettings, Order, Settings, Theme};
pub use wizard::WizardView;

/// A moment as the page and the command line read it.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Everything that is not about one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AppState"))]
pub struct AppView {
    /// Relink's version.
    pub version: String,
    /// `None` outside practice mode.
    pub practice: Option<PracticeView>,
    /// Engine time minus the system's time in milliseconds: not zero after time was moved in practice
    /// mode, and where Instagram's clock corrects the computer's.
    #[cfg_attr(test, ts(type = "number"))]
    pub clock_offset_ms: i64,
    /// Whether tokens can be opened.
    pub key: KeyView,
    /// The one banner, most severe first.
    pub banner: Option<BannerView>,
    /// Accounts whose rows cannot be read; they stay where they are, and the others work.
    pub unreadable: Vec<String>,
    /// Why there is no list to show.
    pub obstacle: Option<ObstacleView>,
    /// What is broken together, newest first.
    pub incidents: Vec<IncidentView>,
    /// Accounts that are mended one after the other.
    pub lane: Option<LaneView>,
    /// How much the provider can take.
    pub provider: ProviderView,
    /// What this desktop can do.
    pub desktop: Facilities,
    /// The open or just finished attempt.
    pub attempt: Option<AttemptView>,
    /// The deletion that can still be taken back.
    pub undo: Option<UndoView>,
    /// The person's settings.
    pub settings: Settings,
    /// The Meta apps, the one that new accounts belong to first; never their secrets.
    pub credentials: Vec<CredentialsView>,
    /// The ways back from the browser that there are here.
    pub doors: DoorsView,
    /// Where the data lies.
    pub data_dir: String,
}

/// Practice mode: a stand-in for Instagram on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Practice"))]
pub struct PracticeView {
    /// What is wrong with the stand-in on purpose.
    #[cfg_attr(test, ts(type = "PracticeOutage"))]
    pub outage: String,
    /// The address of the stand-in's control page.
    pub control_page: String,
    /// Whether the first accounts are still being made.
    pub seeding: bool,
    /// The drill under way, or the last one that ended.
    pub drill: Option<DrillView>,
}

/// A cause that is rehearsed from start to end in practice mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Drill"))]
pub struct DrillView {
    /// Which.
    #[cfg_attr(test, ts(type = "DrillKind"))]
    pub kind: &'static str,
    /// The account that plays it.
    pub account_id: String,
    /// `running`, `mended` (the stand-in agrees that all is well again) or `given_up`.
    #[cfg_attr(test, ts(type = "DrillStage"))]
    pub stage: &'static str,
}

/// Whether tokens can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeyView {
    /// A key state of security document K8, or `ready`, `not_needed_yet`, `checking`, `passphrase_needed`.
    #[cfg_attr(test, ts(type = "KeyState"))]
    pub state: &'static str,
    /// Who keeps the key.
    pub storage: Option<KeyStorage>,
}

/// A banner of the error catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Banner"))]
pub struct BannerView {
    /// Its code.
    #[cfg_attr(test, ts(type = "BannerCode"))]
    pub code: &'static str,
    /// Since when.
    pub since: String,
    /// When the next try comes.
    pub retry_at: Option<String>,
    /// How many accounts it touches.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub count: Option<usize>,
    /// How far the clock is off, in minutes.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub minutes: Option<i64>,
}

/// A state in which there is no list to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Obstacle"))]
pub struct ObstacleView {
    /// `E-DB` or `E-VERSION`.
    #[cfg_attr(test, ts(type = "\"E-DB\" | \"E-VERSION\""))]
    pub code: &'static str,
    /// What is wrong with the file.
    #[cfg_attr(
        test,
        ts(type = "\"damaged\" | \"in_use\" | \"no_space\" | \"newer_version\" | \"unreadable\"")
    )]
    pub reason: &'static str,
    /// The file.
    pub path: String,
    /// The last good backup.
    pub backup_at: Option<String>,
}

/// A deletion that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UndoView {
    /// What was deleted.
    pub account_ids: Vec<String>,
    /// How long it can be taken back.
    pub until: String,
}

/// The whole picture, once; after that come patches.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Snapshot {
    /// The number of the last patch it contains.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The app.
    pub app: AppView,
    /// A page of at most [`SNAPSHOT_PAGE`] accounts, in the order of their ids.
    pub accounts: Vec<AccountView>,
    /// Whether another page follows.
    pub more: bool,
}

/// Accounts in one page of the snapshot.
pub const SNAPSHOT_PAGE: usize = 2_000;

/// What changed since the patch before. A gap in the numbers means asking for the snapshot again.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Patch {
    /// Counts up by one.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The app, if it changed.
    pub app: Option<AppView>,
    /// The accounts that changed or came.
    pub accounts: Vec<AccountView>,
    /// The accounts that were erased for good.
    pub erased: Vec<String>,
}

#[cfg(test)]
mod contract;
