//! Accounts: everything remembered of each, except its secrets.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use domain::account::{
    Account, AccountId, AccountType, Profile, Revision, TwoFactor, TwoFactorAnswer,
};
use domain::advice::Advice;
use domain::meta_app::AppKey;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::connection::{self, Column};
use super::finding::{Findings, Place};
use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE account (
    id                TEXT PRIMARY KEY NOT NULL,
    username          TEXT NOT NULL,
    name              TEXT,
    account_type      TEXT NOT NULL,
    consented_at      INTEGER NOT NULL,
    revision          INTEGER NOT NULL,
    generation        INTEGER NOT NULL,
    label             TEXT NOT NULL,
    notes             TEXT NOT NULL,
    two_factor        TEXT,
    two_factor_at     INTEGER,
    connection        TEXT NOT NULL,
    route             TEXT,
    scopes            TEXT,
    issued_at         INTEGER,
    expires_at        INTEGER,
    renewal           TEXT,
    renewal_failures  INTEGER,
    renewal_retry_at  INTEGER,
    last_renewed_at   INTEGER,
    standing          TEXT,
    missing_scopes    TEXT,
    unproved          INTEGER,
    removed_at        INTEGER,
    undo              TEXT,
    undo_until        INTEGER,
    last_checked_at   INTEGER,
    last_ok_at        INTEGER,
    next_check_at     INTEGER NOT NULL,
    check_running     INTEGER NOT NULL,
    trouble_failures  INTEGER,
    trouble_retry_at  INTEGER,
    doubt_since       INTEGER,
    doubt_confirm_at  INTEGER,
    doubt_held_back   INTEGER
) STRICT;
";

pub(crate) const SECOND: &str = "
ALTER TABLE account ADD COLUMN before_issued_at INTEGER;
ALTER TABLE account ADD COLUMN before_expires_at INTEGER;
ALTER TABLE account ADD COLUMN doubt_told INTEGER;
";

pub(crate) const THIRD: &str = "
ALTER TABLE account ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN ticked TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN gone_there INTEGER NOT NULL DEFAULT 0;
";

/// The spare had always been the token before the present one, and of lost access nothing was kept but
/// the grant.
pub(crate) const FOURTH: &str = "
ALTER TABLE account ADD COLUMN spare_generation INTEGER;
ALTER TABLE account ADD COLUMN hidden_scopes TEXT;
UPDATE account SET spare_generation = generation - 1 WHERE unproved = 1;
UPDATE account SET renewal = 'resting', renewal_failures = 0, standing = 'good', unproved = 0
WHERE connection = 'lost';
";

pub(crate) const FIFTH: &str = "ALTER TABLE account ADD COLUMN app TEXT;";

/// Before, only the Instagram route could be taken.
pub(crate) const SIXTH: &str = "
ALTER TABLE account ADD COLUMN page_id TEXT;
ALTER TABLE account ADD COLUMN page_name TEXT;
ALTER TABLE account ADD COLUMN person TEXT;
ALTER TABLE account ADD COLUMN person_until INTEGER;
ALTER TABLE account ADD COLUMN data_access_until INTEGER;
ALTER TABLE account ADD COLUMN inspected_at INTEGER;
ALTER TABLE account ADD COLUMN revoked_at INTEGER;
UPDATE account SET route = 'instagram' WHERE route IS NULL;
";

/// Every account that could be read, and those that could not.
#[derive(Debug, Default)]
pub struct Accounts {
    /// In the order of their ids.
    pub accounts: Vec<Account>,
    /// Rows that hold what this program cannot have written. They stay where they are; one bad
    /// row keeps no other account from its work (security document, R7).
    pub unreadable: Vec<Unreadable>,
}

/// An account's row that could not be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Whose it is.
    pub id: AccountId,
    /// What is wrong with it.
    pub error: StoreError,
}

