//! A notification server (Desktop Notifications Specification 1.2) that shows nothing and tells everything.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::json;
use zbus::interface;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use crate::tell;

pub(crate) const NAME: &str = "org.freedesktop.Notifications";
pub(crate) const PATH: &str = "/org/freedesktop/Notifications";

/// Counts what was shown.
#[derive(Default)]
pub(crate) struct NoticeServer {
    last: u32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl NoticeServer {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup", "persistence"]
            .map(str::to_owned)
            .to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let texts = ["desk", "Relink's tests", "1", "1.2"].map(str::to_owned);
        texts.into()
    }

    #[expect(clippy::too_many_arguments, reason = "the specification has eight")]
    fn notify(
        &mut self,
        app: &str,
        replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let id = if replaces == 0 {
            self.last += 1;
            self.last
        } else {
            replaces
        };
        tell(
            "notify",
            json!({
                "id": id,
                "replaces": replaces,
                "app": app,
                "summary": summary,
                "body": body,
                "actions": actions,
            }),
        );
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        tell("close", json!({ "id": id }));
        // 3: closed by a call, as the specification numbers it.
        Ok(Self::notification_closed(&emitter, id, 3).await?)
    }

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}

/// Presses a notice, as a person would, or one of its buttons.
pub(crate) fn press(bus: &zbus::blocking::Connection, id: &str, action: &str) -> Result<()> {
    let body = (id.parse::<u32>()?, action);
    bus.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &body)?;
    Ok(())
}
