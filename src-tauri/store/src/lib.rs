#![doc = include_str!("../README.md")]

mod backup;
mod codec;
mod error;
mod folder;
mod lock;
mod migration;
mod open;
mod pictures;
mod store;
mod table;

pub use backup::{Backup, KEPT_BACKUPS};
pub use error::StoreError;
pub use folder::{DATABASE_FILE, LOCK_FILE};
pub use lock::{DataLock, Holder};
pub use migration::SCHEMA;
pub use open::OLDEST_SQLITE;
pub use pictures::Pictures;
pub use store::{Store, Tx, View};
pub use table::account::{Accounts, Unreadable};
pub use table::attempt::{AttemptState, StoredAttempt};
pub use table::data_key::WrappedKey;
pub use table::journal::{Line, Page};
pub use table::key_custody::{CustodyKind, KeyCustody};
pub use table::media::PageSaved;
pub use table::meta_app::StoredApp;
pub use table::renewal_attempt::{Renewal, RenewalAttempt, RenewalResult};
pub use table::secret::{Secret, SecretState};
