//! What can be done to the stand-in's world from the window.

use sandbox::{Change as Happening, Control, ControlError, Outage as Fault};
use serde::Deserialize;

use crate::drill::Drill;

/// The permission that practice takes away.
const WITHDRAWN: &str = "instagram_business_content_publish";
/// How long a renewal is held up by the outage `slow`, in milliseconds.
const SLOW_MS: u64 = 4_000;

/// Something done to the stand-in's world.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Time passes.
    Advance {
        /// How much, in hours.
        hours: u32,
    },
    /// Something happens to one account.
    Account {
        /// The provider's id.
        id: String,
        /// What.
        change: Change,
    },
    /// A cause is rehearsed from start to end, with an account that is well.
    Drill {
        /// Which.
        drill: Drill,
    },
    /// The drill is given up; where it waits for Meta alone, Meta gives way.
    EndDrill,
    /// Something is wrong with the stand-in as a whole.
    Outage {
        /// What.
        outage: Outage,
    },
}

/// What can happen to one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the stand-in's change of the same name"
)]
pub enum Change {
    PasswordChanged,
    AppRemoved,
    LoggedOut,
    CheckpointSet,
    CheckpointCleared,
    PermissionWithdrawn,
    RoleLost,
    MadePersonal,
    MadeProfessional,
    Renamed,
    RenewalFails,
    RenewalWorks,
}

impl Change {
    pub(crate) fn apply(self, control: &Control, id: &str) -> Result<(), ControlError> {
        let happening = match self {
            Self::PasswordChanged => Happening::PasswordChanged,
            Self::AppRemoved => Happening::AppRemoved,
            Self::LoggedOut => Happening::LoggedOut,
            Self::CheckpointSet => Happening::CheckpointSet,
            Self::CheckpointCleared => Happening::CheckpointCleared,
            Self::PermissionWithdrawn => Happening::PermissionWithdrawn(WITHDRAWN.to_owned()),
            Self::RoleLost => Happening::RoleLost,
            Self::MadePersonal => Happening::MadePersonal,
            Self::MadeProfessional => Happening::MadeProfessional,
            Self::Renamed => Happening::Renamed(format!("{}.new", control.account(id)?.username)),
            Self::RenewalFails => Happening::RenewalFails,
            Self::RenewalWorks => Happening::RenewalWorks,
        };
        control.apply(id, happening)
    }
}

/// What can be wrong with the stand-in as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the stand-in's outage of the same name"
)]
pub enum Outage {
    None,
    ServerErrors,
    Cut,
    Slow,
    Portal,
    RateLimit,
    AppBlocked,
}

impl Outage {
    /// The identifier used in the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ServerErrors => "server_errors",
            Self::Cut => "cut",
            Self::Slow => "slow",
            Self::Portal => "portal",
            Self::RateLimit => "rate_limit",
            Self::AppBlocked => "app_blocked",
        }
    }

    pub(crate) fn as_outage(self) -> Fault {
        match self {
            Self::None => Fault::None,
            Self::ServerErrors => Fault::ServerErrors,
            Self::Cut => Fault::Cut,
            Self::Slow => Fault::Slow { ms: SLOW_MS },
            Self::Portal => Fault::Portal,
            Self::RateLimit => Fault::RateLimit,
            Self::AppBlocked => Fault::AppBlocked,
        }
    }
}
