//! What a sign-in on the Facebook route brings: Pages, of which the person chooses.

use std::collections::BTreeSet;

use super::{Effect, PageState, Roster};
use crate::Timestamp;
use crate::account::{AccountId, AccountType};
use crate::attempt::{Attempt, Outcome, Phase, Returned};
use crate::connection::Connection;
use crate::diagnosis::Step;
use crate::grant::Route;
use crate::meta_app::AppKey;
use crate::page::{Found, Offer, OfferJudgement, Offered, Tie};
use crate::refusal::Refusal;

impl Roster {
    /// Whether the dialog has to be asked expressly for what was declined before, which it would not show
    /// otherwise: in the last sign-in of this run, or by the account that is to come back, or by any where none is
    /// expected. (Meta platform reference, B1.)
    pub fn asks_again(&self, route: Route, expected: Option<&AccountId>) -> bool {
        let was_declined = |id: &AccountId| {
            let account = self.accounts.get(id);
            account.is_some_and(|account| !account.declined().is_empty())
        };
        let earlier = match expected {
            Some(id) => was_declined(id),
            None => self.agenda.bad().any(was_declined),
        };
        route == Route::Facebook && (earlier || !self.declined.is_empty())
    }

    pub(super) fn on_offered(&mut self, result: Result<Found, Refusal>, now: Timestamp) {
        let Some(attempt) = &self.attempt else { return };
        if !matches!(attempt.phase, Phase::Checking { .. }) {
            return;
        }
        let found = match result {
            Ok(found) => found,
            Err(refusal) => return self.on_setback(&refusal, Step::Profile, now),
        };
        let offer = found.judged(|id| self.tie(id, &attempt.app));
        self.reached_provider(now);
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        self.declined = offer.missing(&attempt.scopes);
        attempt.offer = Some(Box::new(offer));
        self.judge_offer(false, now);
    }

    /// How an account is connected already, seen from a sign-in on the Facebook route through `app`.
    fn tie(&self, id: &AccountId, app: &AppKey) -> Tie {
        let Some(account) = self.accounts.get(id) else {
            return Tie::None;
        };
        let another = account.app.as_ref().is_some_and(|own| own != app);
        match &account.connection {
            Connection::Removed(_) => Tie::None,
            Connection::Held(held) if another || held.grant.route != Route::Facebook => Tie::Other,
            Connection::Held(_) | Connection::Lost(_) => Tie::Same,
        }
    }

