//! Files of access made elsewhere.

use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use engine::view::ImportedView;
use sandbox::{Endpoint, Fault, Outage};
use support::{App, World};

const APP: &str = "instagram:990000000000001";

fn file(text: String) -> Command {
    Command::AddTokens {
        route: Route::Instagram,
        app: Some(APP.to_owned()),
        text: text.into(),
    }
}

async fn import(app: &App, text: String) -> Vec<ImportedView> {
    let reply = app.run(file(text)).await.unwrap();
    reply.imported().unwrap()
}

fn results(lines: &[ImportedView]) -> Vec<(usize, &str, Option<&str>)> {
    let told = lines.iter();
    told.map(|it| (it.line, it.result, it.cause)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_is_proved_by_a_call_named_and_never_exchanged() {
    let world = World::new().await;
    let app = world.ready().await;
    let mint = |id: &str| world.control.mint_token(id).unwrap();
    let (one, two) = (mint(&world.id(0)), mint(&world.id(1)));
    let text = [
        "user,access token".to_owned(),
        format!("anna,{one}"),
        "# the same token, and the same account by another".to_owned(),
        one.clone(),
        mint(&world.id(0)),
        mint(&world.personal_id()),
        "IGQWRPabcdefghijklmnopqrstuvwxyz".to_owned(),
        "EAABsbCS1iHgBAabcdefghijklmnopqr".to_owned(),
        "IGAAnot-a-token-of-anybody-at-all".to_owned(),
        "not a token".to_owned(),
        two,
    ];
    let lines = import(&app, text.join("\n")).await;
    assert_eq!(
        results(&lines),
        [
            (2, "added", None),
            (4, "twice", None),
            (5, "twice", None),
            (6, "refused", Some("not_professional")),
            (7, "refused", Some("access_ended")),
            (8, "refused", Some("request_fault")),
            (9, "refused", Some("token_damaged")),
            (10, "malformed", None),
            (11, "added", None),
        ]
    );
    assert_eq!(lines[2].account_id, Some(world.id(0)));
    app.settle().await;
    for place in 0..2 {
        let account = app.account(&world.id(place)).await;
        assert_eq!(
            (account.status, account.app.as_deref()),
            ("connected", Some(APP))
        );
    }
    assert_eq!(app.snapshot().await.accounts.len(), 2);
    assert_eq!(world.control.count(Endpoint::LongLivedExchange), 0);
    let again = import(&app, mint(&world.id(1))).await;
    assert_eq!(results(&again), [(1, "known", None)]);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_answer_is_not_asked_for_every_line() {
    let world = World::new().await;
    let app = world.ready().await;
    let tokens: Vec<String> = (0..9)
        .map(|place| world.control.mint_token(&world.id(place)).unwrap())
        .collect();
    world.control.fault(Fault::everywhere(Outage::Portal));
    let before = world.control.count(Endpoint::Profile);
    let lines = import(&app, tokens.join("\n")).await;
    assert_eq!(lines.len(), 9);
    assert!(
        lines.iter().all(|line| line.result == "no_answer"),
        "{lines:?}"
    );
    let asked = world.control.count(Endpoint::Profile) - before;
    assert!((1..=2).contains(&asked), "asked {asked} times");
    assert!(app.snapshot().await.accounts.is_empty());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_nothing_in_it_or_too_much_is_not_begun() {
    let world = World::new().await;
    let app = world.ready().await;
    let many = "IGAAabcdefghijklmnopqrstuvwxyz\n".repeat(1_001);
    for text in [String::new(), "# nothing\n".to_owned(), many] {
        let refused = app.run(file(text)).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::InvalidInput);
    }
    let unknown = Command::AddTokens {
        route: Route::Instagram,
        app: Some("instagram:12345".to_owned()),
        text: "IGAAabcdefghijklmnopqrstuvwxyz".to_owned().into(),
    };
    assert_eq!(app.run(unknown).await.unwrap_err(), ErrorCode::UnknownApp);
    assert_eq!(world.control.count(Endpoint::Profile), 0);
    app.quit().await;
}
