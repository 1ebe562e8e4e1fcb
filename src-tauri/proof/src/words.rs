//! What the actor says to its stage and hears from it: one JSON document a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::script::Step;

/// What the actor is given to play.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// The time at the start, UTC in milliseconds.
    pub now_ms: i64,
    /// The endpoints file's text.
    pub endpoints: String,
    /// The Meta app's id.
    pub app_id: String,
    /// Its secret; worth nothing outside the stand-in.
    pub app_secret: String,
    /// What happens.
    pub steps: Vec<Step>,
}

/// What the actor says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Said {
    /// A step begins.
    Begun {
        /// Its place in the part.
        step: usize,
    },
    /// A step was accepted, and this is what Relink showed afterwards: the acknowledgement.
    Done {
        /// Its place in the part.
        step: usize,
        /// The promise.
        shown: Shown,
    },
    /// A step was not accepted, by name.
    Refused {
        /// Its place in the part.
        step: usize,
        /// The name.
        code: String,
    },
    /// A token made elsewhere is wanted.
    WantToken {
        /// Whose.
        account: String,
    },
    /// The browser shows the consent page.
    WantConsent {
        /// Who consents.
        account: String,
        /// The page's address.
        address: String,
    },
    /// The provider is to take an access away.
    WantLoss {
        /// Whose.
        account: String,
    },
    /// Time is to pass for the provider as well.
    WantTime {
        /// Milliseconds.
        ms: i64,
    },
    /// Relink cannot begin, by name.
    NotStarted {
        /// The name.
        code: String,
    },
    /// Everything was played.
    Ended,
}

/// The answer to a wish: a token, an address, or nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Given {
    /// What was wished for.
    pub text: String,
}

/// What Relink showed, as far as it is a promise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// By id.
    pub accounts: BTreeMap<String, ShownAccount>,
    /// The setting.
    pub renew_after_days: u32,
    /// Whether a Meta app is entered.
    pub has_app: bool,
    /// The code of the banner, when there is one: what is wrong with the app as a whole.
    pub banner: Option<String>,
}

/// One account of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAccount {
    /// The status' identifier.
    pub status: String,
    /// The person's label.
    pub label: String,
    /// The person's notes.
    pub notes: String,
    /// Where its wizard stands, if one is open.
    pub wizard: Option<String>,
    /// When access ends, UTC in milliseconds, as far as known.
    pub expires_at_ms: Option<i64>,
}
