//! A tray: takes icons that register (`StatusNotifierItem`) and reads and presses their menus
//! (com.canonical.dbusmenu).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use zbus::blocking::{Connection, Proxy};
use zbus::interface;
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value as Variant};

use crate::tell;

pub(crate) const NAME: &str = "org.kde.StatusNotifierWatcher";
pub(crate) const PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "/StatusNotifierItem";
const MENU: &str = "/MenuBar";

/// The answer to `GetLayout`: a revision, and the menu's root with the lines below it.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// The icons that registered, by their names on the bus.
#[derive(Clone, Default)]
pub(crate) struct Items(Arc<Mutex<Vec<String>>>);

/// Takes icons in.
pub(crate) struct Watcher(Items);

impl Watcher {
    pub(crate) fn of(items: &Items) -> Self {
        Self(items.clone())
    }
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let name = if service.starts_with('/') {
            sender
        } else {
            service.to_owned()
        };
        tell("tray", json!({ "item": name }));
        let mut items = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        items.push(name);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        items.clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

impl Items {
    fn latest(&self) -> Result<String> {
        let items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        items.last().cloned().context("no icon has registered")
    }

    fn proxy<'a>(&self, bus: &Connection, path: &'a str, interface: &'a str) -> Result<Proxy<'a>> {
        Ok(Proxy::new(bus, self.latest()?, path, interface)?)
    }

    /// What the tray shows: the look of the icon, its tooltip, the lines of its menu.
    pub(crate) fn menu(&self, bus: &Connection) -> Result<Value> {
        let item = self.proxy(bus, ITEM, "org.kde.StatusNotifierItem")?;
        let status: String = item.get_property("Status")?;
        let tooltip: OwnedValue = item.get_property("ToolTip")?;
        let Variant::Structure(tooltip) = &*tooltip else {
            bail!("an odd tooltip")
        };
        let tooltip = match tooltip.fields().get(2) {
            Some(Variant::Str(text)) => text.to_string(),
            other => bail!("an odd tooltip: {other:?}"),
        };
        let menu = self.proxy(bus, MENU, "com.canonical.dbusmenu")?;
        let wanted = (0_i32, -1_i32, Vec::<String>::new());
        let reply = menu.call_method("GetLayout", &wanted)?;
        let (_, (_, _, below)): Layout = reply.body().deserialize()?;
        let lines: Result<Vec<Value>> = below.iter().map(|line| read(line)).collect();
        Ok(json!({ "status": status, "tooltip": tooltip, "lines": lines? }))
    }

    /// Presses the line of this number.
    pub(crate) fn press(&self, bus: &Connection, id: &str) -> Result<()> {
        let menu = self.proxy(bus, MENU, "com.canonical.dbusmenu")?;
        let event = (id.parse::<i32>()?, "clicked", Variant::from(0_i32), 0_u32);
        menu.call_method("Event", &event)?;
        Ok(())
    }

    /// Presses the icon itself.
    pub(crate) fn activate(&self, bus: &Connection) -> Result<()> {
        let item = self.proxy(bus, ITEM, "org.kde.StatusNotifierItem")?;
        item.call_method("Activate", &(0_i32, 0_i32))?;
        Ok(())
    }
}

/// A line of a menu: its number, label, and the lines below it.
fn read(line: &Variant<'_>) -> Result<Value> {
    if let Variant::Value(inner) = line {
        return read(inner);
    }
    let Variant::Structure(line) = line else {
        bail!("an odd line")
    };
    let [
        Variant::I32(id),
        Variant::Dict(properties),
        Variant::Array(below),
    ] = line.fields()
    else {
        bail!("an odd line: {line:?}")
    };
    let text = |name: &str| -> Result<String> {
        let value: Option<Variant<'_>> = properties.get(&name)?;
        value.map_or(Ok(String::new()), word)
    };
    let lines: Result<Vec<Value>> = below.iter().map(read).collect();
    Ok(json!({
        "id": id,
        "label": text("label")?.replace("__", "_"),
        "separator": text("type")? == "separator",
        "lines": lines?,
    }))
}

fn word(value: Variant<'_>) -> Result<String> {
    if let Variant::Value(inner) = value {
        return word(*inner);
    }
    Ok(value.downcast::<String>()?)
}
