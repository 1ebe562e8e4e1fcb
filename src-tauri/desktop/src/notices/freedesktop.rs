//! Linux: `org.freedesktop.Notifications` on the session bus. (Desktop Notifications Specification 1.3.)
//!
//! zbus' blocking calls on two threads of our own, one that asks and one that listens: its `tokio` feature
//! stays off, and a service that does not answer holds nobody but the first.

mod standing;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::zvariant::Value;
use zbus::{MatchRule, Message};

use super::OnPress;
use super::board::{Board, Task, Wish};
use super::text::{CLICK, Text};
use standing::Standing;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// How long the service may take for one notice.
const PATIENCE: Duration = Duration::from_secs(5);

/// As the packages install them: the name of the icon, and of the desktop entry.
const ICON: &str = "relink-desktop";
const DESKTOP_ENTRY: &str = "Relink";

/// Carries out what is wished, until nobody wishes any more.
pub(super) fn run(board: &Arc<Board>, on_press: &OnPress) {
    run_on(board, on_press, Builder::session);
}

/// The same on the bus that `bus` names; a bus that is missing now is looked for with each notice.
pub(super) fn run_on(
    board: &Arc<Board>,
    on_press: &OnPress,
    bus: impl Fn() -> zbus::Result<Builder<'static>>,
) {
    let open = || {
        let connection = bus()?.method_timeout(PATIENCE).build()?;
        Screen::begin(connection, board, on_press)
    };
    let mut screen = open()
        .inspect_err(|error| tracing::debug!(%error, "no session bus"))
        .ok();
    while let Some(task) = board.next() {
        if screen.as_ref().is_none_or(|screen| !screen.is_connected()) {
            screen = open().ok();
        }
        let Some(screen) = &mut screen else {
            board.set_available(false);
            continue;
        };
        let done = match task {
            Task::Wish(key, Wish::Show(text)) => screen.show(&key, text),
            Task::Wish(key, Wish::Withdraw) => screen.withdraw(&key),
            Task::WithdrawAll => screen.withdraw_all(),
        };
        if let Err(error) = done {
            // Only its kind: the text of an error may repeat what was to be shown.
            tracing::warn!(kind = kind(&error), "the notification service refused");
        }
    }
    if let Some(screen) = screen {
        drop(screen.connection.close());
    }
}

/// The connection to the service, and what stands on the screen.
struct Screen {
    connection: Connection,
    standing: Arc<Standing>,
    on_press: OnPress,
}

impl Screen {
    fn begin(connection: Connection, board: &Arc<Board>, on_press: &OnPress) -> zbus::Result<Self> {
        let bus = DBusProxy::new(&connection)?;
        let service = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(NAME)?
            .interface(NAME)?;
        let owner = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, NAME)?;
        // Listening begins before anything is asked, so that nothing is missed.
        let messages = MessageIterator::from(&connection);
        bus.add_match_rule(service.build())?;
        bus.add_match_rule(owner.build())?;
        let standing = Arc::new(Standing::default());
        let listener = Listener {
            connection: connection.clone(),
            board: Arc::clone(board),
            standing: Arc::clone(&standing),
            on_press: Arc::clone(on_press),
        };
        let thread = std::thread::Builder::new().name("notice-presses".to_owned());
        thread.spawn(move || listener.listen(messages))?;
        Ok(Self {
            connection,
            standing,
            on_press: Arc::clone(on_press),
        })
    }

    fn is_connected(&self) -> bool {
        !self.standing.is_cut()
    }

    fn show(&self, key: &str, text: Text) -> zbus::Result<()> {
        let capabilities = self.capabilities()?;
        let body = if capabilities.contains("body-markup") {
            escaped(&text.body)
        } else {
            text.body.clone()
        };
        let buttons = capabilities.contains("actions");
        let actions: Vec<&str> = text
            .actions
            .iter()
            .filter(|(name, _)| buttons || *name == CLICK)
            .flat_map(|(name, label)| [*name, label.as_str()])
            .collect();
        let hints = HashMap::from([
            ("desktop-entry", Value::from(DESKTOP_ENTRY)),
            ("suppress-sound", Value::from(true)),
            ("urgency", Value::from(1_u8)),
        ]);
        let call = (
            "Relink",
            self.standing.id(key).unwrap_or(0),
            ICON,
            text.title.as_str(),
            body.as_str(),
            actions,
            hints,
            -1_i32, // for as long as the desktop thinks right
        );
        let reply = self.call("Notify", &call)?;
        let id: u32 = reply.body().deserialize()?;
        let header = reply.header();
        let owner = header.sender().map(|name| name.as_str());
        // Somebody may have been quicker than the answer.
        if let Some(press) = self.standing.put(key, id, text, owner.unwrap_or_default()) {
            self.withdraw(key)?;
            (self.on_press)(press);
        }
        Ok(())
    }

    fn withdraw(&self, key: &str) -> zbus::Result<()> {
        match self.standing.take(key) {
            Some(id) => self.call("CloseNotification", &(id,)).map(drop),
            None => Ok(()),
        }
    }

    fn withdraw_all(&self) -> zbus::Result<()> {
        for key in self.standing.keys() {
            self.withdraw(&key)?;
        }
        Ok(())
    }

    fn capabilities(&self) -> zbus::Result<BTreeSet<String>> {
        if let Some(known) = self.standing.capabilities() {
            return Ok(known);
        }
        let reply = self.call("GetCapabilities", &())?;
        let found: BTreeSet<String> = reply
            .body()
            .deserialize::<Vec<String>>()?
            .into_iter()
            .collect();
        self.standing.set_capabilities(found.clone());
        Ok(found)
    }

    fn call<B>(&self, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        self.connection
            .call_method(Some(NAME), PATH, Some(NAME), method, body)
    }
}

