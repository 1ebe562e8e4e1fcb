//! What an error of Meta's means, whichever program met it.

use domain::Timestamp;
use domain::diagnosis::{Context, diagnose};

use crate::command::ErrorCode;
use crate::view::ExplainedView;

/// The longest text that is taken for errors, in characters.
const MAX_ERRORS: usize = 200_000;

/// Several errors may be pasted at once, one to a line; a text that is no such list is one error.
///
/// # Errors
/// [`ErrorCode::InvalidInput`] for nothing to read, or more than 200 000 characters.
pub(crate) fn explain(
    text: &str,
    http_status: Option<u16>,
    now: Timestamp,
) -> Result<Vec<ExplainedView>, ErrorCode> {
    if text.trim().is_empty() || text.chars().count() > MAX_ERRORS {
        return Err(ErrorCode::InvalidInput);
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let whole = |line: &&str| line.starts_with('{') && line.ends_with('}');
    let errors = if lines.len() > 1 && lines.iter().all(whole) {
        lines
    } else {
        vec![text]
    };
    let explained = errors.into_iter().map(|error| {
        let refusal = meta::pasted::read(http_status, error.as_bytes());
        ExplainedView::from(&diagnose(&refusal, &Context::unknown(), now))
    });
    Ok(explained.collect())
}
