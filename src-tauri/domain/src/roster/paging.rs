//! What a live check through a Page means. (Meta platform reference, B2, B3, D4; security document, section 7.)

use chrono::Duration;

use super::{PageProbe, PageState, Probe, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId, AccountType, Revision};
use crate::connection::{Connection, Held, Lost, Standing};
use crate::diagnosis::{Affects, Cause, Certainty, Diagnosis};
use crate::grant::{Route, Scopes};
use crate::page::Inspection;
use crate::refusal::Refusal;

/// How often Facebook is asked about a token that nothing is the matter with.
const INSPECT_EVERY: Duration = Duration::days(1);

impl Account {
    /// Whether the next check should ask about the token itself: once a day, where anything is unsettled, and where
    /// its answers may have ended. What the person never gave is no reason to ask more often.
    pub fn inspection_due(&self, now: Timestamp) -> bool {
        let Some(page) = self.page() else {
            return false;
        };
        let unsettled = match &self.connection {
            Connection::Held(held) => match &held.standing {
                Standing::Good => false,
                Standing::Limited(shortfall) => shortfall.missing.is_empty(),
                Standing::Blocked(_) => true,
            },
            Connection::Lost(_) => true,
            Connection::Removed(_) => false,
        };
        let asked_lately = |at: Timestamp| at <= now && now - at < INSPECT_EVERY;
        unsettled
            || self.watch.doubt.is_some()
            || self.watch.trouble.is_some()
            || page.data_access_until.is_some_and(|end| end <= now)
            || !page.inspected_at.is_some_and(asked_lately)
    }
}

impl Roster {
    pub(super) fn on_page_probed(
        &mut self,
        id: &AccountId,
        revision: Revision,
        probe: PageProbe,
        now: Timestamp,
    ) {
        let Some((once_more, checked_before)) = self.take_answer(id, revision, now) else {
            return;
        };
        let PageProbe {
            page,
            inspection,
            denied,
        } = probe;
        let (told, ended) = match inspection {
            Some(Ok(inspection)) => (Some(inspection), None),
            Some(Err(refusal)) => (None, Some(refusal)),
            None => (None, None),
        };
        if let Some(told) = &told {
            self.note_inspection(id, told, now);
        }
        // Asked anew meanwhile, this answer may be older than what was said since.
        if page.is_ok() && !once_more {
            self.answered_after_all(id);
        }
        match page {
            Ok(state) => self.on_page(id, state, told.as_ref(), denied, now),
            Err(refusal) => {
                self.found_no_answer(id, checked_before, now);
                let pause = refusal.retry_after().unwrap_or(Duration::zero());
                let diagnosis = self.diagnose_check(id, &refusal, now);
                if diagnosis.affects == Affects::Network {
                    self.lost_network(&diagnosis, &refusal, now);
                } else {
                    self.reached_provider(now);
                }
                self.press(&diagnosis, pause, now);
                let diagnosis = match told.as_ref().filter(|_| !diagnosis.is_transient()) {
                    Some(told) if told.is_past_data_access(now) => data_access_ended(now),
                    Some(_) | None => self.sharper(id, diagnosis, ended.as_ref(), now),
                };
                self.on_unhealthy(id, diagnosis, pause, now);
            }
        }
        if once_more {
            self.look_once_more(id, now);
        }
    }

    /// The Page answered: the token works, whatever else is the matter.
    fn on_page(
        &mut self,
        id: &AccountId,
        state: PageState,
        told: Option<&Inspection>,
        denied: Option<Refusal>,
        now: Timestamp,
    ) {
        let linked = state.profile.filter(|profile| profile.user_id == *id);
        if let Some(Account { connection, .. }) = self.accounts.get_mut(id)
            && let Connection::Held(held) | Connection::Lost(Lost { held, .. }) = connection
            && let Some(grant) = &mut held.grant.page
        {
            grant.page.name = state.page.name;
        }
        // Without its data an answer says nothing for the app: it may be the app that lost them.
        let Some(mut profile) = linked else {
            self.reached_provider(now);
            self.relieve();
            let diagnosis = self.without_data(id, told, now);
            self.on_unhealthy(id, diagnosis, Duration::zero(), now);
            return;
        };
        // This product does not say what kind of account it is.
        if profile.account_type == AccountType::Unknown
            && let Some(account) = self.accounts.get(id)
        {
            profile.account_type = account.profile.account_type;
        }
        let withdrawn = told.and_then(|told| self.withdrawn(id, told));
        let Some(names) = withdrawn else {
            let weighed = told.is_some() && denied.is_none();
            self.on_healthy(id, Probe { profile, denied }, weighed, now);
            return;
        };
        self.reached_provider(now);
        self.relieve();
        if let Some(account) = self.accounts.get_mut(id) {
            account.watch.last_ok_at = Some(now);
        }
        self.compare_profile(id, &profile, now);
        self.on_unhealthy(id, withdrawn_permission(names, now), Duration::zero(), now);
    }

