//! What is wrong with a Page, with the person behind it, or with what was entered of an app.

use super::*;

#[test]
fn what_the_facebook_route_answers_is_told_apart() {
    let reading = Context {
        route: Some(Route::Facebook),
        ..Context::at(Step::Profile)
    };
    let cases = [
        (
            190,
            None,
            "The Page Bakery has been deleted.",
            Cause::PageMissing,
        ),
        (
            190,
            None,
            "The Page Coffee App has been deleted.",
            Cause::PageMissing,
        ),
        (190, None, "Application has been deleted", Cause::AppProblem),
        (
            190,
            None,
            "The user must be an administrator of the page in order to impersonate it.",
            Cause::RoleLost,
        ),
        (190, Some(492), "Fehler", Cause::RoleLost),
        (
            100,
            Some(33),
            "Unsupported get request.",
            Cause::PageMissing,
        ),
        (
            100,
            None,
            "Invalid appsecret_proof provided in the API argument",
            Cause::WrongAppId,
        ),
        (
            283,
            None,
            "Requires pages_read_engagement permission",
            Cause::PermissionMissing,
        ),
        (
            1_349_168,
            None,
            "URL Blocked: this redirect failed",
            Cause::RedirectMismatch,
        ),
    ];
    for (code, subcode, text, cause) in cases {
        let found = judged(graph(code, subcode, text), &reading);
        assert_eq!(found.cause, cause, "{code} {text}");
    }
    // On the other route the account's own profile is read, and nothing else could be missing.
    let found = judged(
        graph(100, Some(33), "Unsupported get request."),
        &Context::at(Step::Profile),
    );
    assert_eq!(found.cause, Cause::AccessEnded);
}

#[test]
fn what_was_entered_of_an_app_is_blamed_where_a_code_is_exchanged_and_nowhere_else() {
    let recorded = [
        (1, "Error validating client secret."),
        (
            101,
            "Error validating application. Cannot get application info due to a system error.",
        ),
    ];
    for (code, text) in recorded {
        let answer = || graph(code, None, text);
        for step in [Step::RedeemCode, Step::Exchange] {
            let found = judged(answer(), &Context::at(step));
            assert_eq!(
                (found.cause, found.certainty, found.remedy),
                (Cause::WrongAppId, Certainty::Likely, Remedy::FixSettings),
                "{text} at {step:?}"
            );
            for passing in [
                ApiError {
                    http_status: Some(503),
                    ..answer()
                },
                ApiError {
                    is_transient: true,
                    ..answer()
                },
            ] {
                let found = judged(passing, &Context::at(step));
                assert_eq!(found.cause, Cause::ProviderFault, "{text} at {step:?}");
            }
        }
        for step in [Step::Profile, Step::Renew, Step::Media, Step::Publish] {
            let found = judged(answer(), &Context::at(step));
            assert_eq!(found.cause, Cause::ProviderFault, "{text} at {step:?}");
        }
    }
    let deleted = "Error validating application. Application has been deleted.";
    let found = judged(graph(101, None, deleted), &Context::at(Step::RedeemCode));
    assert_eq!(found.cause, Cause::AppProblem);
    // Meta refuses anything but a code of an app that is set up for another product.
    let answer = ApiError {
        http_status: Some(400),
        error_type: Some("OAuthException".into()),
        message: Some(quoted("Invalid response type: token")),
        ..ApiError::new(Envelope::Instagram)
    };
    for step in [Step::Authorize, Step::RedeemCode, Step::Unknown] {
        let found = judged(answer.clone(), &Context::at(step));
        assert_eq!(found.remedy, Remedy::FixSettings, "{step:?}");
        assert_eq!(found.cause, Cause::WrongAppId);
    }
}

#[test]
fn accounts_that_fail_together_accuse_the_app() {
    let together = |same_app_failures, same_app_checked| Context {
        same_app_failures,
        same_app_checked,
        ..Context::at(Step::Profile)
    };
    let unnamed = |context: &Context| judged(graph(190, None, "Invalid"), context).cause;
    let named = |context: &Context| judged(graph(190, Some(460), ""), context).cause;
    assert_eq!(unnamed(&together(1, 9)), Cause::AccessEnded);
    assert_eq!(unnamed(&together(2, 9)), Cause::AppProblem);
    assert_eq!(named(&together(2, 3)), Cause::PasswordOrSecurityChange);
    assert_eq!(
        named(&together(3, 7)),
        Cause::PasswordOrSecurityChange,
        "three passwords of seven may be changed"
    );
    assert_eq!(named(&together(3, 6)), Cause::AppProblem);
    let unsupported = graph(100, None, "Unsupported request - method type: get");
    let found = judged(unsupported, &together(2, 2));
    assert_eq!(
        (found.cause, found.affects),
        (Cause::AppNotAllowed, Affects::App)
    );
}

#[test]
fn a_cause_is_settled_where_the_account_is_reached_but_for_what_restricts_an_instagram_account() {
    for cause in Cause::ALL {
        let (page, own) = (
            cause.settled_at(Route::Facebook),
            cause.settled_at(Route::Instagram),
        );
        assert_eq!(own, Route::Instagram, "{cause:?}");
        let at_instagram = *cause == Cause::AccountRestricted;
        assert_eq!(page == Route::Instagram, at_instagram, "{cause:?}");
    }
}
