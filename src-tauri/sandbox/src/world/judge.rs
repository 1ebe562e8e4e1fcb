//! Whether a token may do what it was sent for: one order of checks for every graph call.

use crate::{
    dice,
    graph_error::GraphError,
    scopes,
    time::{MINUTE, SECOND},
    world::{
        RefreshBehaviour, World,
        account::{Account, OddAnswer},
        tester::Tester,
        token::{Ending, LONG_LIFE_SECONDS, Life, MIN_REFRESH_AGE, Token},
    },
};

/// A token that passed, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Bearer {
    pub(crate) app_id: String,
    pub(crate) account_id: String,
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Reading with this scope.
    Scope(&'static str),
    /// Exchanging or extending the token itself: restrictions on actions do not count.
    Renewal,
}

/// A call that does not get its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The platform's own error, and the account if the token told it.
    Error(Box<GraphError>, Option<String>),
    /// The control's made-up answer.
    Odd(OddAnswer),
}

/// What is wrong with an account itself, whichever route a call comes by.
fn state_of(account: &Account, is_renewal: bool, now: i64) -> Option<GraphError> {
    if let Some(until) = account.limited_until.filter(|until| *until > now) {
        let minutes = (until - now + MINUTE - 1) / MINUTE;
        return Some(GraphError::account_limited(minutes));
    }
    if !is_renewal && account.restricted {
        return Some(GraphError::restricted());
    }
    if !is_renewal && account.action_blocked {
        return Some(GraphError::action_blocked());
    }
    if !account.is_professional() {
        return Some(GraphError::not_professional());
    }
    None
}

impl Account {
    /// What a call by the Facebook route meets at this account. Checkpoints and passwords of
    /// Instagram's are not among it: there the session is the Facebook person's.
    pub(crate) fn trouble(&self, now: i64) -> Option<Denial> {
        if let Some(odd) = &self.odd {
            return Some(Denial::Odd(odd.clone()));
        }
        let error = state_of(self, false, now)?;
        Some(Denial::Error(Box::new(error), Some(self.id.clone())))
    }
}

impl World {
    /// Judges `token` at `now`. The order: is it a token, has it ended, is the account in order,
    /// may the app see the account, is the scope there.
    pub(crate) fn judge(&self, token: &str, need: Need, now: i64) -> Result<Bearer, Denial> {
        if token.is_empty() {
            return Err(Denial::Error(Box::new(GraphError::token_missing()), None));
        }
        let known = self.tokens.get(&dice::fingerprint(token));
        let Some((record, account)) =
            known.and_then(|record| Some((record, self.accounts.get(&record.account_id)?)))
        else {
            return Err(Denial::Error(
                Box::new(GraphError::token_unreadable()),
                None,
            ));
        };
        if let Some(odd) = &account.odd {
            return Err(Denial::Odd(odd.clone()));
        }
        let deny = |error| Err(Denial::Error(Box::new(error), Some(account.id.clone())));
        if let Some(ending) = record.ended {
            return deny(match ending {
                Ending::SecurityReset => GraphError::security_reset(),
                Ending::AppRemoved => GraphError::app_removed(&record.app_id),
                Ending::LoggedOut => GraphError::logged_out(),
                Ending::Replaced => GraphError::token_replaced(),
            });
        }
        if record.expires_at <= now {
            return deny(GraphError::expired(record.expires_at, now));
        }
        if account.checkpoint {
            return deny(GraphError::checkpoint_at("www.instagram.com"));
        }
        if account.unconfirmed {
            return deny(GraphError::unconfirmed());
        }
        if let Some(error) = state_of(account, need == Need::Renewal, now) {
            return deny(error);
        }
        let accepted = account.tester(&record.app_id, now) == Tester::Accepted;
        if !accepted || record.via_facebook {
            return deny(GraphError::unsupported_method("get"));
        }
        let scopes = account.effective_scopes(&record.app_id);
        let needed = match need {
            Need::Scope(scope) => scope,
            Need::Renewal => scopes::BASIC,
        };
        if !scopes.contains(scopes::BASIC) || !scopes.contains(needed) {
            return deny(GraphError::permission_missing());
        }
        Ok(Bearer {
            app_id: record.app_id.clone(),
            account_id: account.id.clone(),
        })
    }

    /// Trades a short-lived token for a long-lived one; answers string and life in seconds.
    pub(crate) fn lengthen(&mut self, token: &str, now: i64) -> Result<(String, i64), Denial> {
        let bearer = self.judge(token, Need::Renewal, now)?;
        let life = self
            .tokens
            .get(&dice::fingerprint(token))
            .map(|record| record.life);
        if life != Some(Life::Short) {
            let error = GraphError::session_key_invalid();
            return Err(Denial::Error(Box::new(error), Some(bearer.account_id)));
        }
        let long = Token::long(&bearer.app_id, &bearer.account_id, now);
        Ok((self.issue_token(long, now), LONG_LIFE_SECONDS))
    }

    /// Extends a long-lived token (Meta platform reference, A6); answers string and life in
    /// seconds.
    pub(crate) fn extend(&mut self, token: &str, now: i64) -> Result<(String, i64), Denial> {
        let bearer = self.judge(token, Need::Renewal, now)?;
        let refuse = |error| {
            Err(Denial::Error(
                Box::new(error),
                Some(bearer.account_id.clone()),
            ))
        };
        if self
            .accounts
            .get(&bearer.account_id)
            .is_some_and(|account| account.renewal_fails)
        {
            return refuse(GraphError::transient());
        }
        let key = dice::fingerprint(token);
        let Some(record) = self.tokens.get_mut(&key) else {
            return refuse(GraphError::token_unreadable());
        };
        // A short-lived token never gets old enough, so this is its refusal as well.
        if record.life == Life::Short || now - record.issued_at < MIN_REFRESH_AGE {
            return refuse(GraphError::token_too_young());
        }
        match self.manner.refresh {
            RefreshBehaviour::SameString => {
                record.issued_at = now;
                record.expires_at = now + LONG_LIFE_SECONDS * SECOND;
                return Ok((token.to_owned(), LONG_LIFE_SECONDS));
            }
            RefreshBehaviour::NewStringOldLives => {}
            RefreshBehaviour::NewStringOldDies => record.ended = Some(Ending::Replaced),
        }
        let next = Token::long(&bearer.app_id, &bearer.account_id, now);
        Ok((self.issue_token(next, now), LONG_LIFE_SECONDS))
    }
}

impl World {
    /// The app a token was issued to, in whatever state it is.
    pub(crate) fn app_of(&self, token: &str) -> Option<&str> {
        let record = self.tokens.get(&dice::fingerprint(token));
        record.map(|record| record.app_id.as_str())
    }

    /// Milliseconds a renewal with this token is held back.
    pub(crate) fn renewal_delay(&self, token: &str) -> u64 {
        let record = self.tokens.get(&dice::fingerprint(token));
        let account = record.and_then(|record| self.accounts.get(&record.account_id));
        account.map_or(0, |account| account.slow_renewal_ms)
    }
}
