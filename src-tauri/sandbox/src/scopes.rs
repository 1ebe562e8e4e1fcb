//! The permissions of Instagram Login and of Facebook Login (Meta platform reference, A2 and B1).

/// One permission as the consent page shows it.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// The name in requests and answers.
    pub name: &'static str,
    /// What the consent page calls it.
    pub label: &'static str,
}

/// Required by every call; the consent page does not let a person untick it.
pub const BASIC: &str = "instagram_business_basic";
/// Publishing, and reading the publishing quota.
pub const CONTENT_PUBLISH: &str = "instagram_business_content_publish";
/// Figures.
pub const MANAGE_INSIGHTS: &str = "instagram_business_manage_insights";

/// Facebook Login: which Pages there are, and their tokens.
pub const PAGES_SHOW_LIST: &str = "pages_show_list";
/// Facebook Login: reading a Page.
pub const PAGES_READ: &str = "pages_read_engagement";
/// Facebook Login: reading the Instagram account behind a Page.
pub const FACEBOOK_BASIC: &str = "instagram_basic";
/// Facebook Login: publishing, and reading the publishing quota.
pub const FACEBOOK_PUBLISH: &str = "instagram_content_publish";
/// Facebook Login: figures.
pub const FACEBOOK_INSIGHTS: &str = "instagram_manage_insights";
/// Facebook Login: Pages that belong to a business portfolio.
pub const BUSINESS_MANAGEMENT: &str = "business_management";

/// Facebook Login: name and picture, given by everybody who signs in.
pub const PUBLIC_PROFILE: &str = "public_profile";

/// Every scope of Facebook Login that has to do with Instagram. None of them is required; the
/// consent page lets a person untick each.
pub const FACEBOOK: [Scope; 8] = [
    Scope {
        name: PAGES_SHOW_LIST,
        label: "Show a list of the Pages you manage",
    },
    Scope {
        name: PAGES_READ,
        label: "Read content posted on the Page",
    },
    Scope {
        name: FACEBOOK_BASIC,
        label: "Access profile and posts from the Instagram account connected to your Page",
    },
    Scope {
        name: FACEBOOK_PUBLISH,
        label: "Upload media and create posts for the Instagram account connected to your Page",
    },
    Scope {
        name: "instagram_manage_comments",
        label: "Manage comments for the Instagram account connected to your Page",
    },
    Scope {
        name: "instagram_manage_messages",
        label: "Manage and access Instagram conversations",
    },
    Scope {
        name: FACEBOOK_INSIGHTS,
        label: "Access insights for the Instagram account connected to your Page",
    },
    Scope {
        name: BUSINESS_MANAGEMENT,
        label: "Manage your business portfolios",
    },
];

/// Every scope Instagram Login knows. The names without `instagram_` ended on 27 January 2025.
pub const ALL: [Scope; 5] = [
    Scope {
        name: BASIC,
        label: "View profile and access media",
    },
    Scope {
        name: CONTENT_PUBLISH,
        label: "Create and publish posts",
    },
    Scope {
        name: "instagram_business_manage_comments",
        label: "Read and manage comments",
    },
    Scope {
        name: "instagram_business_manage_messages",
        label: "Read and answer messages",
    },
    Scope {
        name: MANAGE_INSIGHTS,
        label: "See insights about the account and its posts",
    },
];

/// What the consent page calls `name`; an unknown name stands for itself.
pub(crate) fn label(name: &str) -> &str {
    ALL.iter()
        .chain(&FACEBOOK)
        .find(|scope| scope.name == name)
        .map_or(name, |scope| scope.label)
}

/// The names of all scopes of Instagram Login.
pub(crate) fn all_instagram() -> Vec<String> {
    ALL.iter().map(|scope| scope.name.to_owned()).collect()
}

/// The names of all scopes of Facebook Login.
pub(crate) fn all_facebook() -> Vec<String> {
    FACEBOOK.iter().map(|scope| scope.name.to_owned()).collect()
}

/// Splits a `scope` parameter: commas or spaces, doubles once, order kept.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        if !found.iter().any(|known| known == part) {
            found.push(part.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_may_be_separated_by_commas_or_spaces() {
        assert_eq!(split("a,b c,,a"), ["a", "b", "c"]);
        assert!(split(" ,").is_empty());
    }
}
