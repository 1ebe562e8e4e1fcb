//! One account as it is seen from outside.

use domain::Timestamp;
use domain::account::{Account, TwoFactor};
use domain::advice::Advice;
use domain::connection::{Connection, Renewal};
use domain::diagnosis::Cause;
use domain::facts::facts;
use domain::grant::{Grant, Route};
use domain::meta_app::AppKey;
use domain::page::PageGrant;
use domain::renewal::MIN_AGE;
use domain::roster::Roster;
use domain::status::reason;
use serde::Serialize;

use super::advice::{advice_codes, possible_views};
use super::{DiagnosisView, FactView, IncidentView, PossibleView, SyncView, WizardView, moment};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Account"))]
pub struct AccountView {
    /// The provider's id.
    pub id: String,
    /// The name people find it under.
    pub username: String,
    /// The display name.
    pub name: Option<String>,
    /// Business, creator, personal or unknown.
    #[cfg_attr(test, ts(type = "AccountType"))]
    pub account_type: &'static str,
    /// The log-in product.
    #[cfg_attr(test, ts(type = "Route"))]
    pub route: &'static str,
    /// The Meta app it was connected through; `None` where nobody knows (access made elsewhere).
    pub app: Option<String>,
    /// The Page it is reached through, on the Facebook route.
    pub page: Option<PageView>,
    /// The status of design brief section 4.
    #[cfg_attr(test, ts(type = "Status"))]
    pub status: &'static str,
    /// The cause, for those who read only one field.
    #[cfg_attr(test, ts(type = "Cause | null"))]
    pub cause: Option<&'static str>,
    /// Why the status is what it is; `None` when all is well.
    pub diagnosis: Option<DiagnosisView>,
    /// The facts that bear on the diagnosis; empty when all is well.
    pub facts: Vec<FactView>,
    /// What else fits the answer, the found ones first.
    pub possible: Vec<PossibleView>,
    /// What makes such a loss rarer, the most helpful first; without a diagnosis everything there is.
    #[cfg_attr(test, ts(type = "Advice[]"))]
    pub advice: Vec<&'static str>,
    /// What the person has ticked of the checklist that keeps an account connected.
    #[cfg_attr(test, ts(type = "Advice[]"))]
    pub ticked: Vec<&'static str>,
    /// What is going on right now.
    #[cfg_attr(test, ts(type = "Activity | null"))]
    pub activity: Option<&'static str>,
    /// When the person last consented.
    pub connected_at: String,
    /// When the token's present lifetime began.
    pub issued_at: Option<String>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Whether access has no end: it can only be withdrawn. Then `expires_at` is `None`.
    pub endless: bool,
    /// When Meta stops answering with data unless the person signs in again, a clock of its own on the Facebook
    /// route. (Meta platform reference, B3.)
    pub data_access_until: Option<String>,
    /// The other accounts that would lose access with it if it were revoked at Facebook: those of the same
    /// person and Meta app.
    pub shares_grant_with: Vec<String>,
    /// When it will be renewed.
    pub renew_due_at: Option<String>,
    /// The earliest moment at which Instagram renews it.
    pub renew_not_before: Option<String>,
    /// When it was last renewed.
    pub last_renewed_at: Option<String>,
    /// Failed renewals in a row.
    pub renewal_failures: u32,
    /// The last check, whatever came of it.
    pub last_checked_at: Option<String>,
    /// The last call that worked.
    pub last_ok_at: Option<String>,
    /// The next planned try of something that failed.
    pub next_try_at: Option<String>,
    /// The next check by the plan.
    pub next_check_at: Option<String>,
    /// The incident it is part of.
    pub incident_id: Option<String>,
    /// What was asked for and whether it was given.
    pub permissions: Vec<PermissionView>,
    /// The person's own short text.
    pub label: String,
    /// The person's own notes.
    pub notes: String,
    /// Whose log-in it is, in the person's own words; accounts of one log-in are mended together.
    pub login: String,
    /// Its media.
    pub sync: SyncView,
    /// What was said about two-factor authentication.
    pub two_factor: Option<TwoFactorView>,
    /// When it was deleted.
    pub removed_at: Option<String>,
    /// For a deleted account: whether the provider has said that the app is no longer authorised there. Deleting
    /// does not remove it there. For one that is still here, `true` once Facebook took the permission back when
    /// asked; otherwise nothing.
    pub removed_there: Option<bool>,
    /// What is kept of it.
    pub kept: KeptView,
    /// The way back in progress.
    pub wizard: Option<WizardView>,
}

