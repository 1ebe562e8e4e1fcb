//! What the stories of the Facebook route begin with.

use super::*;

/// A story with Relink's Facebook app entered, and somebody at Facebook.
pub(super) struct Story {
    pub(super) world: World,
    pub(super) app: App,
    pub(super) person: PersonView,
}

pub(super) fn everything() -> DialogAnswer {
    DialogAnswer::Allow {
        untick: vec![],
        untick_pages: vec![],
    }
}

pub(super) fn without(name: &str) -> DialogAnswer {
    DialogAnswer::Allow {
        untick: vec![name.to_owned()],
        untick_pages: vec![],
    }
}

pub(super) async fn enter_app(world: &World, app: &App) {
    let meta_app = world.sandbox.app();
    app.run(Command::SetCredentials {
        route: Route::Facebook,
        app_id: meta_app.facebook_app_id.clone(),
        app_secret: meta_app.facebook_app_secret.clone().into(),
    })
    .await
    .unwrap();
}

impl Story {
    /// How Facebook behaves from now on, where its behaviour is open.
    pub(super) fn facebook_behaves(&self, facebook: FacebookManner) {
        self.world.control.manner(Manner {
            facebook,
            ..Manner::default()
        });
    }

    /// Deletes an account at once, keeping what is kept of it.
    pub(super) async fn disconnect(&self, id: &str) -> AccountView {
        let command = Command::Disconnect {
            id: id.to_owned(),
            erase: false,
        };
        self.app.run(command).await.unwrap();
        self.app.account(id).await
    }

    pub(super) async fn begin() -> Self {
        Self::of(World::new().await).await
    }

    pub(super) async fn of(world: World) -> Self {
        let app = world.open().unwrap();
        enter_app(&world, &app).await;
        let person = world.control.people().remove(0);
        // Whoever manages a Page may publish there; of one role only looking is left.
        let may = |tasks: &[String]| tasks.iter().any(|task| task == "CREATE_CONTENT");
        let role = person.roles.iter().find(|role| !may(&role.tasks)).unwrap();
        let looks_only = PersonChange::TasksChanged {
            page_id: role.page_id.clone(),
            tasks: vec!["ANALYZE".to_owned()],
        };
        world.control.apply_person(&person.id, looks_only).unwrap();
        let person = world.control.people().remove(0);
        Self { world, app, person }
    }

    /// The Pages on which the person may publish, each with its account's id, in the order of the Pages.
    pub(super) fn usable(&self) -> Vec<(String, String)> {
        let may = |tasks: &[String]| tasks.iter().any(|task| task == "CREATE_CONTENT");
        let roles = self.person.roles.iter().filter(|role| may(&role.tasks));
        roles
            .filter_map(|role| {
                let page = self.world.control.page(&role.page_id).unwrap();
                Some((page.id, page.instagram?))
            })
            .collect()
    }

    pub(super) async fn open(&self, expected: Option<&str>) {
        self.app
            .run(Command::Connect {
                route: Route::Facebook,
                expected: expected.map(str::to_owned),
                app: None,
                door: None,
                permissions: None,
                browser: true,
            })
            .await
            .unwrap();
    }

    pub(super) async fn answer(&self, answer: &DialogAnswer) {
        let asked = self.world.browser.last();
        let back = self
            .world
            .control
            .answer_dialog(asked.as_str(), &self.person.id, answer)
            .unwrap();
        self.world.follow(&back).await;
    }

    pub(super) async fn sign_in(
        &self,
        expected: Option<&str>,
        answer: &DialogAnswer,
    ) -> AttemptView {
        self.open(expected).await;
        self.answer(answer).await;
        self.rest().await
    }

    pub(super) async fn rest(&self) -> AttemptView {
        self.app.run(Command::AwaitAttempt).await.unwrap();
        self.app.attempt().await.unwrap()
    }

    pub(super) async fn choose(&self, pages: &[&str]) -> Result<AttemptView, ErrorCode> {
        let ids = pages.iter().map(|id| (*id).to_owned()).collect();
        self.app.run(Command::ChoosePages { ids }).await?;
        Ok(self.rest().await)
    }

    /// Connects these accounts and comes to rest; their Pages' ids are first.
    pub(super) async fn connect(&self, pages: &[(String, String)]) {
        let attempt = self.sign_in(None, &everything()).await;
        assert_eq!(attempt.phase, "pages", "{attempt:?}");
        let ids: Vec<&str> = pages.iter().map(|(page, _)| page.as_str()).collect();
        let attempt = self.choose(&ids).await.unwrap();
        assert_eq!(attempt.phase, "done", "{attempt:?}");
        self.app.run(Command::AcknowledgeAttempt).await.unwrap();
        self.app.settle().await;
    }

    /// Two looks, an hour after whatever was before: red accounts are looked at that often.
    pub(super) async fn look(&self) {
        self.world.clock.advance(Duration::hours(1));
        self.app.look_twice(&self.world).await;
    }

    pub(super) async fn status(&self, id: &str) -> (&'static str, Option<&'static str>) {
        let account = self.app.account(id).await;
        (account.status, account.cause)
    }

    pub(super) fn change(&self, change: PersonChange) {
        self.world
            .control
            .apply_person(&self.person.id, change)
            .unwrap();
    }
}

pub(super) fn moment(text: Option<&String>) -> DateTime<chrono::Utc> {
    DateTime::parse_from_rfc3339(text.unwrap())
        .unwrap()
        .to_utc()
}
