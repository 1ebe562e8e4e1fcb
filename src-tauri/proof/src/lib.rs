#![doc = include_str!("../README.md")]

pub mod actor;
pub mod calls;
pub mod chance;
mod compare;
pub mod disk;
pub mod figure;
pub mod inspect;
pub mod ledger;
pub mod play;
pub mod reopen;
pub mod script;
pub mod setting;
pub mod slot;
pub mod spoil;
pub mod trace;
pub mod tracer;
pub mod words;
pub mod world;

pub use figure::{Figure, Report, Size, Stage};