/// A permission and whether it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Permission"))]
pub struct PermissionView {
    /// Meta's name of it.
    pub scope: String,
    /// Whether it was given.
    pub granted: bool,
    /// Whether the person declined it: it has to be asked for expressly, or the dialog does not show it again.
    pub declined: bool,
}

/// A Facebook Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Page"))]
pub struct PageView {
    /// The Page's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What is kept of an account, whatever happens to its access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Kept"))]
pub struct KeptView {
    /// Lines of the journal.
    #[cfg_attr(test, ts(type = "number"))]
    pub history: u64,
    /// Media items.
    #[cfg_attr(test, ts(type = "number"))]
    pub media: u64,
    /// Whether there are notes.
    pub has_notes: bool,
}

/// What was said about two-factor authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "TwoFactor"))]
pub struct TwoFactorView {
    /// The answer.
    #[cfg_attr(test, ts(type = "TwoFactorAnswer"))]
    pub answer: &'static str,
    /// When it was given.
    pub at: String,
}

impl AccountView {
    /// The route at which its state is settled ([`Cause::settled_at`]).
    pub fn settled_at(&self) -> &'static str {
        let cause = self.cause.and_then(Cause::from_code);
        match (cause, Route::from_code(self.route)) {
            (Some(cause), Some(route)) => cause.settled_at(route).code(),
            _ => self.route,
        }
    }

    /// The account as it looks at `now`.
    pub(crate) fn of(
        account: &Account,
        roster: &Roster,
        incidents: &[IncidentView],
        kept: KeptView,
        sync: SyncView,
        now: Timestamp,
    ) -> Self {
        let id = account.id().as_str();
        let diagnosis = reason(account, roster.plan().policy, now);
        let diagnosis = diagnosis.as_deref();
        let incident = incidents
            .iter()
            .find(|incident| incident.account_ids.iter().any(|other| other == id));
        let together = incident.map_or(0, |incident| incident.account_ids.len());
        let grant = account.grant();
        let (renewal, running) = match &account.connection {
            Connection::Held(held) => (
                Some(&held.renewal),
                matches!(held.renewal, Renewal::Running { .. }),
            ),
            Connection::Lost(_) | Connection::Removed(_) => (None, false),
        };
        let last_renewed = match &account.connection {
            Connection::Held(held) => held.renewal.last(),
            Connection::Lost(lost) => lost.held.renewal.last(),
            Connection::Removed(_) => None,
        };
        Self {
            id: account.id().to_string(),
            username: account.profile.username.clone(),
            name: account.profile.name.clone(),
            account_type: account.profile.account_type.code(),
            route: account.route().code(),
            app: account.app.as_ref().map(AppKey::code),
            page: account.page().map(PageView::from),
            status: roster.status(account, now).code(),
            cause: diagnosis.map(|diagnosis| diagnosis.cause.code()),
            diagnosis: diagnosis.map(DiagnosisView::from),
            facts: diagnosis
                .map(|diagnosis| facts(account, diagnosis, roster, together))
                .unwrap_or_default()
                .iter()
                .map(FactView::from)
                .collect(),
            possible: diagnosis.map(possible_views).unwrap_or_default(),
            advice: diagnosis.map_or_else(|| Advice::ALL.map(Advice::code).to_vec(), advice_codes),
            ticked: account.ticked.iter().map(|advice| advice.code()).collect(),
            activity: match (running, account.watch.running) {
                (true, _) => Some("renewing"),
                (false, true) => Some("checking"),
                (false, false) => None,
            },
            connected_at: moment(account.consented_at),
            issued_at: grant.and_then(|grant| grant.issued_at).map(moment),
            expires_at: grant.and_then(|grant| grant.expires_at).map(moment),
            endless: grant.is_some_and(Grant::is_endless),
            data_access_until: grant.and_then(Grant::data_access_until).map(moment),
            shares_grant_with: roster
                .sharing_grant(account.id())
                .iter()
                .map(ToString::to_string)
                .collect(),
            renew_due_at: roster.renewal_at(account, now).map(moment),
            renew_not_before: grant
                .filter(|grant| grant.renews())
                .map(|grant| moment(grant.issued_at.unwrap_or(account.consented_at) + MIN_AGE)),
            last_renewed_at: last_renewed.map(moment),
            renewal_failures: renewal.map_or(0, Renewal::failures),
            last_checked_at: account.watch.last_checked_at.map(moment),
            last_ok_at: account.watch.last_ok_at.map(moment),
            next_try_at: next_try(account).map(moment),
            next_check_at: account
                .removed()
                .is_none()
                .then(|| moment(account.watch.next_at.max(now))),
            incident_id: incident.map(|incident| incident.id.clone()),
            permissions: permissions(account),
            label: account.label.clone(),
            notes: account.notes.clone(),
            login: account.login.clone(),
            sync,
            two_factor: account.two_factor.map(TwoFactorView::from),
            removed_at: account.removed().map(|removal| moment(removal.at)),
            removed_there: account.is_gone_there(),
            kept: KeptView {
                has_notes: !account.notes.is_empty(),
                ..kept
            },
            wizard: account
                .wizard
                .as_ref()
                .map(|wizard| WizardView::of(wizard, account)),
        }
    }
}

