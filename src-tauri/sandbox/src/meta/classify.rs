//! Which endpoint a path means. One place, for the handlers, the faults and the journal alike.

use crate::world::fault::Endpoint;

/// The newest version this sandbox speaks (Meta platform reference, G). Older ones are answered
/// like it, as Meta moves old callers up; newer ones do not exist.
const NEWEST_MAJOR: u32 = 26;

/// A path taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) endpoint: Endpoint,
    /// The path behind host prefix and version, without slashes at its ends.
    pub(crate) rest: String,
}

/// Takes a path apart.
pub(crate) fn classify(path: &str) -> Place {
    let path = path.trim_matches('/');
    let (host, inner) = path.split_once('/').unwrap_or((path, ""));
    match host {
        "api" => Place {
            endpoint: api(inner),
            rest: inner.to_owned(),
        },
        "graph" => {
            let rest = without_version(inner);
            Place {
                endpoint: graph(rest),
                rest: rest.to_owned(),
            }
        }
        "fb" => {
            // `/fb/graph` was the address before there was anything behind it.
            let inner = inner.strip_prefix("graph/").unwrap_or(inner);
            let rest = without_version(inner);
            Place {
                endpoint: facebook(rest),
                rest: rest.to_owned(),
            }
        }
        _ => Place {
            endpoint: page(path),
            rest: path.to_owned(),
        },
    }
}

fn api(path: &str) -> Endpoint {
    match path {
        "oauth/access_token" => Endpoint::CodeExchange,
        "oauth/authorize" => Endpoint::Page, // the retired consent address
        _ => Endpoint::OtherGraph,
    }
}

fn graph(path: &str) -> Endpoint {
    let (node, edge) = path.split_once('/').unwrap_or((path, ""));
    let is_id = !node.is_empty() && node.bytes().all(|byte| byte.is_ascii_digit());
    match (node, edge) {
        ("access_token", "") => Endpoint::LongLivedExchange,
        ("refresh_access_token", "") => Endpoint::Refresh,
        ("me", "") => Endpoint::Profile,
        // Media ids begin with 180 to 188, account ids with 178, app-scoped ids with 25.
        (id, "") if is_id && is_media_id(id) => Endpoint::Media,
        (_, "") if is_id => Endpoint::Profile,
        ("me", "media") => Endpoint::Media,
        (_, "media") if is_id => Endpoint::Media,
        ("me", "content_publishing_limit") => Endpoint::Quota,
        (_, "content_publishing_limit") if is_id => Endpoint::Quota,
        ("me", "insights") => Endpoint::Insights,
        (_, "insights") if is_id => Endpoint::Insights,
        _ => Endpoint::OtherGraph,
    }
}

fn facebook(path: &str) -> Endpoint {
    let (node, edge) = path.split_once('/').unwrap_or((path, ""));
    let is_id = !node.is_empty() && node.bytes().all(|byte| byte.is_ascii_digit());
    match (node, edge) {
        ("oauth", "access_token") => Endpoint::FacebookExchange,
        ("debug_token", "") => Endpoint::FacebookGrant,
        (_, "permissions") => Endpoint::FacebookGrant,
        (_, edge) if edge.starts_with("permissions/") => Endpoint::FacebookGrant,
        ("me", "" | "accounts" | "businesses") => Endpoint::FacebookPages,
        (_, "accounts" | "businesses" | "owned_pages" | "client_pages") if is_id => {
            Endpoint::FacebookPages
        }
        (_, "media" | "content_publishing_limit" | "insights") if is_id => {
            Endpoint::FacebookAccount
        }
        (id, "") if is_id && (is_media_id(id) || is_account_id(id)) => Endpoint::FacebookAccount,
        (_, "") if is_id => Endpoint::FacebookPages,
        _ => Endpoint::Facebook,
    }
}

fn page(path: &str) -> Endpoint {
    if path.starts_with("www-fb/") && path.ends_with("dialog/oauth") {
        return Endpoint::FacebookDialog;
    }
    let path = path.strip_prefix("www/").unwrap_or(path);
    if path.starts_with("oauth/authorize") {
        Endpoint::Authorize
    } else {
        Endpoint::Page
    }
}

