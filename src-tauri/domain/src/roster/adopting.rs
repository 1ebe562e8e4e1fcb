//! What came takes the place of what was there; everything of the person's own stays.

use super::{Effect, ManifestStep, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId, Profile};
use crate::attempt::Returned;
use crate::connection::{Connection, Renewal, Shortfall, Standing, Watch};
use crate::diagnosis::{Cause, Certainty, Diagnosis};
use crate::grant::{Grant, Scopes};
use crate::journal::{Entry, EntryKind};
use crate::meta_app::AppKey;

impl Roster {
    pub(super) fn on_token_added(
        &mut self,
        profile: Profile,
        grant: Grant,
        app: Option<AppKey>,
        now: Timestamp,
    ) {
        let returned = Returned {
            profile,
            grant,
            missing: Scopes::default(),
        };
        self.take_in(returned, app, now);
    }

    /// Puts what came back in the place of what was there; everything of the person's own stays.
    /// What nobody says the app of stays with the app it had, unless that is one of the other route.
    pub(super) fn take_in(
        &mut self,
        returned: Returned,
        app: Option<AppKey>,
        now: Timestamp,
    ) -> u64 {
        let Returned {
            profile,
            grant,
            missing,
        } = returned;
        let id = profile.user_id.clone();
        let known = self.accounts.contains(&id);
        let account = self.accounts.get_or_insert(&id, || Account {
            generation: 0,
            ..Account::connected(profile.clone(), grant.clone(), now)
        });
        self.renewing.remove(&id);
        if account.removed().is_some() {
            let close = Effect::Manifest(id.clone(), ManifestStep::Close);
            self.out.effects.push(close);
        }
        // The two products have names of their own for what they permit.
        let before = account.grant().filter(|old| old.route == grant.route);
        let scopes_before = before.and_then(|grant| grant.scopes.clone());
        let scopes = grant.scopes.clone();
        let route = grant.route;
        account.connection = Connection::held(grant);
        let own = account.app.take();
        account.app = app.or(own.filter(|app| app.route() == route));
        account.consented_at = now;
        account.generation = account.generation.saturating_add(1);
        account.revision = account.revision.next();
        account.watch = Watch::fresh(now);
        if !missing.is_empty()
            && let Connection::Held(held) = &mut account.connection
        {
            held.renewal = Renewal::resting();
            let diagnosis = Diagnosis {
                permission: Some(missing.to_string()),
                ..Diagnosis::of(Cause::PermissionMissing, Certainty::Proved, now)
            };
            held.standing = Standing::Limited(Shortfall { missing, diagnosis });
        }
        if let Some(wizard) = &mut account.wizard {
            wizard.step = crate::wizard::Step::Finish;
        }
        let generation = account.generation;
        self.undo_forgets(&id);
        let kind = if known {
            EntryKind::Reconnected
        } else {
            EntryKind::Connected
        };
        let mut entry = Entry::about(&id, kind, now);
        if known
            && let Some(old) = self
                .accounts
                .get(&id)
                .map(|account| account.profile.username.clone())
            && old != profile.username
        {
            entry = entry.with("old", old).with("new", profile.username.clone());
        }
        if let Some(account) = self.accounts.get_mut(&id) {
            account.profile = profile;
        }
        self.record(entry);
        if let (true, Some(old), Some(new)) = (known, scopes_before, scopes) {
            self.permissions_changed(&id, &old, &new, now);
        }
        generation
    }

    fn undo_forgets(&mut self, id: &AccountId) {
        if let Some(undo) = &mut self.undo {
            undo.ids.retain(|other| other != id);
            if undo.ids.is_empty() {
                self.undo = None;
            }
        }
    }
}
