//! The open attempt as it is seen from outside.

use domain::account::Profile;
use domain::attempt::{Attempt, Outcome, Phase, Returned};
use domain::page::{Offer, Offered};
use domain::roster::Roster;
use serde::Serialize;

use super::{EvidenceView, moment};

/// One trip through the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Attempt"))]
pub struct AttemptView {
    /// Its name.
    pub id: String,
    /// The log-in product.
    #[cfg_attr(test, ts(type = "Route"))]
    pub route: &'static str,
    /// The Meta app it goes through.
    pub app: String,
    /// How the answer comes back.
    #[cfg_attr(test, ts(type = "Door"))]
    pub door: &'static str,
    /// The address the browser ends at.
    pub redirect_address: String,
    /// The permissions asked for.
    pub asked: Vec<String>,
    /// The account expected to come back.
    pub expected_id: Option<String>,
    /// Its user name.
    pub expected_username: Option<String>,
    /// Where it stands.
    #[cfg_attr(test, ts(type = "AttemptPhase"))]
    pub phase: &'static str,
    /// When it began.
    pub opened_at: String,
    /// Until when an answer is accepted.
    pub expires_at: String,
    /// Whether the system opened a browser.
    pub browser_opened: bool,
    /// A token came.
    #[cfg_attr(test, ts(type = "Mark"))]
    pub signed_in: &'static str,
    /// It belongs to the account expected.
    #[cfg_attr(test, ts(type = "Mark"))]
    pub right_account: &'static str,
    /// Everything asked for was given.
    #[cfg_attr(test, ts(type = "Mark"))]
    pub permissions: &'static str,
    /// The first call with it worked.
    #[cfg_attr(test, ts(type = "Mark"))]
    pub first_data: &'static str,
    /// Why it ended, or what holds it up.
    #[cfg_attr(test, ts(type = "Outcome | null"))]
    pub outcome: Option<&'static str>,
    /// The provider's numbers.
    pub evidence: Option<EvidenceView>,
    /// What a door refused last; the attempt is still open.
    #[cfg_attr(test, ts(type = "Outcome | null"))]
    pub last_rejection: Option<&'static str>,
    /// What came back.
    pub returned: Option<ReturnedView>,
    /// The Pages that came back on the Facebook route, each with its Instagram account; in phase `done` those whose
    /// accounts were connected.
    pub pages: Vec<OfferedView>,
    /// In phase `done`, the chosen Pages that did not answer: their accounts were not connected and are as they were.
    pub unanswered: Vec<OfferedView>,
    /// How many Pages came besides that Relink cannot read.
    pub unreadable_pages: usize,
    /// Asked for and not given.
    pub missing_scopes: Vec<String>,
    /// The account that was connected.
    pub account_id: Option<String>,
    /// Whether it was known already.
    pub was_known: bool,
    /// When the app tries again by itself.
    pub next_try_at: Option<String>,
}

/// The account that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ReturnedProfile"))]
pub struct ReturnedView {
    /// The provider's id.
    pub id: String,
    /// Its user name.
    pub username: String,
    /// Its display name.
    pub name: Option<String>,
    /// Business, creator, personal or unknown.
    #[cfg_attr(test, ts(type = "AccountType"))]
    pub account_type: &'static str,
}

/// A Page that came back on the Facebook route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "OfferedPage"))]
pub struct OfferedView {
    /// The Page's id.
    pub page_id: String,
    /// Its name.
    pub page_name: String,
    /// The Instagram account linked to it.
    pub account_id: Option<String>,
    /// Its user name.
    pub username: Option<String>,
    /// Its display name.
    pub name: Option<String>,
    /// `ready`, `known` (connected already: choosing it renews its access), `no_instagram` (no account is linked to
    /// the Page) or `no_task` (the person may not create content on the Page).
    #[cfg_attr(test, ts(type = "OfferedState"))]
    pub state: &'static str,
}

impl From<&Offered> for OfferedView {
    fn from(offered: &Offered) -> Self {
        let profile = offered.profile.as_ref();
        Self {
            page_id: offered.page.id.clone(),
            page_name: offered.page.name.clone(),
            account_id: profile.map(|profile| profile.user_id.to_string()),
            username: profile.map(|profile| profile.username.clone()),
            name: profile.and_then(|profile| profile.name.clone()),
            state: offered.state.code(),
        }
    }
}

impl From<&Profile> for ReturnedView {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.user_id.to_string(),
            username: profile.username.clone(),
            name: profile.name.clone(),
            account_type: profile.account_type.code(),
        }
    }
}

