//! Stories: the whole app without a window. Each test is named for what a person would say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod apps;
mod connect;
mod copies;
mod doors;
mod facebook;
mod gap;
mod hostile;
mod importing;
mod oauth;
mod obstacles;
mod reconnect;
mod renewal;
mod secrets;
mod syncing;
mod time;
mod told;
mod watching;
