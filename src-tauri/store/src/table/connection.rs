//! The columns of an account's connection and watch. A deleted account keeps the columns of what
//! stood before while the deletion can be taken back.

use domain::Timestamp;
use domain::connection::{
    Connection, Doubt, Held, Lost, Removal, Renewal, Shortfall, Spare, Standing, Trouble, Undo,
    Watch,
};
use domain::diagnosis::Diagnosis;
use domain::grant::{Grant, Route, Scopes};
use domain::page::{Page, PageGrant};
use rusqlite::types::Value;

use super::finding::{Findings, Place};
use crate::codec::{Cells, count, millis};
use crate::error::StoreError;

/// A column's name and value.
pub(crate) type Column = (&'static str, Value);

/// The diagnoses inside an account, each with its place.
type Found<'a> = Vec<(Place, &'a Diagnosis)>;

pub(crate) fn write<'a>(
    connection: &'a Connection,
    columns: &mut Vec<Column>,
    found: &mut Found<'a>,
) {
    let removal = match connection {
        Connection::Removed(removal) => Some(removal),
        Connection::Held(_) | Connection::Lost(_) => None,
    };
    write_removal(removal, columns);
    let standing = match removal {
        None => Some(connection),
        Some(removal) => removal.before.as_deref(),
    };
    match standing {
        Some(Connection::Held(held)) => {
            columns.push(("connection", text("held")));
            write_held(held, columns, found);
        }
        Some(Connection::Lost(lost)) => {
            columns.push(("connection", text("lost")));
            write_held(&lost.held, columns, found);
            found.push((Place::Lost, &lost.diagnosis));
        }
        // A deletion of a deletion has nothing to go back to.
        None | Some(Connection::Removed(_)) => {
            columns.push(("connection", text("none")));
            write_grant(None, removal, columns);
            write_nothing_held(columns);
        }
    }
}

fn write_removal(removal: Option<&Removal>, columns: &mut Vec<Column>) {
    let (undo, until) = match removal.map(|removal| removal.undo) {
        None => (Value::Null, None),
        Some(Undo::Until(until)) => (text("until"), Some(until)),
        Some(Undo::WhileInWizard) => (text("in_wizard"), None),
        Some(Undo::Gone) => (text("gone"), None),
    };
    columns.push((
        "removed_at",
        removal.map(|removal| millis(removal.at)).into(),
    ));
    columns.push(("undo", undo));
    columns.push(("undo_until", until.map(millis).into()));
    columns.push((
        "gone_there",
        removal.is_some_and(|removal| removal.gone_there).into(),
    ));
}

fn write_held<'a>(held: &'a Held, columns: &mut Vec<Column>, found: &mut Found<'a>) {
    write_grant(Some(&held.grant), None, columns);
    let (word, retry_at) = match &held.renewal {
        Renewal::Resting { .. } => ("resting", None),
        Renewal::Running { .. } => ("running", None),
        Renewal::Failing {
            retry_at, reason, ..
        } => {
            found.push((Place::Renewal, reason));
            ("failing", Some(*retry_at))
        }
    };
    columns.push(("renewal", text(word)));
    columns.push((
        "renewal_failures",
        i64::from(held.renewal.failures()).into(),
    ));
    columns.push(("renewal_retry_at", retry_at.map(millis).into()));
    columns.push(("last_renewed_at", held.renewal.last().map(millis).into()));
    let (word, missing) = match &held.standing {
        Standing::Good => ("good", None),
        Standing::Limited(shortfall) => {
            found.push((Place::Standing, &shortfall.diagnosis));
            ("limited", Some(shortfall.missing.to_string()))
        }
        Standing::Blocked(diagnosis) => {
            found.push((Place::Standing, diagnosis));
            ("blocked", None)
        }
    };
    columns.push(("standing", text(word)));
    columns.push(("missing_scopes", missing.into()));
    let hidden = held.hidden.as_deref();
    found.extend(hidden.map(|shortfall| (Place::Hidden, &shortfall.diagnosis)));
    let names = hidden.map(|shortfall| shortfall.missing.to_string());
    columns.push(("hidden_scopes", names.into()));
    let spare = held.spare.as_deref();
    let issued_at = spare.and_then(|spare| spare.grant.issued_at).map(millis);
    let expires_at = spare.and_then(|spare| spare.grant.expires_at).map(millis);
    let generation = spare.map(|spare| count(spare.generation));
    columns.push(("unproved", spare.is_some().into()));
    columns.push(("before_issued_at", issued_at.into()));
    columns.push(("before_expires_at", expires_at.into()));
    columns.push(("spare_generation", generation.into()));
}

