#![doc = include_str!("../README.md")]

mod config;
mod control;
mod dice;
mod graph_error;
mod journal;
mod meta;
mod pages;
mod params;
mod reply;
pub mod scopes;
mod server;
mod shared;
mod time;
mod usage;
mod watch;
mod world;

pub use config::{
    BaseClock, Config, MetaApp, PRACTICE_APP_ID, PRACTICE_APP_SECRET, PRACTICE_REDIRECT,
    SandboxError,
};
pub use control::{AccountView, Control, ControlError, Mint, Overview};
pub use journal::{LoggedRequest, TokenPlace};
pub use server::Sandbox;
pub use world::{
    Manner, RefreshBehaviour, Shape,
    account::{AccountType, MediaManner, OddAnswer},
    change::Change,
    consent::{ConsentAnswer, ConsentRefusal},
    fault::{Endpoint, Fault, Outage},
};
