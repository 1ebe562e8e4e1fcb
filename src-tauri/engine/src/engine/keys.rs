//! Who keeps the key, and what is done while it is not at hand. (Security document, section 4.)

use std::sync::Arc;

use chrono::Duration;
use domain::Timestamp;
use domain::attempt::Attempt;
use domain::grant::Grant;
use domain::journal::{Entry, EntryKind};
use domain::roster::Event;
use secrecy::SecretString;
use vault::master_key::{create_for_session, create_with_passphrase, open_with_passphrase};
use vault::{Created, Custody, CustodyRecord, Kek, KeyState, Passphrase, PassphraseError};

use super::{Answer, Engine};
use crate::command::{Command, ErrorCode, Reply};
use crate::view::{KeyStorage, KeyView};

/// A key store that may come back is asked again this often.
const ASK_AGAIN: Duration = Duration::seconds(60);

/// What is known about the key.
#[derive(Default)]
pub(super) struct Keys {
    record: Option<CustodyRecord>,
    state: State,
    /// Whether the journal knows that it is not at hand.
    was_out: bool,
    /// Commands that wait for the first key.
    held_up: Vec<(Command, Answer)>,
    /// An attempt whose token waits for the key.
    pub(super) resume: Option<(Attempt, Grant)>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is nothing to open and nothing to keep yet.
    #[default]
    NotNeeded,
    /// The key store is being asked.
    Asking,
    /// The person is to be asked.
    PassphraseNeeded,
    /// The key is at hand.
    Ready,
    /// It is not, since then.
    Out(KeyState, Timestamp),
}

/// What a question to the key store came to.
pub(super) enum KeyAnswer {
    Loaded(Result<Kek, KeyState>),
    Created(Result<Box<Created>, ErrorCode>, Option<KeyState>),
    Opened(Result<Kek, PassphraseError>, Answer),
    CreatedByHand(Result<Box<Created>, ErrorCode>, Answer),
}

impl Keys {
    pub(super) fn restored(record: Option<CustodyRecord>) -> Self {
        Self {
            record,
            ..Self::default()
        }
    }

    pub(super) fn view(&self) -> KeyView {
        let state = match self.state {
            State::NotNeeded => "not_needed_yet",
            State::Asking => "checking",
            State::PassphraseNeeded => "passphrase_needed",
            State::Ready => "ready",
            State::Out(state, _) => state.code(),
        };
        let storage = self.record.as_ref().map(|record| match record.custody {
            Custody::Keychain => KeyStorage::Keychain,
            Custody::Passphrase(_) => KeyStorage::Passphrase,
            Custody::Session => KeyStorage::Session,
        });
        KeyView { state, storage }
    }

    pub(super) fn since(&self) -> Option<Timestamp> {
        match self.state {
            State::Out(_, since) => Some(since),
            State::NotNeeded | State::Asking | State::PassphraseNeeded | State::Ready => None,
        }
    }
}

impl Engine {
    /// At start: the key the database names is asked for, once.
    pub(super) fn begin_keys(&mut self) {
        match self.keys.record.as_ref().map(|record| &record.custody) {
            None => {}
            Some(Custody::Keychain) => self.ask_keychain(),
            Some(Custody::Passphrase(_)) => self.keys.state = State::PassphraseNeeded,
            // It was kept until Relink quit, as the person chose.
            Some(Custody::Session) => {
                self.keys.state = State::Out(KeyState::KeyMissing, self.now())
            }
        }
    }

    pub(super) fn retry_keys(&mut self, now: Timestamp) {
        if let State::Out(state, since) = self.keys.state
            && state.may_pass()
            && now - since >= ASK_AGAIN
        {
            self.ask_keychain();
        }
    }

    pub(super) fn ask_keychain(&mut self) {
        let Some(record) = self.keys.record.clone() else {
            if !self.keys.held_up.is_empty() {
                self.create_in_keychain();
            }
            return;
        };
        if record.custody != Custody::Keychain || self.keys.state == State::Asking {
            return;
        }
        let Some(database) = self
            .records
            .as_ref()
            .map(|records| records.database().clone())
        else {
            return;
        };
        self.keys.state = State::Asking;
        let keeper = Arc::clone(&self.config.keeper);
        self.ask_elsewhere(move || KeyAnswer::Loaded(keeper.load(&database, &record)));
    }