impl AttemptView {
    pub(crate) fn of(attempt: &Attempt, roster: &Roster) -> Self {
        let expected = attempt.expected();
        let mut view = Self {
            id: attempt.id.as_str().to_owned(),
            route: attempt.route.code(),
            app: attempt.app.code(),
            door: attempt.door.code(),
            redirect_address: attempt.redirect.to_string(),
            asked: attempt.scopes.iter().map(str::to_owned).collect(),
            expected_id: expected.map(ToString::to_string),
            expected_username: expected
                .and_then(|id| roster.account(id))
                .map(|account| account.profile.username.clone()),
            phase: "waiting",
            opened_at: moment(attempt.opened_at),
            expires_at: moment(attempt.expires_at()),
            browser_opened: attempt.browser_opened,
            signed_in: "pending",
            right_account: "pending",
            permissions: "pending",
            first_data: "pending",
            outcome: None,
            evidence: None,
            last_rejection: attempt.last_rejection.map(Outcome::code),
            returned: None,
            pages: Vec::new(),
            unanswered: Vec::new(),
            unreadable_pages: 0,
            missing_scopes: Vec::new(),
            account_id: None,
            was_known: false,
            next_try_at: None,
        };
        view.take_phase(&attempt.phase);
        if let Some(offer) = &attempt.offer {
            view.take_offer(offer, attempt);
        }
        if let Phase::Done { account, .. } = &attempt.phase {
            view.returned = roster
                .account(account)
                .map(|account| ReturnedView::from(&account.profile));
        }
        view
    }

    fn take_phase(&mut self, phase: &Phase) {
        match phase {
            Phase::Waiting => {}
            Phase::Checking {
                signed_in, trouble, ..
            } => {
                self.phase = "checking";
                self.signed_in = if *signed_in { "done" } else { "running" };
                self.right_account = if *signed_in { "running" } else { "pending" };
                self.outcome = trouble.map(|(outcome, _)| outcome.code());
                self.next_try_at = trouble.map(|(_, at)| moment(at));
            }
            Phase::Pages => {
                self.phase = "pages";
                self.signed_in = "done";
            }
            Phase::Choice { outcome, returned } => {
                self.phase = "choice";
                self.outcome = Some(outcome.code());
                self.take_returned(returned, *outcome);
            }
            Phase::Done { account, was_known } => {
                self.phase = "done";
                self.signed_in = "done";
                self.right_account = "done";
                self.permissions = "done";
                self.first_data = "done";
                self.account_id = Some(account.to_string());
                self.was_known = *was_known;
            }
            Phase::Failed {
                outcome,
                diagnosis,
                returned,
            } => {
                self.phase = "failed";
                self.outcome = Some(outcome.code());
                self.evidence = diagnosis
                    .as_ref()
                    .and_then(|diagnosis| diagnosis.evidence.as_ref())
                    .map(EvidenceView::from);
                match returned {
                    Some(returned) => self.take_returned(returned, *outcome),
                    None => self.signed_in = "failed",
                }
            }
        }
    }

    /// What came through Pages: all of them until accounts were connected, then those.
    fn take_offer(&mut self, offer: &Offer, attempt: &Attempt) {
        let done = matches!(attempt.phase, Phase::Done { .. });
        let of = |is_in: &dyn Fn(&Offered) -> bool| {
            let pages = offer.pages.iter().filter(|page| is_in(page));
            pages.map(OfferedView::from).collect()
        };
        self.pages = of(&|page| !done || offer.is_connected(&page.page.id));
        self.unreadable_pages = offer.unreadable;
        if done {
            self.unanswered = of(&|page| offer.unanswered.contains(&page.page.id));
        }
        let missing = offer.missing(&attempt.scopes);
        self.missing_scopes = missing.iter().map(str::to_owned).collect();
        let proving = !attempt.proving().is_empty();
        if matches!(attempt.phase, Phase::Pages) || proving {
            self.permissions = if missing.is_empty() { "done" } else { "failed" };
        }
        if proving {
            self.right_account = "done";
            self.first_data = "running";
        }
        if let Phase::Failed { outcome, .. } = &attempt.phase {
            self.signed_in = "done";
            if !offer.chosen.is_empty() {
                self.right_account = "done";
                self.first_data = "failed";
            } else if *outcome == Outcome::ScopeRejected {
                self.permissions = "failed";
            } else if *outcome == Outcome::NoBusinessAccount {
                self.right_account = "failed";
            }
        }
    }

    fn take_returned(&mut self, returned: &Returned, outcome: Outcome) {
        self.returned = Some(ReturnedView::from(&returned.profile));
        self.missing_scopes = returned.missing.iter().map(str::to_owned).collect();
        self.signed_in = "done";
        self.first_data = "done";
        let wrong = matches!(outcome, Outcome::WrongAccount | Outcome::NoBusinessAccount);
        self.right_account = if wrong { "failed" } else { "done" };
        self.permissions = match (wrong, returned.missing.is_empty()) {
            (true, _) => "pending",
            (false, true) => "done",
            (false, false) => "failed",
        };
    }
}