    /// What follows from what came back, `kept` saying that the person takes it with fewer permissions.
    pub(super) fn judge_offer(&mut self, kept: bool, now: Timestamp) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let Some(offer) = &attempt.offer else { return };
        match offer.judge(&attempt.purpose, &attempt.scopes, kept) {
            OfferJudgement::Adopt(page) => self.prove_pages(&[page]),
            OfferJudgement::ChoosePages => attempt.phase = Phase::Pages,
            OfferJudgement::Refuse(outcome) => self.end_attempt(outcome, None, None, now),
            OfferJudgement::Choose(outcome) => {
                let wanted = attempt.expected().and_then(|id| offer.page_of(id));
                let shown = wanted.or_else(|| offer.usable().next()).cloned();
                if let Some(returned) = shown.and_then(|shown| self.returned_through(&shown)) {
                    self.choose(outcome, returned);
                }
            }
        }
    }

    fn choose(&mut self, outcome: Outcome, returned: Returned) {
        if let Some(attempt) = &mut self.attempt {
            attempt.phase = Phase::Choice { outcome, returned };
        }
    }

    pub(super) fn on_pages_chosen(&mut self, pages: &[String]) {
        if self.attempt.as_ref().is_some_and(|it| it.may_choose(pages)) {
            self.prove_pages(pages);
        }
    }

    /// Asks each of these Pages with its own token: what is there already gives way only to what was seen to work.
    /// (Security document, J6, R3.)
    fn prove_pages(&mut self, pages: &[String]) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let Some(offer) = &mut attempt.offer else {
            return;
        };
        offer.chosen.clear();
        for page in pages {
            if !offer.chosen.contains(page) {
                offer.chosen.push(page.clone());
            }
        }
        attempt.phase = Phase::Checking {
            signed_in: true,
            trouble: None,
            failures: 0,
        };
        let attempt = attempt.id.clone();
        self.out.effects.push(Effect::ProvePages(attempt));
    }

    /// Connects the accounts of those that answered; the others are named. Where none did, it is as with any other
    /// call of a sign-in: what passes by itself is tried again, anything else ends it.
    pub(super) fn on_pages_proved(
        &mut self,
        answers: Vec<(String, Result<PageState, Refusal>)>,
        now: Timestamp,
    ) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let Some(offer) = attempt
            .offer
            .as_mut()
            .filter(|offer| !offer.chosen.is_empty())
        else {
            return;
        };
        if !matches!(attempt.phase, Phase::Checking { .. }) {
            return;
        }
        let mut proved: BTreeSet<String> = BTreeSet::new();
        let mut refusal = None;
        for (page, answer) in answers {
            match answer {
                Ok(state) if offer.is_proved_by(&page, &state) => drop(proved.insert(page)),
                Ok(_) => {}
                Err(other) => refusal = refusal.or(Some(other)),
            }
        }
        if !proved.is_empty() {
            let silent = offer.chosen.iter().filter(|page| !proved.contains(*page));
            offer.unanswered = silent.cloned().collect();
            self.reached_provider(now);
            return self.adopt_pages(now);
        }
        match refusal {
            Some(refusal) => self.on_setback(&refusal, Step::Profile, now),
            None => self.end_attempt(Outcome::NoBusinessAccount, None, None, now),
        }
    }

    /// The account of a Page with what is known of its access. What only the other product tells of an account that
    /// is known stays as it is.
    fn returned_through(&self, offered: &Offered) -> Option<Returned> {
        let attempt = self.attempt.as_ref()?;
        let offer = attempt.offer.as_deref()?;
        let mut profile = offered.profile.clone()?;
        if profile.account_type == AccountType::Unknown
            && let Some(known) = self.accounts.get(&profile.user_id)
        {
            profile.account_type = known.profile.account_type;
        }
        Some(Returned {
            profile,
            grant: offer.grant(&offered.page, self.quarantined.as_ref()?),
            missing: offer.missing(&attempt.scopes),
        })
    }

    /// Connects the accounts of the chosen Pages that answered.
    fn adopt_pages(&mut self, now: Timestamp) {
        let Some(attempt) = &self.attempt else { return };
        let Some(offer) = attempt.offer.as_deref() else {
            return;
        };
        let mut coming: Vec<(String, Returned)> = Vec::new();
        for page in offer.chosen.iter().filter(|page| offer.is_connected(page)) {
            let offered = offer.usable_page(page);
            let Some(returned) = offered.and_then(|it| self.returned_through(it)) else {
                return;
            };
            let id = &returned.profile.user_id;
            if coming.iter().all(|(_, other)| other.profile.user_id != *id) {
                coming.push((page.clone(), returned));
            }
        }
        let Some((_, first)) = coming.first() else {
            return;
        };
        let account = first.profile.user_id.clone();
        let done = Phase::Done {
            was_known: self.accounts.contains(&account),
            account,
        };
        let (id, app) = (attempt.id.clone(), attempt.app.clone());
        if let Some(attempt) = &mut self.attempt {
            attempt.phase = done;
        }
        for (page, returned) in coming {
            let account = returned.profile.user_id.clone();
            let generation = self.take_in(returned, Some(app.clone()), now);
            self.out.effects.push(Effect::Adopt {
                attempt: id.clone(),
                page: Some(page),
                account: account.clone(),
                generation,
            });
            self.authorised_again(&account);
            // Signing in moved the end of data access for all that rests on this person: they ask for theirs.
            for other in self.sharing_grant(&account) {
                self.inspect_soon(&other);
            }
        }
        self.quarantined = None;
        self.out.effects.push(Effect::CloseAttempt(id));
    }
}

impl Offer {
    /// Whether a Page's answer to its own token shows the account that it was listed with.
    pub fn is_proved_by(&self, page: &str, state: &PageState) -> bool {
        let listed = self.usable_page(page).and_then(|it| it.profile.as_ref());
        let seen = state.profile.as_ref();
        let ids = listed.zip(seen);
        ids.is_some_and(|(listed, seen)| state.page.id == page && listed.user_id == seen.user_id)
    }
}

impl Attempt {
    /// The Pages that were chosen and are asked whether they answer.
    pub fn proving(&self) -> &[String] {
        match (&self.phase, &self.offer) {
            (Phase::Checking { .. }, Some(offer)) => &offer.chosen,
            _ => &[],
        }
    }

    /// Whether these Pages can be chosen now: at least one, and all of them usable.
    pub fn may_choose(&self, pages: &[String]) -> bool {
        let usable = |page: &String| {
            let offer = self.offer.as_deref();
            offer.is_some_and(|offer| offer.usable_page(page).is_some())
        };
        self.phase == Phase::Pages && !pages.is_empty() && pages.iter().all(usable)
    }
}
