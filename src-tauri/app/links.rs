//! The addresses the page may have opened: they live here, and nothing else is opened.
//! (Security document, W6; Meta platform reference, section H.)

use engine::command::ErrorCode;
use serde::Deserialize;
use url::Url;

/// A place the page may name.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Link {
    SecuritySettings,
    TwoFactorHelp,
    ManageAccess,
    LoginActivity,
    Instagram,
    ProfessionalHelp,
    MetaDashboard,
    PlatformStatus,
    PageLinkHelp,
    BusinessSettings,
    FacebookApps,
    Facebook,
    Profile { account_id: String },
}

impl Link {
    /// The address; for a profile, of the user name that belongs to the id.
    pub(crate) fn address(&self, username: Option<&str>) -> Result<Url, ErrorCode> {
        let fixed = match self {
            Self::SecuritySettings => "https://accountscenter.instagram.com/password_and_security/",
            Self::TwoFactorHelp => "https://www.facebook.com/help/instagram/566810106808145",
            Self::ManageAccess => "https://www.instagram.com/accounts/manage_access/",
            Self::LoginActivity => {
                "https://accountscenter.instagram.com/password_and_security/login_activity/"
            }
            Self::Instagram => "https://www.instagram.com/",
            Self::ProfessionalHelp => "https://www.facebook.com/help/instagram/2358103564437429",
            Self::MetaDashboard => "https://developers.facebook.com/apps/",
            Self::PlatformStatus => "https://metastatus.com/",
            Self::PageLinkHelp => {
                "https://www.facebook.com/business/help/connect-instagram-to-page"
            }
            Self::BusinessSettings => {
                "https://business.facebook.com/latest/settings/business_users"
            }
            // The path is in the words beside it: Settings > Apps and websites. (Meta platform reference, H.)
            Self::FacebookApps => "https://www.facebook.com/settings",
            Self::Facebook => "https://www.facebook.com/",
            Self::Profile { .. } => return profile(username.ok_or(ErrorCode::UnknownAccount)?),
        };
        Url::parse(fixed).map_err(|_| ErrorCode::LinkNotAllowed)
    }
}

/// User names come from the provider: they become one path segment and nothing more.
fn profile(username: &str) -> Result<Url, ErrorCode> {
    let fits = (1..=60).contains(&username.len())
        && username
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
        && username.chars().any(|c| c != '.');
    if !fits {
        return Err(ErrorCode::LinkNotAllowed);
    }
    Url::parse(&format!("https://www.instagram.com/{username}/"))
        .map_err(|_| ErrorCode::LinkNotAllowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_become_addresses() {
        let ok = profile("acme.bakery_1").unwrap();
        assert_eq!(ok.as_str(), "https://www.instagram.com/acme.bakery_1/");
        for name in [
            "",
            "..",
            ".",
            "a/b",
            "a?b",
            "a#b",
            "a b",
            "ä",
            "javascript:x",
            "@a",
            "a%2f",
        ] {
            assert!(profile(name).is_err(), "{name:?}");
        }
        assert!(profile(&"a".repeat(61)).is_err());
    }

    #[test]
    fn every_fixed_address_is_https_without_surprises() {
        for kind in [
            "security_settings",
            "two_factor_help",
            "manage_access",
            "login_activity",
            "instagram",
            "professional_help",
            "meta_dashboard",
            "platform_status",
            "page_link_help",
            "business_settings",
            "facebook_apps",
            "facebook",
        ] {
            let link: Link = serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap();
            let address = link.address(None).unwrap();
            assert_eq!(address.scheme(), "https", "{kind}");
            assert!(
                address.port().is_none() && address.username().is_empty(),
                "{kind}"
            );
        }
        let other =
            serde_json::from_value::<Link>(serde_json::json!({ "kind": "https://evil.example" }));
        assert!(other.is_err());
    }
}
