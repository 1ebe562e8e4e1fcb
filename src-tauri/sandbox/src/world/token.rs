//! Codes and tokens: issued, exchanged, extended, ended. Only fingerprints are remembered.

use serde::{Deserialize, Serialize};

use crate::{
    dice,
    time::{DAY, HOUR, SECOND},
    world::World,
};

/// A code works for one hour (Meta platform reference, A3).
pub(crate) const CODE_LIFE: i64 = HOUR;
/// A short-lived token lives one hour (A4).
pub(crate) const SHORT_LIFE: i64 = HOUR;
/// A long-lived token lives sixty days, less what Meta's clocks eat (A5). In seconds.
pub(crate) const LONG_LIFE_SECONDS: i64 = 5_183_944;
/// Extending needs a token of at least this age (A6).
pub(crate) const MIN_REFRESH_AGE: i64 = DAY;
/// A token this long past its end is forgotten, so that worlds of many years stay small.
const SWEEP_AFTER: i64 = 120 * DAY;
const TOKEN_LENGTH: usize = 176;
const CODE_LENGTH: usize = 160;

/// What a person said yes to, waiting for its exchange.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) app_id: String,
    pub(crate) account_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) issued_at: i64,
    pub(crate) via_facebook: bool,
}

/// A token without its string.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) app_id: String,
    pub(crate) account_id: String,
    pub(crate) life: Life,
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) ended: Option<Ending>,
    /// Made through "Log in with Facebook": every call is refused (A2).
    pub(crate) via_facebook: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Life {
    Short,
    Long,
}

/// Why a token ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// 460: password changed, or sessions reset for safety.
    SecurityReset,
    /// 458: the person removed the app.
    AppRemoved,
    /// 467: logged out.
    LoggedOut,
    /// 190 without a subcode: a renewal put another string in its place.
    Replaced,
}

impl World {
    /// A code for one exchange.
    pub(crate) fn issue_code(&mut self, code: Code) -> String {
        let text = format!("AQ{}", self.draw_text("code", CODE_LENGTH));
        self.codes.insert(dice::fingerprint(&text), code);
        text
    }

    /// Takes a code out of the world if it is good for exactly this exchange at `now`. A code of
    /// another app or with another redirect address stays where it is.
    pub(crate) fn redeem_code(
        &mut self,
        text: &str,
        app_id: &str,
        redirect_uri: &str,
        now: i64,
    ) -> Result<Code, CodeRefusal> {
        let key = dice::fingerprint(text);
        let code = self.codes.get(&key).ok_or(CodeRefusal::NotFound)?;
        if code.app_id != app_id || now - code.issued_at > CODE_LIFE {
            return Err(CodeRefusal::NotFound);
        }
        if code.redirect_uri != redirect_uri {
            return Err(CodeRefusal::RedirectDiffers);
        }
        self.codes.remove(&key).ok_or(CodeRefusal::NotFound)
    }

    /// A new token for an account this world has.
    pub(crate) fn issue_token(&mut self, token: Token, now: i64) -> String {
        let text = format!("IGAA{}", self.draw_text("token", TOKEN_LENGTH));
        let key = dice::fingerprint(&text);
        self.sweep(&token.account_id, now);
        if let Some(account) = self.accounts.get_mut(&token.account_id) {
            account.tokens.push(key.clone());
        }
        self.tokens.insert(key, token);
        text
    }

    /// Ends every living token of an account; an earlier ending stays as it was.
    pub(crate) fn end_tokens(&mut self, account_id: &str, ending: Ending) {
        let Some(account) = self.accounts.get(account_id) else {
            return;
        };
        for key in &account.tokens {
            if let Some(token) = self.tokens.get_mut(key) {
                token.ended.get_or_insert(ending);
            }
        }
    }

    /// The last moment at which any living token of the account still works.
    pub(crate) fn token_end(&self, account_id: &str, now: i64) -> Option<i64> {
        let account = self.accounts.get(account_id)?;
        let tokens = account.tokens.iter().filter_map(|key| self.tokens.get(key));
        tokens
            .filter(|token| token.ended.is_none() && token.expires_at > now)
            .map(|token| token.expires_at)
            .max()
    }

    fn sweep(&mut self, account_id: &str, now: i64) {
        let Some(account) = self.accounts.get_mut(account_id) else {
            return;
        };
        let tokens = &mut self.tokens;
        account.tokens.retain(|key| {
            let keep = tokens
                .get(key)
                .is_some_and(|token| token.expires_at + SWEEP_AFTER > now);
            if !keep {
                tokens.remove(key);
            }
            keep
        });
    }
}

impl Token {
    /// A long-lived token issued at `issued_at`.
    pub(crate) fn long(app_id: &str, account_id: &str, issued_at: i64) -> Self {
        Self {
            app_id: app_id.to_owned(),
            account_id: account_id.to_owned(),
            life: Life::Long,
            issued_at,
            expires_at: issued_at + LONG_LIFE_SECONDS * SECOND,
            ended: None,
            via_facebook: false,
        }
    }

    /// The short-lived token a code gives.
    pub(crate) fn short(code: &Code, issued_at: i64) -> Self {
        Self {
            life: Life::Short,
            expires_at: issued_at + SHORT_LIFE,
            via_facebook: code.via_facebook,
            ..Self::long(&code.app_id, &code.account_id, issued_at)
        }
    }
}

/// Why a code gave no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeRefusal {
    /// Unknown, used, expired, or another app's.
    NotFound,
    /// The redirect address is not the one of the consent.
    RedirectDiffers,
}
