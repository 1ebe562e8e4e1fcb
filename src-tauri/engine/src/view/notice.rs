//! A notice as the desktop gets it: a code with its values, to be put into words there.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::account::{Account, AccountId};
use domain::grant::Route;
use domain::meta_app::AppKey;
use domain::notice::{Notice, NoticeKind};
use domain::roster::Roster;
use domain::status::reason;
use serde::Serialize;

/// Something to be told outside the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeView {
    /// Its name: a later one of the same name takes its place.
    pub key: String,
    /// `disconnected`, `blocked`, `several`, `renewal_late`, `expired`, `limited`, `recovered`,
    /// `app_problem`, `weekly`, `test` or `keeps_running`.
    pub kind: &'static str,
    /// Whom it is about.
    pub account_ids: Vec<String>,
    /// The user name, of a single account, unless names are to be hidden.
    pub username: Option<String>,
    /// How many accounts it is about.
    pub count: usize,
    /// Why; for `keeps_running`, `no_tray` where the person cannot find it there.
    pub cause: Option<&'static str>,
    /// How sure that is: `proved`, `likely` or `unknown`.
    pub certainty: Option<&'static str>,
    /// Who ended, blocks or refuses what it is about: `instagram`, `facebook`, or `mixed` for several apps of both.
    pub by: &'static str,
    /// The permission that is missing, in Meta's spelling.
    pub permission: Option<String>,
    /// Whole hours that are left, for what is not over yet.
    pub hours_left: Option<i64>,
}

impl NoticeView {
    pub(crate) fn of(notice: &Notice, roster: &Roster, hide_names: bool, now: Timestamp) -> Self {
        let single = match notice.accounts.as_slice() {
            [id] => roster.account(id),
            _ => None,
        };
        let policy = roster.plan().policy;
        let diagnosis = single.and_then(|account| reason(account, policy, now));
        let diagnosis = diagnosis.as_deref();
        Self {
            key: notice.key.clone(),
            kind: notice.kind.code(),
            account_ids: notice.accounts.iter().map(AccountId::to_string).collect(),
            username: single
                .filter(|_| !hide_names)
                .map(|account| account.profile.username.clone()),
            count: notice.accounts.len(),
            cause: notice.cause.map(domain::diagnosis::Cause::code),
            certainty: diagnosis.map(|diagnosis| diagnosis.certainty.code()),
            by: who(notice, single, roster),
            permission: diagnosis.and_then(|diagnosis| diagnosis.permission.clone()),
            hours_left: notice.hours_left,
        }
    }

    /// A notice that is about nothing but itself.
    pub fn plain(kind: &'static str) -> Self {
        Self {
            key: kind.to_owned(),
            kind,
            account_ids: Vec::new(),
            username: None,
            count: 0,
            cause: None,
            certainty: None,
            by: Route::Instagram.code(),
            permission: None,
            hours_left: None,
        }
    }

    /// What the person asked for to see how a notice looks.
    pub(crate) fn test() -> Self {
        Self::plain("test")
    }
}

/// Whom a notice names: the side at which its account is settled, or that of the apps that are refused.
fn who(notice: &Notice, single: Option<&Account>, roster: &Roster) -> &'static str {
    if notice.kind == NoticeKind::AppProblem {
        // Whose app nobody knows came as a token of Instagram's: on the other route there is always one.
        let apps = roster.refused_apps();
        let apps = apps.iter().map(|refused| refused.app.as_ref());
        let routes: BTreeSet<&str> = apps
            .map(|app| app.map_or(Route::Instagram, AppKey::route).code())
            .collect();
        let one = routes.first().copied().unwrap_or(Route::Instagram.code());
        return if routes.len() > 1 { "mixed" } else { one };
    }
    let route = single.map_or(Route::Instagram, Account::route);
    let settled = notice.cause.map_or(route, |cause| cause.settled_at(route));
    settled.code()
}
