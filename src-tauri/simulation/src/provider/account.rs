//! One account as the provider knows it: the truth that Relink is held to.

use meta::far_side::Reply;

use super::answer::error;
use crate::time::Ms;

/// What happens to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Every token of the account ends.
    End(Loss),
    /// The person must act at Instagram first; the token is kept.
    Block(Block),
    /// The person has acted.
    Unblock,
    /// The permission to publish is withdrawn.
    Withdraw,
    /// It is given back.
    GiveBack,
    /// The account has another name.
    Rename(String),
}

/// How access ends for good. (Meta platform reference, D4.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// 190/460.
    PasswordChanged,
    /// 190/458.
    AppRemoved,
    /// 190/467.
    LoggedOut,
    /// 190/468.
    Unused,
    /// 190/461.
    Outdated,
    /// 190 without a subcode.
    Unexplained,
}

impl Loss {
    /// Every way.
    pub const ALL: [Self; 6] = [
        Self::PasswordChanged,
        Self::AppRemoved,
        Self::LoggedOut,
        Self::Unused,
        Self::Outdated,
        Self::Unexplained,
    ];

    fn answer(self) -> Reply {
        let (subcode, text) = match self {
            Self::PasswordChanged => (
                Some(460),
                "The session has been invalidated because the user changed their password or \
                 Facebook has changed the session for security reasons.",
            ),
            Self::AppRemoved => (
                Some(458),
                "The user has not authorized application 990000000000001.",
            ),
            Self::LoggedOut => (
                Some(467),
                "The session is invalid because the user logged out.",
            ),
            Self::Unused => (Some(468), "The app was not used for a long time."),
            Self::Outdated => (Some(461), "The session is outdated."),
            Self::Unexplained => (None, "This session is no longer valid."),
        };
        let text = format!("Error validating access token: {text}");
        error(400, 190, subcode, &text)
    }
}

/// How an account is held up until the person acts. (Meta platform reference, D4.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// 190/459.
    Checkpoint,
    /// 190/490.
    LoggedInCheckpoint,
    /// 190/464.
    Unconfirmed,
    /// 190/492.
    RoleLost,
    /// 25/2207050.
    Restricted,
    /// The profile says so; it does not refuse.
    Personal,
}

impl Block {
    /// Every way.
    pub const ALL: [Self; 6] = [
        Self::Checkpoint,
        Self::LoggedInCheckpoint,
        Self::Unconfirmed,
        Self::RoleLost,
        Self::Restricted,
        Self::Personal,
    ];

    fn answer(self) -> Option<Reply> {
        let (code, subcode, text) = match self {
            Self::Personal => return None,
            Self::Checkpoint => (
                190,
                459,
                "You cannot access the app till you log in to www.instagram.com and follow the \
                 instructions given.",
            ),
            Self::LoggedInCheckpoint => (
                190,
                490,
                "The user is enrolled in a blocking, logged-in checkpoint",
            ),
            Self::Unconfirmed => (
                190,
                464,
                "Sessions for the user are not allowed because the user is not a confirmed user.",
            ),
            Self::RoleLost => (
                190,
                492,
                "The user must be an administrator of the page in order to impersonate it.",
            ),
            Self::Restricted => (25, 2_207_050, "User access is restricted"),
        };
        Some(error(400, code, Some(subcode), text))
    }
}

/// A long-lived token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: String,
    /// When its present life began.
    pub(super) born: Ms,
    pub(super) ends: Ms,
    /// A renewal put another in its place and ended it.
    pub(super) replaced: bool,
    /// When the answer that began its present life arrived; `None` when it never did.
    pub(super) arrived: Option<Ms>,
    /// Whether Relink was told that it does not work.
    pub(super) refused: bool,
}

/// The kinds of trouble that Relink has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Access is gone.
    Lost,
    /// The person must act at Instagram.
    Blocked,
    /// A permission is missing.
    Limited,
}

/// One stretch of true trouble.
#[derive(Debug, Clone)]
pub struct Episode {
    /// What kind.
    pub kind: Kind,
    /// Since when.
    pub at: Ms,
    /// Until when.
    pub over: Option<Ms>,
    /// When Relink showed it.
    pub noticed: Option<Ms>,
}

