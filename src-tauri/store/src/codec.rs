//! How values are spelled in columns: moments as integer milliseconds UTC, enums as short text.

use chrono::DateTime;
use domain::Timestamp;
use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::error::StoreError;

/// A moment as it is stored. What is finer than a millisecond is dropped.
pub(crate) fn millis(moment: Timestamp) -> i64 {
    moment.timestamp_millis()
}

/// A counter as it is stored. No counter of ours reaches 2⁶³; one that did would stay there.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One table's row on its way out, for errors that name table and column.
pub(crate) struct Cells<'a> {
    row: &'a Row<'a>,
    table: &'static str,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(table: &'static str, row: &'a Row<'a>) -> Self {
        Self { row, table }
    }

    pub(crate) fn bad(&self, column: &'static str) -> StoreError {
        StoreError::BadRow {
            table: self.table,
            column,
        }
    }

    /// Any value that needs no reading.
    pub(crate) fn get<T: FromSql>(&self, column: &'static str) -> Result<T, StoreError> {
        self.row
            .get(column)
            .map_err(|error| match error.sqlite_error() {
                Some(_) => error.into(),
                None => self.bad(column),
            })
    }

    pub(crate) fn moment(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.maybe_moment(column)?.ok_or_else(|| self.bad(column))
    }

    pub(crate) fn maybe_moment(
        &self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.get(column)?;
        millis
            .map(|at| DateTime::from_timestamp_millis(at).ok_or_else(|| self.bad(column)))
            .transpose()
    }

    /// Text that stands for a value; `read` knows which.
    pub(crate) fn code<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        read(&text).ok_or_else(|| self.bad(column))
    }

    pub(crate) fn maybe_code<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| read(&text).ok_or_else(|| self.bad(column)))
            .transpose()
    }

    /// A number that was one of ours and so is never negative.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        let number: i64 = self.get(column)?;
        number.try_into().map_err(|_| self.bad(column))
    }
}
