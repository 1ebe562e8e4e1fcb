//! What can happen, and what follows from it.

use std::collections::BTreeSet;

use chrono::Duration;

use crate::Timestamp;
use crate::account::{AccountId, Profile, Revision};
use crate::advice::Advice;
use crate::attempt::{Attempt, AttemptId, Outcome};
use crate::diagnosis::Diagnosis;
use crate::grant::Grant;
use crate::journal::Entry;
use crate::meta_app::AppKey;
use crate::page::{Found, Inspection, Page};
use crate::refusal::Refusal;
use crate::renewal::RenewalPolicy;
use crate::wizard::Way;

/// What a live check brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The profile, freshly read.
    pub profile: Profile,
    /// The answer that refused [`PUBLISH_SCOPE`](crate::grant::PUBLISH_SCOPE), where it did.
    pub denied: Option<Refusal>,
}

/// What a live check through a Page brought. (Meta platform reference, B2, B3.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageProbe {
    /// The Page with the account linked to it, freshly read.
    pub page: Result<PageState, Refusal>,
    /// What Facebook says of the token, where it was asked and answered; an error where it says that the token is
    /// not valid.
    pub inspection: Option<Result<Inspection, Refusal>>,
    /// The answer that refused [`Route::publish_scope`](crate::grant::Route::publish_scope), where it did.
    pub denied: Option<Refusal>,
}

/// A Page as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageState {
    /// The Page.
    pub page: Page,
    /// The Instagram account linked to it.
    pub profile: Option<Profile>,
}

/// What becomes of the list of what is kept of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestStep {
    /// The account was deleted: write it.
    Take,
    /// The person changed something of their own meanwhile: that is no loss.
    Refresh,
    /// The deletion was taken back.
    Drop,
    /// The account was added again: hold what is there against it.
    Close,
}

/// What can happen.
#[derive(Debug)]
pub enum Event {
    /// Time passed; there is room for this many new calls.
    Tick {
        /// How many probes and renewals may start now.
        room: usize,
    },
    /// The person wants these accounts (all, when empty) looked at now.
    CheckAsked(Vec<AccountId>),
    /// The person wants these accounts (all, when empty) renewed now.
    RenewAsked(Vec<AccountId>),
    /// The person wants what is due by the plan renewed now.
    RenewDueAsked,
    /// Something may have changed that makes waiting pointless: the computer woke, a network came.
    LookAgain,
    /// Our own time was corrected or set by this much: what was reckoned before it is moved along.
    ClockMoved(Duration),
    /// Instagram's own clock has been heard: from now on our time can be relied on.
    TimeKnown,
    /// The share of the app's budget that is used, in percent, as an answer told it.
    Usage(u32),
    /// The same of the budget that the app has for one account; told after what the call brought.
    AccountUsage(AccountId, u32),
    /// A call that is neither check nor renewal was answered or refused: what it says of the way there and of the
    /// provider. Of the account it says nothing; a check does.
    Read(Result<(), (Diagnosis, Refusal)>),
    /// A live check ended.
    Probed {
        /// Whose.
        id: AccountId,
        /// The revision it was asked at.
        revision: Revision,
        /// What came.
        result: Result<Probe, Refusal>,
    },
    /// A live check through a Page ended.
    PageProbed {
        /// Whose.
        id: AccountId,
        /// The revision it was asked at.
        revision: Revision,
        /// What came.
        probe: Box<PageProbe>,
    },
    /// A renewal ended. The token itself stays with the engine.
    Renewed {
        /// Whose.
        id: AccountId,
        /// The revision it was asked at.
        revision: Revision,
        /// What came.
        result: Result<Grant, Refusal>,
    },
    /// A task ended without an answer.
    TaskDied {
        /// Whose.
        id: AccountId,
        /// The revision it was asked at.
        revision: Revision,
    },
    /// The stored tokens of these accounts (all, when empty) do not open any more: a finding about
    /// our own storage, which no call could make.
    AccessUnreadable(Vec<AccountId>),
    /// The key that opens tokens became available or went away.
    KeyAvailable(bool),
    /// Something about the attempt.
    Attempt(AttemptEvent),
    /// A token made elsewhere was given and proved by a call.
    TokenAdded {
        /// Whose it is.
        profile: Profile,
        /// What is known of it.
        grant: Grant,
        /// The Meta app it was made by, where that is known.
        app: Option<AppKey>,
    },
    /// Facebook said that it took back what was permitted by the sign-in that this account rests on.
    Revoked(AccountId),
    /// It did not say so.
    NotRevoked(AccountId, Diagnosis),
    /// The person deletes these accounts.
    Delete(Vec<AccountId>),
    /// The person deletes an account at once, with nothing to take back (the command line).
    DeleteForGood(AccountId),
    /// The person takes the last deletion back.
    UndoDelete,
    /// The person erases an account for good.
    Erase(AccountId),
    /// The person names an account.
    SetLabel(AccountId, String),
    /// The person writes notes.
    SetNotes(AccountId, String),
    /// The person says whose log-in an account is.
    SetLogin(AccountId, String),
    /// The person ticks a piece of advice, or takes the tick back.
    Ticked(AccountId, Advice, bool),
    /// The person wants these accounts (all that need it, when empty) mended one after the other.
    LaneStarted(Vec<AccountId>),
    /// The first of the lane is put off.
    LaneSkipped,
    /// The lane is given up, or over.
    LaneClosed,
    /// Something in a wizard.
    Wizard(AccountId, WizardEvent),
    /// The plan of renewals changed.
    PlanChanged(Plan),
}

