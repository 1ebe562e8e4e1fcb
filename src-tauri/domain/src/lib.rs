#![doc = include_str!("../README.md")]

pub mod account;
pub mod advice;
pub mod app_check;
pub mod attempt;
pub mod callback;
pub mod connection;
pub mod diagnosis;
pub mod door;
pub mod facts;
pub mod gap;
pub mod grant;
pub mod import;
pub mod journal;
pub mod keeping;
pub mod media;
pub mod meta_app;
pub mod notice;
pub mod page;
pub mod refusal;
pub mod renewal;
pub mod roster;
pub mod runway;
pub mod second_clock;
pub mod status;
pub mod wizard;

/// A moment in Coordinated Universal Time. Never read here: it is always an argument.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
