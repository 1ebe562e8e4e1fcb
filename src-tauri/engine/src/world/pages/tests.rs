use domain::grant::Scopes;

use super::*;

fn told(app_id: &str, profile: Option<&str>) -> meta::Inspected {
    meta::Inspected {
        app_id: app_id.to_owned(),
        kind: Some("PAGE".to_owned()),
        is_valid: true,
        issued_at: None,
        expires_at: None,
        data_access_until: None,
        scopes: Scopes::parse("instagram_basic"),
        targets: std::collections::BTreeMap::new(),
        person: None,
        profile: profile.map(str::to_owned),
        error: None,
    }
}

#[test]
fn what_facebook_says_of_another_token_is_no_knowledge_of_this_one() {
    let ours = |told| inspection(told, "990", "77").is_some();
    assert!(ours(told("990", Some("77"))));
    assert!(ours(told("990", None)), "it need not name the Page");
    assert!(!ours(told("991", Some("77"))), "another app's");
    assert!(!ours(told("990", Some("78"))), "another Page's");
}
