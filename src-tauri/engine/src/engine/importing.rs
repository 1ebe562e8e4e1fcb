//! A file of access made elsewhere: each line is proved by a call of its own, one after the other and at the pace of
//! everything else. (Meta platform reference, A5; security document, R8.)

use std::collections::{BTreeSet, VecDeque};

use domain::Timestamp;
use domain::account::{AccountId, Profile};
use domain::diagnosis::{Affects, Cause, Context, Step, diagnose};
use domain::grant::{Route, TokenSet};
use domain::import::{self, Content, Line};
use domain::meta_app::AppKey;
use domain::refusal::Refusal;
use domain::roster::Event;
use secrecy::{ExposeSecret as _, SecretString};

use super::entrusting::Taken;
use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::view::ImportedView;

/// One file under way.
pub(super) struct Import {
    route: Route,
    app: Option<AppKey>,
    lines: VecDeque<Line>,
    /// The call under way, and the line it is made for.
    asking: Option<(u64, usize)>,
    /// Accounts that a line of this file has brought.
    reached: BTreeSet<AccountId>,
    told: Vec<ImportedView>,
    answer: Answer,
}

impl Engine {
    pub(super) fn add_tokens(
        &mut self,
        route: Route,
        app: Option<&str>,
        text: &SecretString,
        answer: Answer,
    ) {
        match self.begin_import(route, app, text) {
            Ok((app, lines)) => {
                self.imports.push_back(Import {
                    route,
                    app,
                    lines: lines.into(),
                    asking: None,
                    reached: BTreeSet::new(),
                    told: Vec::new(),
                    answer,
                });
                self.go_on_importing();
            }
            Err(code) => drop(answer.send(Err(code))),
        }
    }

    fn begin_import(
        &self,
        route: Route,
        app: Option<&str>,
        text: &SecretString,
    ) -> Result<(Option<AppKey>, Vec<Line>), ErrorCode> {
        let app = self.app_named(route, app)?;
        let lines = import::read(text.expose_secret(), route);
        let lines = lines.map_err(|_| ErrorCode::InvalidInput)?;
        if lines.is_empty() || route != Route::Instagram {
            return Err(ErrorCode::InvalidInput);
        }
        Ok((app, lines))
    }

    /// Makes the next call of the first file, where it may be made now; whatever needs none is told at once.
    pub(super) fn go_on_importing(&mut self) {
        let now = self.now();
        let from = self.roster.reading_from(now);
        while let Some(import) = self.imports.front_mut() {
            if import.asking.is_some() {
                return;
            }
            let Some(line) = import.lines.pop_front() else {
                if let Some(import) = self.imports.pop_front() {
                    drop(import.answer.send(Ok(Reply::Imported(import.told))));
                }
                continue;
            };
            let said = |result| told(line.number, result, None, None);
            let token = match line.content {
                Content::Malformed => {
                    import.told.push(said("malformed"));
                    continue;
                }
                Content::Twice => {
                    import.told.push(said("twice"));
                    continue;
                }
                Content::Refused(cause) => {
                    import
                        .told
                        .push(told(line.number, "refused", None, Some(cause)));
                    continue;
                }
                Content::Token(token) => token,
            };
            match from {
                // Whoever does not answer, or asks to be left alone, is not asked a thousand times.
                Some(from) if from > now => import.told.push(said("no_answer")),
                Some(_) if self.next_start <= now => {
                    self.tickets += 1;
                    import.asking = Some((self.tickets, line.number));
                    self.world.try_token(self.tickets, token, import.route);
                    self.started();
                }
                Some(_) | None => {
                    import.lines.push_front(Line {
                        content: Content::Token(token),
                        ..line
                    });
                    return;
                }
            }
        }
    }

    /// When the next call of a file may be made, where time alone keeps it from being made.
    pub(super) fn import_wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let import = self.imports.front()?;
        let waits = import.asking.is_none() && self.next_start > now;
        waits.then_some(self.next_start)
    }

    pub(super) fn is_of_import(&self, ticket: u64) -> bool {
        let import = self.imports.front();
        import.is_some_and(|import| import.asking.is_some_and(|(asked, _)| asked == ticket))
    }

    /// The call for a line ended in a fault of ours: nothing is known of it, and the file goes on.
    pub(super) fn on_import_line_lost(&mut self) {
        if let Some(import) = self.imports.front_mut()
            && let Some((_, line)) = import.asking.take()
        {
            import.told.push(told(line, "no_answer", None, None));
        }
    }

    pub(super) fn on_import_tried(&mut self, result: Result<(Profile, TokenSet), Refusal>) {
        let now = self.now();
        let Some(import) = self.imports.front_mut() else {
            return;
        };
        let Some((_, line)) = import.asking.take() else {
            return;
        };
        if let Ok((profile, _)) = &result
            && import.reached.contains(&profile.user_id)
        {
            // Two lines for one account: the first is kept, and this one is named.
            let view = told(line, "twice", Some(profile), None);
            import.told.push(view);
            return;
        }
        let app = import.app.clone();
        let view = match result {
            Ok((profile, set)) => match self.take_in_token(profile.clone(), set, app) {
                Taken::Kept { known } => {
                    let result = if known { "known" } else { "added" };
                    told(line, result, Some(&profile), None)
                }
                Taken::Personal => {
                    let cause = Some(Cause::NotProfessional);
                    told(line, "refused", Some(&profile), cause)
                }
                Taken::NotSaved(code) => {
                    if let Some(import) = self.imports.pop_front() {
                        drop(import.answer.send(Err(code)));
                    }
                    return;
                }
            },
            Err(refusal) => {
                let diagnosis = diagnose(&refusal, &Context::at(Step::Profile), now);
                let quiet = matches!(diagnosis.affects, Affects::Network | Affects::Provider);
                let cause = Some(diagnosis.cause);
                self.happen(Event::Read(Err((diagnosis, refusal))));
                let result = if quiet { "no_answer" } else { "refused" };
                told(line, result, None, cause.filter(|_| !quiet))
            }
        };
        let reached = (view.result != "refused").then(|| view.account_id.clone());
        if let Some(import) = self.imports.front_mut() {
            import.reached.extend(reached.flatten().map(AccountId::new));
            import.told.push(view);
        }
    }
}

fn told(
    line: usize,
    result: &'static str,
    profile: Option<&Profile>,
    cause: Option<Cause>,
) -> ImportedView {
    ImportedView {
        line,
        result,
        account_id: profile.map(|profile| profile.user_id.to_string()),
        username: profile.map(|profile| profile.username.clone()),
        cause: cause.map(Cause::code),
    }
}
