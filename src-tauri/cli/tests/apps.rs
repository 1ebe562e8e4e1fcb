//! `relink settings app`, `relink add-token` and `relink doctor`, as they are typed.
#![cfg(test)]

mod office;

use office::{Office, json};

const FIRST: &str = "instagram:990000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn several_apps_are_entered_changed_and_forgotten() {
    let office = Office::open().await;
    let page = "https://example.org/relink/";
    let second = [
        "settings",
        "app",
        "--app-id",
        "123456789012345",
        "--name",
        "second",
        "--door",
        "bounce",
        "--redirect",
        page,
        "--json",
    ];
    let shown = json(&office.must(&second, "another-secret"));
    let app = &shown["apps"][1];
    assert_eq!(
        (&app["id"], &app["name"]),
        (&"instagram:123456789012345".into(), &"second".into())
    );
    assert_eq!(
        (&app["door"], &app["redirect_address"]),
        (&"bounce".into(), &page.into())
    );
    assert_eq!(app["secret_saved"], true);
    // What is not named stays.
    let renamed = [
        "settings",
        "app",
        "--app-id",
        "123456789012345",
        "--name",
        "shop",
        "--keep-secret",
        "--json",
    ];
    let app = json(&office.must(&renamed, ""))["apps"][1].clone();
    assert_eq!(
        (&app["name"], &app["redirect_address"]),
        (&"shop".into(), &page.into())
    );
    assert_eq!(
        (&app["door"], &app["secret_saved"]),
        (&"bounce".into(), &true.into())
    );
    let corrected = [
        "settings",
        "app",
        "--change",
        "123456789012345",
        "--app-id",
        "123456789012346",
        "--keep-secret",
        "--json",
    ];
    let app = json(&office.must(&corrected, ""))["apps"][1].clone();
    assert_eq!(
        (&app["app_id"], &app["name"]),
        (&"123456789012346".into(), &"shop".into())
    );
    let plain = [
        "settings",
        "app",
        "--app-id",
        "123456789012346",
        "--redirect",
        "http://example.org/",
        "--keep-secret",
    ];
    assert_eq!(office.relink(&plain, "").status.code(), Some(2));
    let gone = office.must(
        &["settings", "app", "--remove", "123456789012346", "--json"],
        "",
    );
    assert_eq!(json(&gone)["apps"].as_array().unwrap().len(), 1);
    office.add(0);
    let token = office
        .control
        .mint_token(&office.control.accounts()[1].id)
        .unwrap();
    office.must(&["add-token", "--app", "990000000000001"], &token);
    let in_use = office.relink(&["settings", "app", "--remove", FIRST], "");
    assert_eq!(in_use.status.code(), Some(1), "{in_use:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_tokens_is_answered_line_by_line() {
    let office = Office::open().await;
    let mint = |place: usize| {
        let id = office.control.accounts()[place].id.clone();
        office.control.mint_token(&id).unwrap()
    };
    let good = format!("# ours\n{}\nanna;{}\n", mint(0), mint(1));
    let told = json(&office.must(&["add-token", "--app", FIRST, "--json"], &good));
    let results: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["line"], &it["result"]))
        .collect();
    assert_eq!(
        results,
        [(&2.into(), &"added".into()), (&3.into(), &"added".into())]
    );
    let mixed = format!("{}\nIGQWRPabcdefghijklmnopqrst\n", mint(0));
    let output = office.relink(&["add-token", "--json"], &mixed);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let told = json(&output);
    assert_eq!(
        (&told[0]["result"], &told[1]["result"]),
        (&"known".into(), &"refused".into())
    );
    assert_eq!(told[1]["cause"], "access_ended");
    let listed = json(&office.must(&["list", "--json"], ""));
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_has_a_line_for_every_app() {
    let office = Office::open().await;
    let second = [
        "settings",
        "app",
        "--app-id",
        "123456789012345",
        "--name",
        "second",
        "--door",
        "paste",
        "--keep-secret",
    ];
    office.must(&second, "");
    let output = office.relink(&["doctor", "--json"], "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = json(&output);
    let lines: Vec<_> = report
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["what"] == "Meta app")
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["good"], false);
    assert!(
        lines[1]["todo"].as_str().unwrap().contains("secret"),
        "{lines:?}"
    );
}
