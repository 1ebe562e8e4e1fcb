//! The way back for one account: which steps apply, in which order, and where the person is.
//! (Design brief, section 7.)

use std::collections::BTreeMap;

use chrono::Duration;

use crate::Timestamp;
use crate::diagnosis::{Cause, Diagnosis};

/// In the checkpoint flow a live check is made at most this often. (Design brief 7.4.)
pub const CHECK_PAUSE: Duration = Duration::minutes(10);

/// Losses within this time count as repeated. (Design brief 7.0 and 7.8.)
pub const REPEAT_WINDOW: Duration = Duration::days(30);

/// The flows 7.1 to 7.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// 7.1: password changed, or apps signed out by Instagram.
    Password,
    /// 7.2: a security setting changed.
    SecuritySetting,
    /// 7.3: expired after inactivity.
    Expired,
    /// 7.4: checkpoint.
    Checkpoint,
    /// 7.5: app removed at Instagram.
    AppRemoved,
    /// 7.6: role or permission changed.
    Permission,
    /// 7.7: a personal account.
    Personal,
    /// 7.8: several devices, networks or people.
    Repeated,
    /// 7.9: cause not known.
    Unknown,
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 9] = [
        Self::Password,
        Self::SecuritySetting,
        Self::Expired,
        Self::Checkpoint,
        Self::AppRemoved,
        Self::Permission,
        Self::Personal,
        Self::Repeated,
        Self::Unknown,
    ];

    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecuritySetting => "security_setting",
            Self::Expired => "expired",
            Self::Checkpoint => "checkpoint",
            Self::AppRemoved => "app_removed",
            Self::Permission => "permission",
            Self::Personal => "personal",
            Self::Repeated => "repeated",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an identifier made by [`Flow::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.code() == code)
    }

    /// Which flow a cause leads to; `None` where reconnecting is not the answer. (Design brief 7.10.)
    pub fn of(cause: Cause) -> Option<Self> {
        match cause {
            Cause::PasswordOrSecurityChange | Cause::LoggedOut => Some(Self::Password),
            Cause::Expired | Cause::UnusedTooLong => Some(Self::Expired),
            Cause::Checkpoint | Cause::Unconfirmed | Cause::AccountRestricted => {
                Some(Self::Checkpoint)
            }
            Cause::AppRemoved => Some(Self::AppRemoved),
            Cause::PermissionMissing | Cause::RoleLost | Cause::PageMissing => {
                Some(Self::Permission)
            }
            Cause::NotProfessional => Some(Self::Personal),
            Cause::AccessEnded | Cause::Unknown | Cause::TokenDamaged => Some(Self::Unknown),
            Cause::ActionBlocked
            | Cause::AppNotAllowed
            | Cause::AppProblem
            | Cause::RateLimited
            | Cause::ProviderFault
            | Cause::Network
            | Cause::ObjectMissing
            | Cause::RequestFault
            | Cause::AlreadyLongLived
            | Cause::CodeRejected
            | Cause::RedirectMismatch
            | Cause::WrongAppId
            | Cause::InvalidScope => None,
        }
    }

    /// Whether a quick way, replacing the token in place, is worth a try.
    pub fn has_quick_way(self) -> bool {
        match self {
            Self::Password
            | Self::SecuritySetting
            | Self::Expired
            | Self::Permission
            | Self::Repeated => true,
            Self::Checkpoint | Self::AppRemoved | Self::Personal | Self::Unknown => false,
        }
    }
}

/// The short way or the whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Sign in again; the old token is replaced once the new one works.
    Quick,
    /// Delete, two-factor, add again.
    Full,
}

impl Way {
    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }

    /// Reads an identifier made by [`Way::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Quick, Self::Full]
            .into_iter()
            .find(|way| way.code() == code)
    }
}

/// The steps, in the only order there is: two-factor comes before the new consent, because changing
/// it afterwards may itself end the new token. (Product, section 2.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A. What happened.
    Happened,
    /// B. Before you go on.
    Prepare,
    /// C. Delete the old connection.
    Delete,
    /// D. Two-factor authentication.
    TwoFactor,
    /// E. Add the account again.
    SignIn,
    /// F. Check.
    Finish,
}

impl Step {
    /// Every step in order.
    pub const ALL: [Self; 6] = [
        Self::Happened,
        Self::Prepare,
        Self::Delete,
        Self::TwoFactor,
        Self::SignIn,
        Self::Finish,
    ];

    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Prepare => "prepare",
            Self::Delete => "delete",
            Self::TwoFactor => "two_factor",
            Self::SignIn => "sign_in",
            Self::Finish => "finish",
        }
    }

    /// Reads an identifier made by [`Step::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// A wizard in progress; survives quitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wizard {
    /// Which of the flows.
    pub flow: Flow,
    /// Which way.
    pub way: Way,
    /// Whether the quick way may be chosen.
    pub quick_offered: bool,
    /// Where the person is.
    pub step: Step,
    /// What the person answered, by key.
    pub answers: BTreeMap<String, String>,
    /// What it was opened for; the account's own diagnosis may be gone by now.
    pub diagnosis: Option<Diagnosis>,
    /// When the next live check may be asked for.
    pub check_again_at: Option<Timestamp>,
    /// When it was opened.
    pub started_at: Timestamp,
}

/// The most answers a wizard keeps, and how long each may be: they come from the page.
const MAX_ANSWERS: usize = 40;
const MAX_ANSWER_CHARS: usize = 64;

/// The question of the flow for unknown causes: does one of the known ones fit?
const FITS: &str = "fits";

