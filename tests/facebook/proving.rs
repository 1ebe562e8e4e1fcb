//! A Page's new token takes the place of what is there only once it has answered.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_answer_is_named_and_its_account_keeps_its_access() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.connect(&usable[..2]).await;
    let (lost, kept) = (usable[0].clone(), usable[1].clone());
    let attempt = story.sign_in(None, &everything()).await;
    assert_eq!(attempt.phase, "pages", "{attempt:?}");
    // Between the list and the choice the role is lost: the token that came works no more.
    story.change(PersonChange::PageRoleLost(lost.0.clone()));
    let done = story
        .choose(&[&lost.0, &kept.0, &usable[2].0])
        .await
        .unwrap();
    assert_eq!(done.phase, "done", "{done:?}");
    let pages = |all: &[engine::view::OfferedView]| {
        let mut ids: Vec<_> = all.iter().map(|it| it.page_id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(pages(&done.unanswered), [lost.0.as_str()]);
    let mut connected = vec![kept.0.clone(), usable[2].0.clone()];
    connected.sort();
    assert_eq!(pages(&done.pages), connected);
    let again = |lines: &[engine::view::EntryView]| {
        lines
            .iter()
            .filter(|line| line.kind == "reconnected")
            .count()
    };
    assert_eq!(again(&story.app.history(Some(&lost.1)).await), 0);
    assert_eq!(again(&story.app.history(Some(&kept.1)).await), 1);
    // What it had works once the role is back.
    story.change(PersonChange::PageRoleRestored(lost.0.clone()));
    story.look().await;
    assert_eq!(story.status(&lost.1).await, ("connected", None));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_page_answers_nothing_is_connected_and_the_reason_is_told() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.sign_in(None, &everything()).await;
    for (page, _) in &usable[..2] {
        story.change(PersonChange::PageRoleLost(page.clone()));
    }
    let failed = story.choose(&[&usable[0].0, &usable[1].0]).await.unwrap();
    assert_eq!(failed.phase, "failed", "{failed:?}");
    assert_eq!((failed.signed_in, failed.first_data), ("done", "failed"));
    assert!(failed.evidence.is_some(), "{failed:?}");
    assert!(story.app.snapshot().await.accounts.is_empty());

    // A fault that passes is waited for.
    for (page, _) in &usable[..2] {
        story.change(PersonChange::PageRoleRestored(page.clone()));
    }
    let other = usable[2].clone();
    story.sign_in(None, &everything()).await;
    let broken = Fault::at(Outage::ServerErrors, &[Endpoint::FacebookPages]);
    story.world.control.fault(broken.next(1));
    let choice = Command::ChoosePages {
        ids: vec![other.0.clone()],
    };
    story.app.run(choice).await.unwrap();
    let mut attempt = story.app.attempt().await.unwrap();
    for _ in 0..300 {
        if attempt.phase != "checking" {
            break;
        }
        if attempt.next_try_at.is_some() {
            assert_eq!(attempt.first_data, "running");
            assert!(story.app.snapshot().await.accounts.is_empty());
            story.world.clock.advance(Duration::minutes(1));
            story.app.settle().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        attempt = story.app.attempt().await.unwrap();
    }
    assert_eq!(attempt.phase, "done", "{attempt:?}");
    assert_eq!(attempt.account_id, Some(other.1));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_page_is_a_choice_where_its_account_is_connected_on_the_other_route() {
    let world = World::new().await;
    let app = world.ready().await;
    enter_app(&world, &app).await;
    let person = world.control.people().remove(0);
    let story = Story { world, app, person };
    let (page, id) = story.usable()[0].clone();
    story.world.connect(&story.app, &id).await;
    let others = story.person.roles.iter().map(|role| role.page_id.clone());
    let only = DialogAnswer::Allow {
        untick: vec![],
        untick_pages: others.filter(|id| *id != page).collect(),
    };
    let attempt = story.sign_in(None, &only).await;
    assert_eq!(attempt.phase, "pages", "{attempt:?}");
    assert_eq!(story.app.account(&id).await.route, "instagram", "untouched");
    let done = story.choose(&[&page]).await.unwrap();
    assert_eq!(done.phase, "done");
    assert_eq!(story.app.account(&id).await.route, "facebook");
    story.app.quit().await;
}
