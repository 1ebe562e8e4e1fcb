//! Codes and tokens of Facebook Login: issued, exchanged, ended, judged (Meta platform reference,
//! B2, D4). Only fingerprints are remembered.

use serde::{Deserialize, Serialize};

use crate::{
    dice,
    graph_error::GraphError,
    time::{HOUR, SECOND},
    world::{
        World,
        facebook::{Bearer, Grant},
        token::{CODE_LIFE, LONG_LIFE_SECONDS},
    },
};

/// A user token from a code lives this long (B2: one to two hours). In seconds.
pub(crate) const SHORT_LIFE_SECONDS: i64 = 2 * HOUR / SECOND - 1_337;
const TOKEN_LENGTH: usize = 190;
const CODE_LENGTH: usize = 180;

/// What a person said yes to, waiting for its exchange. It stays after it, so that a second
/// exchange can be told from a made-up code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) app_id: String,
    pub(crate) person_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) issued_at: i64,
    pub(crate) used: bool,
}

/// A token without its string.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) app_id: String,
    pub(crate) person_id: String,
    pub(crate) page_id: Option<String>,
    pub(crate) issued_at: i64,
    /// `None` for a Page's token made with a long-lived user token.
    pub(crate) expires_at: Option<i64>,
    pub(crate) ended: Option<Ending>,
    /// A user token after its exchange.
    pub(crate) long: bool,
}

/// Why a token ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// 460.
    SecurityReset,
    /// 458.
    AppRemoved,
    /// 467.
    LoggedOut,
}

impl Token {
    /// A user token.
    pub(crate) fn user(app_id: &str, person_id: &str, long: bool, issued_at: i64) -> Self {
        let seconds = if long {
            LONG_LIFE_SECONDS
        } else {
            SHORT_LIFE_SECONDS
        };
        Self {
            app_id: app_id.to_owned(),
            person_id: person_id.to_owned(),
            page_id: None,
            issued_at,
            expires_at: Some(issued_at + seconds * SECOND),
            ended: None,
            long,
        }
    }

    /// For whom it speaks, whatever state it is in.
    pub(crate) fn bearer(&self) -> Bearer {
        Bearer {
            app_id: self.app_id.clone(),
            person_id: self.person_id.clone(),
            page_id: self.page_id.clone(),
        }
    }
}

impl World {
    /// The app a token was issued to, in whatever state it is.
    pub(crate) fn facebook_app_of(&self, token: &str) -> Option<&str> {
        self.facebook_token(token)
            .map(|record| record.app_id.as_str())
    }

    /// What is remembered of a token.
    pub(crate) fn facebook_token(&self, token: &str) -> Option<&Token> {
        self.facebook.tokens.get(&dice::fingerprint(token))
    }

    /// A code for one exchange.
    pub(crate) fn issue_facebook_code(&mut self, code: Code) -> String {
        let text = format!("AQ{}", self.draw_text("facebook code", CODE_LENGTH));
        self.facebook.codes.insert(dice::fingerprint(&text), code);
        text
    }

    /// Trades a code for a short-lived user token, once and within the hour.
    pub(crate) fn redeem_facebook_code(
        &mut self,
        text: &str,
        app_id: &str,
        redirect_uri: &str,
        now: i64,
    ) -> Result<String, GraphError> {
        let code = self.facebook.codes.get_mut(&dice::fingerprint(text));
        let code = code
            .filter(|code| code.app_id == app_id)
            .ok_or_else(GraphError::code_unknown)?;
        if code.used {
            return Err(GraphError::code_used());
        }
        if now - code.issued_at > CODE_LIFE {
            return Err(GraphError::code_expired());
        }
        if code.redirect_uri != redirect_uri {
            return Err(GraphError::code_redirect_differs());
        }
        code.used = true;
        let token = Token::user(app_id, &code.person_id, false, now);
        Ok(self.issue_user_token(token))
    }

