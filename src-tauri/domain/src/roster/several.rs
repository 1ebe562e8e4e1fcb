//! Several attempts at once: whoever begins anew may still finish the page opened before.
//!
//! One attempt is the open one; those whose place it took wait beside it, each for the rest of its ten minutes.
//! The first code that is accepted decides: its attempt goes on, and all others are over. A refusal ends the attempt
//! it answers, and no other: whoever cancels in an old tab has not cancelled in the new one. (Security document, C3 to
//! C5.)

use chrono::Duration;

use super::connecting::failed;
use super::{Effect, Roster};
use crate::Timestamp;
use crate::attempt::{AttemptId, Outcome, Phase};
use crate::diagnosis::Diagnosis;

/// More attempts than this are not kept beside the open one; the oldest goes first.
const MOST_EARLIER: usize = 4;

impl Roster {
    /// The open attempt makes room for another. Only one that waits for the browser can still be answered.
    pub(super) fn set_aside(&mut self) {
        let Some(attempt) = self.attempt.take() else {
            return;
        };
        match attempt.phase {
            Phase::Waiting => self.earlier.push(attempt),
            Phase::Checking { .. } | Phase::Pages | Phase::Choice { .. } => {
                self.quarantined = None;
                self.out.effects.push(Effect::CloseAttempt(attempt.id));
            }
            Phase::Done { .. } | Phase::Failed { .. } => {}
        }
        while self.earlier.len() > MOST_EARLIER {
            let oldest = self.earlier.remove(0);
            self.out.effects.push(Effect::CloseAttempt(oldest.id));
        }
    }

    /// An earlier attempt takes the place of the open one, which waits beside it from now on.
    pub(super) fn on_taken_up(&mut self, id: &AttemptId) {
        let free = self.attempt.as_ref().is_none_or(|it| it.gives_way());
        let place = self.earlier.iter().position(|attempt| attempt.id == *id);
        if let (true, Some(place)) = (free, place) {
            let taken_up = self.earlier.remove(place);
            self.set_aside();
            self.attempt = Some(taken_up);
        }
    }

    /// An earlier attempt was answered with a refusal.
    pub(super) fn end_earlier(
        &mut self,
        id: &AttemptId,
        outcome: Outcome,
        diagnosis: Option<Diagnosis>,
        now: Timestamp,
    ) {
        let mut refused = self.earlier.extract_if(.., |attempt| attempt.id == *id);
        let Some(attempt) = refused.next() else {
            return;
        };
        drop(refused);
        let entry = failed(&attempt, outcome, diagnosis.as_ref(), now);
        self.record(entry);
        self.out.effects.push(Effect::CloseAttempt(attempt.id));
    }

    /// Earlier attempts whose ten minutes are over. They end without a word: nobody looks at them.
    pub(super) fn settle_earlier(&mut self, now: Timestamp) {
        let past: Vec<AttemptId> = self
            .earlier
            .iter()
            .filter(|attempt| attempt.is_past(now))
            .map(|attempt| attempt.id.clone())
            .collect();
        self.earlier.retain(|attempt| !past.contains(&attempt.id));
        let over = past.into_iter().map(Effect::CloseAttempt);
        self.out.effects.extend(over);
    }

    /// When the first of the earlier attempts ends.
    pub(super) fn earlier_ends_at(&self) -> Option<Timestamp> {
        let ends = self.earlier.iter().map(|attempt| attempt.expires_at());
        ends.min().map(|end| end + Duration::milliseconds(1))
    }

    /// A code was accepted, or everything was given up: nothing else is waited for.
    pub(super) fn close_earlier(&mut self) {
        let over = std::mem::take(&mut self.earlier).into_iter();
        let over = over.map(|attempt| Effect::CloseAttempt(attempt.id));
        self.out.effects.extend(over);
    }
}
