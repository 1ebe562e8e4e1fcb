//! Accounts that are reached through a Facebook Page: every way back from the dialog.

use domain::door::Door;
use domain::wizard::Way;
use sandbox::{AppMode, ControlError, DialogRefusal};

use super::*;

const PAGE: &str = "https://example.org/relink/";
const APP: &str = "facebook:880000000000001";

/// A story at a door, with a stand-in as strict as Meta.
async fn at(door: Door) -> Story {
    let story = Story::of(World::with(|config| config.strict_redirects = true).await).await;
    let redirect = (door == Door::Bounce).then(|| PAGE.to_owned());
    story
        .app
        .run(Command::SaveApp {
            id: Some(APP.to_owned()),
            route: Route::Facebook,
            app_id: "880000000000001".to_owned(),
            app_secret: None,
            name: String::new(),
            door: Some(door),
            redirect,
            config_id: None,
        })
        .await
        .unwrap();
    // Plain http://localhost is the one address that needs no entry at Meta, while the app is in development.
    if door != Door::Localhost {
        let address = story.redirect_address().await;
        story.world.control.register_redirect(&address);
    }
    story
}

impl Story {
    async fn redirect_address(&self) -> String {
        let apps = self.app.app().await.credentials;
        let own = apps.into_iter().find(|app| app.id == APP);
        own.unwrap().redirect_address
    }

    /// The person allows everything on one Page; gives the address the browser is sent to.
    fn allow(&self, page: &str) -> Result<String, ControlError> {
        let others = self.person.roles.iter().map(|role| role.page_id.clone());
        let answer = DialogAnswer::Allow {
            untick: vec![],
            untick_pages: others.filter(|id| id != page).collect(),
        };
        let asked = self.world.browser.last();
        let control = &self.world.control;
        control.answer_dialog(asked.as_str(), &self.person.id, &answer)
    }