    /// A new user token.
    pub(crate) fn issue_user_token(&mut self, token: Token) -> String {
        let text = format!("EAA{}", self.draw_text("facebook token", TOKEN_LENGTH));
        self.facebook.tokens.insert(dice::fingerprint(&text), token);
        self.facebook.handed_out.insert(text.clone());
        text
    }

    /// A user token of another sixty days in the place of a living one of this app; the old one
    /// lives on to its own end.
    pub(crate) fn lengthen_user_token(
        &mut self,
        token: &str,
        app_id: &str,
        now: i64,
    ) -> Result<String, GraphError> {
        let bearer = self.judge_facebook(token, now)?;
        if bearer.app_id != app_id {
            return Err(GraphError::token_of_another_app());
        }
        if bearer.page_id.is_some() {
            return Err(GraphError::user_token_needed());
        }
        let long = Token::user(app_id, &bearer.person_id, true, now);
        Ok(self.issue_user_token(long))
    }

    /// The Page's token that a user token gives: always the same string, without an end if the
    /// user token is long-lived, and with the user token's end otherwise (B2).
    pub(crate) fn page_token(&mut self, user_token: &str, page_id: &str, now: i64) -> String {
        let key = dice::fingerprint(user_token);
        let purpose = format!("page token/{key}/{page_id}");
        let text = format!("EAA{}", dice::text(self.seed, &purpose, 0, TOKEN_LENGTH));
        if let Some(user) = self.facebook.tokens.get(&key).cloned() {
            let page = Token {
                page_id: Some(page_id.to_owned()),
                issued_at: now,
                expires_at: user.expires_at.filter(|_| !user.long),
                ..user
            };
            let key = dice::fingerprint(&text);
            self.facebook.tokens.entry(key).or_insert(page);
            self.facebook.handed_out.insert(text.clone());
        }
        text
    }

    /// A long-lived user token without dialog and exchange, for tests and for the control.
    pub(crate) fn mint_user_token(
        &mut self,
        app_id: &str,
        person_id: &str,
        grant: Grant,
        now: i64,
    ) -> Option<String> {
        let person = self.facebook.people.get_mut(person_id)?;
        person.grants.insert(app_id.to_owned(), grant);
        Some(self.issue_user_token(Token::user(app_id, person_id, true, now)))
    }

    /// Judges `token` at `now`: is it one, has it ended, is the person in order, and, for a
    /// Page's token, is the Page there and the person still in charge of it.
    pub(crate) fn judge_facebook(&self, token: &str, now: i64) -> Result<Bearer, GraphError> {
        if token.is_empty() {
            return Err(GraphError::token_missing());
        }
        let record = self.facebook_token(token);
        let record = record.ok_or_else(GraphError::token_unreadable)?;
        match self.facebook_trouble(record, now) {
            Some(error) => Err(error),
            None => Ok(record.bearer()),
        }
    }

    /// What is wrong with a token at `now`.
    pub(crate) fn facebook_trouble(&self, record: &Token, now: i64) -> Option<GraphError> {
        match record.ended {
            Some(Ending::SecurityReset) => return Some(GraphError::security_reset()),
            Some(Ending::AppRemoved) => return Some(GraphError::app_removed(&record.app_id)),
            Some(Ending::LoggedOut) => return Some(GraphError::logged_out()),
            None => {}
        }
        if let Some(end) = record.expires_at.filter(|end| *end <= now) {
            return Some(GraphError::expired(end, now));
        }
        let Some(person) = self.facebook.people.get(&record.person_id) else {
            return Some(GraphError::token_unreadable());
        };
        if person.checkpoint {
            return Some(GraphError::checkpoint_at("www.facebook.com"));
        }
        let id = record.page_id.as_ref()?;
        let Some(page) = self.facebook.pages.get(id).filter(|page| !page.deleted) else {
            return Some(GraphError::page_deleted(id));
        };
        if person.roles.get(id).is_none_or(|role| role.lost) {
            let subcode = !self.manner.facebook.lost_role_without_subcode;
            return Some(GraphError::not_an_administrator(subcode));
        }
        if self.facebook.wants_two_factor(page, person) {
            return Some(GraphError::not_an_administrator(true));
        }
        None
    }
}
