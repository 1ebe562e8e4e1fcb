#![doc = include_str!("../README.md")]
#![expect(
    clippy::indexing_slicing,
    reason = "numbers of accounts come from the world itself; a wrong one is a fault of the simulation"
)]

pub mod computer;
pub mod provider;
pub mod relink;
pub mod tally;
pub mod time;
pub mod witness;
pub mod world;
pub mod worlds;
