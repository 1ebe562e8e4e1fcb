//! What may have made Instagram end an access, and what makes it rarer. (Product document, section 3;
//! feature table, sections 5 and 6.)
//!
//! Most of it leaves no trace in Instagram's answer. Such a cause is offered as possible, never as found.

use crate::diagnosis::{Cause, Certainty, Diagnosis};

/// Why Instagram ends accesses, as its users' guides tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Possible {
    /// Log-ins from several devices, networks or places.
    SeveralDevices,
    /// Logging in and out, or switching accounts, often.
    FrequentLogIns,
    /// One log-in shared by several people.
    SharedLogIn,
    /// The password was changed.
    PasswordChanged,
    /// The app was removed from the authorised apps.
    AppRemoved,
    /// A role or a permission was changed.
    RoleChanged,
    /// Instagram asks the person to confirm something first.
    Checkpoint,
    /// The user name was changed.
    UsernameChanged,
    /// Two-factor authentication or another security setting was changed.
    SecuritySettings,
    /// The person has not logged in for long.
    LongSinceLogIn,
    /// Instagram saw something suspicious.
    Suspicious,
}

impl Possible {
    /// Every one: the seven and four of the guides.
    pub const ALL: [Self; 11] = [
        Self::PasswordChanged,
        Self::UsernameChanged,
        Self::SecuritySettings,
        Self::Suspicious,
        Self::Checkpoint,
        Self::AppRemoved,
        Self::RoleChanged,
        Self::SeveralDevices,
        Self::SharedLogIn,
        Self::FrequentLogIns,
        Self::LongSinceLogIn,
    ];

    /// The identifier used in message files and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::SeveralDevices => "several_devices",
            Self::FrequentLogIns => "frequent_log_ins",
            Self::SharedLogIn => "shared_log_in",
            Self::PasswordChanged => "password_changed",
            Self::AppRemoved => "app_removed",
            Self::RoleChanged => "role_changed",
            Self::Checkpoint => "checkpoint",
            Self::UsernameChanged => "username_changed",
            Self::SecuritySettings => "security_settings",
            Self::LongSinceLogIn => "long_since_log_in",
            Self::Suspicious => "suspicious",
        }
    }

    /// What makes this one rarer, the most helpful first.
    pub fn advice(self) -> &'static [Advice] {
        match self {
            Self::SeveralDevices => &[Advice::OneNetwork, Advice::Roles, Advice::TwoFactor],
            Self::FrequentLogIns => &[Advice::FewLogIns, Advice::NoSwitching],
            Self::SharedLogIn => &[Advice::OwnLogIns, Advice::Roles],
            Self::PasswordChanged | Self::UsernameChanged => &[Advice::KeepPassword],
            Self::AppRemoved => &[Advice::KeepApp],
            Self::RoleChanged => &[Advice::Roles, Advice::KeepPage],
            Self::Checkpoint => &[Advice::TwoFactor, Advice::OneNetwork, Advice::FewLogIns],
            Self::SecuritySettings | Self::LongSinceLogIn => &[Advice::TwoFactor],
            Self::Suspicious => &[Advice::TwoFactor, Advice::OneNetwork, Advice::NoSwitching],
        }
    }
}

/// What makes losing access rarer. (Feature table, section 6.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Turn two-factor authentication on.
    TwoFactor,
    /// Log in and out seldom.
    FewLogIns,
    /// Do not switch between accounts on one device.
    NoSwitching,
    /// Do not share one log-in.
    OwnLogIns,
    /// Give people roles instead.
    Roles,
    /// Leave the app among the authorised ones.
    KeepApp,
    /// Change the password, and the user name, only where there is need.
    KeepPassword,
    /// Keep the account linked to a Page you manage.
    KeepPage,
    /// Avoid many networks and places within a short time.
    OneNetwork,
}

impl Advice {
    /// Every piece of advice.
    pub const ALL: [Self; 9] = [
        Self::TwoFactor,
        Self::Roles,
        Self::OwnLogIns,
        Self::OneNetwork,
        Self::FewLogIns,
        Self::NoSwitching,
        Self::KeepPassword,
        Self::KeepApp,
        Self::KeepPage,
    ];

    /// The identifier used in the database, message files and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::TwoFactor => "two_factor",
            Self::FewLogIns => "few_log_ins",
            Self::NoSwitching => "no_switching",
            Self::OwnLogIns => "own_log_ins",
            Self::Roles => "roles",
            Self::KeepApp => "keep_app",
            Self::KeepPassword => "keep_password",
            Self::KeepPage => "keep_page",
            Self::OneNetwork => "one_network",
        }
    }

    /// Reads an identifier made by [`Advice::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|advice| advice.code() == code)
    }
}

