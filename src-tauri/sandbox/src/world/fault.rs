//! Trouble that does not belong to one account: outages, limits, a blocked app.

use serde::{Deserialize, Serialize};

use crate::config::MetaApp;

/// A kind of request, for faults, counters and the request log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// The consent page.
    Authorize,
    /// Code to short-lived token.
    CodeExchange,
    /// Short-lived to long-lived token.
    LongLivedExchange,
    /// Extending a long-lived token.
    Refresh,
    /// `/me` or `/{user_id}`.
    Profile,
    /// `/{user_id}/media` and single media.
    Media,
    /// `/{user_id}/content_publishing_limit`.
    Quota,
    /// Insights of an account or a media.
    Insights,
    /// Any other graph address.
    OtherGraph,
    /// Facebook Login: the consent dialog.
    FacebookDialog,
    /// Facebook Login: code to user token, and the user token's extension.
    FacebookExchange,
    /// Facebook Login: the person, their Pages and business portfolios.
    FacebookPages,
    /// Facebook Login: an Instagram account behind a Page, its media, quota and figures.
    FacebookAccount,
    /// Facebook Login: permissions, their withdrawal, and the inspection of tokens.
    FacebookGrant,
    /// Any other address of the Facebook graph.
    Facebook,
    /// Every other page: log-in, manage access, two-factor, password.
    Page,
}

impl Endpoint {
    /// Both exchanges that a connection needs.
    pub const EXCHANGES: [Self; 2] = [Self::CodeExchange, Self::LongLivedExchange];
    /// Everything a program calls, without the pages a person sees.
    pub const API: [Self; 13] = [
        Self::CodeExchange,
        Self::LongLivedExchange,
        Self::Refresh,
        Self::Profile,
        Self::Media,
        Self::Quota,
        Self::Insights,
        Self::OtherGraph,
        Self::FacebookExchange,
        Self::FacebookPages,
        Self::FacebookAccount,
        Self::FacebookGrant,
        Self::Facebook,
    ];
}

/// What is wrong with the platform, or with the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outage {
    /// All is well.
    None,
    /// 5xx: in turn JSON with code 2, an HTML page, and JSON with code 1.
    ServerErrors,
    /// Every answer comes `ms` milliseconds late, in real time.
    Slow {
        /// Delay in milliseconds.
        ms: u64,
    },
    /// The connection ends in the middle of the answer; the request has done nothing.
    Cut,
    /// The connection ends in the middle of the answer; the request **has** done its work.
    CutAfterwards,
    /// A captive portal: 200 with a log-in page.
    Portal,
    /// 302 to somewhere else.
    Redirect,
    /// Code 4, with `X-App-Usage` at its end.
    RateLimit,
    /// Code 200, "API access blocked.".
    AppBlocked,
    /// Code 190, "Application has been deleted".
    AppDeleted,
}

/// An outage of some endpoints, perhaps for some requests only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub outage: Outage,
    /// Where; empty means [`Endpoint::API`].
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// For how many requests; without it until cleared.
    #[serde(default)]
    pub remaining: Option<u32>,
    /// For one app only, by either of its ids; without it for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

impl Fault {
    /// `outage` on all API endpoints until cleared.
    pub fn everywhere(outage: Outage) -> Self {
        Self {
            outage,
            endpoints: Vec::new(),
            remaining: None,
            app: None,
        }
    }

    /// `outage` on these endpoints only.
    pub fn at(outage: Outage, endpoints: &[Endpoint]) -> Self {
        Self {
            outage,
            endpoints: endpoints.to_vec(),
            remaining: None,
            app: None,
        }
    }

    /// For the next `requests` requests only.
    #[must_use]
    pub fn next(self, requests: u32) -> Self {
        Self {
            remaining: Some(requests),
            ..self
        }
    }

    /// For one app only, by its Instagram or its Facebook app id.
    #[must_use]
    pub fn of_app(self, app_id: &str) -> Self {
        Self {
            app: Some(app_id.to_owned()),
            ..self
        }
    }

    fn concerns(&self, app: Option<&MetaApp>) -> bool {
        let named = self.app.as_deref();
        named.is_none_or(|id| app.is_some_and(|app| app.goes_by(id)))
    }

    fn covers(&self, endpoint: Endpoint, app: Option<&MetaApp>) -> bool {
        if !self.concerns(app) {
            return false;
        }
        if self.endpoints.is_empty() {
            Endpoint::API.contains(&endpoint)
        } else {
            self.endpoints.contains(&endpoint)
        }
    }
}

/// The faults in force; of several for one endpoint the oldest wins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.outage != Outage::None && fault.remaining != Some(0) {
            self.0.push(fault);
        }
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    /// What happens to the next request of `app` at `endpoint`; counts it.
    pub(crate) fn strike(&mut self, endpoint: Endpoint, app: Option<&MetaApp>) -> Outage {
        let place = self.0.iter().position(|fault| fault.covers(endpoint, app));
        let Some(place) = place else {
            return Outage::None;
        };
        let outage = self.0[place].outage;
        if let Some(remaining) = &mut self.0[place].remaining {
            *remaining -= 1;
            if *remaining == 0 {
                self.0.remove(place);
            }
        }
        outage
    }

    /// Whether this is wrong with the whole platform, or with all of `app`, until cleared; the
    /// pages obey such faults.
    pub(crate) fn has(&self, outage: Outage, app: &MetaApp) -> bool {
        let lasting = |fault: &&Fault| fault.endpoints.is_empty() && fault.remaining.is_none();
        self.0
            .iter()
            .filter(lasting)
            .any(|fault| fault.outage == outage && fault.concerns(Some(app)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_fault_ends_by_itself_and_spares_other_endpoints() {
        let mut faults = Faults::default();
        faults.add(Fault::at(Outage::Cut, &Endpoint::EXCHANGES).next(2));
        assert_eq!(faults.strike(Endpoint::Profile, None), Outage::None);
        assert_eq!(faults.strike(Endpoint::CodeExchange, None), Outage::Cut);
        assert_eq!(
            faults.strike(Endpoint::LongLivedExchange, None),
            Outage::Cut
        );
        assert_eq!(faults.strike(Endpoint::CodeExchange, None), Outage::None);
    }

    #[test]
    fn a_general_fault_leaves_the_pages_alone() {
        let mut faults = Faults::default();
        faults.add(Fault::everywhere(Outage::Portal));
        assert_eq!(faults.strike(Endpoint::Authorize, None), Outage::None);
        assert_eq!(faults.strike(Endpoint::Refresh, None), Outage::Portal);
    }

    #[test]
    fn a_fault_of_one_app_leaves_the_others_alone() {
        let (one, other) = (MetaApp::practice(), MetaApp::numbered(1));
        for id in [&one.app_id, &one.facebook_app_id] {
            let mut faults = Faults::default();
            faults.add(Fault::everywhere(Outage::AppBlocked).of_app(id));
            assert!(faults.has(Outage::AppBlocked, &one));
            assert!(!faults.has(Outage::AppBlocked, &other));
            assert_eq!(
                faults.strike(Endpoint::Profile, Some(&one)),
                Outage::AppBlocked
            );
            assert_eq!(faults.strike(Endpoint::Profile, Some(&other)), Outage::None);
            assert_eq!(faults.strike(Endpoint::Profile, None), Outage::None);
        }
    }
}
