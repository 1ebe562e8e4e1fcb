//! The words of the command line: the window's message file, and the steps that only it prints.

use std::collections::BTreeMap;

use serde_json::Value;

const WINDOW: &str = include_str!("../../../ui/messages/en.json");
const STEPS: &str = include_str!("../messages/en.json");

/// Both message files.
pub(crate) struct Words {
    window: BTreeMap<String, Value>,
    steps: BTreeMap<String, Vec<String>>,
}

impl Words {
    /// Reads what is part of the program.
    pub(crate) fn english() -> anyhow::Result<Self> {
        Ok(Self {
            window: serde_json::from_str(WINDOW)?,
            steps: serde_json::from_str(STEPS)?,
        })
    }

    /// One line that names a cause.
    pub(crate) fn title(&self, cause: &str) -> &str {
        self.find(&format!("reason.{cause}"))
    }

    /// A sentence that says how sure it is.
    pub(crate) fn explanation(&self, cause: &str, certainty: &str) -> &str {
        match certainty {
            "unknown" => self.find("cause.certainty.unknown"),
            sure => self.find(&format!("cause.{cause}.{sure}")),
        }
    }

    /// What to do.
    pub(crate) fn steps(&self, cause: &str) -> &[String] {
        self.steps
            .get(&format!("steps.{cause}"))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn find(&self, key: &str) -> &str {
        self.window
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::diagnosis::Cause;

    #[test]
    fn every_cause_has_a_title_an_explanation_and_steps() {
        let words = Words::english().unwrap();
        for cause in Cause::ALL {
            let code = cause.code();
            assert!(!words.title(code).is_empty(), "no title for {code}");
            assert!(!words.steps(code).is_empty(), "no steps for {code}");
            for certainty in ["proved", "likely", "unknown"] {
                assert!(
                    !words.explanation(code, certainty).is_empty(),
                    "no words for {code} {certainty}"
                );
            }
        }
    }
}