    /// A key store may take its time, or ask the person: never on the loop.
    fn ask_elsewhere(&self, question: impl FnOnce() -> KeyAnswer + Send + 'static) {
        let answers = self.key_answers.0.clone();
        tokio::task::spawn_blocking(move || drop(answers.blocking_send(question())));
    }

    /// Runs a command that needs the key: at once, or when the first key has been made.
    pub(super) fn with_key(
        &mut self,
        command: Command,
        answer: Answer,
    ) -> Option<(Command, Answer)> {
        match self.keys.state {
            State::Ready => Some((command, answer)),
            State::NotNeeded | State::Asking => {
                let first = self.keys.record.is_none() && self.keys.state == State::NotNeeded;
                self.keys.held_up.push((command, answer));
                if first {
                    self.create_in_keychain();
                }
                None
            }
            State::Out(..) if self.keys.record.is_none() => {
                self.keys.held_up.push((command, answer));
                self.create_in_keychain();
                None
            }
            State::PassphraseNeeded | State::Out(..) => {
                drop(answer.send(Err(ErrorCode::KeyUnavailable)));
                None
            }
        }
    }

    /// The person presses *Try again*: questions that nobody answered are given up.
    pub(super) fn ask_keychain_anew(&mut self) {
        self.config.keeper.forget_unanswered();
        self.ask_keychain();
    }

    fn create_in_keychain(&mut self) {
        let Some(records) = &self.records else { return };
        let (database, data_keys) = (records.database().clone(), records.data_keys());
        self.keys.state = State::Asking;
        let keeper = Arc::clone(&self.config.keeper);
        self.ask_elsewhere(move || {
            let facts = vault::KeyFacts {
                named: None,
                data_keys,
            };
            match keeper.create(&database, facts) {
                Ok(created) => KeyAnswer::Created(Ok(Box::new(created)), None),
                Err(vault::master_key::CreateError::State(state)) => {
                    KeyAnswer::Created(Err(ErrorCode::KeyUnavailable), Some(state))
                }
                Err(error) => {
                    tracing::error!(%error, "no key could be made");
                    KeyAnswer::Created(Err(ErrorCode::KeyUnavailable), Some(KeyState::KeyMissing))
                }
            }
        });
    }

    pub(super) async fn on_key_answer(&mut self, answer: KeyAnswer) {
        match answer {
            KeyAnswer::Loaded(Ok(kek)) => self.take_key(kek).await,
            KeyAnswer::Loaded(Err(state)) => self.key_is_out(state),
            KeyAnswer::Created(Ok(created), _) => {
                if self.keep_record(created.record).is_ok() {
                    self.take_key(created.kek).await;
                } else {
                    self.key_is_out(KeyState::KeychainWriteRefused);
                }
            }
            KeyAnswer::Created(Err(_), state) => {
                self.key_is_out(state.unwrap_or(KeyState::KeychainAbsent));
            }
            KeyAnswer::Opened(Ok(kek), answer) => {
                self.take_key(kek).await;
                drop(answer.send(Ok(Reply::Done {})));
            }
            KeyAnswer::Opened(Err(error), answer) => {
                let code = match error {
                    PassphraseError::WrongPassphrase => ErrorCode::PassphraseWrong,
                    PassphraseError::Empty
                    | PassphraseError::Damaged
                    | PassphraseError::UnknownParameters
                    | PassphraseError::NoMemory
                    | PassphraseError::NoRandomness(_) => ErrorCode::KeyUnavailable,
                };
                drop(answer.send(Err(code)));
            }
            KeyAnswer::CreatedByHand(Ok(created), answer) => {
                let kept = match self.keys.record {
                    Some(_) => self.begin_anew(created.record),
                    None => self.keep_record(created.record),
                };
                if kept.is_ok() {
                    self.take_key(created.kek).await;
                }
                drop(answer.send(kept.map(|()| Reply::Done {})));
            }
            KeyAnswer::CreatedByHand(Err(code), answer) => drop(answer.send(Err(code))),
        }
    }

    /// The record is in the database before anything is sealed under its key. (Security document, K2.)
    fn keep_record(&mut self, record: CustodyRecord) -> Result<(), ErrorCode> {
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        records.save_custody(&record).map_err(|error| {
            tracing::error!(%error, "the key's record could not be saved");
            error.code()
        })?;
        self.keys.record = Some(record);
        Ok(())
    }

