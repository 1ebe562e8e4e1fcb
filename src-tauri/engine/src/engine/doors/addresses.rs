//! Which address is registered at Meta for a door, and on which one this computer waits. (Product, section 2; Meta
//! platform reference, C3.)

use domain::door::Door;
use domain::meta_app::MetaApp;
use meta::Endpoints;
use url::Url;

use crate::view::DoorsView;

/// The address that is registered at Meta for an app, when its answer comes back by `door`. `None` where the door
/// needs an address that nobody has named.
pub(in crate::engine) fn registered(
    app: &MetaApp,
    door: Door,
    endpoints: &Endpoints,
) -> Option<Url> {
    match door {
        Door::Direct => Some(endpoints.redirect.registered.clone()),
        Door::Localhost | Door::Certificate => own_address(door, endpoints),
        Door::Bounce => app.redirect.clone(),
        // Pasting asks nothing of the address: it is whichever one the app has at Meta.
        Door::Paste => match (&app.redirect, app.door) {
            (Some(address), _) => Some(address.clone()),
            (None, Door::Paste | Door::Bounce) => own_address(Door::Certificate, endpoints),
            (None, own) => registered(app, own, endpoints),
        },
    }
}

/// The address on which this computer itself waits at a door, where that does not depend on free ports.
pub(super) fn own_address(door: Door, endpoints: &Endpoints) -> Option<Url> {
    let port = port(endpoints);
    match door {
        Door::Direct => Some(endpoints.redirect.listen.clone()),
        Door::Bounce => Url::parse(&format!("http://127.0.0.1:{port}/callback")).ok(),
        Door::Localhost => Url::parse(&format!("http://localhost:{port}/callback")).ok(),
        Door::Certificate => Url::parse(&format!("https://localhost:{port}/callback")).ok(),
        Door::Paste => None,
    }
}

pub(super) fn port(endpoints: &Endpoints) -> u16 {
    let listen = &endpoints.redirect.listen;
    listen.port_or_known_default().unwrap_or_default()
}

pub(in crate::engine) fn doors_view(endpoints: &Endpoints) -> DoorsView {
    let redirect = &endpoints.redirect;
    let own = |door| own_address(door, endpoints).map(String::from);
    DoorsView {
        direct: redirect.registered == redirect.listen,
        registered: redirect.registered.to_string(),
        listen: redirect.listen.to_string(),
        localhost: own(Door::Localhost).unwrap_or_default(),
        certificate: own(Door::Certificate).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::callback;
    use domain::grant::Route;
    use domain::meta_app::AppKey;

    fn address(own: Door, redirect: Option<&str>, door: Door) -> Option<String> {
        let app = MetaApp {
            door: own,
            redirect: redirect.map(|text| Url::parse(text).unwrap()),
            ..MetaApp::new(AppKey::new(Route::Facebook, "990000000000001"))
        };
        registered(&app, door, &Endpoints::meta()).map(String::from)
    }

    #[test]
    fn each_door_has_the_address_that_is_registered_for_it() {
        let (page, own) = (
            "https://example.net/mine/",
            "https://localhost:17423/callback",
        );
        let local = "http://localhost:17423/callback";
        let built_in = "https://example.org/relink/";
        let cases = [
            (Door::Direct, None, Door::Direct, Some(built_in)),
            (Door::Bounce, Some(page), Door::Bounce, Some(page)),
            (Door::Direct, None, Door::Bounce, None),
            (Door::Direct, None, Door::Localhost, Some(local)),
            (Door::Direct, None, Door::Certificate, Some(own)),
            // What is pasted ends at the address that the app has at Meta anyway.
            (Door::Bounce, Some(page), Door::Paste, Some(page)),
            (Door::Direct, None, Door::Paste, Some(built_in)),
            (Door::Localhost, None, Door::Paste, Some(local)),
            (Door::Certificate, None, Door::Paste, Some(own)),
            (Door::Paste, None, Door::Paste, Some(own)),
            (Door::Paste, Some(page), Door::Paste, Some(page)),
        ];
        for (its, redirect, door, expected) in cases {
            let found = address(its, redirect, door);
            assert_eq!(found.as_deref(), expected, "{its:?} {redirect:?} {door:?}");
        }
    }

    #[test]
    fn the_bounce_page_goes_to_the_port_at_which_relink_waits() {
        assert!(callback::BOUNCE_PORTS.contains(&port(&Endpoints::meta())));
    }
}
