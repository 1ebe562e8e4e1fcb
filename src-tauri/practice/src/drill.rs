//! Drills: one cause, rehearsed from its beginning to its end, with a look at the stand-in at the end that
//! all is well again. (Feature table, F-Q03, F-B03.)

use std::sync::Arc;

use engine::Handle;
use engine::command::Command;
use engine::view::{AccountView, DrillView, Patch, PracticeView, Snapshot, WizardView};
use sandbox::{Change, Control, ControlError, Outage};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// A cause that can be rehearsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the cause of the same name")]
pub enum Drill {
    PasswordChanged,
    LoggedOut,
    Expired,
    Checkpoint,
    AppRemoved,
    PermissionWithdrawn,
    MadePersonal,
    RoleLost,
    AppBlocked,
}

impl Drill {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::PasswordChanged,
        Self::LoggedOut,
        Self::Expired,
        Self::Checkpoint,
        Self::AppRemoved,
        Self::PermissionWithdrawn,
        Self::MadePersonal,
        Self::RoleLost,
        Self::AppBlocked,
    ];

    /// The identifier used in the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::LoggedOut => "logged_out",
            Self::Expired => "expired",
            Self::Checkpoint => "checkpoint",
            Self::AppRemoved => "app_removed",
            Self::PermissionWithdrawn => "permission_withdrawn",
            Self::MadePersonal => "made_personal",
            Self::RoleLost => "role_lost",
            Self::AppBlocked => "app_blocked",
        }
    }

    /// Does to the account what is to be rehearsed.
    pub(crate) fn begin(self, control: &Control, id: &str) -> Result<(), ControlError> {
        let change = match self {
            Self::PasswordChanged => Change::PasswordChanged,
            Self::LoggedOut => Change::LoggedOut,
            Self::Expired => Change::Expired,
            Self::Checkpoint => Change::CheckpointSet,
            Self::AppRemoved => Change::AppRemoved,
            Self::PermissionWithdrawn => {
                Change::PermissionWithdrawn(domain::grant::PUBLISH_SCOPE.to_owned())
            }
            Self::MadePersonal => Change::MadePersonal,
            Self::RoleLost => Change::RoleLost,
            Self::AppBlocked => {
                control.outage(Outage::AppBlocked);
                return Ok(());
            }
        };
        control.apply(id, change)
    }

    /// What somebody does at Instagram itself before signing in helps: the person, an administrator, Meta.
    /// Nobody can do it in practice mode, so the stand-in does it once the person says that it is done.
    fn others_part(self, control: &Control, id: &str) -> Result<(), ControlError> {
        match self {
            Self::Checkpoint => control.apply(id, Change::CheckpointCleared),
            Self::MadePersonal => control.apply(id, Change::MadeProfessional),
            Self::RoleLost => control.apply(id, Change::RoleRestored),
            Self::AppBlocked => {
                control.outage(Outage::None);
                Ok(())
            }
            Self::PasswordChanged
            | Self::LoggedOut
            | Self::Expired
            | Self::AppRemoved
            | Self::PermissionWithdrawn => Ok(()),
        }
    }

    /// Puts back what would stay broken: the person has had enough.
    pub(crate) fn give_up(self, control: &Control, id: &str) -> Result<(), ControlError> {
        self.others_part(control, id)?;
        if self == Self::PermissionWithdrawn {
            control.apply(id, Change::PermissionRestored)?;
        }
        Ok(())
    }

    /// What is wrong with the stand-in as a whole while it runs.
    pub(crate) fn outage(self) -> Option<crate::Outage> {
        (self == Self::AppBlocked).then_some(crate::Outage::AppBlocked)
    }

    /// Whether nobody here can do anything about it: it is mended by Meta, or by whoever owns the Meta app.
    pub(crate) fn waits_for_others(self) -> bool {
        matches!(self, Self::AppBlocked | Self::RoleLost)
    }
}

/// Whether the stand-in itself sees the account as whole, and lets the app in. An account that Relink shows as
/// connected may only not have been refused yet.
fn is_whole(control: &Control, id: &str) -> bool {
    control.overview().faults.is_empty()
        && control.account(id).is_ok_and(|account| {
            account.connected && account.withdrawn.is_empty() && account.role && !account.checkpoint
        })
}

/// A drill under way.
pub(crate) struct Rehearsal {
    pub(crate) drill: Drill,
    pub(crate) id: String,
    pub(crate) control: Control,
    pub(crate) handle: Handle,
}

impl Rehearsal {
    pub(crate) fn view(&self, stage: &'static str) -> DrillView {
        DrillView {
            kind: self.drill.code(),
            account_id: self.id.clone(),
            stage,
        }
    }

    /// Follows the account until it was broken and is whole again; says so then. Ends early, saying nothing,
    /// once another drill or none is shown.
    pub(crate) async fn follow(
        self,
        mut patches: Receiver<Arc<Patch>>,
        shown: impl Fn() -> PracticeView,
        mended: impl FnOnce(),
    ) {
        let (mut broken, mut helped) = (false, false);
        loop {
            // What was missed is seen in the whole picture.
            let (app, accounts) = match patches.recv().await {
                Ok(patch) => (patch.app.clone(), patch.accounts.clone()),
                Err(RecvError::Lagged(_)) => match self.picture().await {
                    Some(picture) => (Some(picture.app), picture.accounts),
                    None => return,
                },
                Err(RecvError::Closed) => return,
            };
            if shown().drill != Some(self.view("running")) {
                return;
            }
            let banner = app.and_then(|app| app.banner);
            broken |= banner.is_some_and(|banner| banner.code == "E-APP");
            let Some(account) = accounts.iter().find(|account| account.id == self.id) else {
                continue;
            };
            broken |= !matches!(account.status, "connected" | "renewing");
            if broken && !helped && self.is_said_to_be_done(account) {
                helped = true;
                if let Err(error) = self.drill.others_part(&self.control, &self.id) {
                    tracing::error!(%error, "the stand-in does not know the account of the drill");
                    return;
                }
                let ids = vec![self.id.clone()];
                if let Err(error) = self.handle.run(Command::Check { ids }).await {
                    tracing::warn!(%error, "the account of the drill is looked at later");
                }
            }
            if broken && account.status == "connected" && is_whole(&self.control, &self.id) {
                mended();
                return;
            }
        }
    }

    /// Practice mode has few accounts: one page holds them all. `None` once the engine has ended.
    async fn picture(&self) -> Option<Box<Snapshot>> {
        let reply = self.handle.run(Command::Snapshot { from: 0 }).await.ok()?;
        reply.snapshot().ok()
    }

    /// Every tick that the wizard asks for is set, or it is past them.
    fn is_said_to_be_done(&self, account: &AccountView) -> bool {
        account.wizard.as_ref().is_some_and(|wizard: &WizardView| {
            let ticked = |key: &&str| wizard.answers.get(*key).is_some_and(|value| value == "yes");
            let past = matches!(wizard.step, "delete" | "two_factor" | "sign_in" | "finish");
            past || (!wizard.required.is_empty() && wizard.required.iter().all(ticked))
        })
    }
}