/// Hears what the service says.
struct Listener {
    connection: Connection,
    board: Arc<Board>,
    standing: Arc<Standing>,
    on_press: OnPress,
}

impl Listener {
    fn listen(self, messages: MessageIterator) {
        // Asked here and not where the connection is made: what is heard later is newer.
        self.look();
        for message in messages {
            let Ok(message) = message else { break };
            let header = message.header();
            if header.message_type() != zbus::message::Type::Signal {
                continue;
            }
            let member = header.member().map(|member| member.as_str());
            if let Err(error) = self.hear(member.unwrap_or_default(), &message) {
                tracing::debug!(
                    kind = kind(&error),
                    "an odd word from the notification service"
                );
            }
        }
        self.standing.cut();
        if !self.board.is_closed() {
            self.board.set_available(false);
        }
    }

    fn hear(&self, member: &str, message: &Message) -> zbus::Result<()> {
        let body = message.body();
        match member {
            "ActivationToken" => {
                let (id, token): (u32, String) = body.deserialize()?;
                self.standing.remember_token(id, token);
            }
            "ActionInvoked" => {
                let (id, action): (u32, String) = body.deserialize()?;
                if let Some((key, press)) = self.standing.press(id, action) {
                    // Some services leave it standing.
                    self.board.dealt_with(&key);
                    (self.on_press)(press);
                }
            }
            "NotificationClosed" => {
                let (id, _reason): (u32, u32) = body.deserialize()?;
                self.standing.gone(id);
            }
            "NameOwnerChanged" => {
                let (_name, old, new): (String, String, String) = body.deserialize()?;
                // Another service knows neither our notices nor their numbers.
                self.standing.forget(&old);
                if new.is_empty() {
                    self.look();
                } else {
                    self.board.set_available(true);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn look(&self) {
        let there = DBusProxy::new(&self.connection).is_ok_and(|bus| is_there(&bus));
        self.board.set_available(there);
    }
}

/// Whether the service runs, or is started by the bus when it is needed.
fn is_there(bus: &DBusProxy<'_>) -> bool {
    let runs = NAME
        .try_into()
        .is_ok_and(|name| bus.name_has_owner(name).unwrap_or(false));
    let starts = || {
        let names = bus.list_activatable_names().unwrap_or_default();
        names.iter().any(|name| name.as_str() == NAME)
    };
    runs || starts()
}

/// The markup of a body is a small part of XML.
fn escaped(body: &str) -> String {
    body.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "zbus adds kinds")]
fn kind(error: &zbus::Error) -> String {
    match error {
        zbus::Error::MethodError(name, ..) => name.to_string(),
        zbus::Error::InputOutput(error) => error.kind().to_string(),
        _ => "bus".to_owned(),
    }
}

#[cfg(test)]
mod tests;
