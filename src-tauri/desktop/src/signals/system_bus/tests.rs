use std::collections::HashMap;
use std::sync::mpsc;

use zbus::zvariant::Value;

use super::*;
use crate::private_bus::{GIVE_UP, PrivateBus};

#[test]
fn waking_a_network_and_a_new_time_zone_are_told_and_nothing_else() {
    let Some(bus) = PrivateBus::start() else {
        return;
    };
    let (told, heard) = mpsc::channel();
    let watching = SystemBus::watch_on(
        bus.builder(),
        Arc::new(move |signal| told.send(signal).unwrap()),
    )
    .unwrap();

    // They come after us: a network that is set up late is heard as well. One connection plays all three, so
    // that what it says arrives in its order.
    let system = bus.owner("org.freedesktop.login1");
    system
        .request_name("org.freedesktop.NetworkManager")
        .unwrap();
    system.request_name("org.freedesktop.timedate1").unwrap();
    let stranger = bus.owner("org.example.Stranger");
    let sleep = |from: &Connection, going: bool| {
        let path = "/org/freedesktop/login1";
        let interface = "org.freedesktop.login1.Manager";
        from.emit_signal(None::<()>, path, interface, "PrepareForSleep", &(going,))
            .unwrap();
    };
    let state = |state: u32| {
        let name = "org.freedesktop.NetworkManager";
        let path = "/org/freedesktop/NetworkManager";
        system
            .emit_signal(None::<()>, path, name, "StateChanged", &(state,))
            .unwrap();
    };

    sleep(&stranger, false);
    // An answer of the bus: it has passed on what was said before, or not.
    DBusProxy::new(&stranger).unwrap().get_id().unwrap();
    sleep(&system, true);
    state(20); // disconnected
    state(50); // connected to this computer's own network only
    state(70);
    assert_eq!(
        heard.recv(),
        Ok(Signal::Online),
        "the first that means anything"
    );
    sleep(&system, false);
    assert_eq!(heard.recv_timeout(GIVE_UP), Ok(Signal::Woke));

    let changed = HashMap::from([("Timezone", Value::from("Europe/Vienna"))]);
    let body = ("org.freedesktop.timedate1", changed, Vec::<String>::new());
    let interface = "org.freedesktop.DBus.Properties";
    system
        .emit_signal(
            None::<()>,
            "/org/freedesktop/timedate1",
            interface,
            "PropertiesChanged",
            &body,
        )
        .unwrap();
    assert_eq!(heard.recv_timeout(GIVE_UP), Ok(Signal::ClockSet));

    drop(watching);
    assert!(heard.recv().is_err(), "what is dropped hears nothing more");
}

#[test]
fn a_computer_without_a_system_bus_is_no_error_of_the_caller() {
    let nowhere = Builder::address("unix:path=/nonexistent/bus").unwrap();
    assert!(SystemBus::watch_on(nowhere, Arc::new(|_| {})).is_err());
    drop(crate::Signals::watch(|_| {}));
}
