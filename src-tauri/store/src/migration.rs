//! The schema's history: forward only, one transaction each (security document, D8).

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;
use crate::table;

/// The newest schema this program knows.
pub const SCHEMA: u32 = 6;

/// Every schema in order; the one at index 0 makes schema 1. What was released is never edited:
/// columns no longer used stay.
const MIGRATIONS: [&[&str]; SCHEMA as usize] = [
    &table::CREATE,
    &table::SECOND,
    &table::THIRD,
    &table::FOURTH,
    &table::FIFTH,
    &table::SIXTH,
];

/// The schema of an open database.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Whether [`migrate`] would change anything.
pub(crate) fn is_due(connection: &Connection) -> Result<bool, StoreError> {
    Ok(version(connection)? < SCHEMA)
}

/// Brings the database to [`SCHEMA`].
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    run(connection, &MIGRATIONS)
}

/// Step by step. A step that fails leaves the schema before it.
fn run(connection: &mut Connection, migrations: &[&[&str]]) -> Result<(), StoreError> {
    let from = version(connection)?;
    for (to, steps) in (1..).zip(migrations) {
        if to <= from {
            continue;
        }
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for sql in *steps {
            step.execute_batch(sql)?;
        }
        step.pragma_update(None, "user_version", to)?;
        step.commit()?;
    }
    Ok(())
}

/// Whether every table and column of the database's own schema is there. `SQLite` finds nothing wrong with a
/// file that has lost a whole table; it would open, show accounts, and never save.
pub(crate) fn is_whole(connection: &Connection) -> Result<bool, StoreError> {
    let mut model = Connection::open_in_memory()?;
    let until = MIGRATIONS.get(..version(connection)? as usize);
    run(&mut model, until.unwrap_or(&MIGRATIONS))?;
    Ok(columns(connection)?.is_superset(&columns(&model)?))
}

/// Every column of every table, each by both names.
fn columns(connection: &Connection) -> Result<BTreeSet<(String, String)>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT it.name, of.name FROM sqlite_schema AS it, pragma_table_info(it.name) AS of
         WHERE it.type = 'table'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::{MIGRATIONS, SCHEMA, is_due, is_whole, migrate, run, version};
    use rusqlite::Connection;

    const NEXT: &[&str] = &["ALTER TABLE setting ADD COLUMN since INTEGER"];
    const BROKEN: &[&str] = &["CREATE TABLE half (x) STRICT", "not even SQL"];

    #[test]
    fn a_new_database_gets_every_schema_and_then_none() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert!(is_due(&connection).unwrap());
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), SCHEMA);
        assert!(!is_due(&connection).unwrap());
        migrate(&mut connection).unwrap();
    }

    #[test]
    fn a_lost_table_or_column_is_missed_and_an_added_one_is_not() {
        let spoil = |sql: &str| {
            let mut connection = Connection::open_in_memory().unwrap();
            migrate(&mut connection).unwrap();
            connection.execute_batch(sql).unwrap();
            is_whole(&connection).unwrap()
        };
        assert!(spoil(""));
        assert!(spoil("CREATE TABLE another (x TEXT) STRICT"));
        assert!(!spoil("DROP TABLE journal_param"));
        assert!(!spoil("ALTER TABLE setting RENAME COLUMN value TO text"));
    }

    #[test]
    fn a_failing_step_leaves_the_schema_before_it_whole() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute("INSERT INTO setting VALUES ('kept', 'yes')", [])
            .unwrap();
        let steps: Vec<&[&str]> = MIGRATIONS.into_iter().chain([NEXT, BROKEN]).collect();
        let outcome = run(&mut connection, &steps);
        assert!(outcome.is_err());
        assert_eq!(
            version(&connection).unwrap(),
            SCHEMA + 1,
            "the step before was complete"
        );
        let half = "SELECT count(*) FROM sqlite_schema WHERE name = 'half'";
        let half: i64 = connection.query_row(half, [], |row| row.get(0)).unwrap();
        assert_eq!(half, 0, "the broken one left nothing behind");
        let kept = "SELECT value FROM setting WHERE since IS NULL";
        let kept: String = connection.query_row(kept, [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "yes");
    }
}
