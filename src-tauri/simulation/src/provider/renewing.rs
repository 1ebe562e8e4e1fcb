//! What a renewal does to the token, and how its lifetime is told.

use meta::far_side::Reply;
use serde_json::{Value, json};

use super::account::Token;
use super::answer::{self, LIFETIME_S};
use super::{Given, Kind, Misdeed, State};
use crate::time::{DAY, Ms, SECOND};

/// What a renewal does to the token. (Security document, R4.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewing {
    /// The same string comes back.
    SameString,
    /// A new string; the old one lives on.
    OldLives,
    /// A new string; the old one ends at once.
    OldDies,
}

/// How the provider spells lifetimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetimes {
    /// As documented.
    Told,
    /// Now and then missing or absurd.
    Odd,
    /// Never, by a renewal.
    Untold,
    /// As documented, of tokens that live for so many days.
    Days(i64),
}

impl Lifetimes {
    /// How long tokens live, in seconds.
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::Told | Self::Odd | Self::Untold => LIFETIME_S,
            Self::Days(days) => days * DAY / SECOND,
        }
    }
}

impl State {
    pub(super) fn renew(&mut self, number: usize, index: usize, now: Ms) -> (Reply, Given) {
        let token = &self.accounts[number].tokens[index];
        if now - token.born < DAY {
            self.tally.early += 1;
            let knew = token.arrived.is_some_and(|at| at >= token.born);
            if knew && !self.accounts[number].unsure && now >= self.strict_clock_since {
                let id = self.accounts[number].id.clone();
                self.misdeeds.push((now, id, Misdeed::TooEarly));
            }
            let text = "Invalid parameter: the access token must be at least 24 hours old";
            return (answer::error(400, 100, None, text), None);
        }
        self.tally.renewals += 1;
        let index = match self.renewing {
            Renewing::SameString => {
                let ends = now + self.lifetimes.seconds() * SECOND;
                let token = &mut self.accounts[number].tokens[index];
                token.born = now;
                token.ends = ends;
                index
            }
            Renewing::OldLives => self.new_token(number, now),
            Renewing::OldDies => {
                self.accounts[number].tokens[index].replaced = true;
                let next = self.new_token(number, now);
                if self.accounts[number].held == Some(index) {
                    // Until the answer arrives Relink holds a dead token.
                    self.accounts[number].open(Kind::Lost, now);
                }
                next
            }
        };
        let lifetime = self.lifetime();
        let text = self.accounts[number].tokens[index].text.clone();
        (answer::long_lived(&text, lifetime), Some((number, index)))
    }

    pub(super) fn new_token(&mut self, number: usize, now: Ms) -> usize {
        self.tokens_made += 1;
        let text = format!("IGAA{:06}x{:012}", number, self.tokens_made);
        let ends = now + self.lifetimes.seconds() * SECOND;
        let tokens = &mut self.accounts[number].tokens;
        tokens.push(Token {
            text: text.clone(),
            born: now,
            ends,
            replaced: false,
            arrived: None,
            refused: false,
        });
        let index = tokens.len() - 1;
        self.owners.insert(text, (number, Some(index)));
        index
    }

    fn lifetime(&mut self) -> Option<Value> {
        let told = Some(json!(self.lifetimes.seconds()));
        match self.lifetimes {
            Lifetimes::Told | Lifetimes::Days(_) => return told,
            Lifetimes::Untold => return None,
            Lifetimes::Odd if self.chance.u8(..) > 40 => return told,
            Lifetimes::Odd => {}
        }
        match self.chance.u8(0..6) {
            0 => None,
            1 => Some(json!(0)),
            2 => Some(json!(-1)),
            3 => Some(json!("soon")),
            4 => Some(json!(9_999_999_999_i64)),
            _ => Some(json!(LIFETIME_S - 3_600)),
        }
    }

    /// The answer that brings a token has reached the computer.
    pub(super) fn arrived(&mut self, number: usize, index: usize) {
        let now = self.time.now();
        let account = &mut self.accounts[number];
        account.tokens[index].arrived = Some(now);
        if account.held != Some(index) {
            account.held_before = account.held;
            account.held = Some(index);
            account.unsure = false;
            // What looked like a loss while the answer was on its way was none.
            let born = account.tokens[index].born;
            account.episodes.retain(|episode| {
                !(episode.kind == Kind::Lost && episode.at == born && episode.over.is_none())
            });
        }
    }
}
