//! The system bus: `systemd-logind` tells of sleep, `NetworkManager` of the network, `systemd-timedated`
//! of the time zone.

use std::sync::Arc;

use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::{MatchRule, Message};

use super::Signal;

/// Sender, interface, member. Whoever is not there says nothing; whoever comes later is heard.
const TOLD: [(&str, &str, &str); 3] = [
    (
        "org.freedesktop.login1",
        "org.freedesktop.login1.Manager",
        "PrepareForSleep",
    ),
    (
        "org.freedesktop.NetworkManager",
        "org.freedesktop.NetworkManager",
        "StateChanged",
    ),
    (
        "org.freedesktop.timedate1",
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
    ),
];

/// `NM_STATE_CONNECTED_GLOBAL`.
const CONNECTED: u32 = 70;

/// Watches until it is dropped.
#[derive(Debug)]
pub(super) struct SystemBus {
    connection: Option<Connection>,
}

impl SystemBus {
    pub(super) fn watch(on: Arc<dyn Fn(Signal) + Send + Sync>) -> zbus::Result<Self> {
        aside(|| Self::watch_on(Builder::system()?, on))
    }

    pub(super) fn watch_on(
        bus: Builder<'_>,
        on: Arc<dyn Fn(Signal) + Send + Sync>,
    ) -> zbus::Result<Self> {
        let connection = bus.build()?;
        let messages = MessageIterator::from(&connection);
        let proxy = DBusProxy::new(&connection)?;
        for (sender, interface, member) in TOLD {
            let rule = MatchRule::builder()
                .msg_type(zbus::message::Type::Signal)
                .sender(sender)?
                .interface(interface)?
                .member(member)?;
            proxy.add_match_rule(rule.build())?;
        }
        let thread = std::thread::Builder::new().name("system-bus".to_owned());
        thread.spawn(move || {
            for message in messages {
                let Ok(message) = message else { break };
                if let Some(signal) = read(&message) {
                    tracing::info!(?signal, "the system says");
                    on(signal);
                }
            }
        })?;
        Ok(Self {
            connection: Some(connection),
        })
    }
}

impl Drop for SystemBus {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(aside(|| connection.close()));
        }
    }
}

/// zbus' blocking calls start a runtime of their own where another crate of the program turns on its
/// `tokio` feature, and that panics inside a runtime: they are made on a thread without one.
fn aside<T: Send>(call: impl FnOnce() -> zbus::Result<T> + Send) -> zbus::Result<T> {
    std::thread::scope(|scope| scope.spawn(call).join())
        .unwrap_or_else(|_| Err(zbus::Error::Failure("a thread ended badly".to_owned())))
}

/// What a message means; `None` for one that means nothing to us.
fn read(message: &Message) -> Option<Signal> {
    let header = message.header();
    if header.message_type() != zbus::message::Type::Signal {
        return None;
    }
    let body = message.body();
    match header.member()?.as_str() {
        "PrepareForSleep" => {
            let going_to_sleep: bool = body.deserialize().ok()?;
            (!going_to_sleep).then_some(Signal::Woke)
        }
        "StateChanged" => {
            let state: u32 = body.deserialize().ok()?;
            (state == CONNECTED).then_some(Signal::Online)
        }
        "PropertiesChanged" => Some(Signal::ClockSet),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