impl View<'_> {
    /// Every account.
    ///
    /// # Errors
    /// [`StoreError`] when the table as a whole cannot be read.
    pub fn accounts(&self) -> Result<Accounts, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM account ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut all = Accounts::default();
        // Most accounts have none of these: asking for each would be most of the work.
        let eventful = self.eventful_accounts()?;
        while let Some(row) = rows.next()? {
            let cells = Cells::of("account", row);
            let id = AccountId::new(cells.get::<String>("id")?);
            match self.read_account(&cells, &id, eventful.contains(id.as_str())) {
                Ok(account) => all.accounts.push(account),
                Err(error @ StoreError::BadRow { .. }) => {
                    all.unreadable.push(Unreadable { id, error });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// One account.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row that this program cannot have written.
    pub fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM account WHERE id = ?1")?;
        let mut rows = statement.query([id.as_str()])?;
        rows.next()?
            .map(|row| self.read_account(&Cells::of("account", row), id, true))
            .transpose()
    }

    /// Accounts that have rows in the tables beside this one.
    fn eventful_accounts(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT account_id FROM finding UNION SELECT account_id FROM loss
             UNION SELECT account_id FROM wizard",
        )?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn read_account(
        &self,
        cells: &Cells<'_>,
        id: &AccountId,
        eventful: bool,
    ) -> Result<Account, StoreError> {
        let mut found = Findings::new();
        let mut recent_losses = Vec::new();
        if eventful {
            found = self.findings(id.as_str())?;
            recent_losses = self.losses(id.as_str())?;
        }
        let answer = cells.maybe_code("two_factor", TwoFactorAnswer::from_code)?;
        let two_factor = match answer {
            None => None,
            Some(answer) => Some(TwoFactor {
                answer,
                at: cells.moment("two_factor_at")?,
            }),
        };
        let wizard = if eventful {
            self.wizard(id.as_str(), &mut found)?
        } else {
            None
        };
        Ok(Account {
            profile: Profile {
                user_id: id.clone(),
                username: cells.get("username")?,
                name: cells.get("name")?,
                account_type: cells.code("account_type", AccountType::from_code)?,
            },
            app: cells.maybe_code("app", AppKey::from_code)?,
            connection: connection::read(cells, &mut found)?,
            watch: connection::read_watch(cells, &mut found)?,
            consented_at: cells.moment("consented_at")?,
            revision: Revision(cells.number("revision")?),
            generation: cells.number("generation")?,
            label: cells.get("label")?,
            notes: cells.get("notes")?,
            login: cells.get("login")?,
            two_factor,
            ticked: ticked(&cells.get::<String>("ticked")?).ok_or_else(|| cells.bad("ticked"))?,
            recent_losses,
            wizard,
        })
    }
}

impl Tx<'_> {
    /// Keeps an account as it is now, whether it is new or known.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn save_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut found = Vec::new();
        let mut columns = own_columns(account);
        connection::write(&account.connection, &mut columns, &mut found);
        connection::write_watch(&account.watch, &mut columns, &mut found);
        let wizard = account.wizard.as_ref();
        let opened_for = wizard.and_then(|wizard| wizard.diagnosis.as_ref());
        found.extend(opened_for.map(|diagnosis| (Place::Wizard, diagnosis)));

        columns.sort_unstable_by_key(|(name, _)| *name);
        let sql = UPSERT.get_or_init(|| upsert(&columns));
        let values = columns.into_iter().map(|(_, value)| value);
        self.transaction
            .prepare_cached(sql)?
            .execute(params_from_iter(values))?;
        let id = account.id().as_str();
        self.save_findings(id, &found)?;
        self.save_losses(id, &account.recent_losses)?;
        self.save_wizard(id, wizard)
    }

    /// Erases an account for good with everything kept of it: its secrets, journal and renewals
    /// too. [`crate::Store::empty_log`] afterwards leaves nothing in the write-ahead log.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn erase_account(&self, id: &AccountId, secrets_owner: &str) -> Result<(), StoreError> {
        self.remove_secrets(secrets_owner)?;
        for sql in [
            "DELETE FROM journal WHERE account_id = ?1",
            "DELETE FROM renewal_attempt WHERE account_id = ?1",
            "UPDATE attempt SET expected_account = NULL WHERE expected_account = ?1",
            "DELETE FROM account WHERE id = ?1",
        ] {
            self.transaction.execute(sql, [id.as_str()])?;
        }
        Ok(())
    }
}

fn own_columns(account: &Account) -> Vec<Column> {
    let profile = &account.profile;
    let two_factor = account.two_factor;
    vec![
        ("id", profile.user_id.as_str().to_owned().into()),
        ("username", profile.username.clone().into()),
        ("name", profile.name.clone().into()),
        (
            "account_type",
            profile.account_type.code().to_owned().into(),
        ),
        ("app", account.app.as_ref().map(AppKey::code).into()),
        ("consented_at", millis(account.consented_at).into()),
        ("revision", count(account.revision.0).into()),
        ("generation", count(account.generation).into()),
        ("label", account.label.clone().into()),
        ("notes", account.notes.clone().into()),
        ("login", account.login.clone().into()),
        ("ticked", ticks(&account.ticked).into()),
        (
            "two_factor",
            two_factor.map(|it| it.answer.code().to_owned()).into(),
        ),
        ("two_factor_at", two_factor.map(|it| millis(it.at)).into()),
    ]
}

fn ticks(ticked: &BTreeSet<Advice>) -> String {
    let codes: Vec<&str> = ticked.iter().map(|advice| advice.code()).collect();
    codes.join(",")
}

fn ticked(codes: &str) -> Option<BTreeSet<Advice>> {
    let codes = codes.split(',').filter(|code| !code.is_empty());
    codes.map(Advice::from_code).collect()
}

/// The same for every account: each writes all columns, and they are put in order.
static UPSERT: OnceLock<String> = OnceLock::new();

/// The names come from this crate; the values are bound (security document, D9).
fn upsert(columns: &[(&'static str, Value)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let updates: Vec<String> = names
        .iter()
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    format!(
        "INSERT INTO account ({}) VALUES (?{}) ON CONFLICT (id) DO UPDATE SET {}",
        names.join(", "),
        ", ?".repeat(names.len().saturating_sub(1)),
        updates.join(", ")
    )
}
