use super::*;

fn wizard(flow: Flow, losses: usize) -> Wizard {
    Wizard::new(flow, None, losses, Timestamp::UNIX_EPOCH)
}

#[test]
fn two_factor_never_comes_after_signing_in_on_any_way() {
    for flow in Flow::ALL {
        for losses in 0..5 {
            let mut wizard = wizard(flow, losses);
            for way in [Way::Quick, Way::Full] {
                wizard.choose(way);
                let steps = wizard.steps();
                let at = |wanted| steps.iter().position(|step| *step == wanted);
                assert!(at(Step::SignIn).is_some() && at(Step::Finish) == Some(steps.len() - 1));
                if let Some(two_factor) = at(Step::TwoFactor) {
                    assert!(
                        at(Step::SignIn) > Some(two_factor),
                        "{flow:?} {way:?}: {steps:?}"
                    );
                    assert!(
                        at(Step::Delete) < Some(two_factor),
                        "{flow:?} {way:?}: {steps:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_full_way_is_the_only_one_after_two_losses_in_thirty_days() {
    assert!(wizard(Flow::Password, 1).quick_offered);
    assert!(!wizard(Flow::Password, 2).quick_offered);
    assert_eq!(wizard(Flow::Password, 3).flow, Flow::Repeated);
    assert!(!wizard(Flow::Password, 2).choose(Way::Quick));
}

#[test]
fn a_failed_quick_way_leads_to_the_full_one() {
    let mut wizard = wizard(Flow::Password, 1);
    wizard.step = Step::SignIn;
    wizard.quick_failed();
    assert_eq!(
        (wizard.way, wizard.step, wizard.quick_offered),
        (Way::Full, Step::Happened, false)
    );
}

#[test]
fn it_was_not_me_asks_for_the_password_and_the_activity_first() {
    let mut wizard = wizard(Flow::Password, 0);
    assert!(wizard.is_prepared());
    assert!(wizard.keep_answer("who", "not_me"));
    assert!(!wizard.is_prepared());
    wizard.keep_answer("tick.password", "yes");
    wizard.keep_answer("tick.activity", "yes");
    assert!(wizard.is_prepared());
    wizard.keep_answer("tick.activity", "");
    assert!(!wizard.is_prepared(), "a tick can be taken back");
}

#[test]
fn answers_from_the_page_are_held_to_a_form() {
    let mut wizard = wizard(Flow::Unknown, 0);
    for (key, value) in [
        ("", "x"),
        ("a b", "x"),
        ("a", "<b>"),
        ("a", &"x".repeat(65)),
    ] {
        assert!(!wizard.keep_answer(key, value), "{key:?}={value:?}");
    }
    for n in 0..100 {
        wizard.keep_answer(&format!("k{n}"), "yes");
    }
    assert_eq!(wizard.answers.len(), MAX_ANSWERS);
}

#[test]
fn the_person_may_find_the_better_flow_when_the_cause_is_not_known() {
    let asked = |answer: &str| {
        let mut wizard = wizard(Flow::Unknown, 0);
        wizard.step = Step::Prepare;
        wizard.keep_answer("fits", "password");
        wizard.keep_answer("fits", answer);
        assert_eq!(
            wizard.flow,
            Flow::Unknown,
            "the answer may still be changed"
        );
        let choice = wizard.choice();
        if let Some(choice) = choice {
            wizard.take_up(choice);
        }
        wizard
    };
    let mut checkpoint = asked("checkpoint");
    assert_eq!(checkpoint.flow, Flow::Checkpoint);
    assert_eq!(checkpoint.step, Step::Prepare, "it has ticks of its own");
    assert!(!checkpoint.is_prepared());
    checkpoint.keep_answer("fits", "unknown");
    assert_eq!(
        checkpoint.flow,
        Flow::Unknown,
        "the question is asked again"
    );
    let security = asked("security_setting");
    assert_eq!(security.flow, Flow::SecuritySetting);
    assert_eq!(security.step, Step::Delete, "it has nothing to prepare");
    assert_eq!(asked("none").flow, Flow::Unknown);
}

#[test]
fn every_step_is_reached_once_and_in_order() {
    for flow in Flow::ALL {
        let mut wizard = wizard(flow, 2);
        let mut walked = vec![wizard.step];
        while let Some(next) = wizard.following() {
            wizard.step = next;
            walked.push(next);
        }
        assert_eq!(walked, wizard.steps(), "{flow:?}");
        assert_eq!(wizard.preceding(), None, "nothing leads back from the end");
    }
}

#[test]
fn what_must_be_done_at_instagram_first_stays_first_however_often_it_comes() {
    for flow in [Flow::Checkpoint, Flow::Permission, Flow::Personal] {
        let often = wizard(flow, 5);
        assert_eq!(often.flow, flow);
        assert!(often.steps().contains(&Step::Prepare), "{flow:?}");
        assert_eq!(often.required(), wizard(flow, 0).required(), "{flow:?}");
    }
    for flow in [
        Flow::Password,
        Flow::AppRemoved,
        Flow::Expired,
        Flow::Unknown,
    ] {
        assert_eq!(wizard(flow, 5).flow, Flow::Repeated, "{flow:?}");
    }
}