    /// Why a Page answers without its account: Facebook stopped answering with data, a permission is gone, or the
    /// link is. All three look alike, and what Facebook says of the token tells them apart; without that nothing is
    /// proved.
    fn without_data(&self, id: &AccountId, told: Option<&Inspection>, now: Timestamp) -> Diagnosis {
        let Some(told) = told else {
            return Diagnosis::of(Cause::PageMissing, Certainty::Likely, now);
        };
        if told.is_past_data_access(now) {
            return data_access_ended(now);
        }
        match self.withdrawn(id, told) {
            Some(names) => withdrawn_permission(names, now),
            None => Diagnosis::of(Cause::PageMissing, Certainty::Proved, now),
        }
    }

    /// What Facebook's word about the token adds to what a call was refused with, where that leaves the cause open.
    fn sharper(
        &self,
        id: &AccountId,
        diagnosis: Diagnosis,
        ended: Option<&Refusal>,
        now: Timestamp,
    ) -> Diagnosis {
        let open = diagnosis.certainty != Certainty::Proved && !diagnosis.is_transient();
        let Some(refusal) = ended.filter(|_| open) else {
            return diagnosis;
        };
        let other = self.diagnose_check(id, refusal, now);
        let names_one = other.certainty == Certainty::Proved;
        if names_one && (other.is_lost() || other.is_blocked()) {
            other
        } else {
            diagnosis
        }
    }

    /// Takes over what Facebook says of the token. What was granted stays as it was at the sign-in, so that a later
    /// answer without it is noticed; what is granted besides is added.
    fn note_inspection(&mut self, id: &AccountId, told: &Inspection, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let (Connection::Held(held) | Connection::Lost(Lost { held, .. })) =
            &mut account.connection
        else {
            return;
        };
        let Held {
            grant, standing, ..
        } = held;
        let Some(page) = &mut grant.page else { return };
        page.inspected_at = Some(now);
        page.data_access_until = told.data_access_until;
        grant.expires_at = told.expires_at;
        let (Some(granted), Some(before)) = (&told.scopes, &mut grant.scopes) else {
            return;
        };
        *before = before.joined_with(granted);
        if let Standing::Limited(shortfall) = standing
            && shortfall.missing.missing_from(granted).is_empty()
        {
            shortfall.missing = Scopes::default(); // given since: the next answer takes it back
        }
    }

    /// What was granted and is not any more, of what Relink asks for: the list of the permissions and that of a
    /// token need not name the same others. (Meta platform reference, B3.)
    fn withdrawn(&self, id: &AccountId, told: &Inspection) -> Option<String> {
        let granted = told.scopes.as_ref()?;
        let before = self.accounts.get(id)?.grant()?.scopes.as_ref()?;
        let ours = Route::Facebook.scopes().iter().copied();
        let gone: Scopes = ours
            .filter(|name| before.contains(name) && !granted.contains(name))
            .collect();
        (!gone.is_empty()).then(|| gone.to_string())
    }

    /// The next check asks about the token itself.
    pub(super) fn inspect_soon(&mut self, id: &AccountId) {
        if let Some(account) = self.accounts.get_mut(id)
            && let Connection::Held(held) | Connection::Lost(Lost { held, .. }) =
                &mut account.connection
            && let Some(page) = &mut held.grant.page
        {
            page.inspected_at = None;
            self.out.changed.insert(id.clone());
        }
    }
}

impl Inspection {
    fn is_past_data_access(&self, now: Timestamp) -> bool {
        self.data_access_until.is_some_and(|end| end <= now)
    }
}

/// The person, or the app, has a permission no longer that it had.
fn withdrawn_permission(names: String, now: Timestamp) -> Diagnosis {
    Diagnosis {
        permission: Some(names),
        ..Diagnosis::of(Cause::PermissionMissing, Certainty::Proved, now)
    }
}

/// Meta stopped answering with data: only a new sign-in helps. (Meta platform reference, B3.)
fn data_access_ended(now: Timestamp) -> Diagnosis {
    Diagnosis::of(Cause::Expired, Certainty::Proved, now)
}
