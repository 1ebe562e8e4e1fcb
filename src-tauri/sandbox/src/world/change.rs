//! What can happen to one account.

use serde::{Deserialize, Serialize};

use crate::{
    time::MINUTE,
    world::{
        World,
        account::{Account, AccountType, MediaManner, OddAnswer},
        media,
        tester::{Invite, Standing, Tester},
        token::Ending,
    },
};

/// Something that happens to one account. As JSON: `{"change":"renamed","to":"new.name"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "to", rename_all = "snake_case")]
pub enum Change {
    /// All tokens end with 460.
    PasswordChanged,
    /// Two-factor turned on, off, or over to another method: all tokens end with 460.
    TwoFactorChanged {
        /// Whether it is on afterwards.
        on: bool,
    },
    /// The person removed the app: all tokens end with 458.
    AppRemoved,
    /// All tokens end with 467.
    LoggedOut,
    /// The sixty days of its tokens are over: 463.
    Expired,
    /// 459 until cleared; the tokens live on.
    CheckpointSet,
    /// The person answered the checkpoint.
    CheckpointCleared,
    /// 464 until confirmed.
    Unconfirmed,
    /// E-mail or phone confirmed.
    Confirmed,
    /// One permission taken away.
    PermissionWithdrawn(String),
    /// All withdrawn permissions given back.
    PermissionRestored,
    /// No tester role: 100 `IGApiException`, and "Insufficient Developer Role" at the consent. An
    /// invite without an end waits.
    RoleLost,
    /// The tester role is back: the invite is accepted.
    RoleRestored,
    /// Invited as a tester now, and not accepted yet; the invite lapses after thirty days.
    TesterInvited,
    /// Neither a tester nor invited.
    TesterRemoved,
    /// A personal account from now on: code 10.
    MadePersonal,
    /// A business account again.
    MadeProfessional,
    /// Another username; ids and tokens stay.
    Renamed(String),
    /// 25/2207050 until lifted; renewal works.
    Restricted,
    /// The restriction is lifted.
    Unrestricted,
    /// 4/2207051 with HTTP 403; renewal works.
    ActionBlocked,
    /// The block is lifted.
    ActionUnblocked,
    /// 80002 with usage headers, for so many minutes of the sandbox's time.
    RateLimited {
        /// Minutes until access comes back.
        minutes: u32,
    },
    /// The limit is lifted early.
    RateLimitCleared,
    /// Renewal answers with a transient code 2; everything else works.
    RenewalFails,
    /// Renewal works again.
    RenewalWorks,
    /// Every API answer about this account is this one.
    AnswersOddly(OddAnswer),
    /// Answers are the platform's own again.
    AnswersNormally,
    /// A post is published now.
    Published,
    /// A post or older media is taken down again, by its id.
    TakenDown(String),
    /// From now on it has so many older media, whatever it had.
    HasMedia(u64),
    /// Its list of media and its pictures behave like this.
    MediaBehaves(MediaManner),
    /// Renewal answers this many milliseconds late, in real time; 0 ends it.
    SlowRenewal(u64),
}

impl World {
    /// Lets `change` happen at `now`; `false` if there is no such account.
    pub(crate) fn change(&mut self, account_id: &str, change: Change, now: i64) -> bool {
        let Some(account) = self.accounts.get_mut(account_id) else {
            return false;
        };
        let apps: Vec<_> = account.grants.keys().cloned().collect();
        if change == Change::Expired {
            let keys = account.tokens.clone();
            self.expire(keys, now);
            return true;
        }
        let ending = happen(account, change, now);
        if ending == Some(Ending::AppRemoved) {
            for app_id in apps {
                self.remove_grant(account_id, &app_id);
            }
        }
        if let Some(ending) = ending {
            self.end_tokens(account_id, ending);
        }
        true
    }

    /// The sixty days of these tokens are over.
    fn expire(&mut self, keys: impl IntoIterator<Item = String>, now: i64) {
        for key in keys {
            if let Some(token) = self.tokens.get_mut(&key) {
                token.expires_at = token.expires_at.min(now);
            }
        }
    }

    /// The person removes one app, as on the manage-access page.
    pub(crate) fn remove_app(&mut self, account_id: &str, app_id: &str) {
        self.remove_grant(account_id, app_id);
        let Some(account) = self.accounts.get(account_id) else {
            return;
        };
        for key in &account.tokens {
            if let Some(token) = self
                .tokens
                .get_mut(key)
                .filter(|token| token.app_id == app_id)
            {
                token.ended.get_or_insert(Ending::AppRemoved);
            }
        }
    }
}

/// Changes one account; answers how its tokens end, if they do.
fn happen(account: &mut Account, change: Change, now: i64) -> Option<Ending> {
    let mut ending = None;
    match change {
        Change::PasswordChanged => ending = Some(Ending::SecurityReset),
        Change::LoggedOut => ending = Some(Ending::LoggedOut),
        Change::AppRemoved => ending = Some(Ending::AppRemoved),
        Change::TwoFactorChanged { on } => {
            account.two_factor = on;
            ending = Some(Ending::SecurityReset);
        }
        Change::CheckpointSet => account.checkpoint = true,
        Change::CheckpointCleared => account.checkpoint = false,
        Change::Unconfirmed => account.unconfirmed = true,
        Change::Confirmed => account.unconfirmed = false,
        Change::PermissionWithdrawn(scope) => {
            for grant in account.grants.values_mut() {
                grant.withdrawn.insert(scope.clone());
            }
        }
        Change::PermissionRestored => {
            for grant in account.grants.values_mut() {
                grant.withdrawn.clear();
            }
        }
        Change::RoleLost => account.stand(Standing {
            accepted: false,
            invite: Invite::Open,
        }),
        Change::RoleRestored => account.stand(Standing::set(Tester::Accepted, now)),
        Change::TesterInvited => account.stand(Standing::set(Tester::Invited, now)),
        Change::TesterRemoved => account.stand(Standing::set(Tester::NotInvited, now)),
        Change::MadePersonal => account.account_type = AccountType::Personal,
        Change::MadeProfessional => account.account_type = AccountType::Business,
        Change::Renamed(username) => account.username = username,
        Change::Restricted => account.restricted = true,
        Change::Unrestricted => account.restricted = false,
        Change::ActionBlocked => account.action_blocked = true,
        Change::ActionUnblocked => account.action_blocked = false,
        Change::RateLimited { minutes } => {
            account.limited_until = Some(now + i64::from(minutes) * MINUTE);
        }
        Change::RateLimitCleared => account.limited_until = None,
        Change::RenewalFails => account.renewal_fails = true,
        Change::RenewalWorks => account.renewal_fails = false,
        Change::AnswersOddly(answer) => account.odd = Some(answer),
        Change::AnswersNormally => account.odd = None,
        Change::Expired => {} // of its tokens, not of the account
        Change::Published => account.posts.push(now),
        Change::TakenDown(id) => account.taken_down.extend(media::position(account, &id)),
        Change::HasMedia(count) => account.media = count,
        Change::MediaBehaves(manner) => account.media_manner = manner,
        Change::SlowRenewal(ms) => account.slow_renewal_ms = ms,
    }
    ending
}
