//! What is true at a moment, and the answer that follows from it.

use meta::far_side::{Call, Reply};

use super::account::{Block, Episode};
use super::serving::{token_of, verb};
use super::{Ending, Failure, Given, Kind, Misdeed, State, Trouble, Verb, Weather, answer};
use crate::time::{MINUTE, Ms};

impl State {
    /// Lets everything happen that was planned up to now.
    pub(super) fn advance(&mut self, now: Ms) {
        while self.changes.front().is_some_and(|change| change.0 <= now) {
            if let Some((at, number, change)) = self.changes.pop_front() {
                self.run_out(number, at);
                self.accounts[number].apply(change, at);
            }
        }
        if now >= self.next_look {
            self.next_look = now + 10 * MINUTE;
            for number in 0..self.accounts.len() {
                self.run_out(number, now);
            }
        }
    }

    /// Notes the end of a token that ran out.
    pub(super) fn run_out(&mut self, number: usize, now: Ms) {
        let account = &mut self.accounts[number];
        let Some(token) = account.token() else { return };
        let (born, ends) = (token.born, token.ends);
        let known = account.ended.is_some() || token.replaced;
        if known || ends > now {
            return;
        }
        let open = |episode: &Episode| episode.kind == Kind::Lost && episode.over.is_none();
        if account.episodes.iter().any(open) {
            return;
        }
        let was_blocked = account.episodes.iter().any(|episode| {
            episode.kind == Kind::Blocked && episode.over.is_none_or(|over| over >= born)
        });
        account.close(Kind::Blocked, ends);
        account.close(Kind::Limited, ends);
        account.open(Kind::Lost, ends);
        self.endings.push(Ending {
            account: account.id.clone(),
            born,
            at: ends,
            was_blocked,
        });
    }

    pub(super) fn trouble(&self, verb: Verb, now: Ms) -> Option<Trouble> {
        let strikes = |failure: &&Failure| failure.at.is_none_or(|at| at == verb);
        let blowing = |weather: &&Weather| weather.from <= now && now < weather.to;
        let network = self.network.as_ref();
        network
            .into_iter()
            .chain(self.weather.iter().filter(blowing).map(|at| &at.failure))
            .find(strikes)
            .map(|failure| failure.trouble.clone())
    }

    /// Does what is asked.
    pub(super) fn work(&mut self, call: &Call, begun: Ms) -> (Reply, Given) {
        let now = self.time.now();
        self.advance(now);
        if verb(call) == Verb::SignIn {
            return self.sign_in(call, now);
        }
        let text = token_of(call);
        let Some(&(number, Some(index))) = self.owners.get(&text) else {
            self.misdeeds.push((now, text, Misdeed::UnknownToken));
            let text = "Invalid OAuth access token - Cannot parse access token";
            return (answer::error(400, 190, None, text), None);
        };
        self.look_at(number, index, verb(call), begun);
        let account = &mut self.accounts[number];
        if let Some(refusal) = account.refusal(&account.tokens[index], now) {
            let is_dead = account.end_of(&account.tokens[index], now).is_some();
            account.tokens[index].refused |= is_dead;
            return (refusal, None);
        }
        match verb(call) {
            Verb::Renew => self.renew(number, index, now),
            Verb::Quota if account.withdrawn => {
                let text = "(#10) Application does not have permission for this action";
                (answer::error(400, 10, None, text), None)
            }
            Verb::Quota => (answer::quota(), None),
            Verb::Profile | Verb::SignIn => {
                let professional = account.block != Some(Block::Personal);
                let reply = answer::profile(&account.id, &account.username, professional);
                (reply, None)
            }
        }
    }

    /// Which token Relink comes with tells what it has kept.
    fn look_at(&mut self, number: usize, index: usize, verb: Verb, begun: Ms) {
        let now = self.time.now();
        let account = &mut self.accounts[number];
        if account.signing_in || account.held == Some(index) {
            account.unsure &= account.signing_in;
            return;
        }
        if account.unsure && account.held_before == Some(index) {
            // The answer was lost in a crash. Where the old token died with it, access is gone.
            account.held = Some(index);
            account.unsure = false;
            if account.tokens[index].replaced && account.ended.is_none() {
                account.open(Kind::Lost, now);
                self.tally.tokens_lost_in_crashes += 1;
            }
            return;
        }
        // Of two tokens the older one is asked as well when the newer one was refused, before either is
        // given up. (Security document, R3.)
        if account.held_before == Some(index) && account.token().is_some_and(|held| held.refused) {
            return;
        }
        // A check that was under way when a sign-in brought a new token ends with the old one.
        let ending = if verb == Verb::Renew { 0 } else { MINUTE };
        let arrived = account.token().and_then(|token| token.arrived);
        if arrived.is_some_and(|at| begun < at + ending) {
            return;
        }
        let id = account.id.clone();
        self.misdeeds.push((now, id, Misdeed::OldToken));
    }
}
