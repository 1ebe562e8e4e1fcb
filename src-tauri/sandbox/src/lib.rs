#![doc = include_str!("../README.md")]

mod config;
mod control;
mod dice;
mod facebook_error;
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
    AppMode, BaseClock, Config, MetaApp, PRACTICE_APP_ID, PRACTICE_APP_SECRET,
    PRACTICE_FACEBOOK_APP_ID, PRACTICE_FACEBOOK_APP_SECRET, PRACTICE_REDIRECT, SandboxError,
};
pub use control::{AccountView, AppView, Control, ControlError, Mint, Overview, UserToken};
pub use journal::{LoggedRequest, TokenPlace};
pub use server::Sandbox;
pub use world::{
    AfterAllow, FacebookManner, Manner, RefreshBehaviour, Shape, TesterRefusal,
    account::{AccountType, MediaManner, OddAnswer},
    change::Change,
    consent::{ConsentAnswer, ConsentRefusal},
    facebook::{
        Relation,
        change::{PageChange, PersonChange},
        dialog::{DialogAnswer, DialogRefusal},
        view::{GrantView, PageView, PersonView, RoleView},
    },
    fault::{Endpoint, Fault, Outage},
    tester::Tester,
};
