#![doc = include_str!("../README.md")]

pub mod custody;
pub mod envelope;
pub mod keeper;
pub mod key;
pub mod key_line;
pub mod key_slot;
pub mod master_key;
pub mod memory_slot;
pub mod passphrase;
pub mod system_slot;

mod hex;

pub use custody::{Custody, CustodyRecord};
pub use envelope::{Binding, DatabaseId, EnvelopeError, SecretKind};
pub use keeper::{ANSWER_DEADLINE, Keeper};
pub use key::{CheckValue, DataKey, Kek, KeyId, NoRandomness};
pub use key_slot::{KeySlot, KeyState, SlotError, SlotRead};
pub use master_key::{CreateError, Created, KeyFacts};
pub use memory_slot::{MemorySlot, Mood};
pub use passphrase::{Passphrase, PassphraseError, PassphraseRecord};
pub use system_slot::{Purpose, SystemSlot};
