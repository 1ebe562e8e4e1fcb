use std::sync::{Mutex, mpsc};

use zbus::blocking::object_server::InterfaceRef;
use zbus::object_server::SignalEmitter;

use super::*;
use crate::notices::{Notices, Press};
use crate::private_bus::{GIVE_UP, PrivateBus};
use crate::words::Words;
use engine::view::NoticeView;

/// What the service was asked.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Notify {
        replaces: u32,
        id: u32,
        title: String,
        body: String,
        actions: Vec<String>,
        silent: bool,
    },
    Close(u32),
}

/// A notification service that notes what it is asked.
struct Service {
    asked: mpsc::Sender<Asked>,
    markup: bool,
    last: u32,
    /// While somebody holds the other end, calls are not answered.
    hangs: Mutex<Option<mpsc::Receiver<()>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<&'static str> {
        let mut all = vec!["body", "actions"];
        all.extend(self.markup.then_some("body-markup"));
        all
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's own list")]
    fn notify(
        &mut self,
        _app: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, zbus::zvariant::OwnedValue>,
        _expires: i32,
    ) -> u32 {
        if let Some(hangs) = self.hangs.get_mut().unwrap().take() {
            assert!(hangs.recv().is_err(), "nobody says a word on this line");
        }
        let id = if replaces == 0 {
            self.last += 1;
            self.last
        } else {
            replaces
        };
        let silent = hints.get("suppress-sound").is_some_and(|value| {
            let sound: Result<bool, _> = value.downcast_ref();
            sound == Ok(true)
        });
        let asked = Asked::Notify {
            replaces,
            id,
            title,
            body,
            actions,
            silent,
        };
        drop(self.asked.send(asked));
        id
    }

