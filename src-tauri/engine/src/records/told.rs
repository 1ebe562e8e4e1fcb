//! What was told outside the window, as one line of the settings.

use chrono::DateTime;
use domain::Timestamp;
use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::notice::{Matter, NoticeKind, Told};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Line {
    account: String,
    kind: String,
    cause: Option<String>,
    step: Option<u32>,
    since: i64,
    times: u32,
    at: Option<i64>,
    alone: bool,
}

pub(super) fn write(told: &[(AccountId, Told)]) -> String {
    let lines: Vec<Line> = told
        .iter()
        .map(|(account, told)| Line {
            account: account.to_string(),
            kind: told.matter.kind.code().to_owned(),
            cause: told.matter.cause.map(|cause| cause.code().to_owned()),
            step: told.matter.step,
            since: told.since.timestamp_millis(),
            times: told.times,
            at: told.at.map(|at| at.timestamp_millis()),
            alone: told.alone,
        })
        .collect();
    serde_json::to_string(&lines).unwrap_or_default()
}

/// A line that another version wrote is left out: at worst something is told once more.
pub(super) fn read(text: &str) -> Vec<(AccountId, Told)> {
    let lines: Vec<Line> = serde_json::from_str(text).unwrap_or_default();
    lines.into_iter().filter_map(told).collect()
}

fn told(line: Line) -> Option<(AccountId, Told)> {
    let matter = Matter {
        kind: NoticeKind::from_code(&line.kind)?,
        cause: match &line.cause {
            Some(code) => Some(Cause::from_code(code)?),
            None => None,
        },
        step: line.step,
    };
    let told = Told {
        matter,
        since: moment(line.since)?,
        times: line.times,
        at: match line.at {
            Some(at) => Some(moment(at)?),
            None => None,
        },
        alone: line.alone,
    };
    Some((AccountId::new(line.account), told))
}

fn moment(millis: i64) -> Option<Timestamp> {
    DateTime::from_timestamp_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_comes_back_and_what_cannot_be_read_is_left_out() {
        let at = moment(1_790_000_000_000);
        let known = (
            AccountId::new("17841400000000001"),
            Told {
                matter: Matter {
                    kind: NoticeKind::RenewalLate,
                    cause: Some(Cause::ProviderFault),
                    step: Some(72),
                },
                since: at.unwrap(),
                times: 2,
                at,
                alone: true,
            },
        );
        let text = write(std::slice::from_ref(&known));
        assert_eq!(read(&text), [known]);
        assert_eq!(read(&text.replace("renewal_late", "something_new")), []);
        assert_eq!(read("not JSON"), []);
    }
}
