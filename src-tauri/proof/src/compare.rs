//! Every acknowledged fact is there, and nothing else than what a step under way may have changed.

use anyhow::{Context as _, Result, bail, ensure};
use domain::account::Account;
use engine::view::Settings;
use store::View;

use crate::ledger::Ledger;
use crate::script::Step;
use crate::words::ShownAccount;

/// Holds what is there against what was acknowledged; `unsettled` steps may or may not have had
/// their effect.
///
/// # Errors
/// What is lost, or there without having been asked for.
pub(crate) fn compare(view: &View<'_>, ledger: &Ledger, unsettled: &[&Step]) -> Result<()> {
    let found = view.accounts()?;
    if let Some(bad) = found.unreadable.first() {
        bail!("the row of {} cannot be read: {}", bad.id, bad.error);
    }
    for (id, promised) in &ledger.shown.accounts {
        let may = May { id, unsettled };
        let account = found.accounts.iter().find(|it| it.id().as_str() == id);
        match account {
            Some(account) => same(account, promised, &may)?,
            None => ensure!(may.be_erased(), "account {id} is lost"),
        }
    }
    for account in &found.accounts {
        let id = account.id().as_str();
        ensure!(
            ledger.shown.accounts.contains_key(id) || (May { id, unsettled }).begin(),
            "account {id} was never promised, or is back from where it was erased"
        );
    }
    settings(view, ledger, unsettled)
}

/// What the steps under way may have done to one account.
struct May<'a> {
    id: &'a str,
    unsettled: &'a [&'a Step],
}

impl May<'_> {
    fn any(&self, is: impl Fn(&Step) -> bool) -> bool {
        self.unsettled.iter().any(|step| is(step))
    }

    fn begin(&self) -> bool {
        self.any(|step| {
            matches!(step, Step::Connect { account } | Step::AddToken { account } if account == self.id)
        })
    }

    fn end(&self) -> bool {
        self.be_erased()
            || self.any(|step| {
                matches!(step, Step::Delete { account } | Step::Disconnect { account } | Step::Next { account } if account == self.id)
            })
    }

    fn be_erased(&self) -> bool {
        self.any(|step| matches!(step, Step::Erase { account } if account == self.id))
    }

    fn be_walked(&self) -> bool {
        self.begin()
            || self.any(|step| {
                matches!(step, Step::WayBack { account } | Step::Next { account } | Step::Close { account } if account == self.id)
            })
    }

    fn come_back(&self) -> bool {
        self.begin() || self.any(|step| matches!(step, Step::Undo))
    }

    fn be_named(&self, label: &str) -> bool {
        self.any(|step| {
            matches!(step, Step::Label { account, text } if account == self.id && text == label)
        })
    }

    fn be_noted(&self, notes: &str) -> bool {
        self.any(|step| {
            matches!(step, Step::Notes { account, text } if account == self.id && text == notes)
        })
    }
}

fn same(account: &Account, promised: &ShownAccount, may: &May<'_>) -> Result<()> {
    let id = may.id;
    let (label, notes) = (&account.label, &account.notes);
    ensure!(
        *label == promised.label || may.be_named(label),
        "the label of {id} is lost"
    );
    ensure!(
        *notes == promised.notes || may.be_noted(notes),
        "the notes of {id} are lost"
    );
    let wizard = account.wizard.as_ref().map(|it| it.step.code());
    ensure!(
        wizard == promised.wizard.as_deref() || may.be_walked(),
        "the wizard of {id} stood at {:?} and is found at {wizard:?}",
        promised.wizard
    );
    let (removed, was_removed) = (account.removed().is_some(), promised.status == "removed");
    let explained = match (was_removed, removed) {
        (false, true) => may.end(),
        (true, false) => may.come_back(),
        (true, true) | (false, false) => true,
    };
    ensure!(
        explained,
        "{id}: promised {}, found removed: {removed}",
        promised.status
    );
    if !removed && !was_removed {
        let end = account.grant().and_then(|grant| grant.expires_at);
        let end = end.map(|end| end.timestamp_millis());
        ensure!(
            may.begin() || end >= promised.expires_at_ms,
            "a renewal of {id} is lost: promised until {:?}, found {end:?}",
            promised.expires_at_ms
        );
    }
    Ok(())
}

fn settings(view: &View<'_>, ledger: &Ledger, unsettled: &[&Step]) -> Result<()> {
    let settings = match view.setting("settings")? {
        Some(text) => serde_json::from_str(&text).context("the settings cannot be read")?,
        None => Settings::default(),
    };
    let days = settings.renew_after_days;
    let under_way = unsettled.iter().any(
        |step| matches!(step, Step::Settings { renew_after_days } if *renew_after_days == days),
    );
    let nothing_yet = ledger.done == 0 && days == Settings::default().renew_after_days;
    ensure!(
        days == ledger.shown.renew_after_days || under_way || nothing_yet,
        "the settings are lost: {days} days"
    );
    let mut has_app = false;
    for app in view.meta_apps()? {
        has_app |= view.secrets(&app.owner)?.len() == 1;
    }
    ensure!(has_app || !ledger.shown.has_app, "the Meta app is lost");
    Ok(())
}
