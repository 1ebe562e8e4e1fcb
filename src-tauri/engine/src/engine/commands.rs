//! What the window and the command line ask for.

use chrono::Duration;
use domain::account::AccountId;
use domain::roster::{AttemptEvent, Event, WizardEvent};
use secrecy::ExposeSecret as _;

use super::apps::Entered;
use super::show::Waiter;
use super::trip::Wish;
use super::{Answer, Engine};
use crate::command::{Command, ErrorCode, Reply};
use crate::explain::explain;
use crate::view::NoticeView;

/// The longest label, in characters.
const MAX_LABEL: usize = 80;
/// The longest notes, in characters.
const MAX_NOTES: usize = 10_000;
/// The most accounts one command may name.
const MAX_IDS: usize = 10_000;

impl Engine {
    pub(super) async fn on_command(&mut self, command: Command, answer: Answer) {
        if self.obstacle.is_some()
            && !matches!(
                command,
                Command::Snapshot { .. }
                    | Command::Raise
                    | Command::HandOver
                    | Command::Poke
                    | Command::RestoreBackup
            )
        {
            drop(answer.send(Err(ErrorCode::Database)));
            return;
        }
        let (command, answer) = if needs_key(&command) {
            match self.with_key(command, answer) {
                Some(ready) => ready,
                None => return,
            }
        } else {
            (command, answer)
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "`at_once` lists every other one"
        )]
        match command {
            Command::Connect {
                route,
                expected,
                app,
                door,
                permissions,
                browser,
            } => {
                let wish = Wish {
                    route,
                    expected,
                    app,
                    door,
                    permissions,
                    browser,
                };
                self.connect(wish, answer).await;
            }
            Command::Unlock { passphrase } => self.unlock(passphrase.0, answer),
            Command::ChooseKeyStorage {
                storage,
                passphrase,
                forget_access,
            } => {
                let passphrase = passphrase.map(|secret| secret.0);
                self.choose_key_storage(storage, passphrase, forget_access, answer);
            }
            Command::Settle { ids } => match self.known(ids) {
                Ok(ids) => self.waiters.push(Waiter::settled(ids, answer)),
                Err(code) => drop(answer.send(Err(code))),
            },
            Command::AwaitAttempt => self.waiters.push(Waiter::attempt(answer)),
            Command::Revoke { id } => self.revoke(id, answer),
            Command::CheckApp { id } => self.check_app(&id, answer),
            Command::AddToken { route, app, token } => {
                self.try_token(route, app.as_deref(), &token.0, answer);
            }
            Command::AddTokens { route, app, text } => {
                self.add_tokens(route, app.as_deref(), &text.0, answer);
            }
            Command::RestoreBackup => drop(answer.send(self.restore_backup())),
            other => {
                let result = self.at_once(other);
                drop(answer.send(result));
            }
        }
    }

    /// Everything that is answered at once.
    fn at_once(&mut self, command: Command) -> Result<Reply, ErrorCode> {
        let failed_before = self.saves_failed;
        match command {
            Command::Snapshot { from } => {
                return Ok(Reply::Snapshot(Box::new(self.snapshot(from))));
            }
            Command::Runway { id } => {
                let id = self.one(id)?;
                return self.runway(&id);
            }
            Command::Remind { ids, hours } => {
                if !(1..=7 * 24).contains(&hours) {
                    return Err(ErrorCode::InvalidInput);
                }
                let ids = self.known(ids)?;
                self.remind(&ids, Duration::hours(hours.into()));
            }
            Command::TestNotice => {
                self.config.desktop.show_notice(&NoticeView::test());
            }
            Command::History {
                account_id,
                before,
                limit,
            } => {
                return self.history(account_id, before.as_deref(), limit);
            }
            Command::ConsentAddress => {
                let address = self.consent_address().ok_or(ErrorCode::NotPossible)?;
                return Ok(Reply::ConsentAddress {
                    consent_address: address.into(),
                });
            }
            Command::Check { ids } => {
                let ids = self.known(ids)?;
                self.need_key()?;
                self.happen(Event::CheckAsked(ids));
            }
            Command::Renew { ids, due_only } => {
                let ids = self.known(ids)?;
                self.need_key()?;
                if due_only {
                    self.happen(Event::RenewDueAsked);
                } else {
                    self.happen(Event::RenewAsked(ids));
                }
            }
            Command::ReopenBrowser => {
                if self.consent_address().is_none() {
                    return Err(ErrorCode::NotPossible);
                }
                self.reopen_browser();
            }
            Command::SubmitCallback { address } => {
                if self
                    .roster
                    .attempt()
                    .is_none_or(|attempt| !attempt.is_open())
                {
                    return Err(ErrorCode::NotPossible);
                }
                self.on_pasted(address.0.expose_secret());
            }
            Command::KeepWithLimits => self.happen(Event::Attempt(AttemptEvent::KeepWithLimits)),
            Command::AddReturnedAccount => self.happen(Event::Attempt(AttemptEvent::AddReturned)),
            Command::CancelAttempt => self.happen(Event::Attempt(AttemptEvent::Cancel)),
            Command::AcknowledgeAttempt => self.happen(Event::Attempt(AttemptEvent::Acknowledge)),
            Command::DeleteAccounts { ids } if !ids.is_empty() => {
                let ids = self.known(ids)?;
                self.happen(Event::Delete(ids));
            }
            Command::DeleteAccounts { .. } => return Err(ErrorCode::InvalidInput),
            Command::UndoDelete => self.happen(Event::UndoDelete),
            Command::Disconnect { id, erase } => {
                let id = self.one(id)?;
                if erase {
                    self.happen(Event::Erase(id));
                } else {
                    self.happen(Event::DeleteForGood(id));
                }
            }
            Command::EraseAccount { id } => {
                let id = self.one(id)?;
                self.happen(Event::Erase(id));
            }
            Command::SetLabel { id, label } => {
                let id = self.one(id)?;
                let label = one_line(&label, MAX_LABEL)?;
                self.happen(Event::SetLabel(id, label));
            }
            Command::SetNotes { id, notes } => {
                let id = self.one(id)?;
                if notes.chars().count() > MAX_NOTES {
                    return Err(ErrorCode::InvalidInput);
                }
                self.happen(Event::SetNotes(id, notes));
            }
            Command::SetLogin { id, login } => {
                let id = self.one(id)?;
                let login = one_line(&login, MAX_LABEL)?;
                self.happen(Event::SetLogin(id, login));
            }
            Command::Tick { id, advice, done } => {
                let id = self.one(id)?;
                self.happen(Event::Ticked(id, advice, done));
            }
            Command::LaneStart { ids } => {
                let ids = self.known(ids)?;
                self.happen(Event::LaneStarted(ids));
                if self.roster.lane().is_none() {
                    return Err(ErrorCode::NotPossible);
                }
            }
            Command::LaneSkip => self.happen(Event::LaneSkipped),
            Command::LaneClose => self.happen(Event::LaneClosed),
            Command::Explain { text, http_status } => {
                let explained = explain(&text, http_status, self.now())?;
                return Ok(Reply::Explained(explained));
            }
            Command::Manifest { id } => {
                let id = self.one(id)?;
                return self.manifest(&id);
            }
            Command::Receipt { id } => {
                let id = self.one(id)?;
                return self.receipt(&id);
            }
            Command::Sync { ids } => {
                let ids = self.known(ids)?;
                self.need_key()?;
                self.sync(ids)?;
            }
            Command::StopSync { id } => {
                let id = self.one(id)?;
                self.stop_sync(&id);
            }
            Command::Media { id, from, limit } => {
                let id = self.one(id)?;
                return self.media(&id, from, limit);
            }
            Command::Gap { id } => {
                let id = self.one(id)?;
                return self.gap(&id);
            }
            Command::GapCsv { id } => {
                let id = self.one(id)?;
                return self.gap_csv(&id);
            }
            Command::WizardOpen { id } => self.wizard(id, WizardEvent::Open)?,
            Command::WizardChooseWay { id, way } => self.wizard(id, WizardEvent::Choose(way))?,
            Command::WizardAnswer { id, key, value } => {
                self.wizard(id, WizardEvent::Answer(key, value))?
            }
            Command::WizardNext { id } => self.wizard(id, WizardEvent::Next)?,
            Command::WizardBack { id } => self.wizard(id, WizardEvent::Back)?,
            Command::WizardClose { id } => self.wizard(id, WizardEvent::Close)?,
            Command::UpdateSettings { settings } => self.update_settings(settings)?,
            Command::SetCredentials {
                route,
                app_id,
                app_secret,
            } => {
                self.set_credentials(route, &app_id, app_secret.0)?;
            }
            Command::SaveApp {
                id,
                route,
                app_id,
                app_secret,
                name,
                door,
                redirect,
                config_id,
            } => self.save_app(Entered {
                id,
                route,
                app_id,
                secret: app_secret.map(|secret| secret.0),
                name,
                door,
                redirect,
                config_id,
            })?,
            Command::RemoveApp { id } => self.remove_app(&id)?,
            Command::ChoosePages { ids } => self.choose_pages(ids)?,
            Command::RetryKey => self.ask_keychain_anew(),
            Command::Raise => {
                if !(self.config.raise)() {
                    return Err(ErrorCode::NotPossible);
                }
            }
            Command::HandOver => {
                if !self.config.desktop.hand_over() {
                    return Err(ErrorCode::NotPossible);
                }
            }
            Command::Poke => {}
            Command::Connect { .. }
            | Command::Unlock { .. }
            | Command::ChooseKeyStorage { .. }
            | Command::Settle { .. }
            | Command::AwaitAttempt
            | Command::AddToken { .. }
            | Command::AddTokens { .. }
            | Command::Revoke { .. }
            | Command::CheckApp { .. }
            | Command::RestoreBackup => return Err(ErrorCode::Internal),
        }
        self.settle();
        if self.saves_failed > failed_before {
            return Err(self
                .save_failed
                .map_or(ErrorCode::Database, |(code, _)| code));
        }
        Ok(Reply::Done {})
    }

    fn known(&self, ids: Vec<String>) -> Result<Vec<AccountId>, ErrorCode> {
        if ids.len() > MAX_IDS {
            return Err(ErrorCode::InvalidInput);
        }
        ids.into_iter().map(|id| self.one(id)).collect()
    }

    pub(super) fn one(&self, id: String) -> Result<AccountId, ErrorCode> {
        let id = AccountId::new(id);
        match self.roster.account(&id) {
            Some(_) => Ok(id),
            None => Err(ErrorCode::UnknownAccount),
        }
    }

    fn need_key(&self) -> Result<(), ErrorCode> {
        let empty = self.roster.accounts().next().is_none();
        if empty || self.keys.view().state == "ready" {
            Ok(())
        } else {
            Err(ErrorCode::KeyUnavailable)
        }
    }

    fn wizard(&mut self, id: String, event: WizardEvent) -> Result<(), ErrorCode> {
        let id = self.one(id)?;
        let opens = event == WizardEvent::Open;
        self.happen(Event::Wizard(id.clone(), event));
        let stands = self
            .roster
            .account(&id)
            .is_some_and(|account| account.wizard.is_some());
        if opens && !stands {
            Err(ErrorCode::NotPossible)
        } else {
            Ok(())
        }
    }

    /// The last good backup takes the place of what cannot be opened; Relink begins anew from it.
    fn restore_backup(&mut self) -> Result<Reply, ErrorCode> {
        if self.obstacle.is_none() {
            return Err(ErrorCode::NotPossible);
        }
        match crate::records::Records::restore(&self.config.data_dir) {
            Ok(records) => {
                self.records = Some(records);
                self.obstacle = None;
                let now = self.now();
                self.load(now);
                self.changed
                    .extend(self.roster.accounts().map(|account| account.id().clone()));
                Ok(Reply::Done {})
            }
            Err(error) => {
                tracing::error!(%error, "the backup cannot be opened");
                Err(error.code())
            }
        }
    }
}

/// Whether a command cannot even begin without the key.
fn needs_key(command: &Command) -> bool {
    matches!(
        command,
        Command::Connect { .. }
            | Command::AddToken { .. }
            | Command::AddTokens { .. }
            | Command::SaveApp { .. }
            | Command::CheckApp { .. }
            | Command::Revoke { .. }
            | Command::SetCredentials { .. }
    )
}

fn one_line(text: &str, most: usize) -> Result<String, ErrorCode> {
    let text = text.trim();
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(ErrorCode::InvalidInput);
    }
    Ok(text.to_owned())
}