fn write_nothing_held(columns: &mut Vec<Column>) {
    let held_only = [
        "last_renewed_at",
        "renewal",
        "renewal_failures",
        "renewal_retry_at",
        "standing",
        "missing_scopes",
        "unproved",
        "before_issued_at",
        "before_expires_at",
        "spare_generation",
        "hidden_scopes",
    ];
    columns.extend(held_only.map(|name| (name, Value::Null)));
}

/// The route outlives the grant: the way back begins there. So does the person whose sign-in it rested on.
fn write_grant(grant: Option<&Grant>, removal: Option<&Removal>, columns: &mut Vec<Column>) {
    let route = grant
        .map(|grant| grant.route)
        .or(removal.map(|removal| removal.route));
    let page = grant.and_then(|grant| grant.page.as_deref());
    let person = match page {
        Some(page) => Some(page.person.clone()),
        None => removal.and_then(|removal| removal.person.clone()),
    };
    let scopes = grant
        .and_then(|grant| grant.scopes.as_ref())
        .map(Scopes::to_string);
    columns.push(("route", route.map(|route| route.code().to_owned()).into()));
    columns.push(("scopes", scopes.into()));
    columns.push((
        "issued_at",
        grant.and_then(|grant| grant.issued_at).map(millis).into(),
    ));
    columns.push((
        "expires_at",
        grant.and_then(|grant| grant.expires_at).map(millis).into(),
    ));
    columns.push(("person", person.into()));
    write_page(page, columns);
}

fn write_page(grant: Option<&PageGrant>, columns: &mut Vec<Column>) {
    let moment = |at: fn(&PageGrant) -> Option<Timestamp>| grant.and_then(at).map(millis);
    let word = |of: fn(&PageGrant) -> &String| grant.map(|grant| of(grant).clone());
    columns.push(("page_id", word(|grant| &grant.page.id).into()));
    columns.push(("page_name", word(|grant| &grant.page.name).into()));
    columns.push(("person_until", moment(|grant| grant.person_until).into()));
    let data = moment(|grant| grant.data_access_until);
    columns.push(("data_access_until", data.into()));
    columns.push(("inspected_at", moment(|grant| grant.inspected_at).into()));
    columns.push(("revoked_at", moment(|grant| grant.revoked_at).into()));
}

pub(crate) fn write_watch<'a>(watch: &'a Watch, columns: &mut Vec<Column>, found: &mut Found<'a>) {
    columns.push(("last_checked_at", watch.last_checked_at.map(millis).into()));
    columns.push(("last_ok_at", watch.last_ok_at.map(millis).into()));
    columns.push(("next_check_at", millis(watch.next_at).into()));
    columns.push(("check_running", watch.running.into()));
    let trouble = watch.trouble.as_ref();
    columns.push((
        "trouble_failures",
        trouble.map(|it| i64::from(it.failures)).into(),
    ));
    columns.push((
        "trouble_retry_at",
        trouble.map(|it| millis(it.retry_at)).into(),
    ));
    let doubt = watch.doubt.as_ref();
    columns.push(("doubt_since", doubt.map(|it| millis(it.since)).into()));
    columns.push((
        "doubt_confirm_at",
        doubt.map(|it| millis(it.confirm_at)).into(),
    ));
    columns.push(("doubt_held_back", doubt.map(|it| it.held_back).into()));
    columns.push(("doubt_told", doubt.map(|it| it.told).into()));
    found.extend(trouble.map(|it| (Place::Trouble, &it.diagnosis)));
    found.extend(doubt.map(|it| (Place::Doubt, &it.diagnosis)));
}

pub(crate) fn read(cells: &Cells<'_>, found: &mut Findings) -> Result<Connection, StoreError> {
    let standing = match cells.get::<String>("connection")?.as_str() {
        "held" => Some(Connection::Held(read_held(cells, found)?)),
        "lost" => Some(Connection::Lost(Lost {
            held: read_held(cells, found)?,
            diagnosis: found
                .remove(&Place::Lost)
                .ok_or_else(|| cells.bad("connection"))?,
        })),
        "none" => None,
        _ => return Err(cells.bad("connection")),
    };
    let Some(at) = cells.maybe_moment("removed_at")? else {
        return standing.ok_or_else(|| cells.bad("connection"));
    };
    let undo = match cells.get::<String>("undo")?.as_str() {
        "until" => Undo::Until(cells.moment("undo_until")?),
        "in_wizard" => Undo::WhileInWizard,
        "gone" => Undo::Gone,
        _ => return Err(cells.bad("undo")),
    };
    Ok(Connection::Removed(Removal {
        at,
        undo,
        before: standing.map(Box::new),
        gone_there: cells.get("gone_there")?,
        route: cells.code("route", Route::from_code)?,
        person: cells.get("person")?,
    }))
}

