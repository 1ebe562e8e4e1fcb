//! The columns of a diagnosis, shared by the tables that hold one.

use domain::diagnosis::{Affects, Cause, Certainty, Diagnosis, Evidence, Remedy};
use rusqlite::types::Value;

use crate::codec::{Cells, millis};
use crate::error::StoreError;

/// How many columns [`values`] fills.
pub(crate) const COLUMN_COUNT: usize = 13;

/// Their names, in the order of [`values`]. The tables declare each of them without `NOT NULL`.
pub(crate) const COLUMNS: &str = "cause, certainty, affects, remedy, permission, found_at, \
     answered, http_status, code, subcode, error_type, message, trace_id";

/// The values of [`COLUMNS`]; all null without a diagnosis.
pub(crate) fn values(diagnosis: Option<&Diagnosis>) -> [Value; COLUMN_COUNT] {
    let Some(diagnosis) = diagnosis else {
        return [const { Value::Null }; COLUMN_COUNT];
    };
    let nothing = Evidence::default();
    let evidence = diagnosis.evidence.as_ref().unwrap_or(&nothing);
    [
        diagnosis.cause.code().to_owned().into(),
        diagnosis.certainty.code().to_owned().into(),
        diagnosis.affects.code().to_owned().into(),
        diagnosis.remedy.code().to_owned().into(),
        diagnosis.permission.clone().into(),
        millis(diagnosis.found_at).into(),
        diagnosis.evidence.is_some().into(),
        evidence.http_status.map(i64::from).into(),
        evidence.code.into(),
        evidence.subcode.into(),
        evidence.error_type.clone().into(),
        evidence.message.clone().into(),
        evidence.trace_id.clone().into(),
    ]
}

/// Reads what [`values`] wrote; `None` where there is no cause.
pub(crate) fn read(cells: &Cells<'_>) -> Result<Option<Diagnosis>, StoreError> {
    let Some(cause) = cells.maybe_code("cause", Cause::from_code)? else {
        return Ok(None);
    };
    let http_status: Option<i64> = cells.get("http_status")?;
    let http_status = http_status
        .map(|status| u16::try_from(status).map_err(|_| cells.bad("http_status")))
        .transpose()?;
    let evidence = Evidence {
        http_status,
        code: cells.get("code")?,
        subcode: cells.get("subcode")?,
        error_type: cells.get("error_type")?,
        message: cells.get("message")?,
        trace_id: cells.get("trace_id")?,
    };
    Ok(Some(Diagnosis {
        cause,
        certainty: cells.code("certainty", Certainty::from_code)?,
        affects: cells.code("affects", Affects::from_code)?,
        remedy: cells.code("remedy", Remedy::from_code)?,
        permission: cells.get("permission")?,
        evidence: cells.get::<bool>("answered")?.then_some(evidence),
        found_at: cells.moment("found_at")?,
    }))
}