    fn close_notification(&mut self, id: u32) {
        drop(self.asked.send(Asked::Close(id)));
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(
        emitter: &SignalEmitter<'_>,
        id: u32,
        token: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}

/// A desktop: its bus, its notification service, and our notices on it.
struct Stage {
    notices: Notices,
    asked: mpsc::Receiver<Asked>,
    pressed: mpsc::Receiver<Press>,
    service: Option<(Connection, InterfaceRef<Service>)>,
    bus: PrivateBus,
}

impl Stage {
    fn empty() -> Option<Self> {
        let bus = PrivateBus::start()?;
        let address = bus.address().to_owned();
        let (press, pressed) = mpsc::channel();
        let on_press: OnPress = Arc::new(move |it| drop(press.send(it)));
        let notices = Notices::start(Arc::new(Words::of("en")), move |board| {
            run_on(&board, &on_press, || Builder::address(address.as_str()));
        });
        let (_, asked) = mpsc::channel();
        Some(Self {
            notices,
            asked,
            pressed,
            service: None,
            bus,
        })
    }

    fn with(markup: bool) -> Option<Self> {
        let mut stage = Self::empty()?;
        stage.serve(markup, None);
        Some(stage)
    }

    fn serve(&mut self, markup: bool, hangs: Option<mpsc::Receiver<()>>) {
        let (tell, asked) = mpsc::channel();
        let service = Service {
            asked: tell,
            markup,
            last: 40,
            hangs: Mutex::new(hangs),
        };
        let connection = self
            .bus
            .builder()
            .serve_at(PATH, service)
            .unwrap()
            .name(NAME)
            .unwrap()
            .build()
            .unwrap();
        let interface = connection.object_server().interface(PATH).unwrap();
        self.asked = asked;
        self.service = Some((connection, interface));
        self.wait_until_available(true);
    }

    fn stop_serving(&mut self) {
        if let Some((connection, interface)) = self.service.take() {
            drop(interface);
            connection.close().unwrap();
        }
        self.wait_until_available(false);
    }

    fn wait_until_available(&self, available: bool) {
        while self.notices.is_available() != available {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn press(&self, id: u32, action: &str) {
        let (_, interface) = self.service.as_ref().unwrap();
        let emitter = interface.signal_emitter();
        let token = format!("token-{id}");
        zbus::block_on(Service::activation_token(emitter, id, &token)).unwrap();
        zbus::block_on(Service::action_invoked(emitter, id, action)).unwrap();
    }

    fn close(&self, id: u32) {
        let (_, interface) = self.service.as_ref().unwrap();
        let emitter = interface.signal_emitter();
        zbus::block_on(Service::notification_closed(emitter, id, 2)).unwrap();
    }
}

fn notice(id: &str, kind: &'static str) -> NoticeView {
    NoticeView {
        key: format!("account-{id}"),
        username: Some("shop".to_owned()),
        account_ids: vec![id.to_owned()],
        cause: Some("network"),
        ..NoticeView::plain(kind)
    }
}

fn id(asked: Asked) -> (u32, u32) {
    match asked {
        Asked::Notify { replaces, id, .. } => (replaces, id),
        Asked::Close(id) => panic!("{id} was closed"),
    }
}

#[test]
fn a_notice_is_shown_replaced_and_taken_back() {
    let Some(stage) = Stage::with(true) else {
        return;
    };
    stage.notices.show(&notice("17", "disconnected"));
    assert_eq!(
        stage.asked.recv_timeout(GIVE_UP).unwrap(),
        Asked::Notify {
            replaces: 0,
            id: 41,
            title: "@shop was disconnected".to_owned(),
            body: "Instagram ended the connection. Sign in again.".to_owned(),
            actions: [
                "default",
                "Open",
                "reconnect",
                "Reconnect",
                "later",
                "Later (tomorrow)"
            ]
            .map(str::to_owned)
            .to_vec(),
            silent: true,
        }
    );
    stage.notices.show(&notice("18", "expired"));
    assert_eq!(id(stage.asked.recv_timeout(GIVE_UP).unwrap()), (0, 42));
    stage.notices.show(&notice("17", "blocked"));
    assert_eq!(
        id(stage.asked.recv_timeout(GIVE_UP).unwrap()),
        (41, 41),
        "the same key, the same place"
    );
    stage.notices.withdraw("account-17");
    assert_eq!(stage.asked.recv_timeout(GIVE_UP).unwrap(), Asked::Close(41));
    stage.notices.withdraw("account-17");
    stage.notices.show(&notice("17", "expired"));
    assert_eq!(
        id(stage.asked.recv_timeout(GIVE_UP).unwrap()),
        (0, 43),
        "it was closed once, and is new now"
    );
    stage.notices.withdraw_all();
    let mut closed = [
        stage.asked.recv_timeout(GIVE_UP).unwrap(),
        stage.asked.recv_timeout(GIVE_UP).unwrap(),
    ];
    closed.sort_by_key(|asked| matches!(asked, Asked::Close(43)));
    assert_eq!(closed, [Asked::Close(42), Asked::Close(43)]);
}

#[test]
fn presses_reach_us_with_their_place() {
    let Some(stage) = Stage::with(false) else {
        return;
    };
    stage.notices.show(&notice("17", "disconnected"));
    let (_, first) = id(stage.asked.recv_timeout(GIVE_UP).unwrap());
    stage.press(7, "default"); // another program's
    stage.press(first, "default");
    let opened = |address: &str, id: u32| Press::Open {
        address: address.to_owned(),
        activation_token: Some(format!("token-{id}")),
    };
    assert_eq!(
        stage.pressed.recv_timeout(GIVE_UP).unwrap(),
        opened("#/reconnect/17", first)
    );
    assert_eq!(
        stage.asked.recv_timeout(GIVE_UP).unwrap(),
        Asked::Close(first),
        "it is dealt with"
    );

    stage.notices.show(&notice("17", "expired"));
    let (_, second) = id(stage.asked.recv_timeout(GIVE_UP).unwrap());
    stage.press(second, "later");
    let account_ids = vec!["17".to_owned()];
    assert_eq!(
        stage.pressed.recv_timeout(GIVE_UP).unwrap(),
        Press::Later { account_ids }
    );
    assert_eq!(
        stage.asked.recv_timeout(GIVE_UP).unwrap(),
        Asked::Close(second)
    );

    // The person swept it away: it is not closed a second time, and the next one is new.
    stage.notices.show(&notice("18", "expired"));
    let (_, third) = id(stage.asked.recv_timeout(GIVE_UP).unwrap());
    stage.close(third);
    stage.press(third, "default");
    stage.notices.show(&notice("19", "expired"));
    let (_, fourth) = id(stage.asked.recv_timeout(GIVE_UP).unwrap());
    stage.press(fourth, "reconnect");
    assert_eq!(
        stage.pressed.recv_timeout(GIVE_UP).unwrap(),
        opened("#/reconnect/19", fourth)
    );
}

#[test]
fn markup_is_escaped_only_where_it_would_be_read() {
    for (markup, body) in [(true, "a &lt;b&gt; &amp; c"), (false, "a <b> & c")] {
        let Some(stage) = Stage::with(markup) else {
            return;
        };
        let mut text = Text::test("x");
        text.body = "a <b> & c".to_owned();
        stage.notices.board.wish("x", Wish::Show(text));
        let Asked::Notify { body: shown, .. } = stage.asked.recv_timeout(GIVE_UP).unwrap() else {
            panic!("nothing was shown");
        };
        assert_eq!(shown, body);
    }
}

#[test]
fn a_service_that_hangs_holds_nobody_and_the_last_word_counts() {
    let Some(mut stage) = Stage::empty() else {
        return;
    };
    let (release, hangs) = mpsc::channel();
    stage.serve(false, Some(hangs));
    stage.notices.show(&notice("1", "expired"));
    // Each of these would wait five seconds if the caller waited.
    for _ in 0..1_000 {
        stage.notices.show(&notice("17", "disconnected"));
        stage.notices.withdraw("account-17");
        stage.notices.show(&notice("17", "expired"));
    }
    drop(release);
    assert_eq!(id(stage.asked.recv_timeout(GIVE_UP).unwrap()), (0, 41));
    let Asked::Notify { title, .. } = stage.asked.recv_timeout(GIVE_UP).unwrap() else {
        panic!("nothing was shown");
    };
    assert_eq!(title, "The connection to @shop expired");
    stage.notices.show(&notice("2", "expired"));
    assert_eq!(
        id(stage.asked.recv_timeout(GIVE_UP).unwrap()),
        (0, 43),
        "three notices in all"
    );
}

#[test]
fn a_desktop_without_a_service_is_known_and_so_is_one_that_comes_later() {
    let Some(mut stage) = Stage::empty() else {
        return;
    };
    stage.wait_until_available(false);
    stage.notices.show(&notice("17", "expired"));
    stage.serve(false, None);
    stage.notices.show(&notice("18", "disconnected"));
    // The wish from before may have come just in time; the other one surely did.
    loop {
        match stage.asked.recv_timeout(GIVE_UP).unwrap() {
            Asked::Notify { title, .. } if title == "@shop was disconnected" => break,
            Asked::Notify { .. } | Asked::Close(_) => {}
        }
    }
    stage.stop_serving();
    stage.serve(false, None);
    stage.notices.show(&notice("18", "expired"));
    let (replaces, _) = id(stage.asked.recv_timeout(GIVE_UP).unwrap());
    assert_eq!(
        replaces, 0,
        "the new service knows nothing of the old one's notices"
    );
}
