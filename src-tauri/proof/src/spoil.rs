//! What failing disks, other programs and careless hands do to a database file.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::Connection;
use rusqlite::types::{ToSql, Value};
use store::DATABASE_FILE;

use crate::chance::Chance;

const PAGE: usize = 4096;
/// The header of the first page. (`SQLite` file format, section 1.3.)
const HEADER: usize = 100;

/// One kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spoil {
    /// The file ends early.
    Truncated,
    /// Pages are zero, as after a lost write.
    ZeroedPages,
    /// Single bits are another.
    FlippedBits,
    /// Bytes of the header are others.
    Header,
    /// Pages have changed places.
    SwappedPages,
    /// Something else lies there under the name.
    ForeignFile,
    /// The write-ahead log ends early.
    LogTruncated,
    /// Bits of the log are others.
    LogFlipped,
    /// The log is somebody else's.
    ForeignLog,
    /// A table is gone.
    DroppedTable,
    /// Rows are gone.
    DeletedRows,
    /// A column holds what nobody can have written.
    ImpossibleValue,
    /// The schema's number is another.
    SchemaNumber,
}

impl Spoil {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Truncated,
        Self::ZeroedPages,
        Self::FlippedBits,
        Self::Header,
        Self::SwappedPages,
        Self::ForeignFile,
        Self::LogTruncated,
        Self::LogFlipped,
        Self::ForeignLog,
        Self::DroppedTable,
        Self::DeletedRows,
        Self::ImpossibleValue,
        Self::SchemaNumber,
    ];

    /// Whether it is done to the log.
    pub fn needs_log(self) -> bool {
        matches!(
            self,
            Self::LogTruncated | Self::LogFlipped | Self::ForeignLog
        )
    }

    /// Whether rows may be gone without a trace: they were taken out in an orderly way, or their
    /// page in the log looks as if it had never been written.
    pub fn takes_rows(self) -> bool {
        match self {
            Self::LogTruncated | Self::LogFlipped | Self::ForeignLog | Self::DeletedRows => true,
            Self::Truncated
            | Self::ZeroedPages
            | Self::FlippedBits
            | Self::Header
            | Self::SwappedPages
            | Self::ForeignFile
            | Self::DroppedTable
            | Self::ImpossibleValue
            | Self::SchemaNumber => false,
        }
    }

    /// Does it to the database in `data`; says what exactly.
    ///
    /// # Errors
    /// There is nothing to do it to.
    pub fn inflict(self, data: &Path, chance: &mut Chance) -> Result<String> {
        let database = data.join(DATABASE_FILE);
        let log = data.join(format!("{DATABASE_FILE}-wal"));
        match self {
            Self::Truncated => change(&database, chance, truncate),
            Self::LogTruncated => change(&log, chance, truncate),
            Self::ZeroedPages => change(&database, chance, |bytes, chance| zero(bytes, chance)),
            Self::FlippedBits => change(&database, chance, |bytes, chance| flip(bytes, chance)),
            Self::LogFlipped => change(&log, chance, |bytes, chance| flip(bytes, chance)),
            Self::Header => change(&database, chance, |bytes, chance| {
                let within = bytes.len().min(HEADER);
                flip(bytes.get_mut(..within).unwrap_or_default(), chance)
            }),
            Self::SwappedPages => change(&database, chance, |bytes, chance| swap(bytes, chance)),
            Self::ForeignFile => change(&database, chance, |bytes, chance| {
                replace(bytes, chance, b"SQLite format 3\0")
            }),
            Self::ForeignLog => change(&log, chance, |bytes, chance| {
                replace(
                    bytes,
                    chance,
                    &[0x37, 0x7f, 0x06, 0x82, 0, 0x2d, 0xe2, 0x18],
                )
            }),
            Self::DroppedTable => {
                command(&database, chance, |table, _| format!("DROP TABLE {table}"))
            }
            Self::DeletedRows => {
                command(&database, chance, |table, _| format!("DELETE FROM {table}"))
            }
            Self::SchemaNumber => command(&database, chance, |_, chance| {
                let numbers = [0, 1, 2, 7, 1_000, i32::MAX, -1];
                let number = chance.pick(&numbers).copied().unwrap_or(0);
                format!("PRAGMA user_version = {number}")
            }),
            Self::ImpossibleValue => {
                let (database, table) = any_table(&database, chance)?;
                impossible(&database, &table, chance)
            }
        }
    }
}

