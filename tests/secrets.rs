//! What must never be written anywhere. (Security document, L10, X2, S8.)

use chrono::Duration;
use engine::command::Command;
use sandbox::{Change, ConsentAnswer, Mint};
use support::search::{found, spellings};
use support::{World, files};

fn query(address: &str, name: &str) -> String {
    let address = url::Url::parse(address).unwrap();
    address
        .query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap()
}

#[test]
fn the_search_finds_what_it_is_meant_to_find() {
    let secret = "IGAA+secret/with=odd \"characters\"";
    for (name, bytes) in spellings(secret) {
        let mut hay = b"before ".to_vec();
        hay.extend(&bytes);
        hay.extend(b" after");
        assert!(found(secret, &hay).is_some(), "{name}");
    }
    assert_eq!(found(secret, b"nothing of the kind"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_code_state_or_secret_is_in_any_file_or_message() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    // Through the browser: state and code are known to the test; a pasted token is, too.
    app.connect(None).await.unwrap();
    let state = query(world.browser.last().as_str(), "state");
    let back = world.consent(&id, &ConsentAnswer::Allow { untick: vec![] });
    let code = query(&back, "code");
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    let other = world.id(1);
    let mint = Mint {
        issued_at: None,
        scopes: None,
        app_id: None,
    };
    let token = world.control.mint(&other, mint).unwrap();
    let add = Command::AddToken {
        app: None,
        route: domain::grant::Route::Instagram,
        token: token.clone().into(),
    };
    app.run(add).await.unwrap();
    world.pass(&app, Duration::days(8)).await;
    world.control.apply(&id, Change::PasswordChanged).unwrap();
    app.look_twice(&world).await;
    let mut messages = app.messages.lock().unwrap().clone();
    messages.push(serde_json::to_string(&app.snapshot().await).unwrap());
    messages.push(serde_json::to_string(&app.history(None).await).unwrap());
    app.quit().await;

    let secrets = [
        ("app secret", world.sandbox.app().app_secret.clone()),
        ("state", state),
        ("code", code),
        ("token", token),
    ];
    let written = files(world.dir.path());
    assert!(written.len() >= 2, "there is something to search");
    for (name, secret) in &secrets {
        for (path, bytes) in &written {
            assert_eq!(found(secret, bytes), None, "{name} in {}", path.display());
        }
        for message in &messages {
            assert_eq!(
                found(secret, message.as_bytes()),
                None,
                "{name} in a message"
            );
        }
    }
    for (path, bytes) in &written {
        let tokens = bytes.windows(4).any(|part| part == b"IGAA");
        assert!(
            !tokens,
            "something that begins like a token in {}",
            path.display()
        );
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_read_a_file_of_ours() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().await;
    let app = world.ready().await;
    world.connect(&app, &world.id(0)).await;
    for (path, _) in files(world.dir.path()) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
    }
    app.quit().await;
}
