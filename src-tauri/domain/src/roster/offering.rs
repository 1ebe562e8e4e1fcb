//! What a sign-in on the Facebook route brings: Pages, of which the person chooses.

use super::{Effect, Roster};
use crate::Timestamp;
use crate::account::{AccountId, AccountType};
use crate::attempt::{Attempt, Outcome, Phase, Returned};
use crate::diagnosis::Step;
use crate::grant::Route;
use crate::page::{Found, OfferJudgement, Offered};
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
        self.reached_provider(now);
        let kept = |id: &AccountId| {
            self.accounts
                .get(id)
                .is_some_and(|it| it.removed().is_none())
        };
        let offer = found.judged(kept);
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        self.declined = offer.missing(&attempt.scopes);
        attempt.offer = Some(Box::new(offer));
        self.judge_offer(false, now);
    }

    /// What follows from what came back, `kept` saying that the person takes it with fewer permissions.
    pub(super) fn judge_offer(&mut self, kept: bool, now: Timestamp) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let Some(offer) = &attempt.offer else { return };
        match offer.judge(&attempt.purpose, &attempt.scopes, kept) {
            OfferJudgement::Adopt(page) => self.adopt_pages(&[page], now),
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

    pub(super) fn on_pages_chosen(&mut self, pages: &[String], now: Timestamp) {
        if self.attempt.as_ref().is_some_and(|it| it.may_choose(pages)) {
            self.adopt_pages(pages, now);
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

    /// Connects the accounts of these Pages, all of them or none.
    fn adopt_pages(&mut self, pages: &[String], now: Timestamp) {
        let Some(attempt) = &self.attempt else { return };
        let Some(offer) = attempt.offer.as_deref() else {
            return;
        };
        let mut coming: Vec<(String, Returned)> = Vec::new();
        for page in pages {
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
            if let Some(offer) = &mut attempt.offer {
                offer.chosen = coming.iter().map(|(page, _)| page.clone()).collect();
            }
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

impl Attempt {
    /// Whether these Pages can be chosen now: at least one, and all of them usable.
    pub fn may_choose(&self, pages: &[String]) -> bool {
        let usable = |page: &String| {
            let offer = self.offer.as_deref();
            offer.is_some_and(|offer| offer.usable_page(page).is_some())
        };
        self.phase == Phase::Pages && !pages.is_empty() && pages.iter().all(usable)
    }
}
