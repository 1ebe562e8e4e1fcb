//! Asking whether a Meta app's id and secret are right. (Meta platform reference, B2, D2.)

use domain::app_check::AppCheck;
use domain::grant::Route;
use domain::meta_app::AppKey;
use domain::refusal::Refusal;

use super::doors::registered;
use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::view::{AppCheckView, EvidenceView};

/// A Meta app that is being asked about.
pub(super) struct Checking {
    app: AppKey,
    /// The log-in product that is asked now.
    asked: Route,
    /// What its own said, once the other one is asked.
    own: Option<AppCheck>,
    pub(super) answer: Answer,
}

impl Engine {
    pub(super) fn check_app(&mut self, id: &str, answer: Answer) {
        let app = self.kept_app(id).map(|kept| kept.app.key.clone());
        let begun = app.and_then(|app| Ok((self.ask_about(&app, app.route())?, app)));
        match begun {
            Ok((ticket, app)) => {
                let checking = Checking {
                    asked: app.route(),
                    app,
                    own: None,
                    answer,
                };
                self.apps_checked.insert(ticket, checking);
            }
            Err(code) => drop(answer.send(Err(code))),
        }
    }

    /// Asks a log-in product about an app with the id and the secret that were entered.
    fn ask_about(&mut self, key: &AppKey, asked: Route) -> Result<u64, ErrorCode> {
        let credentials = self.app_credentials(key)?;
        let app = &self.kept_app(&key.code())?.app;
        let redirect = registered(app, app.door, &self.config.endpoints);
        let ticket = self.tickets + 1;
        match asked {
            Route::Instagram => {
                let redirect = redirect.ok_or(ErrorCode::InvalidInput)?;
                self.world.check_app(ticket, credentials, redirect.into());
            }
            Route::Facebook => {
                let facebook = self.world.facebook().ok_or(ErrorCode::NotPossible)?;
                self.world.check_facebook_app(facebook, ticket, credentials);
            }
        }
        self.tickets = ticket;
        Ok(ticket)
    }

    pub(super) fn on_app_checked(&mut self, ticket: u64, result: Result<(), Refusal>) {
        let now = self.now();
        let Some(checking) = self.apps_checked.remove(&ticket) else {
            return;
        };
        let Checking {
            app,
            asked,
            own,
            answer,
        } = checking;
        let said = AppCheck::read(asked, result.as_ref().map(|&()| ()), now);
        let check = match own {
            Some(own) => own.with_other(&said),
            None if said.asks_the_other() => {
                let other = match asked {
                    Route::Instagram => Route::Facebook,
                    Route::Facebook => Route::Instagram,
                };
                // Where the other one cannot be asked, what is known is all there is to tell.
                if let Ok(ticket) = self.ask_about(&app, other) {
                    let checking = Checking {
                        app,
                        asked: other,
                        own: Some(said),
                        answer,
                    };
                    self.apps_checked.insert(ticket, checking);
                    return;
                }
                said
            }
            None => said,
        };
        drop(answer.send(Ok(Reply::AppCheck(Box::new(view(&check))))));
    }
}

fn view(check: &AppCheck) -> AppCheckView {
    let diagnosis = check.told_by.as_ref();
    let evidence = diagnosis.and_then(|diagnosis| diagnosis.evidence.as_ref());
    AppCheckView {
        app_id: check.app_id.code(),
        secret: check.secret.code(),
        evidence: evidence.map(EvidenceView::from),
    }
}
