//! `report`: what happened while an account had no access.

use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::session::{Session, text};

pub(super) async fn report(global: &Global, named: &str, csv: bool) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let id = session.picture().await?.id(named)?;
    let verb = if csv { "gap_csv" } else { "gap" };
    let gap = session.run(json!({ "do": verb, "id": id })).await;
    session.end().await;
    let gap = gap?;
    if csv {
        output::print(text(&gap, "csv").trim_end_matches("\r\n"));
    } else if global.json {
        output::document(&gap);
    } else {
        output::print(&sentences(&gap));
    }
    Ok(Exit::Done)
}

fn sentences(gap: &Value) -> String {
    if gap.is_null() {
        return "Access was never gone and regained.".to_owned();
    }
    let is = |key: &str| gap.get(key) == Some(&Value::Bool(true));
    let items = gap
        .get("items")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let whole = if is("complete") {
        ""
    } else {
        " The media after it are not fetched to the end yet, so there may be more."
    };
    let stories = if is("stories_lost") {
        " Stories of that time are gone: they live for 24 hours and cannot be fetched later."
    } else {
        ""
    };
    format!(
        "No access from {} to {}. Published meanwhile and fetched since: {items}.{whole}{stories}",
        text(gap, "from"),
        text(gap, "until"),
    )
}
