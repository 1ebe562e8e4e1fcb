//! The small pictures, for whoever shows them.

use std::path::Path;

use domain::account::AccountId;
use store::Pictures;

/// The small picture of an item, a JPEG; `None` for anything else, whatever it is called.
pub fn read(data_dir: &Path, account: &str, item: &str) -> Option<Vec<u8>> {
    let account = AccountId::new(account);
    match Pictures::of(data_dir).read(&account, item) {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(kind = %error.kind(), "a small picture cannot be read");
            None
        }
    }
}