/// Whether an id is one that `world::media` makes.
pub(crate) fn is_media_id(id: &str) -> bool {
    id.len() == 17 && id.starts_with("18")
}

/// Whether an id is one that `world::people` makes.
fn is_account_id(id: &str) -> bool {
    id.len() == 17 && id.starts_with("178")
}

fn without_version(path: &str) -> &str {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let major = first
        .strip_prefix('v')
        .and_then(|version| version.strip_suffix(".0"));
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if (1..=NEWEST_MAJOR).contains(&major) => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_and_without_version_mean_the_same() {
        for (path, endpoint, rest) in [
            (
                "/api/oauth/access_token",
                Endpoint::CodeExchange,
                "oauth/access_token",
            ),
            (
                "/graph/access_token",
                Endpoint::LongLivedExchange,
                "access_token",
            ),
            (
                "/graph/v26.0/access_token",
                Endpoint::LongLivedExchange,
                "access_token",
            ),
            (
                "/graph/refresh_access_token/",
                Endpoint::Refresh,
                "refresh_access_token",
            ),
            ("/graph/v24.0/me", Endpoint::Profile, "me"),
            ("/graph/me", Endpoint::Profile, "me"),
            ("/graph/v99.0/me", Endpoint::OtherGraph, "v99.0/me"),
            (
                "/graph/v26.0/17841400000000001",
                Endpoint::Profile,
                "17841400000000001",
            ),
            (
                "/graph/18000000000000001",
                Endpoint::Media,
                "18000000000000001",
            ),
            (
                "/graph/v26.0/17841400000000001/media",
                Endpoint::Media,
                "17841400000000001/media",
            ),
            (
                "/graph/me/content_publishing_limit",
                Endpoint::Quota,
                "me/content_publishing_limit",
            ),
            (
                "/graph/me/permissions",
                Endpoint::OtherGraph,
                "me/permissions",
            ),
            ("/graph/debug_token", Endpoint::OtherGraph, "debug_token"),
            ("/fb/graph/v26.0/me", Endpoint::FacebookPages, "me"),
            ("/fb/v26.0/me", Endpoint::FacebookPages, "me"),
            (
                "/fb/v26.0/me/accounts",
                Endpoint::FacebookPages,
                "me/accounts",
            ),
            (
                "/fb/v26.0/204800000000001/client_pages",
                Endpoint::FacebookPages,
                "204800000000001/client_pages",
            ),
            (
                "/fb/v26.0/123450000000001",
                Endpoint::FacebookPages,
                "123450000000001",
            ),
            (
                "/fb/v26.0/17841400000000001",
                Endpoint::FacebookAccount,
                "17841400000000001",
            ),
            (
                "/fb/v26.0/17841400000000001/media",
                Endpoint::FacebookAccount,
                "17841400000000001/media",
            ),
            (
                "/fb/v26.0/oauth/access_token",
                Endpoint::FacebookExchange,
                "oauth/access_token",
            ),
            (
                "/fb/v26.0/10220000000000001/permissions/instagram_basic",
                Endpoint::FacebookGrant,
                "10220000000000001/permissions/instagram_basic",
            ),
            ("/fb/debug_token", Endpoint::FacebookGrant, "debug_token"),
            ("/fb/v99.0/me", Endpoint::Facebook, "v99.0/me"),
            (
                "/www-fb/v26.0/dialog/oauth",
                Endpoint::FacebookDialog,
                "www-fb/v26.0/dialog/oauth",
            ),
            (
                "/www/oauth/authorize",
                Endpoint::Authorize,
                "www/oauth/authorize",
            ),
            (
                "/www/accounts/manage_access/",
                Endpoint::Page,
                "www/accounts/manage_access",
            ),
        ] {
            assert_eq!(
                classify(path),
                Place {
                    endpoint,
                    rest: rest.to_owned()
                },
                "{path}"
            );
        }
    }
}