/// An account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) tokens: Vec<Token>,
    /// The token that Relink was given last.
    pub(super) held: Option<usize>,
    /// The one before, until Relink has used the new one.
    pub(super) held_before: Option<usize>,
    /// Relink crashed when it may not have saved what it was given.
    pub(super) unsure: bool,
    pub(super) ended: Option<Loss>,
    pub(super) block: Option<Block>,
    pub(super) withdrawn: bool,
    pub(super) in_flight: u32,
    /// The person is signing in: calls of the sign-in may run beside others.
    pub(super) signing_in: bool,
    /// A check that began before a sign-in ended may run beside the first one after it, until then.
    pub(super) settled_from: Ms,
    pub(super) episodes: Vec<Episode>,
}

impl Account {
    pub(super) fn new(number: usize) -> Self {
        Self {
            id: format!("1784140{number:010}"),
            username: format!("account.{number}"),
            tokens: Vec::new(),
            held: None,
            held_before: None,
            unsure: false,
            ended: None,
            block: None,
            withdrawn: false,
            in_flight: 0,
            signing_in: false,
            settled_from: 0,
            episodes: Vec::new(),
        }
    }

    /// The token that Relink holds.
    pub(super) fn token(&self) -> Option<&Token> {
        self.tokens.get(self.held?)
    }

    /// Whether access with the token that Relink holds is gone for good.
    pub(super) fn is_gone(&self, now: Ms) -> bool {
        self.ended.is_some()
            || self
                .token()
                .is_some_and(|token| token.replaced || token.ends <= now)
    }

    /// Why any call with `token` is refused, if it is.
    pub(super) fn refusal(&self, token: &Token, now: Ms) -> Option<Reply> {
        self.end_of(token, now)
            .or_else(|| self.block.and_then(Block::answer))
    }

    /// Why `token` is no good any more, if it is not.
    pub(super) fn end_of(&self, token: &Token, now: Ms) -> Option<Reply> {
        if let Some(loss) = self.ended {
            return Some(loss.answer());
        }
        if token.replaced {
            return Some(Loss::Unexplained.answer());
        }
        if token.ends <= now {
            let text = "Error validating access token: Session has expired on Thursday.";
            return Some(error(400, 190, Some(463), text));
        }
        None
    }

    pub(super) fn apply(&mut self, change: Change, at: Ms) {
        if self.held.is_none() || self.is_gone(at) {
            return;
        }
        match change {
            Change::End(loss) => {
                self.ended = Some(loss);
                self.close(Kind::Blocked, at);
                self.close(Kind::Limited, at);
                self.block = None;
                self.withdrawn = false;
                self.open(Kind::Lost, at);
            }
            Change::Block(block) => {
                if self.block.is_none() {
                    self.block = Some(block);
                    self.open(Kind::Blocked, at);
                }
            }
            Change::Unblock => {
                self.block = None;
                self.close(Kind::Blocked, at);
            }
            Change::Withdraw => {
                if !self.withdrawn {
                    self.withdrawn = true;
                    self.open(Kind::Limited, at);
                }
            }
            Change::GiveBack => {
                self.withdrawn = false;
                self.close(Kind::Limited, at);
            }
            Change::Rename(name) => self.username = name,
        }
    }

    pub(super) fn open(&mut self, kind: Kind, at: Ms) {
        self.episodes.push(Episode {
            kind,
            at,
            over: None,
            noticed: None,
        });
    }

    pub(super) fn close(&mut self, kind: Kind, at: Ms) {
        for episode in &mut self.episodes {
            if episode.kind == kind && episode.over.is_none() {
                episode.over = Some(at);
            }
        }
    }

    /// A new consent gives a new token and makes everything good. What had ended stays dead.
    pub(super) fn consented(&mut self, token: Token, at: Ms) {
        if self.ended.take().is_some() {
            for old in &mut self.tokens {
                old.replaced = true;
            }
        }
        self.block = None;
        self.withdrawn = false;
        for kind in [Kind::Lost, Kind::Blocked, Kind::Limited] {
            self.close(kind, at);
        }
        self.tokens.push(token);
    }
}