    /// Brings the answer back as the browser or the person would at this door.
    async fn bring(&self, door: Door, back: &str) {
        match door {
            Door::Direct | Door::Localhost => {
                assert_eq!(self.world.follow(back).await, Some(200));
            }
            Door::Bounce => {
                let address = url::Url::parse(back).unwrap();
                let state = address.query_pairs().find(|(key, _)| key == "state");
                let state = state.unwrap().1.into_owned();
                let (_, port) = state.rsplit_once('.').unwrap();
                let query = address.query().unwrap();
                let on = format!("http://127.0.0.1:{port}/callback?{query}");
                assert_eq!(self.world.follow(&on).await, Some(200));
            }
            Door::Certificate => {
                let browser = reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
                let answer = browser.build().unwrap().get(back).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), 200);
            }
            Door::Paste => {
                let address = back.to_owned().into();
                let pasted = Command::SubmitCallback { address };
                self.app.run(pasted).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_leads_back_from_a_dialog_as_strict_as_metas() {
    for door in [
        Door::Localhost,
        Door::Bounce,
        Door::Paste,
        Door::Certificate,
    ] {
        let story = at(door).await;
        let (page, id) = story.usable().remove(0);
        story.open(None).await;
        let waiting = story.app.attempt().await.unwrap();
        assert_eq!((waiting.door, waiting.app.as_str()), (door.code(), APP));
        assert_eq!(waiting.redirect_address, story.redirect_address().await);
        let back = story.allow(&page).unwrap();
        assert!(back.starts_with(&waiting.redirect_address), "{back}");
        story.bring(door, &back).await;
        let done = story.rest().await;
        assert_eq!(
            (done.phase, done.account_id.as_ref()),
            ("done", Some(&id)),
            "{door:?} {done:?}"
        );
        story.app.settle().await;
        assert_eq!(story.status(&id).await, ("connected", None));
        story.app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_ends_with_development_and_the_dialog_that_never_returns_changes_nothing() {
    let story = at(Door::Localhost).await;
    let (page, id) = story.usable().remove(0);
    story.open(None).await;
    let back = story.allow(&page).unwrap();
    story.bring(Door::Localhost, &back).await;
    assert_eq!(story.rest().await.phase, "done");
    story.app.run(Command::AcknowledgeAttempt).await.unwrap();
    story.app.settle().await;
    story.change(PersonChange::PasswordChanged);
    story.look().await;
    assert_eq!(story.status(&id).await.0, "revoked");

    let control = &story.world.control;
    control.app_mode("880000000000001", AppMode::Live).unwrap();
    let open = |id: &str| Command::WizardOpen { id: id.to_owned() };
    story.app.run(open(&id)).await.unwrap();
    let choose = Command::WizardChooseWay {
        id: id.clone(),
        way: Way::Quick,
    };
    story.app.run(choose).await.unwrap();
    let before = story.app.account(&id).await.wizard.unwrap();
    story.open(Some(&id)).await;
    let blocked = story.allow(&page).unwrap_err();
    assert!(
        matches!(
            blocked,
            ControlError::DialogRefused(DialogRefusal::UrlBlocked)
        ),
        "{blocked}"
    );
    story
        .world
        .pass(&story.app, Duration::minutes(9) + Duration::seconds(59))
        .await;
    assert_eq!(story.app.attempt().await.unwrap().phase, "waiting");
    story.world.pass(&story.app, Duration::seconds(2)).await;
    let over = story.rest().await;
    assert_eq!(
        (over.phase, over.outcome),
        ("failed", Some("state_expired"))
    );
    // The wizard stands where it stood: an answer that never came says nothing against its way.
    let after = story.app.account(&id).await.wizard.unwrap();
    assert_eq!((after.step, after.way), (before.step, before.way));
    assert_eq!(after.quick_offered, before.quick_offered);
    assert_eq!(story.status(&id).await.0, "revoked");

    // Another door is all it takes.
    let own = format!("https://localhost:{}/callback", story.world.port.number());
    control.register_redirect(&own);
    let certificate = Command::Connect {
        route: Route::Facebook,
        expected: Some(id.clone()),
        app: None,
        door: Some(Door::Certificate),
        permissions: None,
        browser: true,
    };
    story.app.run(certificate).await.unwrap();
    let back = story.allow(&page).unwrap();
    story.bring(Door::Certificate, &back).await;
    assert_eq!(story.rest().await.phase, "done");
    story.app.settle().await;
    assert_eq!(story.status(&id).await, ("connected", None));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_named_as_a_setting_and_not_taken_for_a_passing_fault() {
    let story = at(Door::Localhost).await;
    let (page, _) = story.usable().remove(0);
    let wrong = Command::SetCredentials {
        route: Route::Facebook,
        app_id: "880000000000001".to_owned(),
        app_secret: "not-the-secret-of-this-app".to_owned().into(),
    };
    story.app.run(wrong).await.unwrap();
    story.open(None).await;
    let back = story.allow(&page).unwrap();
    story.bring(Door::Localhost, &back).await;
    let attempt = story.rest().await;
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("wrong_app_id")),
        "{attempt:?}"
    );
    assert_eq!(story.world.control.count(Endpoint::FacebookExchange), 1);
    assert!(story.app.snapshot().await.accounts.is_empty());
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_while_pages_are_to_be_chosen_loses_none_of_them() {
    for crashes in [true, false] {
        let mut story = at(Door::Localhost).await;
        let usable = story.usable();
        story.open(None).await;
        let asked = story.world.browser.last();
        let control = &story.world.control;
        let back = control.answer_dialog(asked.as_str(), &story.person.id, &everything());
        story.bring(Door::Localhost, &back.unwrap()).await;
        let shown = story.rest().await;
        assert_eq!(shown.phase, "pages");
        let Story { world, app, person } = story;
        if crashes {
            app.crash().await;
        } else {
            app.quit().await;
        }
        let app = world.open().unwrap();
        app.key_state().await;
        story = Story { world, app, person };
        let again = story.rest().await;
        assert_eq!((again.phase, again.door), ("pages", "localhost"));
        assert_eq!(again.pages, shown.pages);
        let (page, id) = &usable[0];
        assert_eq!(story.choose(&[page]).await.unwrap().phase, "done");
        story.app.settle().await;
        assert_eq!(story.status(id).await, ("connected", None));
        story.app.quit().await;
    }
}
