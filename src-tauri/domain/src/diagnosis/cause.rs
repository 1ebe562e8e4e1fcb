//! The words of a diagnosis, which are also identifiers: add, never rename (product.md, section 3).

use crate::grant::Route;

/// Declares an enum whose every variant has one identifier, so that none can be forgotten in `ALL`.
macro_rules! identifiers {
    (
        $(#[$about:meta])*
        $name:ident { $( $(#[$meaning:meta])* $variant:ident = $code:literal, )+ }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$meaning])* $variant, )+ }

        impl $name {
            /// Every value, in the order of the product's table.
            pub const ALL: &[Self] = &[ $( Self::$variant, )+ ];

            /// The identifier used in the database, the command line, the window and logs.
            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// Reads an identifier made by `code`.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }
        }
    };
}

identifiers! {
    /// What a refusal comes from.
    Cause {
        /// The token's life ran out.
        Expired = "expired",
        /// The password was changed, or Instagram reset the sessions for safety; it does not tell which.
        PasswordOrSecurityChange = "password_or_security_change",
        /// The person removed the app at Instagram.
        AppRemoved = "app_removed",
        /// The session was logged out.
        LoggedOut = "logged_out",
        /// The app was not used for too long.
        UnusedTooLong = "unused_too_long",
        /// Access has ended and the provider does not say why.
        AccessEnded = "access_ended",
        /// The provider cannot read the token it was sent.
        TokenDamaged = "token_damaged",
        /// Instagram wants the person to log in and do what it asks.
        Checkpoint = "checkpoint",
        /// Identity, e-mail address or phone number is to be confirmed.
        Unconfirmed = "unconfirmed",
        /// The account is restricted or inactive.
        AccountRestricted = "account_restricted",
        /// Instagram blocks the action for a time.
        ActionBlocked = "action_blocked",
        /// A permission was not given or has been withdrawn.
        PermissionMissing = "permission_missing",
        /// The person lost the role on the Page, or its business demands two-factor authentication.
        RoleLost = "role_lost",
        /// The linked Page is gone or no longer linked.
        PageMissing = "page_missing",
        /// The account is not, or no longer, a professional one.
        NotProfessional = "not_professional",
        /// The Meta app may not act for this account.
        AppNotAllowed = "app_not_allowed",
        /// The Meta app itself is deleted, blocked or lacks a capability.
        AppProblem = "app_problem",
        /// A limit was reached.
        RateLimited = "rate_limited",
        /// The provider is broken, not our token.
        ProviderFault = "provider_fault",
        /// The answer did not come, or did not come from the provider.
        Network = "network",
        /// What was asked for does not exist or is hidden.
        ObjectMissing = "object_missing",
        /// The request itself was wrong.
        RequestFault = "request_fault",
        /// A token that is already long-lived was to be exchanged.
        AlreadyLongLived = "already_long_lived",
        /// The code from the browser was used, has expired or is unknown.
        CodeRejected = "code_rejected",
        /// The redirect address differs, is not registered, or is plain http.
        RedirectMismatch = "redirect_mismatch",
        /// The app id (or its secret) is not that of this product.
        WrongAppId = "wrong_app_id",
        /// A permission was asked for that the app does not have.
        InvalidScope = "invalid_scope",
        /// Anything else.
        Unknown = "unknown",
    }
}

identifiers! {
    /// Whom a cause touches.
    Affects {
        /// This account.
        Account = "account",
        /// The Meta app, and with it every account connected through it.
        App = "app",
        /// The provider as a whole.
        Provider = "provider",
        /// The way to the provider.
        Network = "network",
        /// One request only.
        Request = "request",
        /// One trip through the browser.
        Attempt = "attempt",
        /// What was entered in the settings.
        Settings = "settings",
        /// Not known.
        Unknown = "unknown",
    }
}

identifiers! {
    /// What helps.
    Remedy {
        /// Sign in again.
        Reconnect = "reconnect",
        /// Act at Instagram, then check: the access is usually still good.
        ActThenCheck = "act_then_check",
        /// Act at Instagram or Facebook, then sign in again.
        ActThenReconnect = "act_then_reconnect",
        /// Wait; Relink tries again by itself.
        Wait = "wait",
        /// The owner of the Meta app has to act; signing in again does not help.
        AppOwner = "app_owner",
        /// Check whether the account itself still answers.
        CheckAccount = "check_account",
        /// Correct the request.
        FixRequest = "fix_request",
        /// Nothing: keep the token as it is.
        KeepToken = "keep_token",
        /// Start the attempt again.
        StartAgain = "start_again",
        /// Correct the settings.
        FixSettings = "fix_settings",
        /// Try again, and sign in again if that does not help.
        RetryThenReconnect = "retry_then_reconnect",
    }
}

identifiers! {
    /// How sure a cause is.
    Certainty {
        /// The numbers of this answer have one meaning.
        Proved = "proved",
        /// They have several, and the evidence favours this one.
        Likely = "likely",
        /// The provider did not say.
        Unknown = "unknown",
    }
}

/// What follows for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: wait, and try again (network, provider, limits, the Meta app).
    Wait,
    /// The person must act at Instagram or Facebook first; the token is kept and tried again.
    Blocked,
    /// Access works in part.
    Limited,
    /// Access is gone.
    Lost,
    /// The account is not concerned: the request, the attempt or the settings are.
    Elsewhere,
    /// Not known: the account stays as it was.
    Undecided,
}

impl Cause {
    /// Whom it touches. `app_not_allowed` is the account's by itself, and the app's when several accounts
    /// show it: the diagnosis says which.
    pub fn affects(self) -> Affects {
        match self {
            Self::Expired
            | Self::PasswordOrSecurityChange
            | Self::AppRemoved
            | Self::LoggedOut
            | Self::UnusedTooLong
            | Self::AccessEnded
            | Self::TokenDamaged
            | Self::Checkpoint
            | Self::Unconfirmed
            | Self::AccountRestricted
            | Self::ActionBlocked
            | Self::PermissionMissing
            | Self::RoleLost
            | Self::PageMissing
            | Self::NotProfessional
            | Self::AppNotAllowed => Affects::Account,
            Self::AppProblem => Affects::App,
            Self::RateLimited | Self::ProviderFault => Affects::Provider,
            Self::Network => Affects::Network,
            Self::ObjectMissing | Self::RequestFault | Self::AlreadyLongLived => Affects::Request,
            Self::CodeRejected => Affects::Attempt,
            Self::RedirectMismatch | Self::WrongAppId | Self::InvalidScope => Affects::Settings,
            Self::Unknown => Affects::Unknown,
        }
    }

    /// What helps against it.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::Expired
            | Self::PasswordOrSecurityChange
            | Self::AppRemoved
            | Self::LoggedOut
            | Self::UnusedTooLong
            | Self::AccessEnded
            | Self::TokenDamaged
            | Self::PermissionMissing => Remedy::Reconnect,
            Self::Checkpoint | Self::AccountRestricted => Remedy::ActThenCheck,
            Self::Unconfirmed | Self::RoleLost | Self::PageMissing | Self::NotProfessional => {
                Remedy::ActThenReconnect
            }
            Self::ActionBlocked | Self::RateLimited | Self::ProviderFault | Self::Network => {
                Remedy::Wait
            }
            Self::AppNotAllowed | Self::AppProblem => Remedy::AppOwner,
            Self::ObjectMissing => Remedy::CheckAccount,
            Self::RequestFault => Remedy::FixRequest,
            Self::AlreadyLongLived => Remedy::KeepToken,
            Self::CodeRejected => Remedy::StartAgain,
            Self::RedirectMismatch | Self::WrongAppId | Self::InvalidScope => Remedy::FixSettings,
            Self::Unknown => Remedy::RetryThenReconnect,
        }
    }

    /// At whom this is settled, for an account that is reached by `route`: what restricts an Instagram account is
    /// settled at Instagram, whichever way it is reached. (Meta platform reference, D4: 25/2207050.)
    pub fn settled_at(self, route: Route) -> Route {
        if self == Self::AccountRestricted {
            Route::Instagram
        } else {
            route
        }
    }

    /// What follows for the account if this is the cause. It follows from the remedy: only a cause that
    /// signing in again mends by itself is a loss, and of those a missing permission is a partial one.
    pub fn verdict(self) -> Verdict {
        if self == Self::PermissionMissing {
            return Verdict::Limited;
        }
        match self.remedy() {
            Remedy::Reconnect => Verdict::Lost,
            Remedy::ActThenCheck | Remedy::ActThenReconnect => Verdict::Blocked,
            Remedy::Wait | Remedy::AppOwner => Verdict::Wait,
            Remedy::CheckAccount
            | Remedy::FixRequest
            | Remedy::KeepToken
            | Remedy::StartAgain
            | Remedy::FixSettings => Verdict::Elsewhere,
            Remedy::RetryThenReconnect => Verdict::Undecided,
        }
    }
}

#[cfg(test)]
mod tests;
