//! The errors of the graph hosts: numbers and texts, without HTTP (Meta platform reference, D1, D4).

use crate::time;

/// One error object. HTTP status is 400 unless a constructor says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) code: i64,
    pub(crate) subcode: Option<i64>,
    pub(crate) message: String,
    pub(crate) transient: bool,
    /// Title and text for people, where Meta sends them.
    pub(crate) user: Option<(&'static str, &'static str)>,
    /// Minutes until an account's limit ends, for the usage header.
    pub(crate) regain_minutes: Option<i64>,
}

pub(crate) const OAUTH: &str = "OAuthException";
const IG_API: &str = "IGApiException";
pub(crate) const GRAPH_METHOD: &str = "GraphMethodException";

impl GraphError {
    pub(crate) fn new(kind: &'static str, code: i64, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind,
            code,
            subcode: None,
            message: message.into(),
            transient: false,
            user: None,
            regain_minutes: None,
        }
    }

    pub(crate) fn oauth(code: i64, message: impl Into<String>) -> Self {
        Self::new(OAUTH, code, message)
    }

    pub(crate) fn sub(self, subcode: i64) -> Self {
        Self {
            subcode: Some(subcode),
            ..self
        }
    }

    // --- the token itself

    pub(crate) fn token_missing() -> Self {
        Self::oauth(
            2500,
            "An active access token must be used to query information about the current user.",
        )
    }

    pub(crate) fn token_unreadable() -> Self {
        Self::oauth(
            190,
            "Invalid OAuth access token - Cannot parse access token",
        )
    }

    pub(crate) fn token_replaced() -> Self {
        Self::oauth(
            190,
            "Error validating access token: This session is no longer valid.",
        )
    }

    pub(crate) fn expired(expires_at: i64, now: i64) -> Self {
        Self::oauth(
            190,
            format!(
                "Error validating access token: Session has expired on {}. The current time is {}.",
                time::pacific(expires_at),
                time::pacific(now)
            ),
        )
        .sub(463)
    }

    pub(crate) fn security_reset() -> Self {
        Self::oauth(
            190,
            "Error validating access token: The session has been invalidated because the user \
             changed their password or Facebook has changed the session for security reasons.",
        )
        .sub(460)
    }

    pub(crate) fn app_removed(app_id: &str) -> Self {
        Self::oauth(
            190,
            format!(
                "Error validating access token: The user has not authorized application {app_id}."
            ),
        )
        .sub(458)
    }

    pub(crate) fn logged_out() -> Self {
        Self::oauth(
            190,
            "Error validating access token: The session is invalid because the user logged out.",
        )
        .sub(467)
    }

    pub(crate) fn session_key_invalid() -> Self {
        Self::oauth(
            452,
            "Session key invalid. This could be because the session key has an incorrect format, \
             or because the user has revoked this session",
        )
        .sub(4_279_019)
    }

    /// Meta's own text is not known (A6, uncertain); this one is the sandbox's.
    pub(crate) fn token_too_young() -> Self {
        Self::oauth(
            100,
            "Invalid parameter: the access token must be at least 24 hours old to be refreshed",
        )
    }

    // --- the account

    /// `host` is where the person has to log in.
    pub(crate) fn checkpoint_at(host: &str) -> Self {
        Self::oauth(
            190,
            format!(
                "Error validating access token: You cannot access the app till you log in to \
                 {host} and follow the instructions given."
            ),
        )
        .sub(459)
    }

    pub(crate) fn unconfirmed() -> Self {
        Self::oauth(
            190,
            "Error validating access token: Sessions for the user are not allowed because the \
             user is not a confirmed user.",
        )
        .sub(464)
    }

    pub(crate) fn restricted() -> Self {
        Self {
            user: Some((
                "Account restricted",
                "The Instagram account is restricted, inactive or checkpointed. Log in to the \
                 Instagram app and complete the actions required.",
            )),
            ..Self::oauth(25, "User access is restricted").sub(2_207_050)
        }
    }

    pub(crate) fn action_blocked() -> Self {
        Self {
            status: 403,
            user: Some((
                "Action is blocked",
                "We restrict certain activity to protect our community.",
            )),
            ..Self::oauth(4, "Application request limit reached").sub(2_207_051)
        }
    }

    pub(crate) fn account_limited(minutes: i64) -> Self {
        Self {
            regain_minutes: Some(minutes),
            ..Self::oauth(
                80_002,
                "There have been too many calls to this Instagram account. Wait a bit and try \
                 again.",
            )
        }
    }

    pub(crate) fn not_professional() -> Self {
        Self::oauth(10, "(#10) The user is not an Instagram Business")
    }

    pub(crate) fn permission_missing() -> Self {
        Self::oauth(
            10,
            "(#10) Application does not have permission for this action",
        )
    }

    // --- the request

    pub(crate) fn unsupported_method(method: &str) -> Self {
        let method = method.to_ascii_lowercase();
        Self::new(
            IG_API,
            100,
            format!("Unsupported request - method type: {method}"),
        )
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::new(IG_API, 2500, format!("Unknown path components: /{path}"))
    }

    /// The same on the Facebook graph.
    pub(crate) fn path_unknown(path: &str) -> Self {
        Self::oauth(2500, format!("Unknown path components: /{path}"))
    }

    pub(crate) fn object_missing(id: &str) -> Self {
        Self::new(
            GRAPH_METHOD,
            100,
            format!(
                "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded \
                 due to missing permissions, or does not support this operation."
            ),
        )
        .sub(33)
    }

    pub(crate) fn unknown_field(field: &str, node: &str) -> Self {
        Self::oauth(
            100,
            format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})"),
        )
    }

    pub(crate) fn bad_parameter(message: &str) -> Self {
        Self::oauth(100, message)
    }

    pub(crate) fn secret_wrong() -> Self {
        Self::oauth(100, "Invalid parameter: Error validating client secret.")
    }

    // --- the app and the platform

    pub(crate) fn app_blocked() -> Self {
        Self::oauth(200, "API access blocked.")
    }

    pub(crate) fn app_deleted() -> Self {
        Self::oauth(
            190,
            "Error validating application. Application has been deleted.",
        )
    }

    pub(crate) fn app_limited() -> Self {
        Self::oauth(4, "(#4) Application request limit reached")
    }

    pub(crate) fn transient() -> Self {
        Self {
            status: 500,
            transient: true,
            ..Self::oauth(
                2,
                "An unexpected error has occurred. Please retry your request later.",
            )
        }
    }

    pub(crate) fn unknown_fault() -> Self {
        Self {
            status: 500,
            ..Self::oauth(1, "An unknown error occurred")
        }
    }
}
