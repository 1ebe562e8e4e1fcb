//! The person's own Meta apps, and the ways on which the browser's answer comes back.

use serde::Serialize;

use super::EvidenceView;

/// A Meta app, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Credentials"))]
pub struct CredentialsView {
    /// What commands name it by: `ROUTE:APP ID`.
    pub id: String,
    /// The log-in product.
    #[cfg_attr(test, ts(type = "Route"))]
    pub route: &'static str,
    /// The app id.
    pub app_id: String,
    /// The person's own name for it; empty where none was given.
    pub name: String,
    /// Whether a secret is kept.
    pub secret_saved: bool,
    /// How the browser's answer comes back.
    #[cfg_attr(test, ts(type = "Door"))]
    pub door: &'static str,
    /// The address to register at Meta.
    pub redirect_address: String,
    /// A saved configuration of Facebook Login for Business, in the place of single permissions. (Meta
    /// platform reference, B1.)
    pub config_id: Option<String>,
    /// How many accounts belong to it, deleted ones not counted.
    #[cfg_attr(test, ts(type = "number"))]
    pub accounts: usize,
    /// What is wrong with the app itself; its accounts wait meanwhile.
    pub trouble: Option<AppTroubleView>,
}

/// A fault of a Meta app, not of its accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AppTrouble"))]
pub struct AppTroubleView {
    /// The cause of product section 3.
    #[cfg_attr(test, ts(type = "Cause"))]
    pub cause: &'static str,
    /// Since when.
    pub since: String,
    /// The next look.
    pub retry_at: Option<String>,
    /// How many of its accounts it touches.
    #[cfg_attr(test, ts(type = "number"))]
    pub count: usize,
}

/// The addresses on which this installation can wait, and the one that the endpoints name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Doors"))]
pub struct DoorsView {
    /// Whether the address that the endpoints register is the one listened on: practice mode, or a broker. Then
    /// there is nothing to choose.
    pub direct: bool,
    /// The redirect address that the endpoints name.
    pub registered: String,
    /// Where the bounce page sends the browser on to.
    pub listen: String,
    /// The address of the door `localhost`.
    pub localhost: String,
    /// The address of the door `certificate`, and the one that is suggested for `paste`.
    pub certificate: String,
}

/// What a Meta app's id and secret were found to be, as far as that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AppCheck"))]
pub struct AppCheckView {
    /// The app id: `works`, `wrong`, `other_product` (the id of the other log-in product), `cannot_tell` or `no_answer`.
    #[cfg_attr(test, ts(type = "AppCheckResult"))]
    pub app_id: &'static str,
    /// The secret, likewise.
    #[cfg_attr(test, ts(type = "AppCheckResult"))]
    pub secret: &'static str,
    /// The provider's own numbers and words.
    pub evidence: Option<EvidenceView>,
}

/// What became of one line of a file of access made elsewhere. A line that brings several accounts, as a person's token
/// on the Facebook route may, has one of these for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Imported"))]
pub struct ImportedView {
    /// The line, counted from 1.
    #[cfg_attr(test, ts(type = "number"))]
    pub line: usize,
    /// `added`, `known` (the account was there and has new access), `refused`, `no_answer`, `malformed` or `twice`.
    #[cfg_attr(test, ts(type = "ImportResult"))]
    pub result: &'static str,
    /// The account, where the provider named it.
    pub account_id: Option<String>,
    /// Its user name.
    pub username: Option<String>,
    /// Why it was refused.
    #[cfg_attr(test, ts(type = "Cause | null"))]
    pub cause: Option<&'static str>,
}