fn read_held(cells: &Cells<'_>, found: &mut Findings) -> Result<Held, StoreError> {
    let last = cells.maybe_moment("last_renewed_at")?;
    let failures = cells.number("renewal_failures")?;
    let renewal = match cells.get::<String>("renewal")?.as_str() {
        "resting" => Renewal::Resting { last },
        "running" => Renewal::Running { failures, last },
        "failing" => Renewal::Failing {
            failures,
            retry_at: cells.moment("renewal_retry_at")?,
            reason: found
                .remove(&Place::Renewal)
                .ok_or_else(|| cells.bad("renewal"))?,
            last,
        },
        _ => return Err(cells.bad("renewal")),
    };
    let mut found_standing = || {
        found
            .remove(&Place::Standing)
            .ok_or_else(|| cells.bad("standing"))
    };
    let standing = match cells.get::<String>("standing")?.as_str() {
        "good" => Standing::Good,
        "limited" => Standing::Limited(Shortfall {
            missing: Scopes::parse(&cells.get::<String>("missing_scopes")?),
            diagnosis: found_standing()?,
        }),
        "blocked" => Standing::Blocked(found_standing()?),
        _ => return Err(cells.bad("standing")),
    };
    let hidden = match found.remove(&Place::Hidden) {
        None => None,
        Some(diagnosis) => Some(Box::new(Shortfall {
            missing: Scopes::parse(&cells.get::<String>("hidden_scopes")?),
            diagnosis,
        })),
    };
    let grant = read_grant(cells)?;
    let spare = read_spare(cells, &grant)?;
    Ok(Held {
        grant,
        renewal,
        standing,
        hidden,
        spare,
    })
}

fn read_spare(cells: &Cells<'_>, grant: &Grant) -> Result<Option<Box<Spare>>, StoreError> {
    if !cells.get::<bool>("unproved")? {
        return Ok(None);
    }
    Ok(Some(Box::new(Spare {
        grant: Grant {
            issued_at: cells.maybe_moment("before_issued_at")?,
            expires_at: cells.maybe_moment("before_expires_at")?,
            ..grant.clone()
        },
        generation: cells.number("spare_generation")?,
    })))
}

fn read_grant(cells: &Cells<'_>) -> Result<Grant, StoreError> {
    let scopes: Option<String> = cells.get("scopes")?;
    Ok(Grant {
        route: cells.code("route", Route::from_code)?,
        scopes: scopes.as_deref().map(Scopes::parse),
        issued_at: cells.maybe_moment("issued_at")?,
        expires_at: cells.maybe_moment("expires_at")?,
        page: read_page(cells)?.map(Box::new),
    })
}

fn read_page(cells: &Cells<'_>) -> Result<Option<PageGrant>, StoreError> {
    let Some(id) = cells.get::<Option<String>>("page_id")? else {
        return Ok(None);
    };
    Ok(Some(PageGrant {
        page: Page {
            id,
            name: cells.get("page_name")?,
        },
        person: cells.get("person")?,
        person_until: cells.maybe_moment("person_until")?,
        data_access_until: cells.maybe_moment("data_access_until")?,
        inspected_at: cells.maybe_moment("inspected_at")?,
        revoked_at: cells.maybe_moment("revoked_at")?,
    }))
}

pub(crate) fn read_watch(cells: &Cells<'_>, found: &mut Findings) -> Result<Watch, StoreError> {
    let trouble = match found.remove(&Place::Trouble) {
        None => None,
        Some(diagnosis) => Some(Trouble {
            diagnosis,
            failures: cells.number("trouble_failures")?,
            retry_at: cells.moment("trouble_retry_at")?,
        }),
    };
    let doubt = match found.remove(&Place::Doubt) {
        None => None,
        Some(diagnosis) => Some(Doubt {
            diagnosis,
            since: cells.moment("doubt_since")?,
            confirm_at: cells.moment("doubt_confirm_at")?,
            held_back: cells.get("doubt_held_back")?,
            told: cells.get::<Option<bool>>("doubt_told")?.unwrap_or_default(),
        }),
    };
    Ok(Watch {
        last_checked_at: cells.maybe_moment("last_checked_at")?,
        last_ok_at: cells.maybe_moment("last_ok_at")?,
        next_at: cells.moment("next_check_at")?,
        running: cells.get("check_running")?,
        trouble,
        doubt,
    })
}

fn text(word: &str) -> Value {
    Value::Text(word.to_owned())
}