/// The causes of the guides that fit a diagnosis, each with whether Instagram's answer names it; those
/// that are found come first.
pub fn possible(diagnosis: &Diagnosis) -> Vec<(Possible, bool)> {
    let named = diagnosis.certainty == Certainty::Proved;
    let (found, others): (&[Possible], &[Possible]) = match diagnosis.cause {
        // Sessions were reset. By whom and for what, the answer does not say.
        Cause::PasswordOrSecurityChange => (
            &[],
            &[
                Possible::PasswordChanged,
                Possible::UsernameChanged,
                Possible::SecuritySettings,
                Possible::Suspicious,
                Possible::SeveralDevices,
                Possible::SharedLogIn,
            ],
        ),
        Cause::LoggedOut => (
            &[],
            &[
                Possible::FrequentLogIns,
                Possible::SeveralDevices,
                Possible::SharedLogIn,
                Possible::SecuritySettings,
                Possible::PasswordChanged,
                Possible::Suspicious,
            ],
        ),
        Cause::AppRemoved => (&[Possible::AppRemoved], &[]),
        Cause::UnusedTooLong => (&[Possible::LongSinceLogIn], &[]),
        Cause::Checkpoint | Cause::AccountRestricted => (
            &[Possible::Checkpoint],
            &[
                Possible::Suspicious,
                Possible::SeveralDevices,
                Possible::SharedLogIn,
                Possible::FrequentLogIns,
            ],
        ),
        Cause::Unconfirmed => (&[Possible::Checkpoint], &[Possible::Suspicious]),
        Cause::RoleLost => (&[Possible::RoleChanged], &[]),
        Cause::PermissionMissing | Cause::PageMissing => (&[], &[Possible::RoleChanged]),
        Cause::AccessEnded | Cause::Unknown => (&[], &Possible::ALL),
        Cause::Expired
        | Cause::TokenDamaged
        | Cause::ActionBlocked
        | Cause::NotProfessional
        | Cause::AppNotAllowed
        | Cause::AppProblem
        | Cause::RateLimited
        | Cause::ProviderFault
        | Cause::Network
        | Cause::ObjectMissing
        | Cause::RequestFault
        | Cause::AlreadyLongLived
        | Cause::CodeRejected
        | Cause::RedirectMismatch
        | Cause::WrongAppId
        | Cause::InvalidScope => (&[], &[]),
    };
    let found = found.iter().map(|it| (*it, named));
    found.chain(others.iter().map(|it| (*it, false))).collect()
}

/// The advice that bears on a diagnosis, the most helpful first, each once.
pub fn advice(diagnosis: &Diagnosis) -> Vec<Advice> {
    let mut all = Vec::new();
    for (cause, _) in possible(diagnosis) {
        for advice in cause.advice() {
            if !all.contains(advice) {
                all.push(*advice);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn what_leaves_no_trace_is_never_found() {
        let traceless = [
            Possible::SeveralDevices,
            Possible::FrequentLogIns,
            Possible::SharedLogIn,
            Possible::PasswordChanged,
            Possible::UsernameChanged,
            Possible::SecuritySettings,
            Possible::Suspicious,
        ];
        for &cause in Cause::ALL {
            for &certainty in Certainty::ALL {
                let diagnosis = Diagnosis::of(cause, certainty, Timestamp::UNIX_EPOCH);
                for (possible, found) in possible(&diagnosis) {
                    assert!(!(found && traceless.contains(&possible)), "{cause:?}");
                    assert!(!found || certainty == Certainty::Proved, "{cause:?}");
                }
            }
        }
    }

    #[test]
    fn every_cause_of_the_guides_has_its_place_and_its_advice() {
        for wanted in Possible::ALL {
            let named = Cause::ALL.iter().any(|&cause| {
                let diagnosis = Diagnosis::of(cause, Certainty::Proved, Timestamp::UNIX_EPOCH);
                cause != Cause::Unknown
                    && cause != Cause::AccessEnded
                    && possible(&diagnosis).iter().any(|(it, _)| *it == wanted)
            });
            assert!(named, "{wanted:?} is on no card of its own");
            assert!(!wanted.advice().is_empty(), "{wanted:?}");
        }
        let given: Vec<Advice> = Possible::ALL
            .iter()
            .flat_map(|it| it.advice())
            .copied()
            .collect();
        for advice in Advice::ALL {
            assert!(given.contains(&advice), "{advice:?} is never given");
        }
    }
}