/// What can happen to the open attempt.
#[derive(Debug)]
pub enum AttemptEvent {
    /// It began; the listener stands. One that waits already gives it its place and stays answerable.
    Opened(Box<Attempt>),
    /// The last run was cut off after the token came: it is taken up there.
    Resumed(Box<Attempt>, Grant),
    /// It could not begin.
    CouldNotOpen(Box<Attempt>, Outcome),
    /// The system could not open a browser.
    BrowserFailed,
    /// A door refused an input; nothing else changes.
    Rejected(Outcome),
    /// The answer to an earlier attempt came while another waits: it takes its place again.
    TakenUp(AttemptId),
    /// The genuine answer: a code is in the engine's hands.
    CodeReturned,
    /// The genuine answer: the provider or the person said no.
    Refused {
        /// Whether it was the person.
        by_person: bool,
        /// What the provider wrote.
        refusal: Refusal,
    },
    /// The answer to an earlier attempt came, and it is no: that attempt is over, and no other.
    EarlierRefused {
        /// Which.
        id: AttemptId,
        /// Whether it was the person.
        by_person: bool,
        /// What the provider wrote.
        refusal: Refusal,
    },
    /// The code was exchanged, or not.
    Redeemed(Result<Grant, Refusal>),
    /// The profile was read with the new token, or not.
    Identified(Result<Profile, Refusal>),
    /// What the sign-in on the Facebook route gives access to was read, or not.
    Offered(Result<Box<Found>, Refusal>),
    /// The person chose these Pages.
    PagesChosen(Vec<String>),
    /// Chosen Pages were asked with their own tokens: each that was asked, with its answer.
    PagesProved(Vec<(String, Result<PageState, Refusal>)>),
    /// The token could not be kept.
    NotKept(Outcome),
    /// The person keeps what came back with fewer permissions.
    KeepWithLimits,
    /// The person adds the other account that came back.
    AddReturned,
    /// The person gives up.
    Cancel,
    /// The person has seen the end.
    Acknowledge,
}

/// What can happen in a wizard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WizardEvent {
    /// Start, or take up where it was left.
    Open,
    /// Take one of the two ways.
    Choose(Way),
    /// An answer or a tick.
    Answer(String, String),
    /// The main button.
    Next,
    /// Back.
    Back,
    /// Finished, or given up.
    Close,
}

/// How often an account is looked at unless the person says otherwise: a loss is noticed within minutes.
pub const CHECK_EVERY: Duration = Duration::minutes(10);

/// When renewals and checks happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How often.
    pub policy: RenewalPolicy,
    /// How often an account is looked at, while there are not too many of them.
    pub check_every: Duration,
    /// The person switched automatic renewal off.
    pub off: bool,
    /// The person paused it until this moment.
    pub paused_until: Option<Timestamp>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            policy: RenewalPolicy::default(),
            check_every: CHECK_EVERY,
            off: false,
            paused_until: None,
        }
    }
}

impl Plan {
    /// Whether renewals happen by themselves at `now`.
    pub fn is_running(&self, now: Timestamp) -> bool {
        !self.off && self.paused_until.is_none_or(|until| until <= now)
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the profile with the stored token.
    Probe {
        /// Whose.
        id: AccountId,
        /// To be sent back with the answer.
        revision: Revision,
    },
    /// Extend the token.
    Renew {
        /// Whose.
        id: AccountId,
        /// To be sent back with the answer.
        revision: Revision,
    },
    /// Exchange the code for a token.
    Redeem(AttemptId),
    /// Read the profile with the token that came.
    Identify(AttemptId),
    /// Ask the chosen Pages ([`Attempt::proving`]), each with its own token.
    ProvePages(AttemptId),
    /// Make the attempt's token the account's own, as its `generation`.
    Adopt {
        /// Whose token.
        attempt: AttemptId,
        /// Of the tokens that came, that of this Page; the only one where there are no Pages.
        page: Option<String>,
        /// Whose it becomes.
        account: AccountId,
        /// Its number.
        generation: u64,
    },
    /// Make the renewed token the account's own, keeping the one before.
    Promote {
        /// Whose.
        id: AccountId,
        /// Its number.
        generation: u64,
    },
    /// The token in use works, or had its day: the one beside it may go.
    DropSpare(AccountId),
    /// The token in use was refused: the one beside it is the account's own now, under its number, and the
    /// refused one is kept beside it.
    TradeTokens(AccountId),
    /// The list of what is kept of the account: it is proved by it that everything came back.
    Manifest(AccountId, ManifestStep),
    /// Remember the lane as it is now.
    KeepLane,
    /// Nothing of the attempt is needed any more: listener, code and token.
    CloseAttempt(AttemptId),
    /// Erase every token of the account.
    EraseAccess(AccountId),
    /// Erase the account with everything kept of it.
    EraseAll(AccountId),
}

/// Everything one event led to. Whoever carries it out saves first and speaks afterwards.
#[derive(Debug, Default)]
pub struct Reaction {
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
    /// What is to be written into the journal.
    pub entries: Vec<Entry>,
    /// Which accounts are different now: to be saved and shown.
    pub changed: BTreeSet<AccountId>,
    /// Which accounts only look different: to be shown.
    pub shown: BTreeSet<AccountId>,
}
