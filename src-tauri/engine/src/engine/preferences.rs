//! What the person has set, and what follows from a change of it.

use chrono::{DateTime, Duration};
use domain::journal::{Entry, EntryKind};
use domain::renewal::RenewalPolicy;
use domain::roster::{Event, Plan, Reaction};

use super::Engine;
use crate::command::ErrorCode;
use crate::records::Change;
use crate::view::{CHECK_EVERY, Settings};

/// The plan of renewals that the settings describe.
pub(super) fn plan(settings: &Settings) -> Plan {
    let paused = settings
        .paused_until
        .as_deref()
        .and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Plan {
        policy: RenewalPolicy::every_days(settings.renew_after_days),
        check_every: Duration::minutes(i64::from(settings.check_every_minutes)),
        off: !settings.auto_renew,
        paused_until: paused.map(|at| at.to_utc()),
    }
}

impl Engine {
    pub(super) fn update_settings(&mut self, settings: Settings) -> Result<(), ErrorCode> {
        let until = settings
            .paused_until
            .as_deref()
            .map(DateTime::parse_from_rfc3339)
            .transpose();
        if !(1..=30).contains(&settings.renew_after_days)
            || until.is_err()
            || !CHECK_EVERY.contains(&settings.check_every_minutes)
            || !settings.notices.is_whole()
            || settings.language.len() > 35
        {
            return Err(ErrorCode::InvalidInput);
        }
        let now = self.now();
        let entry = Entry::app(EntryKind::SettingsChanged, now);
        let renewal = plan(&settings) != plan(&self.settings);
        self.unsaved
            .changes
            .push(Change::Settings(settings.clone()));
        self.settings = settings;
        // The look of the window is nobody's history; when access is renewed is.
        let entries = if renewal {
            vec![entry.with("name", "renewal")]
        } else {
            Vec::new()
        };
        self.carry_out(Reaction {
            entries,
            ..Reaction::default()
        });
        let plan = plan(&self.settings);
        self.happen(Event::PlanChanged(plan));
        self.changed
            .extend(self.roster.accounts().map(|account| account.id().clone()));
        Ok(())
    }
}
