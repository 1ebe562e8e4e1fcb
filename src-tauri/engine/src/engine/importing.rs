//! A file of access made elsewhere: each line is proved by a call of its own, one after the other and at the pace of
//! everything else. (Meta platform reference, A5; security document, R8.)

use std::collections::{BTreeSet, VecDeque};

use domain::Timestamp;
use domain::account::{AccountId, Profile};
use domain::diagnosis::Cause;
use domain::grant::Route;
use domain::import::{self, Content, Line};
use domain::meta_app::AppKey;
use domain::refusal::Refusal;
use domain::roster::Event;
use secrecy::{ExposeSecret as _, SecretString};

use super::entrusting::{Came, Coming, Judged, Taken, judged};
use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::view::ImportedView;
use crate::world::Tried;

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
        &mut self,
        route: Route,
        app: Option<&str>,
        text: &SecretString,
    ) -> Result<(Option<AppKey>, Vec<Line>), ErrorCode> {
        let app = self.app_of_tokens(route, app)?;
        let lines = import::read(text.expose_secret(), route);
        let lines = lines.map_err(|_| ErrorCode::InvalidInput)?;
        if lines.is_empty() {
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
                    let (route, app) = (import.route, import.app.clone());
                    let ticket = self.try_one(token, route, app.as_ref());
                    self.asked_about_line(line.number, ticket);
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

    /// A file whose Meta app is gone in the middle of it ends there: none of its lines could be asked about.
    fn asked_about_line(&mut self, line: usize, ticket: Result<u64, ErrorCode>) {
        match ticket {
            Ok(ticket) => {
                if let Some(import) = self.imports.front_mut() {
                    import.asking = Some((ticket, line));
                }
                self.started();
            }
            Err(code) => self.end_import(code),
        }
    }

    fn end_import(&mut self, code: ErrorCode) {
        if let Some(import) = self.imports.pop_front() {
            drop(import.answer.send(Err(code)));
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

    /// A line that brings several accounts is told of once for each.
    pub(super) fn on_import_tried(&mut self, result: Result<Tried, Refusal>) {
        let now = self.now();
        let Some(import) = self.imports.front_mut() else {
            return;
        };
        let Some((_, line)) = import.asking.take() else {
            return;
        };
        let (app, route) = (import.app.clone(), import.route);
        let mut reached = std::mem::take(&mut import.reached);
        let views = match result {
            Ok(tried) => match self.take_in_tried(tried, app.as_ref(), &reached) {
                Taken::Kept(came) => {
                    let kept = came.iter().filter(|it| it.how.came());
                    reached.extend(kept.map(|it| it.profile.user_id.clone()));
                    came.iter().map(|came| came_by(line, came)).collect()
                }
                Taken::Unusable(profile, cause) => {
                    vec![told(line, "refused", profile.as_ref(), Some(cause))]
                }
                Taken::NotSaved(code) => return self.end_import(code),
            },
            Err(refusal) => {
                let Judged {
                    diagnosis,
                    is_silence,
                } = judged(&refusal, route, now);
                let cause = (!is_silence).then_some(diagnosis.cause);
                self.happen(Event::Read(Err((diagnosis, refusal))));
                let result = if is_silence { "no_answer" } else { "refused" };
                vec![told(line, result, None, cause)]
            }
        };
        if let Some(import) = self.imports.front_mut() {
            import.reached = reached;
            import.told.extend(views);
        }
    }
}

/// Of two lines for one account the first is kept, and the other is named.
fn came_by(line: usize, came: &Came) -> ImportedView {
    let (result, cause) = match came.how {
        Coming::New => ("added", None),
        Coming::Known => ("known", None),
        Coming::Already => ("twice", None),
        Coming::Refused(cause) => ("refused", Some(cause)),
        Coming::NoAnswer => ("no_answer", None),
    };
    told(line, result, Some(&came.profile), cause)
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
