//! The sandbox over real HTTP: each rule of the Meta platform reference that it keeps.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test panic as the test itself does"
)]

mod accounts;
mod apps;
mod connect;
mod consent;
mod control;
mod exchange;
mod facebook;
mod outage;
mod pages;
mod reading;
mod renewal;
mod snapshot;
mod support;
mod testers;
