//! `relink sync` and `relink report`, as they are typed.
#![cfg(test)]

mod office;

use office::{Office, json};
use sandbox::Change;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_says_what_it_fetched_and_progress_stays_off_standard_output() {
    let office = Office::open().await;
    let id = office.add(0);
    office.control.apply(&id, Change::HasMedia(230)).unwrap();
    let output = office.must(&["sync", &id, "--json"], "");
    let fetched = json(&output);
    assert_eq!(fetched[0]["state"], "resting");
    assert_eq!(fetched[0]["kept"], 230);
    assert_eq!(fetched[0]["total"], 230);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(" of 230") || said.contains(" so far"),
        "{said}"
    );
    let table = office.must(&["sync", "--quiet"], "");
    assert!(table.stderr.is_empty());
    assert!(String::from_utf8(table.stdout).unwrap().contains("resting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_read_is_named_by_the_exit_code() {
    let office = Office::open().await;
    let id = office.add(0);
    office.control.apply(&id, Change::AppRemoved).unwrap();
    let output = office.relink(&["sync", &id, "--json"], "");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(json(&output)[0]["cause"], "app_removed");
    let unknown = office.relink(&["sync", "nobody"], "");
    assert_eq!(unknown.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_an_account_that_was_never_lost_says_so() {
    let office = Office::open().await;
    let id = office.add(0);
    let said = office.must(&["report", &id], "");
    assert_eq!(
        String::from_utf8(said.stdout).unwrap(),
        "Access was never gone and regained.\n"
    );
    assert_eq!(
        json(&office.must(&["report", &id, "--json"], "")),
        Value::Null
    );
    assert!(
        !office
            .relink(&["report", &id, "--csv"], "")
            .status
            .success()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_gap_is_comma_separated_values() {
    let office = Office::open().await;
    let id = office.add(0);
    office.must(&["disconnect", &id], "");
    // Instagram tells moments to the second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    office.control.apply(&id, Change::Published).unwrap();
    assert_eq!(office.add(0), id);
    office.must(&["sync", &id, "--quiet"], "");
    let csv = String::from_utf8(office.must(&["report", &id, "--csv"], "").stdout).unwrap();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].starts_with("row,from,until,complete,stories_lost,items"));
    assert!(
        lines[1].starts_with("gap,") && lines[1].contains(",yes,no,1,"),
        "{csv}"
    );
    assert!(lines[2].starts_with("item,"), "{csv}");
}