impl Wizard {
    /// A wizard for what was found; `losses` counts losses of this account in the last 30 days.
    pub fn new(flow: Flow, diagnosis: Option<Diagnosis>, losses: usize, now: Timestamp) -> Self {
        // Where something has to be done at Instagram first, that stays the first thing, however often it comes.
        let acts_first = matches!(flow, Flow::Checkpoint | Flow::Permission | Flow::Personal);
        let flow = if losses >= 3 && !acts_first {
            Flow::Repeated
        } else {
            flow
        };
        let quick_offered = flow.has_quick_way() && losses < 2;
        Self {
            flow,
            way: if quick_offered { Way::Quick } else { Way::Full },
            quick_offered,
            step: Step::Happened,
            answers: BTreeMap::new(),
            diagnosis,
            check_again_at: None,
            started_at: now,
        }
    }

    /// The steps that apply, in order.
    pub fn steps(&self) -> Vec<Step> {
        Step::ALL
            .into_iter()
            .filter(|step| self.applies(*step))
            .collect()
    }

    fn applies(&self, step: Step) -> bool {
        match (self.way, step) {
            (_, Step::Happened | Step::SignIn | Step::Finish) => true,
            (Way::Quick, Step::Prepare | Step::Delete | Step::TwoFactor) => false,
            (Way::Full, Step::Prepare) => self.flow != Flow::SecuritySetting,
            (Way::Full, Step::Delete) => true,
            // A permission is given on Instagram's page; two-factor has no part in it, except where
            // a business demands it before it gives the role back.
            (Way::Full, Step::TwoFactor) => match self.flow {
                Flow::Permission => self.cause() == Some(Cause::RoleLost),
                Flow::Personal => false,
                Flow::Password
                | Flow::SecuritySetting
                | Flow::Expired
                | Flow::Checkpoint
                | Flow::AppRemoved
                | Flow::Repeated
                | Flow::Unknown => true,
            },
        }
    }

    /// The cause it was opened for.
    pub fn cause(&self) -> Option<Cause> {
        self.diagnosis.as_ref().map(|diagnosis| diagnosis.cause)
    }

    /// The ticks that `prepare` asks for before it lets go on.
    pub fn required(&self) -> &'static [&'static str] {
        match self.flow {
            Flow::Checkpoint => &["tick.unlock", "tick.activity", "tick.wait"],
            Flow::Personal => &["tick.switched"],
            Flow::Password if self.answer("who") == Some("not_me") => {
                &["tick.password", "tick.activity"]
            }
            Flow::Permission if self.answer("why") == Some("role") => &["tick.role"],
            Flow::Password
            | Flow::Permission
            | Flow::SecuritySetting
            | Flow::Expired
            | Flow::AppRemoved
            | Flow::Repeated
            | Flow::Unknown => &[],
        }
    }

    /// Whether everything `prepare` asks for is ticked.
    pub fn is_prepared(&self) -> bool {
        self.required()
            .iter()
            .all(|key| self.answer(key) == Some("yes"))
    }

    /// What was answered under `key`.
    pub fn answer(&self, key: &str) -> Option<&str> {
        self.answers.get(key).map(String::as_str)
    }

    /// Keeps an answer; an empty value takes it back. Returns whether it was kept.
    pub fn keep_answer(&mut self, key: &str, value: &str) -> bool {
        let fits = |text: &str| {
            text.chars().count() <= MAX_ANSWER_CHARS
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        };
        if key.is_empty() || !fits(key) || !fits(value) {
            return false;
        }
        if value.is_empty() {
            self.answers.remove(key);
            return true;
        }
        if self.answers.len() >= MAX_ANSWERS && !self.answers.contains_key(key) {
            return false;
        }
        self.answers.insert(key.to_owned(), value.to_owned());
        // Taken back: the question is asked again.
        if key == FITS && self.step == Step::Prepare && value == Flow::Unknown.code() {
            self.flow = Flow::Unknown;
        }
        true
    }

    /// The flow that the person chose where the cause is unknown. It is taken up as they go on, not before: an
    /// answer may be changed until then, and the arrow keys pass over those between.
    pub fn choice(&self) -> Option<Flow> {
        let chosen = self.answer(FITS).and_then(Flow::from_code)?;
        (self.flow == Flow::Unknown && chosen != Flow::Unknown).then_some(chosen)
    }

    /// Goes on in the flow that was chosen, which may have something of its own to prepare.
    pub fn take_up(&mut self, choice: Flow) {
        self.flow = choice;
        self.way = Way::Full;
        if !self.applies(self.step)
            && let Some(next) = self.following()
        {
            self.step = next;
        }
    }

    /// The step after the present one.
    pub fn following(&self) -> Option<Step> {
        self.steps().into_iter().find(|step| *step > self.step)
    }

    /// The step before the present one. Nothing leads back over a finished sign-in.
    pub fn preceding(&self) -> Option<Step> {
        if self.step == Step::Finish {
            return None;
        }
        self.steps()
            .into_iter()
            .rev()
            .find(|step| *step < self.step)
    }

    /// Takes one of the two ways; only from the first step or the failed quick sign-in.
    pub fn choose(&mut self, way: Way) -> bool {
        if way == Way::Quick && !self.quick_offered {
            return false;
        }
        if self.step > Step::Prepare && !(self.way == Way::Quick && self.step == Step::SignIn) {
            return false;
        }
        self.way = way;
        self.step = Step::Happened;
        true
    }

    /// The quick way did not work; from now on the full way is the only one.
    pub fn quick_failed(&mut self) {
        if self.way == Way::Quick {
            self.quick_offered = false;
            self.way = Way::Full;
            self.step = Step::Happened;
        }
    }
}

#[cfg(test)]
mod tests;
