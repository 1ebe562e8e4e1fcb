//! The way back in progress; it survives quitting at any point.

use std::collections::BTreeMap;

use domain::wizard::{Flow, Step, Way, Wizard};
use rusqlite::params;

use super::finding::{Findings, Place};
use crate::codec::{Cells, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE wizard (
    account_id     TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    flow           TEXT NOT NULL,
    way            TEXT NOT NULL,
    quick_offered  INTEGER NOT NULL,
    step           TEXT NOT NULL,
    check_again_at INTEGER,
    started_at     INTEGER NOT NULL
) STRICT;
CREATE TABLE wizard_answer (
    account_id TEXT NOT NULL REFERENCES wizard (account_id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
";

impl View<'_> {
    pub(crate) fn wizard(
        &self,
        account: &str,
        findings: &mut Findings,
    ) -> Result<Option<Wizard>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM wizard WHERE account_id = ?1")?;
        let mut rows = statement.query([account])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let cells = Cells::of("wizard", row);
        Ok(Some(Wizard {
            flow: cells.code("flow", Flow::from_code)?,
            way: cells.code("way", Way::from_code)?,
            quick_offered: cells.get("quick_offered")?,
            step: cells.code("step", Step::from_code)?,
            answers: self.wizard_answers(account)?,
            diagnosis: findings.remove(&Place::Wizard),
            check_again_at: cells.maybe_moment("check_again_at")?,
            started_at: cells.moment("started_at")?,
        }))
    }

    fn wizard_answers(&self, account: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, value FROM wizard_answer WHERE account_id = ?1")?;
        let answers = statement.query_map([account], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(answers.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    pub(crate) fn save_wizard(
        &self,
        account: &str,
        wizard: Option<&Wizard>,
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached("DELETE FROM wizard WHERE account_id = ?1")?
            .execute([account])?;
        let Some(wizard) = wizard else { return Ok(()) };
        self.transaction
            .prepare_cached(
                "INSERT INTO wizard (account_id, flow, way, quick_offered, step, check_again_at,
                                     started_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                account,
                wizard.flow.code(),
                wizard.way.code(),
                wizard.quick_offered,
                wizard.step.code(),
                wizard.check_again_at.map(millis),
                millis(wizard.started_at),
            ])?;
        for (name, value) in &wizard.answers {
            self.transaction
                .prepare_cached(
                    "INSERT INTO wizard_answer (account_id, name, value) VALUES (?1, ?2, ?3)",
                )?
                .execute([account, name, value])?;
        }
        Ok(())
    }
}
