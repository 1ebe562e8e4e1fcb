//! What the tests of both routes share: an app, limits that are soon reached, and far sides that do as they are told.

pub(crate) mod hostile;
pub(crate) mod listener;

use std::time::Duration as Wait;

use crate::credentials::{AppCredentials, AppSecret};
use crate::transport::Limits;

/// The secret of the app of these tests.
pub(crate) const SECRET: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
/// A token of either route: what it looks like decides nothing.
pub(crate) const TOKEN: &str = "IGAAmadeUpTokenForTests0123456789";

pub(crate) fn app() -> AppCredentials {
    AppCredentials {
        app_id: "990000000000001".into(),
        app_secret: AppSecret::new(SECRET),
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        connect: Wait::from_secs(5),
        whole: Wait::from_secs(5),
        idle: Wait::from_millis(300),
        body: 64 * 1_024,
    }
}
