//! The diagnoses an account carries at present, one for each place that can hold one.

use std::collections::BTreeMap;

use domain::diagnosis::Diagnosis;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::diagnosis;
use crate::codec::Cells;
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE finding (
    account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    place       TEXT NOT NULL,
    cause       TEXT,
    certainty   TEXT,
    affects     TEXT,
    remedy      TEXT,
    permission  TEXT,
    found_at    INTEGER,
    answered    INTEGER,
    http_status INTEGER,
    code        INTEGER,
    subcode     INTEGER,
    error_type  TEXT,
    message     TEXT,
    trace_id    TEXT,
    PRIMARY KEY (account_id, place)
) STRICT, WITHOUT ROWID;
";

/// Where in an account a diagnosis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Why the last renewal failed.
    Renewal,
    /// Why access is limited or blocked.
    Standing,
    /// Why access was limited before something graver hid it.
    Hidden,
    /// Why access is gone.
    Lost,
    /// What keeps the account from being checked.
    Trouble,
    /// A loss that is not confirmed yet.
    Doubt,
    /// What the wizard was opened for.
    Wizard,
}

impl Place {
    const ALL: [Self; 7] = [
        Self::Renewal,
        Self::Standing,
        Self::Hidden,
        Self::Lost,
        Self::Trouble,
        Self::Doubt,
        Self::Wizard,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Renewal => "renewal",
            Self::Standing => "standing",
            Self::Hidden => "hidden",
            Self::Lost => "lost",
            Self::Trouble => "trouble",
            Self::Doubt => "doubt",
            Self::Wizard => "wizard",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.code() == code)
    }
}

/// The diagnoses of one account.
pub(crate) type Findings = BTreeMap<Place, Diagnosis>;

impl View<'_> {
    pub(crate) fn findings(&self, account: &str) -> Result<Findings, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM finding WHERE account_id = ?1")?;
        let mut rows = statement.query([account])?;
        let mut findings = Findings::new();
        while let Some(row) = rows.next()? {
            let cells = Cells::of("finding", row);
            let place = cells.code("place", Place::from_code)?;
            let found = diagnosis::read(&cells)?.ok_or_else(|| cells.bad("cause"))?;
            findings.insert(place, found);
        }
        Ok(findings)
    }
}

impl Tx<'_> {
    pub(crate) fn save_findings(
        &self,
        account: &str,
        findings: &[(Place, &Diagnosis)],
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached("DELETE FROM finding WHERE account_id = ?1")?
            .execute([account])?;
        for (place, found) in findings {
            let sql = format!(
                "INSERT INTO finding (account_id, place, {}) VALUES (?1, ?2{})",
                diagnosis::COLUMNS,
                ", ?".repeat(diagnosis::COLUMN_COUNT)
            );
            let place = Value::from(place.code().to_owned());
            let key = [Value::from(account.to_owned()), place];
            let values = key.into_iter().chain(diagnosis::values(Some(found)));
            self.transaction
                .prepare_cached(&sql)?
                .execute(params_from_iter(values))?;
        }
        Ok(())
    }
}