fn change<F>(path: &Path, chance: &mut Chance, how: F) -> Result<String>
where
    F: FnOnce(&mut Vec<u8>, &mut Chance) -> String,
{
    let mut bytes = fs::read(path).context("there is no such file")?;
    let what = how(&mut bytes, chance);
    fs::write(path, bytes)?;
    Ok(what)
}

fn truncate(bytes: &mut Vec<u8>, chance: &mut Chance) -> String {
    let length = chance.below(bytes.len());
    bytes.truncate(length);
    format!("cut to {length} bytes")
}

fn zero(bytes: &mut [u8], chance: &mut Chance) -> String {
    let count = 1 + chance.below(3);
    let pages: Vec<usize> = (0..count)
        .map(|_| chance.below(bytes.len() / PAGE))
        .collect();
    for page in &pages {
        if let Some(page) = bytes.get_mut(page * PAGE..(page + 1) * PAGE) {
            page.fill(0);
        }
    }
    format!("pages {pages:?} are zero")
}

fn flip(bytes: &mut [u8], chance: &mut Chance) -> String {
    let count = 1 + chance.below(24);
    for _ in 0..count {
        let at = chance.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << chance.below(8);
        }
    }
    format!("{count} bits are others")
}

fn swap(bytes: &mut [u8], chance: &mut Chance) -> String {
    let count = bytes.len() / PAGE;
    let (one, other) = (chance.below(count), chance.below(count));
    for at in 0..PAGE {
        bytes.swap(one * PAGE + at, other * PAGE + at);
    }
    format!("pages {one} and {other} changed places")
}

/// Noise, which sometimes begins as the real thing does.
fn replace(bytes: &mut Vec<u8>, chance: &mut Chance, beginning: &[u8]) -> String {
    let length = chance.below(20_000);
    *bytes = (0..length)
        .map(|_| chance.next().to_le_bytes()[0])
        .collect();
    if chance.percent(30) && length > beginning.len() {
        bytes.splice(..beginning.len(), beginning.iter().copied());
    }
    format!("{length} bytes of something else")
}

fn command<F>(path: &Path, chance: &mut Chance, sql: F) -> Result<String>
where
    F: FnOnce(&str, &mut Chance) -> String,
{
    let (database, table) = any_table(path, chance)?;
    let sql = sql(&table, chance);
    database.execute_batch(&sql)?;
    Ok(sql)
}

fn any_table(path: &Path, chance: &mut Chance) -> Result<(Connection, String)> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "foreign_keys", false)?;
    let tables = column(
        &database,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )?;
    let table = chance.pick(&tables).context("there is no table")?.clone();
    Ok((database, table))
}

/// One column of every row, or of one, gets a value that its type allows and nothing else does.
fn impossible(database: &Connection, table: &str, chance: &mut Chance) -> Result<String> {
    let columns = format!("SELECT name FROM pragma_table_info('{table}')");
    let columns = column(database, &columns)?;
    let name = chance.pick(&columns).context("there is no column")?;
    let mut values: [Value; 12] = [
        Value::Text(String::new()),
        Value::Text("bogus".to_owned()),
        Value::Text("x\u{0}y\n".to_owned()),
        Value::Text("9".repeat(100_000)),
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::Integer(-1),
        Value::Integer(0),
        Value::Blob(Vec::new()),
        Value::Blob(vec![0xff; 7]),
        Value::Blob(vec![0; 100]),
        Value::Null,
    ];
    chance.shuffle(&mut values);
    let which = if chance.percent(50) {
        String::new()
    } else {
        format!(" WHERE rowid = (SELECT min(rowid) FROM {table})")
    };
    let sql = format!("UPDATE {table} SET {name} = ?1{which}");
    let fits = |value: &&Value| {
        database
            .execute(&sql, [value as &dyn ToSql])
            .is_ok_and(|n| n > 0)
    };
    let value = values.iter().find(fits);
    let short: String = format!("{value:?}").chars().take(60).collect();
    Ok(format!("{table}.{name} = {short}{which}"))
}

fn column(database: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = database.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
