//! What broke together, and how much the provider can take.

use domain::Timestamp;
use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::meta_app::AppKey;
use domain::roster::{Incident, NEARLY_FULL, Pressure, Shared};
use serde::Serialize;

use super::moment;

/// Several accounts that broke together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Incident"))]
pub struct IncidentView {
    /// Its name.
    pub id: String,
    /// `accounts`, or `app` where reconnecting helps nobody.
    #[cfg_attr(test, ts(type = "IncidentKind"))]
    pub kind: &'static str,
    /// When the first of them broke.
    pub since: String,
    /// What the answer means.
    #[cfg_attr(test, ts(type = "Cause"))]
    pub cause: &'static str,
    /// How sure that is.
    #[cfg_attr(test, ts(type = "Certainty"))]
    pub certainty: &'static str,
    /// Whom it touches.
    pub account_ids: Vec<String>,
    /// What they have in common.
    #[cfg_attr(test, ts(type = "Shared[]"))]
    pub shared: Vec<&'static str>,
    /// The label they share.
    pub label: Option<String>,
    /// The Meta app they share, where it is known.
    pub app: Option<String>,
}

impl From<&Incident> for IncidentView {
    fn from(incident: &Incident) -> Self {
        Self {
            id: incident.id.clone(),
            kind: incident.kind.code(),
            since: moment(incident.since),
            cause: incident.cause.code(),
            certainty: incident.certainty.code(),
            account_ids: incident.accounts.iter().map(AccountId::to_string).collect(),
            shared: incident.shared.iter().copied().map(Shared::code).collect(),
            label: incident.label.clone(),
            app: incident.app.as_ref().map(AppKey::code),
        }
    }
}

/// How much the provider can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Provider"))]
pub struct ProviderView {
    /// Calls rest until then.
    pub paused_until: Option<String>,
    /// Why.
    #[cfg_attr(test, ts(type = "Cause | null"))]
    pub reason: Option<&'static str>,
    /// How much of the app's budget is used, in percent, from 80 on: then only renewals go out.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub usage_percent: Option<u32>,
}

impl ProviderView {
    pub(crate) fn of(pressure: &Pressure, now: Timestamp) -> Self {
        let rest = pressure.rest();
        Self {
            paused_until: rest.map(|rest| moment(rest.until)),
            reason: rest.map(|rest| Cause::code(rest.cause)),
            // Below that it changes nothing, and a figure that changes with every answer is noise.
            usage_percent: pressure
                .usage(now)
                .filter(|percent| *percent >= NEARLY_FULL),
        }
    }
}
