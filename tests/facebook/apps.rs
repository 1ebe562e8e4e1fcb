//! Accounts that are reached through a Facebook Page: several Meta apps side by side.

use super::*;

const FIRST: &str = "facebook:880000000000001";
const SECOND: &str = "facebook:880000000000002";

impl Story {
    async fn connect_through(&self, meta_app: &str, page: &str) {
        let connect = Command::Connect {
            route: Route::Facebook,
            expected: None,
            app: Some(meta_app.to_owned()),
            door: None,
            permissions: None,
            browser: true,
        };
        self.app.run(connect).await.unwrap();
        self.answer(&everything()).await;
        let attempt = self.rest().await;
        assert_eq!(attempt.phase, "pages", "{attempt:?}");
        assert_eq!(self.choose(&[page]).await.unwrap().phase, "done");
        self.app.run(Command::AcknowledgeAttempt).await.unwrap();
        self.app.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_one_app_is_shown_on_that_one_and_touches_no_other() {
    let story = Story::of(World::of_apps(2).await).await;
    let second = support::meta_app(2, "");
    let enter = Command::SaveApp {
        id: None,
        route: Route::Facebook,
        app_id: second.facebook_app_id.clone(),
        app_secret: Some(second.facebook_app_secret.into()),
        name: "second".to_owned(),
        door: None,
        redirect: None,
        config_id: None,
    };
    story.app.run(enter).await.unwrap();
    let usable = story.usable();
    story.connect_through(FIRST, &usable[0].0).await;
    story.connect_through(SECOND, &usable[1].0).await;
    let (well, barred) = (&usable[0].1, &usable[1].1);
    assert_eq!(story.app.account(barred).await.app.as_deref(), Some(SECOND));

    let blocked = Fault::everywhere(Outage::AppBlocked).of_app("880000000000002");
    story.world.control.fault(blocked);
    story.look().await;
    assert_eq!(story.status(barred).await, ("waiting", Some("app_problem")));
    assert_eq!(story.status(well).await, ("connected", None));
    let apps = story.app.app().await.credentials;
    let trouble = |id: &str| {
        let app = apps.iter().find(|app| app.id == id).unwrap();
        app.trouble.as_ref().map(|it| (it.cause, it.count))
    };
    assert_eq!(trouble(FIRST), None);
    assert_eq!(trouble(SECOND), Some(("app_problem", 1)));

    story.world.control.outage(Outage::None);
    story.look().await;
    assert_eq!(story.status(barred).await, ("connected", None));
    let apps = story.app.app().await.credentials;
    assert!(apps.iter().all(|app| app.trouble.is_none()));
    story.app.quit().await;
}