    /// The person's own act: what only the old key could open goes, everything else stays.
    fn begin_anew(&mut self, record: CustodyRecord) -> Result<(), ErrorCode> {
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        records.replace_lost_key(&record).map_err(|error| {
            tracing::error!(%error, "the new key's record could not be saved");
            error.code()
        })?;
        self.keys.record = Some(record);
        self.happen(Event::AccessUnreadable(Vec::new()));
        Ok(())
    }

    async fn take_key(&mut self, kek: Kek) {
        if let Some(records) = &mut self.records {
            records.take_key(kek);
        }
        // A key that is there at the first asking is no news.
        if matches!(
            std::mem::replace(&mut self.keys.state, State::Ready),
            State::Out(..)
        ) || self.keys.was_out
        {
            self.keys.was_out = false;
            self.note_key_state("ready");
        }
        self.happen(Event::KeyAvailable(true));
        self.resume_with_key();
        for (command, answer) in std::mem::take(&mut self.keys.held_up) {
            Box::pin(self.on_command(command, answer)).await;
        }
    }

    fn key_is_out(&mut self, state: KeyState) {
        self.keys.state = State::Out(state, self.now());
        if !std::mem::replace(&mut self.keys.was_out, true) {
            self.note_key_state(state.code());
        }
        self.happen(Event::KeyAvailable(false));
        for (_, answer) in std::mem::take(&mut self.keys.held_up) {
            drop(answer.send(Err(ErrorCode::KeyUnavailable)));
        }
    }

    fn note_key_state(&mut self, state: &str) {
        let now = self.now();
        let entry = Entry::app(EntryKind::KeyStateChanged, now).with("state", state);
        let reaction = domain::roster::Reaction {
            entries: vec![entry],
            ..Default::default()
        };
        self.carry_out(reaction);
    }

    pub(super) fn unlock(&mut self, passphrase: SecretString, answer: Answer) {
        let record = self.keys.record.clone();
        let database = self
            .records
            .as_ref()
            .map(|records| records.database().clone());
        let (Some(record), Some(database)) = (record, database) else {
            drop(answer.send(Err(ErrorCode::NotPossible)));
            return;
        };
        // Deriving the key takes a while and much memory, by design.
        self.ask_elsewhere(move || {
            let kek = Passphrase::new(passphrase)
                .and_then(|passphrase| open_with_passphrase(&database, &record, &passphrase));
            KeyAnswer::Opened(kek, answer)
        });
    }

    /// The person says who keeps the key: the first one, or, on their word that the old one is given
    /// up, a new one. The old one is forgotten only in the transaction that names the new one.
    pub(super) fn choose_key_storage(
        &mut self,
        storage: KeyStorage,
        passphrase: Option<SecretString>,
        forget_access: bool,
        answer: Answer,
    ) {
        let anew = self.keys.record.is_some();
        let given_up = match self.keys.state {
            State::Out(state, _) => !state.may_pass(),
            State::PassphraseNeeded => true,
            State::NotNeeded | State::Asking | State::Ready => false,
        };
        if anew && !(forget_access && given_up) {
            drop(answer.send(Err(ErrorCode::NotPossible)));
            return;
        }
        let Some(records) = &self.records else {
            drop(answer.send(Err(ErrorCode::Database)));
            return;
        };
        let database = records.database().clone();
        let data_keys = if anew { 0 } else { records.data_keys() };
        let keeper = Arc::clone(&self.config.keeper);
        self.ask_elsewhere(move || {
            let facts = vault::KeyFacts {
                named: None,
                data_keys,
            };
            let created = match storage {
                KeyStorage::Keychain => keeper.create(&database, facts),
                KeyStorage::Session => create_for_session(&database, facts),
                KeyStorage::Passphrase => match passphrase.map(Passphrase::new) {
                    Some(Ok(passphrase)) => create_with_passphrase(&database, facts, &passphrase),
                    Some(Err(_)) | None => {
                        return KeyAnswer::CreatedByHand(Err(ErrorCode::InvalidInput), answer);
                    }
                },
            };
            let created = created.map(Box::new).map_err(|error| {
                tracing::warn!(%error, "no key could be made");
                ErrorCode::KeyUnavailable
            });
            KeyAnswer::CreatedByHand(created, answer)
        });
    }
}
