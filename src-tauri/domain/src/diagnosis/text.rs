//! What the provider's words add where its numbers leave a choice.
//!
//! Words come last (security document, J4): they choose between causes that a code allows, and never
//! make an access count as lost by themselves. Texts come in the language of the request, so none of
//! this may be needed for an answer to be judged safely.

use super::Cause;
use crate::refusal::ApiError;

/// The provider's texts, lower-cased, in one searchable piece.
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(error: &ApiError) -> Self {
        let texts = [
            &error.message,
            &error.user_title,
            &error.user_message,
            &error.error_type,
        ];
        let joined: Vec<_> = texts.into_iter().flatten().map(String::as_str).collect();
        let plain = joined
            .join(" | ")
            .replace(['\u{2019}', '\u{2018}'], "'")
            .replace(['\u{2010}', '\u{2011}'], "-");
        Self(plain.to_lowercase())
    }

    /// Whether any of `phrases` occurs.
    pub(super) fn say(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.0.contains(phrase))
    }

    /// The app that asked is itself the trouble.
    pub(super) fn blame_the_app(&self) -> bool {
        let states = [
            "deleted",
            "blocked",
            "disabled",
            "deactivated",
            "inactive",
            "not active",
            "suspended",
            "restricted",
            "archived",
            "in development mode",
        ];
        let verbs = [" has been ", " was ", " is ", " "];
        ["application", "app", "api access"].iter().any(|subject| {
            self.0.match_indices(subject).any(|(at, _)| {
                // A Page can be called anything: "Page Coffee App has been deleted".
                let before = self.0.get(..at).unwrap_or_default();
                let clause = before.rsplit(['.', ':', '|']).next().unwrap_or_default();
                if clause.contains("page ") {
                    return false;
                }
                let rest = self.0.get(at + subject.len()..).unwrap_or_default();
                verbs
                    .iter()
                    .filter_map(|verb| rest.strip_prefix(verb))
                    .any(|rest| states.iter().any(|state| rest.starts_with(state)))
            })
        })
    }

    /// Another kind of token is needed; this one may well be good.
    pub(super) fn ask_for_another_token(&self) -> bool {
        self.say(&[
            "page access token is required",
            "called with a page access token",
            "user access token is not supported",
            "app access token is required",
        ])
    }

    /// The linked Page is the trouble.
    pub(super) fn miss_the_page(&self) -> bool {
        self.say(&["page"])
            && self.say(&[
                "has been deleted",
                "was deleted",
                "no longer exists",
                "not linked",
                "no linked",
                "no instagram account",
                "isn't linked",
                "not connected to",
                "isn't connected to",
                "no longer linked",
                "no longer connected",
            ])
    }

    /// The account is not a professional one.
    pub(super) fn deny_professional(&self) -> bool {
        let kind = self.say(&[
            "instagram business",
            "instagram professional",
            "instagram creator",
            "business account",
            "professional account",
            "creator account",
            "business or creator",
        ]);
        let denial = self.say(&[
            "not an ",
            "not a ",
            "isn't an ",
            "isn't a ",
            "no longer a",
            "must be a",
            "must have a",
            "need to be a",
            "does not have a",
            "convert to a",
            "switch to a",
            "convert your account",
        ]);
        (kind && denial) || self.say(&["is a personal account", "personal instagram account"])
    }

    /// The person lost the role, or must protect the log-in first.
    pub(super) fn miss_the_role(&self) -> bool {
        self.say(&[
            "must be an administrator",
            "must be an admin",
            "to impersonate it",
            "no longer an admin",
            "not an admin of",
            "not an administrator of",
            "two-factor",
            "two factor",
            "does not have a role on the page",
            "does not have any role",
        ]) && !self.say(&["sufficient administrative permission"])
    }

    /// Something waits for the person at Instagram or Facebook.
    pub(super) fn name_a_checkpoint(&self) -> bool {
        self.say(&[
            "checkpoint",
            "challenge_required",
            "challenge required",
            "security check",
            "unusual activity",
            "suspicious login",
            "suspicious log-in",
            "verify your account",
            "verify it's you",
            "confirm it's you",
        ]) || (self.say(&["log in", "login", "till you log", "until you log"])
            && self.say(&[
                "follow the instructions",
                "follow instructions",
                "follow the steps",
            ]))
    }

    /// Identity, e-mail or phone is unconfirmed.
    pub(super) fn ask_to_confirm(&self) -> bool {
        self.say(&[
            "not a confirmed user",
            "unconfirmed user",
            "user is not confirmed",
            "not been confirmed",
        ]) || (self.say(&[
            "confirm your",
            "confirm their",
            "verify your",
            "verify their",
        ]) && self.say(&["identity", "email", "e-mail", "phone"]))
    }

    /// The provider itself calls it a passing fault.
    pub(super) fn speak_of_a_passing_fault(&self) -> bool {
        self.say(&[
            "temporarily unavailable",
            "temporary",
            "service unavailable",
            "due to a system error",
            "internal server error",
            "try again later",
            "try again in",
            "retry your request",
            "please retry",
            "please try again",
            "unexpected error",
            "unknown error",
            "unknown server error",
            "something went wrong",
            "timed out",
            "timeout",
        ])
    }

    /// Words of a limit.
    pub(super) fn speak_of_a_limit(&self) -> bool {
        self.say(&[
            "rate limit",
            "ratelimit",
            "request limit reached",
            "too many requests",
            "too many calls",
            "too many api requests",
            "reduce the number of requests",
        ])
    }

    /// What the text of an ended session says about its end.
    pub(super) fn end_of_session(&self) -> Option<Cause> {
        let token = [
            "cannot parse",
            "could not be parsed",
            "could not be decrypted",
            "couldn't be decrypted",
            "cannot be decrypted",
            "malformed access token",
            "access token is malformed",
            "token signature",
        ];
        let password = [
            "changed the password",
            "changed their password",
            "changed his password",
            "password was changed",
            "password has been changed",
            "password since the time the session was created",
            "for security reasons",
        ];
        let removed = [
            "has not authorized application",
            "has not authorized the application",
            "hasn't authorized the application",
            "removed the app",
            "deauthorized",
            "de-authorized",
            "revoked access to the app",
        ];
        let logged_out = ["logged out", "login_required", "login required"];
        if self.say(&token) {
            Some(Cause::TokenDamaged)
        } else if self.say(&password) {
            Some(Cause::PasswordOrSecurityChange)
        } else if self.say(&removed) {
            Some(Cause::AppRemoved)
        } else if self.say(&["expired"]) && self.say(&["session", "token"]) {
            Some(Cause::Expired)
        } else if self.say(&logged_out) {
            Some(Cause::LoggedOut)
        } else {
            None
        }
    }

    /// The app may not act for this account (Meta platform reference, A11, D3).
    pub(super) fn deny_the_app(&self) -> bool {
        self.say(&[
            "unsupported request - method type",
            "insufficient developer role",
        ])
    }

    /// The app's secret is spoken of.
    pub(super) fn speak_of_the_app_secret(&self) -> bool {
        self.say(&["client secret", "client_secret"])
    }

    /// The id or the secret of the app that asks is refused (Meta platform reference, B2).
    pub(super) fn refuse_the_credentials(&self) -> bool {
        self.speak_of_the_app_secret() || self.say(&["error validating application"])
    }

    /// Whether somebody tried to exchange a token that needs no exchange.
    pub(super) fn reject_the_session_key(&self) -> bool {
        self.say(&[
            "session key invalid",
            "session key is invalid",
            "invalid session key",
        ])
    }

    /// What the words say about an attempt or the settings behind it (Meta platform reference, D2, D3).
    pub(super) fn setting_or_attempt(&self) -> Option<Cause> {
        let scope = ["invalid scope", "invalid_scope", "scope_not_allowed"];
        let app_id = [
            "invalid platform app",
            "this page isn't available",
            "invalid client_id",
            "invalid client id",
            "invalid_client",
            "invalid app id",
            "invalid app_id",
            "invalid application id",
            "invalid client secret",
            "invalid client_secret",
            "error validating client secret",
            "error validating application",
            "missing client_id",
            // A code is all that is ever asked for: the app is of a kind that does not give one.
            "invalid response type",
            "invalid response_type",
            // Said of a token of another app. (Meta platform reference, B3.)
            "did not match the viewing app",
            // The proof is made with the app's secret: a wrong secret makes a wrong proof.
            "invalid appsecret_proof",
        ];
        let redirect = [
            "redirect_uri",
            "redirect uri",
            "redirect url",
            "url blocked",
            "can't load url",
            "cannot load url",
            "not whitelisted",
            "domain of this url",
        ];
        let code = [
            "matching code was not found",
            "no matching code",
            "authorization code has been used",
            "authorization code has expired",
            "authorization code is invalid",
            "authorization code has already",
            "invalid authorization code",
            "code has been used",
            "code was already used",
            "code has expired",
            "code is expired",
            "invalid verification code",
            "invalid code",
            "invalid_grant",
        ];
        if self.say(&scope) {
            Some(Cause::InvalidScope)
        } else if self.say(&app_id) {
            Some(Cause::WrongAppId)
        } else if self.say(&code) {
            Some(Cause::CodeRejected)
        } else if self.say(&redirect) {
            Some(Cause::RedirectMismatch)
        } else if self.say(&["verification code"]) {
            Some(Cause::CodeRejected)
        } else {
            None
        }
    }
}

