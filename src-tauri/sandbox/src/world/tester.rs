//! Tester roles (Meta platform reference, A11): an app that Meta has not reviewed may only act for
//! accounts that accepted an invite to it.

use serde::{Deserialize, Serialize};

use crate::{
    time::DAY,
    world::{World, account::Account},
};

/// An invite nobody accepts lapses after this many days (A11, single source).
const INVITE_LIFE: i64 = 30 * DAY;

/// How an account stands to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tester {
    /// Nobody invited it, or the invite has lapsed.
    NotInvited,
    /// An invite waits on the manage-access page.
    Invited,
    /// It is a tester.
    Accepted,
}

/// An invite on the manage-access page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Invite {
    /// One without an end, which stands there after a role was lost: practice moves its clock by
    /// months, and the way back has to stay open.
    #[default]
    Open,
    /// Sent at this moment; it lapses.
    Sent { at: i64 },
    /// None.
    Absent,
}

/// What is remembered of an account's role on one app, or on all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) accepted: bool,
    pub(crate) invite: Invite,
}

impl Standing {
    /// What the control or the owner of the app makes of it at `now`.
    pub(crate) fn set(tester: Tester, now: i64) -> Self {
        match tester {
            Tester::NotInvited => Self {
                accepted: false,
                invite: Invite::Absent,
            },
            Tester::Invited => Self {
                accepted: false,
                invite: Invite::Sent { at: now },
            },
            Tester::Accepted => Self {
                accepted: true,
                invite: Invite::Absent,
            },
        }
    }

    /// How it looks at `now`.
    pub(crate) fn at(self, now: i64) -> Tester {
        if self.accepted {
            return Tester::Accepted;
        }
        match self.invite {
            Invite::Open => Tester::Invited,
            Invite::Sent { at } if now - at < INVITE_LIFE => Tester::Invited,
            Invite::Sent { .. } | Invite::Absent => Tester::NotInvited,
        }
    }
}

impl Account {
    /// How it stands to all apps that have nothing of their own with it.
    pub(crate) fn standing(&self) -> Standing {
        Standing {
            accepted: self.role,
            invite: self.invite,
        }
    }

    /// The same way to all apps.
    pub(crate) fn stand(&mut self, standing: Standing) {
        self.role = standing.accepted;
        self.invite = standing.invite;
        self.testers.clear();
    }

    /// How it stands to one app, by its Instagram app id.
    pub(crate) fn tester(&self, app_id: &str, now: i64) -> Tester {
        let own = self.testers.get(app_id).copied();
        own.unwrap_or_else(|| self.standing()).at(now)
    }
}

impl World {
    /// Accepts the invite to all apps (`invite`), or the one to a single app by its Instagram app
    /// id. One that lapsed is not there any more.
    pub(crate) fn accept_invite(&mut self, account_id: &str, invite: &str, now: i64) {
        let Some(account) = self.accounts.get_mut(account_id) else {
            return;
        };
        let accepted = Standing::set(Tester::Accepted, now);
        if invite == "invite" && account.standing().at(now) == Tester::Invited {
            account.role = accepted.accepted;
            account.invite = accepted.invite;
        } else if let Some(standing) = account.testers.get_mut(invite)
            && standing.at(now) == Tester::Invited
        {
            *standing = accepted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_lapses_after_thirty_days_and_an_open_one_never() {
        let sent = Standing::set(Tester::Invited, 0);
        assert_eq!(sent.at(INVITE_LIFE - 1), Tester::Invited);
        assert_eq!(sent.at(INVITE_LIFE), Tester::NotInvited);
        let open = Standing {
            accepted: false,
            invite: Invite::Open,
        };
        assert_eq!(open.at(100 * INVITE_LIFE), Tester::Invited);
        assert_eq!(
            Standing::set(Tester::Accepted, 0).at(100 * INVITE_LIFE),
            Tester::Accepted
        );
    }
}
