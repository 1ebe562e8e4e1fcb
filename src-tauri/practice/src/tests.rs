use std::collections::BTreeSet;
use std::time::Duration;

use domain::status::Status;
use engine::view::{AccountView, Snapshot};
use url::Url;
use vault::MemorySlot;

use super::*;

struct NoBrowser;

impl Desktop for NoBrowser {
    fn open_browser(&self, _: &Url) -> bool {
        false
    }
}

async fn begin(dir: &Path, slot: &MemorySlot) -> Practice {
    let keeper = Arc::new(Keeper::memory(slot, Duration::from_secs(20)));
    Practice::start(dir, Arc::new(NoBrowser), keeper, Arc::new(|| false))
        .await
        .unwrap()
}

async fn snapshot(practice: &Practice) -> Box<Snapshot> {
    let reply = practice.run(Command::Snapshot { from: 0 }).await.unwrap();
    reply.snapshot().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_shows_every_status_and_the_second_takes_it_up_again() {
    let dir = tempfile::tempdir().unwrap();
    let slot = MemorySlot::new();
    let practice = begin(dir.path(), &slot).await;
    practice.seed(dir.path()).await.unwrap();
    let first = snapshot(&practice).await;
    let seen: BTreeSet<&str> = first
        .accounts
        .iter()
        .map(|account| account.status)
        .collect();
    let wanted: BTreeSet<&str> = Status::ALL.into_iter().map(Status::code).collect();
    let table: Vec<_> = first
        .accounts
        .iter()
        .map(|a| (a.username.as_str(), a.status, a.cause))
        .collect();
    assert_eq!(seen, wanted, "{table:#?}");
    assert_eq!(first.app.banner, None, "practice begins without a banner");
    practice.stop().await;

    let again = begin(dir.path(), &slot).await;
    again.seed(dir.path()).await.unwrap();
    let second = snapshot(&again).await;
    let names = |snapshot: &Snapshot| -> Vec<String> {
        snapshot
            .accounts
            .iter()
            .map(|account| account.id.clone())
            .collect()
    };
    assert_eq!(names(&first), names(&second));
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_starts_beside_whoever_waits_on_its_usual_port() {
    // If somebody else waits there already, so much the better.
    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, *PORTS.start()));
    let dir = tempfile::tempdir().unwrap();
    let slot = MemorySlot::new();
    let practice = begin(dir.path(), &slot).await;
    let app = MetaApp::practice();
    let entered = Command::SetCredentials {
        route: domain::grant::Route::Instagram,
        app_id: app.app_id,
        app_secret: app.app_secret.into(),
    };
    practice.run(entered).await.unwrap();
    let id = practice.control().accounts().remove(0).id;
    let begun = Command::Connect {
        route: domain::grant::Route::Instagram,
        expected: None,
        app: None,
        door: None,
        permissions: None,
        browser: false,
    };
    let Reply::ConsentAddress { consent_address } = practice.run(begun).await.unwrap() else {
        panic!("no address")
    };
    let answer = sandbox::ConsentAnswer::Allow { untick: vec![] };
    let back = practice
        .control()
        .answer_consent(&consent_address, &id, &answer)
        .unwrap();
    let port = Url::parse(&back).unwrap().port().unwrap();
    assert!(PORTS.contains(&port) && port != *PORTS.start(), "{port}");
    let address = back.into();
    let submitted = practice.run(Command::SubmitCallback { address }).await;
    submitted.unwrap();
    practice.run(Command::AwaitAttempt).await.unwrap();
    let connected = snapshot(&practice).await;
    assert_eq!(connected.accounts.len(), 1);
    practice.stop().await;
}

/// Waits until the account of the drill looks as it should.
async fn until(
    practice: &Practice,
    id: &str,
    wanted: impl Fn(&AccountView) -> bool,
) -> AccountView {
    loop {
        let now = snapshot(practice).await;
        if let Some(found) = now
            .accounts
            .into_iter()
            .find(|it| it.id == id && wanted(it))
        {
            return found;
        }
        // The second answer that confirms a loss is some seconds off, a quiet retry some minutes.
        practice.act(Action::Advance { hours: 1 }).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until a drill is shown at this stage; gives the account that plays it.
async fn stage(practice: &Practice, drill: Drill, wanted: &str) -> String {
    loop {
        let app = snapshot(practice).await.app;
        let shown = app.practice.and_then(|practice| practice.drill);
        if let Some(shown) = shown.filter(|it| it.kind == drill.code() && it.stage == wanted) {
            return shown.account_id;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The person goes the wizard's way as far as it goes without a browser, answering and ticking what it asks.
async fn prepare(practice: &Practice, id: &str) {
    let run = async |command| drop(practice.run(command).await);
    let answer = |key: &str, value: &str| Command::WizardAnswer {
        id: id.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
    };
    run(Command::WizardOpen { id: id.to_owned() }).await;
    run(Command::WizardNext { id: id.to_owned() }).await;
    run(answer("who", "me")).await;
    run(answer("why", "role")).await;
    let wizard = until(practice, id, |_| true).await.wizard;
    for tick in wizard.map(|wizard| wizard.required).unwrap_or_default() {
        run(answer(tick, "yes")).await;
    }
    run(Command::WizardNext { id: id.to_owned() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_drill_breaks_one_account_and_ends_when_the_stand_in_agrees_that_it_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    let slot = MemorySlot::new();
    let practice = begin(dir.path(), &slot).await;
    practice.seed(dir.path()).await.unwrap();
    for drill in Drill::ALL {
        practice.act(Action::Drill { drill }).await.unwrap();
        let id = stage(&practice, drill, "running").await;
        let broken = until(&practice, &id, |it| {
            it.status != "connected" && it.status != "renewing"
        })
        .await;
        if drill.waits_for_others() {
            assert_eq!(broken.status, "waiting", "{drill:?} is no account's fault");
            practice.act(Action::EndDrill).await.unwrap();
        } else {
            assert!(broken.diagnosis.is_some(), "{drill:?}");
            prepare(&practice, &id).await;
            while !practice.control().account(&id).is_ok_and(|it| {
                it.role && !it.checkpoint && it.account_type != sandbox::AccountType::Personal
            }) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // In the window the person signs in; a token of the stand-in's stands for it here.
            let token = practice.control().mint_token(&id).unwrap();
            if drill != Drill::Checkpoint {
                practice
                    .run(Command::AddToken {
                        app: None,
                        route: domain::grant::Route::Instagram,
                        token: token.into(),
                    })
                    .await
                    .unwrap();
            }
        }
        until(&practice, &id, |it| it.status == "connected").await;
        stage(&practice, drill, "mended").await;
        drop(practice.run(Command::WizardClose { id }).await);
    }
    practice.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_is_given_up_leaves_nothing_broken_that_nobody_can_mend() {
    let dir = tempfile::tempdir().unwrap();
    let slot = MemorySlot::new();
    let practice = begin(dir.path(), &slot).await;
    practice.seed(dir.path()).await.unwrap();
    for drill in [
        Drill::Checkpoint,
        Drill::MadePersonal,
        Drill::PermissionWithdrawn,
    ] {
        practice.act(Action::Drill { drill }).await.unwrap();
        let id = stage(&practice, drill, "running").await;
        practice.act(Action::EndDrill).await.unwrap();
        stage(&practice, drill, "given_up").await;
        let account = practice.control().account(&id).unwrap();
        assert!(
            account.role && !account.checkpoint && account.withdrawn.is_empty(),
            "{drill:?}"
        );
        until(&practice, &id, |it| it.status == "connected").await;
    }
    practice.stop().await;
}
