//! The errors of `graph.facebook.com` that `graph.instagram.com` does not have (Meta platform
//! reference, B2, B3, D4).

use crate::graph_error::{GRAPH_METHOD, GraphError};

impl GraphError {
    // --- the exchange

    pub(crate) fn parameter_missing(name: &str) -> Self {
        let code = match name {
            "client_id" => 101,
            "redirect_uri" => 191,
            _ => 1,
        };
        Self::oauth(code, format!("Missing {name} parameter."))
    }

    pub(crate) fn app_unknown() -> Self {
        Self::oauth(
            101,
            "Error validating application. Cannot get application info due to a system error.",
        )
    }

    /// Code 1 is elsewhere a fault at Meta; here it is the request's.
    pub(crate) fn client_secret_wrong() -> Self {
        Self::oauth(1, "Error validating client secret.")
    }

    pub(crate) fn code_unknown() -> Self {
        Self::oauth(100, "Invalid verification code format.")
    }

    pub(crate) fn code_expired() -> Self {
        Self::oauth(100, "This authorization code has expired.").sub(36_007)
    }

    pub(crate) fn code_redirect_differs() -> Self {
        Self::oauth(
            100,
            "Error validating verification code. Please make sure your redirect_uri is identical \
             to the one you used in the OAuth dialog request",
        )
        .sub(36_008)
    }

    pub(crate) fn code_used() -> Self {
        Self::oauth(100, "This authorization code has been used.").sub(36_009)
    }

    pub(crate) fn token_of_another_app() -> Self {
        Self::oauth(
            190,
            "Error validating access token: The access token does not belong to this application.",
        )
    }

    // --- the token

    pub(crate) fn user_token_needed() -> Self {
        Self::oauth(
            190,
            "This method must be called with a user access token, not with a Page access token",
        )
    }

    pub(crate) fn app_token_wrong() -> Self {
        Self::oauth(190, "Invalid OAuth access token signature.")
    }

    pub(crate) fn app_token_needed() -> Self {
        Self::oauth(
            100,
            "(#100) You must provide an app access token, or a user access token that is an owner \
             or developer of the app",
        )
    }

    pub(crate) fn another_viewing_app() -> Self {
        Self::oauth(
            100,
            "(#100) The App_id in the input_token did not match the Viewing App",
        )
    }

    pub(crate) fn proof_wrong() -> Self {
        Self::new(
            GRAPH_METHOD,
            100,
            "Invalid appsecret_proof provided in the API argument",
        )
    }

    pub(crate) fn proof_missing() -> Self {
        Self::new(
            GRAPH_METHOD,
            100,
            "API calls from the server require an appsecret_proof argument",
        )
    }

    // --- the Page

    pub(crate) fn page_deleted(page_id: &str) -> Self {
        Self::oauth(
            190,
            format!("Error validating access token: The Page {page_id} has been deleted."),
        )
    }

    /// The two causes that D4 lists have one text; `subcode` says whether the number comes with it.
    pub(crate) fn not_an_administrator(subcode: bool) -> Self {
        let error = Self::oauth(
            190,
            "Error validating access token: The user must be an administrator, editor, or moderator \
             of the page in order to impersonate it. If the page business requires Two Factor \
             Authentication, the user also needs to enable Two Factor Authentication.",
        );
        if subcode { error.sub(492) } else { error }
    }

    /// A missing permission on a Page, named in the text.
    pub(crate) fn page_permission_missing(scope: &str) -> Self {
        Self::oauth(
            283,
            format!("(#283) Requires {scope} permission to manage the object"),
        )
    }

    /// A missing permission elsewhere, named in the text.
    pub(crate) fn scope_missing(scope: &str) -> Self {
        Self::oauth(200, format!("(#200) Requires {scope} permission"))
    }
}
