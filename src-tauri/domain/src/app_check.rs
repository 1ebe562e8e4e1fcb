//! Whether the id and the secret of a Meta app are right, as far as the provider can be made to tell. (Meta platform
//! reference, A1, B2, D2.)

use crate::Timestamp;
use crate::diagnosis::{Affects, Cause, Context, Diagnosis, Step, diagnose};
use crate::grant::Route;
use crate::refusal::Refusal;

/// What was found of an id or a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is right.
    Works,
    /// It is not.
    Wrong,
    /// It is right for the other log-in product: one app of Meta's has an id and a secret for each.
    OtherProduct,
    /// The answer does not tell.
    CannotTell,
    /// There was no answer to tell anything.
    NoAnswer,
}

impl Found {
    /// Every finding.
    pub const ALL: [Self; 5] = [
        Self::Works,
        Self::Wrong,
        Self::OtherProduct,
        Self::CannotTell,
        Self::NoAnswer,
    ];

    /// The identifier used in the window and the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Wrong => "wrong",
            Self::OtherProduct => "other_product",
            Self::CannotTell => "cannot_tell",
            Self::NoAnswer => "no_answer",
        }
    }
}

/// What was found of a Meta app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCheck {
    /// Its id.
    pub app_id: Found,
    /// Its secret.
    pub secret: Found,
    /// The refusal that told; `None` where the provider took both.
    pub told_by: Option<Diagnosis>,
}

impl AppCheck {
    /// Reads what a provider answered: Instagram to the exchange of a made-up code, Facebook to the question for the
    /// app's name in its own name.
    pub fn read(route: Route, answer: Result<(), &Refusal>, now: Timestamp) -> Self {
        let refusal = match answer {
            Ok(()) => {
                return Self {
                    app_id: Found::Works,
                    secret: Found::Works,
                    told_by: None,
                };
            }
            Err(refusal) => refusal,
        };
        let context = Context {
            route: Some(route),
            ..Context::at(Step::RedeemCode)
        };
        let diagnosis = diagnose(refusal, &context, now);
        let (app_id, secret) = match (diagnosis.affects, diagnosis.cause) {
            (Affects::Network | Affects::Provider, _) => (Found::NoAnswer, Found::NoAnswer),
            (_, Cause::WrongAppId) if speaks_of_the_secret(&diagnosis) => {
                (Found::Works, Found::Wrong)
            }
            (_, Cause::WrongAppId) => (Found::Wrong, Found::CannotTell),
            // What an app asks with in its own name is its id and its secret; a signature is refused only of an app
            // that is known.
            (_, Cause::TokenDamaged) if route == Route::Facebook => (Found::Works, Found::Wrong),
            // It came as far as the code or the address: the app is known. Of the secret this proves nothing.
            (_, Cause::CodeRejected | Cause::RedirectMismatch) => (Found::Works, Found::CannotTell),
            _ => (Found::CannotTell, Found::CannotTell),
        };
        Self {
            app_id,
            secret,
            told_by: Some(diagnosis),
        }
    }

    /// Whether the other log-in product is worth asking: the id may be the one of the same app there.
    pub fn asks_the_other(&self) -> bool {
        self.app_id == Found::Wrong
    }

    /// The same with what the other log-in product said. The refusal of the one that was meant stays: it is what a
    /// sign-in would meet.
    #[must_use]
    pub fn with_other(self, other: &Self) -> Self {
        if !self.asks_the_other() || other.app_id != Found::Works {
            return self;
        }
        let secret = match other.secret {
            Found::Works => Found::OtherProduct,
            Found::Wrong | Found::OtherProduct | Found::CannotTell | Found::NoAnswer => self.secret,
        };
        Self {
            app_id: Found::OtherProduct,
            secret,
            ..self
        }
    }
}