/// The permissions a text names, separated by commas; known by how Meta spells permissions.
pub(super) fn permissions_in(error: &ApiError) -> Option<String> {
    let mut found: Vec<&str> = Vec::new();
    for text in [&error.message, &error.user_message].into_iter().flatten() {
        let words =
            text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        for word in words.filter(|word| is_permission(word)) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
    }
    (!found.is_empty()).then(|| found.join(","))
}

fn is_permission(word: &str) -> bool {
    let whole = [
        "ads_management",
        "ads_read",
        "business_basic",
        "business_content_publish",
        "business_manage_comments",
        "business_manage_messages",
        "business_management",
        "catalog_management",
        "leads_retrieval",
        "manage_pages",
        "public_profile",
        "publish_pages",
        "publish_video",
        "read_insights",
        "user_media",
        "user_profile",
    ];
    let verbs = [
        "basic", "publish", "manage", "read", "show", "comments", "messag", "branded", "keyword",
    ];
    let family = ["instagram_", "pages_", "threads_"]
        .into_iter()
        .find_map(|start| word.strip_prefix(start));
    whole.contains(&word)
        || family.is_some_and(|rest| {
            let action = rest.strip_prefix("business_").unwrap_or(rest);
            let action = action.strip_prefix("content_").unwrap_or(action);
            // `publishing_limit` is a field, not a permission.
            !action.starts_with("publishing") && verbs.iter().any(|verb| action.starts_with(verb))
        })
}