fn next_try(account: &Account) -> Option<Timestamp> {
    let watch = &account.watch;
    let renewal = match &account.connection {
        Connection::Held(held) => match &held.renewal {
            Renewal::Failing { retry_at, .. } => Some(*retry_at),
            Renewal::Resting { .. } | Renewal::Running { .. } => None,
        },
        Connection::Lost(_) => Some(watch.next_at),
        Connection::Removed(_) => return None,
    };
    let doubt = watch.doubt.as_ref().map(|doubt| doubt.confirm_at);
    let trouble = watch.trouble.as_ref().map(|trouble| trouble.retry_at);
    [doubt, trouble, renewal].into_iter().flatten().min()
}

/// The permissions Relink asks for; where the provider never said what it granted, they count as
/// granted until a call is refused.
fn permissions(account: &Account) -> Vec<PermissionView> {
    let granted = account.grant().and_then(|grant| grant.scopes.as_ref());
    let refused = match &account.connection {
        Connection::Held(held) => held
            .shortfall()
            .and_then(|shortfall| shortfall.diagnosis.permission.as_deref()),
        Connection::Lost(_) | Connection::Removed(_) => None,
    };
    let declined = account.declined();
    let route = account.route();
    route
        .scopes()
        .iter()
        .map(|&scope| PermissionView {
            scope: scope.to_owned(),
            granted: granted.is_none_or(|granted| granted.contains(scope))
                && refused.is_none_or(|refused| !refused.split(',').any(|name| name == scope)),
            declined: declined.contains(scope),
        })
        .collect()
}

impl From<&PageGrant> for PageView {
    fn from(grant: &PageGrant) -> Self {
        Self {
            id: grant.page.id.clone(),
            name: grant.page.name.clone(),
        }
    }
}

impl From<TwoFactor> for TwoFactorView {
    fn from(two_factor: TwoFactor) -> Self {
        Self {
            answer: two_factor.answer.code(),
            at: moment(two_factor.at),
        }
    }
}
