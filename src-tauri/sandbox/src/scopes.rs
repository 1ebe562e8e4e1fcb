//! The permissions of Instagram Login (Meta platform reference, A2).

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

/// Every scope the platform knows. The names without `instagram_` ended on 27 January 2025.
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
        .find(|scope| scope.name == name)
        .map_or(name, |scope| scope.label)
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