/// Whether it is the secret that was refused: by its name, or by what only it can have made wrong.
fn speaks_of_the_secret(diagnosis: &Diagnosis) -> bool {
    let evidence = diagnosis.evidence.as_ref();
    let message = evidence.and_then(|it| it.message.as_deref());
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let names = ["client secret", "client_secret", "appsecret_proof"];
    names.iter().any(|name| message.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::{ApiError, Envelope, Unreachable, quoted};

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn denied(envelope: Envelope, code: Option<i64>, text: &str) -> Refusal {
        Refusal::Denied(Box::new(ApiError {
            http_status: Some(400),
            code,
            error_type: Some("OAuthException".into()),
            message: Some(quoted(text)),
            ..ApiError::new(envelope)
        }))
    }

    fn read(route: Route, code: Option<i64>, text: &str) -> AppCheck {
        let envelope = match route {
            Route::Instagram => Envelope::Instagram,
            Route::Facebook => Envelope::Graph,
        };
        AppCheck::read(route, Err(&denied(envelope, code, text)), now())
    }

    fn both(check: &AppCheck) -> (Found, Found) {
        (check.app_id, check.secret)
    }

    const UNKNOWN: &str =
        "Error validating application. Cannot get application info due to a system error.";

    #[test]
    fn each_answer_tells_what_it_can() {
        use Found::{CannotTell, Works, Wrong};
        use Route::{Facebook, Instagram};
        let told = [
            (Instagram, None, "Invalid platform app", (Wrong, CannotTell)),
            (
                Instagram,
                None,
                "Matching code was not found or was already used",
                (Works, CannotTell),
            ),
            (Instagram, None, "Invalid redirect_uri", (Works, CannotTell)),
            (
                Instagram,
                None,
                "Error validating client secret.",
                (Works, Wrong),
            ),
            (Instagram, None, "Something else", (CannotTell, CannotTell)),
            (Facebook, Some(101), UNKNOWN, (Wrong, CannotTell)),
            (
                Facebook,
                Some(1),
                "Error validating client secret.",
                (Works, Wrong),
            ),
            (
                Facebook,
                Some(190),
                "Invalid OAuth access token signature.",
                (Works, Wrong),
            ),
            (
                Facebook,
                Some(100),
                "Invalid appsecret_proof provided in the API argument",
                (Works, Wrong),
            ),
            (
                Facebook,
                Some(101),
                "Error validating application. Application has been deleted.",
                (CannotTell, CannotTell),
            ),
        ];
        for (route, code, text, expected) in told {
            let check = read(route, code, text);
            assert_eq!(both(&check), expected, "{route:?} {text}");
            assert!(check.told_by.is_some());
        }
        let works = AppCheck::read(Facebook, Ok(()), now());
        assert_eq!((both(&works), works.told_by), ((Works, Works), None));
    }

    #[test]
    fn no_answer_is_not_taken_for_one() {
        let cut = Refusal::Unreachable(Unreachable::Cut);
        let busy = denied(
            Envelope::Graph,
            Some(4),
            "Application request limit reached",
        );
        for route in Route::ALL {
            for refusal in [&cut, &busy] {
                let check = AppCheck::read(route, Err(refusal), now());
                assert_eq!(both(&check), (Found::NoAnswer, Found::NoAnswer));
                assert!(!check.asks_the_other());
            }
        }
    }

    #[test]
    fn the_other_product_is_asked_about_an_unknown_id_and_names_whose_it_is() {
        let signature = "Invalid OAuth access token signature.";
        let unknown = || read(Route::Instagram, None, "Invalid platform app");
        assert!(unknown().asks_the_other());
        let whole = unknown().with_other(&AppCheck::read(Route::Facebook, Ok(()), now()));
        assert_eq!(both(&whole), (Found::OtherProduct, Found::OtherProduct));
        let said = whole.told_by.unwrap().evidence.unwrap().message;
        assert_eq!(said.as_deref(), Some("Invalid platform app"));
        let id_only = unknown().with_other(&read(Route::Facebook, Some(190), signature));
        assert_eq!(both(&id_only), (Found::OtherProduct, Found::CannotTell));
        let neither = unknown().with_other(&read(Route::Facebook, Some(101), UNKNOWN));
        assert_eq!(both(&neither), (Found::Wrong, Found::CannotTell));
        // What is known here is not asked about there.
        let known = read(Route::Facebook, Some(190), signature);
        assert!(!known.asks_the_other());
        let other = read(Route::Instagram, None, "Matching code was not found");
        assert_eq!(both(&known.clone().with_other(&other)), both(&known));
        let facebook = read(Route::Facebook, Some(101), UNKNOWN).with_other(&other);
        assert_eq!(both(&facebook), (Found::OtherProduct, Found::CannotTell));
    }

    #[test]
    fn each_finding_has_a_word_of_its_own() {
        let words = std::collections::BTreeSet::from(Found::ALL.map(Found::code));
        assert_eq!(words.len(), Found::ALL.len());
    }
}
