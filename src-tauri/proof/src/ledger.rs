//! What the actor has acknowledged, and what may therefore be found afterwards.

use std::collections::BTreeMap;

use crate::script::Step;
use crate::words::{Said, Shown};

/// The banner that says that something could not be saved.
const UNSAVED: &str = "E-DISK";

/// The stage's account of one play.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// What Relink showed after the last acknowledged step.
    pub shown: Shown,
    /// The step that was begun and neither acknowledged nor refused.
    pub open: Option<usize>,
    /// Steps refused, by name.
    pub refused: BTreeMap<usize, String>,
    /// Relink could not begin, by name.
    pub not_started: Option<String>,
    /// How many steps were acknowledged.
    pub done: usize,
    /// Whether everything was played.
    pub ended: bool,
}

impl Ledger {
    /// Writes down what was said.
    pub fn hear(&mut self, said: &Said) {
        match said {
            Said::Begun { step } => self.open = Some(*step),
            // What cannot be saved is shown together with that it cannot: no promise.
            Said::Done { step, shown } if shown.banner.as_deref() == Some(UNSAVED) => {
                self.refused.insert(*step, UNSAVED.to_owned());
            }
            Said::Done { step, shown } => {
                self.shown = shown.clone();
                self.done += 1;
                if self.open == Some(*step) {
                    self.open = None;
                }
            }
            // A refused step stays open: what it began may still be kept in memory and saved later.
            Said::Refused { step, code } => {
                self.refused.insert(*step, code.clone());
            }
            Said::NotStarted { code } => self.not_started = Some(code.clone()),
            Said::Ended => self.ended = true,
            Said::WantToken { .. }
            | Said::WantConsent { .. }
            | Said::WantLoss { .. }
            | Said::WantTime { .. } => {}
        }
    }

    /// Steps whose effect may be there without having been acknowledged.
    pub fn unsettled<'a>(&self, steps: &'a [Step]) -> Vec<&'a Step> {
        let open = self.open.into_iter();
        open.chain(self.refused.keys().copied())
            .filter_map(|step| steps.get(step))
            .collect()
    }
}
