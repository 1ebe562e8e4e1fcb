//! What the window, the command line and another copy of Relink may ask for, and what they get.
//!
//! One list for all three: the door and the window translate into it, nothing else does. Commands
//! return acceptance; what became of them arrives as a patch.

mod argument;
mod error;
mod reply;

use domain::advice::Advice;
use domain::door::Door;
use domain::grant::Route;
use domain::wizard::Way;
use serde::Deserialize;

use crate::view::{KeyStorage, Settings};

pub use argument::Secret;
use argument::{advice, door, route, way};
pub use error::ErrorCode;
pub use reply::Reply;

/// Something to be done.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// A page of the whole picture.
    Snapshot {
        /// The first account of the page.
        from: usize,
    },
    /// Look at these accounts (all, when empty) now.
    Check {
        /// Provider ids.
        ids: Vec<String>,
    },
    /// Renew these accounts (all, when empty) now.
    Renew {
        /// Provider ids.
        ids: Vec<String>,
        /// Only what is due by the plan.
        due_only: bool,
    },
    /// Answered once nothing is under way for these accounts (all, when empty).
    Settle {
        /// Provider ids.
        ids: Vec<String>,
    },
    /// Begin an attempt, replacing the one before.
    Connect {
        /// Through which product.
        #[serde(deserialize_with = "route")]
        route: Route,
        /// The account to reconnect.
        expected: Option<String>,
        /// Through which Meta app; the account's own, or the first of the route, where none is named.
        #[serde(default)]
        app: Option<String>,
        /// How the answer comes back; as the app has it where none is named.
        #[serde(default, deserialize_with = "door")]
        door: Option<Door>,
        /// Which permissions to ask for besides those without which nothing works; all, where none are named.
        #[serde(default)]
        permissions: Option<Vec<String>>,
        /// Whether the system's browser is opened; otherwise the answer holds the address.
        browser: bool,
    },
    /// Open the browser again.
    ReopenBrowser,
    /// The consent address, for whoever puts it on the clipboard. Never sent to the page.
    ConsentAddress,
    /// An address from the browser, pasted.
    SubmitCallback {
        /// The address.
        address: Secret,
    },
    /// From phase `pages`: connect the accounts of these Pages.
    ChoosePages {
        /// The Pages' ids.
        ids: Vec<String>,
    },
    /// Keep what came back with fewer permissions.
    KeepWithLimits,
    /// Add the other account that came back.
    AddReturnedAccount,
    /// Give the attempt up.
    CancelAttempt,
    /// Forget an attempt that has ended.
    AcknowledgeAttempt,
    /// Answered once the attempt is done, failed, or needs a choice.
    AwaitAttempt,
    /// Add an account by a token made elsewhere; it is proved by a call before it is kept.
    AddToken {
        /// Which product it belongs to.
        #[serde(deserialize_with = "route")]
        route: Route,
        /// The Meta app it was made by, where that is known.
        #[serde(default)]
        app: Option<String>,
        /// The token.
        token: Secret,
    },
    /// Add accounts by tokens made elsewhere, one to a line; each is proved by a call before it is kept.
    AddTokens {
        /// Which product they belong to.
        #[serde(deserialize_with = "route")]
        route: Route,
        /// The Meta app they were made by, where that is known.
        #[serde(default)]
        app: Option<String>,
        /// At most 1 000 lines; empty ones and those that begin with `#` are passed over, and of several columns
        /// the one that looks like a token counts.
        text: Secret,
    },
    /// Take the permission back at the provider. On the Facebook route only, and for every account of the same
    /// person and Meta app.
    Revoke {
        /// The provider's id.
        id: String,
    },
    /// Delete accounts, to be taken back for ten seconds.
    DeleteAccounts {
        /// Provider ids.
        ids: Vec<String>,
    },
    /// Take the last deletion back.
    UndoDelete,
    /// Delete at once, without a time to take it back.
    Disconnect {
        /// The provider's id.
        id: String,
        /// Whether everything kept of it goes as well.
        erase: bool,
    },
    /// Erase an account with everything kept of it.
    EraseAccount {
        /// The provider's id.
        id: String,
    },
    /// Name an account.
    SetLabel {
        /// The provider's id.
        id: String,
        /// At most 80 characters.
        label: String,
    },
    /// Write notes.
    SetNotes {
        /// The provider's id.
        id: String,
        /// At most 10 000 characters.
        notes: String,
    },
    /// Say whose log-in an account is.
    SetLogin {
        /// The provider's id.
        id: String,
        /// At most 80 characters; accounts with the same text are mended together.
        login: String,
    },
    /// Tick a piece of the advice that keeps an account connected, or take the tick back.
    Tick {
        /// The provider's id.
        id: String,
        /// Which.
        #[serde(deserialize_with = "advice")]
        advice: Advice,
        /// Whether it is done.
        done: bool,
    },
    /// What an error of Meta's means, wherever it was met; several may be given, one to a line.
    Explain {
        /// At most 200 000 characters.
        text: String,
        /// The HTTP status it came with, where it is known.
        http_status: Option<u16>,
    },
    /// What is kept of an account, with counts and digests.
    Manifest {
        /// The provider's id.
        id: String,
    },
    /// What was kept when it was last deleted, held against what is there since it was added again.
    Receipt {
        /// The provider's id.
        id: String,
    },
    /// Fetch media and profile of these accounts (all that work, when empty).
    Sync {
        /// Provider ids.
        ids: Vec<String>,
    },
    /// Stop fetching; what is there is kept.
    StopSync {
        /// The provider's id.
        id: String,
    },
    /// Media of an account, newest first.
    Media {
        /// The provider's id.
        id: String,
        /// The first item of the page.
        from: usize,
        /// At most 200.
        limit: usize,
    },
    /// What happened at Instagram while the account had no access the last time.
    Gap {
        /// The provider's id.
        id: String,
    },
    /// The same as comma-separated values, with a name for the file.
    GapCsv {
        /// The provider's id.
        id: String,
    },
    /// Mend these accounts one after the other.
    LaneStart {
        /// Provider ids.
        ids: Vec<String>,
    },
    /// Put the first account of the lane off until the others are done.
    LaneSkip,
    /// Give the lane up; the accounts stay as they are.
    LaneClose,
    /// Lines of the journal, newest first.
    History {
        /// Of one account.
        account_id: Option<String>,
        /// Older than this line.
        before: Option<String>,
        /// At most 200.
        limit: usize,
    },
    /// The way of an account's access: tries past and planned.
    Runway {
        /// The provider's id.
        id: String,
    },
    /// Tell again after a while what these accounts were told about.
    Remind {
        /// Provider ids.
        ids: Vec<String>,
        /// After how many hours: 1 to 168.
        hours: u32,
    },
    /// Show a notice, so that the person sees how one looks here.
    TestNotice,
    /// Start a wizard, or take it up where it was left.
    WizardOpen {
        /// The provider's id.
        id: String,
    },
    /// Take one of its two ways.
    WizardChooseWay {
        /// The provider's id.
        id: String,
        /// `quick` or `full`.
        #[serde(deserialize_with = "way")]
        way: Way,
    },
    /// An answer or a tick.
    WizardAnswer {
        /// The provider's id.
        id: String,
        /// The question.
        key: String,
        /// The answer; empty takes it back.
        value: String,
    },
    /// The step's main button.
    WizardNext {
        /// The provider's id.
        id: String,
    },
    /// Back.
    WizardBack {
        /// The provider's id.
        id: String,
    },
    /// Forget the wizard.
    WizardClose {
        /// The provider's id.
        id: String,
    },
    /// Change the settings.
    UpdateSettings {
        /// All of them.
        settings: Settings,
    },
    /// Save a Meta app's id and secret.
    SetCredentials {
        /// For which product.
        #[serde(deserialize_with = "route")]
        route: Route,
        /// The app id: digits.
        app_id: String,
        /// The secret; nothing gives it back.
        app_secret: Secret,
    },
    /// Save a Meta app, or change one.
    SaveApp {
        /// Which one to change; a new one where none is named.
        #[serde(default)]
        id: Option<String>,
        /// For which product.
        #[serde(deserialize_with = "route")]
        route: Route,
        /// The app id: digits.
        app_id: String,
        /// The secret; the one that is kept stays where none is given.
        #[serde(default)]
        app_secret: Option<Secret>,
        /// The person's own name for it; at most 80 characters.
        name: String,
        /// How the browser's answer comes back.
        #[serde(default, deserialize_with = "door")]
        door: Option<Door>,
        /// The address that is registered at Meta, for the doors `bounce` and `paste`.
        #[serde(default)]
        redirect: Option<String>,
        /// A saved configuration of Facebook Login for Business.
        #[serde(default)]
        config_id: Option<String>,
    },
    /// Forget a Meta app and its secret; refused while accounts belong to it.
    RemoveApp {
        /// Which.
        id: String,
    },
    /// Ask the provider whether the app's id and secret are what they should be, as far as it tells.
    CheckApp {
        /// Which.
        id: String,
    },
    /// Ask the key store again.
    RetryKey,
    /// Open the key with the passphrase.
    Unlock {
        /// The passphrase.
        passphrase: Secret,
    },
    /// Say who keeps the key. Where the old key is gone for good, this begins anew: the accounts
    /// stay, their access has to be given again.
    ChooseKeyStorage {
        /// Who.
        storage: KeyStorage,
        /// For `passphrase`.
        passphrase: Option<Secret>,
        /// The person's word that the old key is given up, and with it every stored access.
        #[serde(default)]
        forget_access: bool,
    },
    /// Put the last good backup in the place of data that cannot be opened.
    RestoreBackup,
    /// Bring the window forward; asked by a second copy.
    Raise,
    /// Make room for a window: asked of a copy that runs without one. Once it is accepted the lock of the
    /// data folder is given back as soon as everything is written.
    HandOver,
    /// Look at the clock again.
    Poke,
}
