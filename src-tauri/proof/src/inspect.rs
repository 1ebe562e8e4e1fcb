//! What lies in a data folder, read with the real store and opened with the real vault, held against
//! the ledger.

use anyhow::{Context as _, Result, ensure};
use domain::connection::Connection;
use domain::grant::AccessToken;
use rusqlite::OpenFlags;
use secrecy::ExposeSecret as _;
use store::{CustodyKind, DATABASE_FILE, Store, View};
use vault::{
    Binding, CheckValue, Custody, CustodyRecord, DatabaseId, Kek, KeyId, SecretKind, envelope,
};

use crate::compare::compare;
use crate::ledger::Ledger;
use crate::script::Step;
use crate::setting::{self, Place};
use crate::slot::FolderSlot;

/// The tokens of one account that is held, opened.
pub struct Tokens {
    /// The provider's id.
    pub account: String,
    /// The number of the token in use, from 1.
    pub generation: u64,
    /// Newest first; never empty.
    pub tokens: Vec<AccessToken>,
}

/// Opens the folder as Relink does, checks it from end to end, opens every secret, and holds what is
/// there against what was acknowledged.
///
/// # Errors
/// What is lost, damaged, or there without having been asked for.
pub fn inspect(place: &Place, ledger: &Ledger, steps: &[Step]) -> Result<Vec<Tokens>> {
    let store = Store::open(setting::lock(&place.data())?).context("the database does not open")?;
    let view = store.read();
    let unsettled = ledger.unsettled(steps);
    compare(&view, ledger, &unsettled)?;
    let tokens = open_everything(&view, place)?;
    drop(store);
    integrity(place)?;
    Ok(tokens)
}

fn integrity(place: &Place) -> Result<()> {
    let path = place.data().join(DATABASE_FILE);
    let database = rusqlite::Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let verdict: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(verdict == "ok", "integrity_check says: {verdict}");
    let dangling: i64 =
        database.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
            row.get(0)
        })?;
    ensure!(dangling == 0, "{dangling} rows belong to nothing");
    Ok(())
}

/// Opens every secret there is; gives the tokens of those accounts that are held.
fn open_everything(view: &View<'_>, place: &Place) -> Result<Vec<Tokens>> {
    let mut held = Vec::new();
    let data_keys = view.data_keys()?;
    let Some(kek) = key(view, place)? else {
        ensure!(data_keys.is_empty(), "sealed under a key that nobody names");
        return Ok(held);
    };
    let database = DatabaseId::new(view.database_id()?.context("the database has no name")?);
    let accounts = view.accounts()?.accounts;
    for wrapped in &data_keys {
        let owner = wrapped.owner.as_str();
        let data_key = envelope::unwrap_data_key(&kek, &database, owner, &wrapped.wrapped)
            .with_context(|| format!("the data key of {owner}"))?;
        let mut tokens = Vec::new();
        for secret in view.secrets(owner)? {
            let kind = SecretKind::from_code(&secret.kind).context("a secret of no known kind")?;
            let binding = Binding {
                owner,
                kind,
                generation: secret.generation,
            };
            let text = envelope::open_text(&data_key, &database, &binding, &secret.blob)
                .with_context(|| format!("generation {} of {owner}", secret.generation))?;
            tokens.push((secret.generation, AccessToken::new(text.expose_secret())));
        }
        let account = owner
            .strip_prefix("account:")
            .and_then(|id| accounts.iter().find(|account| account.id().as_str() == id));
        if let Some(account) = account
            && matches!(
                account.connection,
                Connection::Held(_) | Connection::Lost(_)
            )
        {
            ensure!(
                tokens
                    .iter()
                    .any(|(number, _)| *number == account.generation),
                "{owner} names generation {}, which is not there",
                account.generation
            );
            held.push(Tokens {
                account: account.id().to_string(),
                generation: account.generation,
                tokens: tokens.into_iter().map(|(_, token)| token).collect(),
            });
        }
    }
    for account in &accounts {
        let without = matches!(account.connection, Connection::Held(_))
            && !held
                .iter()
                .any(|held| held.account == account.id().as_str());
        ensure!(!without, "{} is held without a token", account.id());
    }
    Ok(held)
}

fn key(view: &View<'_>, place: &Place) -> Result<Option<Kek>> {
    let Some(row) = view.key_custody()? else {
        return Ok(None);
    };
    ensure!(row.kind == CustodyKind::Keychain, "another custody");
    let id: KeyId = row.key_id.parse().ok().context("the key's name")?;
    let record = CustodyRecord {
        key_id: id,
        custody: Custody::Keychain,
        check: CheckValue::from_slice(&row.check_value).context("the key's check value")?,
    };
    let database = DatabaseId::new(view.database_id()?.context("the database has no name")?);
    let kek = FolderSlot::keeper(&place.keys()).load(&database, &record);
    Ok(Some(kek.context("the key is not where the database says")?))
}
