//! Time that does not simply pass: corrected by Instagram's clock, set by hand, slept through.
//! (Security document, section 8.)

use chrono::Duration;

use super::agenda::Agenda;
use super::{Network, Plan, Roster};
use crate::Timestamp;
use crate::account::AccountId;
use crate::connection::{Connection, Undo};

use crate::renewal::LONGEST_PATIENCE;

impl Roster {
    /// Time that runs backwards was wrong before or is now: nothing that was put in order by it stands.
    pub(super) fn notice_time(&mut self, now: Timestamp) {
        if now < self.last {
            self.order_anew();
            self.reindex(now);
        }
        self.last = now;
    }

    /// The provider told the time: ends that lie behind are looked into from now on.
    pub(super) fn on_time_known(&mut self) {
        if !self.time_known {
            self.time_known = true;
            self.accounts.touch_all();
        }
    }

    pub(super) fn on_plan_changed(&mut self, plan: Plan, now: Timestamp) {
        let sooner = plan.check_every < self.plan.check_every;
        self.plan = plan;
        self.accounts.touch_all();
        if sooner {
            let latest = now + self.check_interval();
            self.bring_checks_forward(latest);
        }
    }

    /// What was reckoned by the wrong time is moved along with it, so that a way to undo keeps its ten
    /// seconds and an attempt its ten minutes; what would now wait longer than it ever may, waits less.
    pub(super) fn on_clock_moved(&mut self, by: Duration, now: Timestamp) {
        for attempt in self.attempt.iter_mut().chain(&mut self.earlier) {
            attempt.opened_at += by;
        }
        if let Some(group) = &mut self.undo {
            group.until += by;
        }
        if let Network::Offline {
            since, retry_at, ..
        } = &mut self.network
        {
            *since += by;
            *retry_at = now;
        }
        self.pressure.shift(by);
        self.unanswered.values_mut().for_each(|since| *since += by);
        self.shift_guard(by);
        for id in self.accounts.ids() {
            self.shift_account(&id, by, now);
        }
        self.bring_checks_forward(now + self.check_interval());
        self.order_anew();
    }

    fn shift_account(&mut self, id: &AccountId, by: Duration, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        match &mut account.connection {
            Connection::Removed(removal) => {
                if let Undo::Until(until) = &mut removal.undo {
                    *until += by;
                }
            }
            Connection::Held(held) => {
                held.renewal.try_by(now + LONGEST_PATIENCE);
            }
            Connection::Lost(_) => {}
        }
        if let Some(doubt) = &mut account.watch.doubt {
            doubt.since += by;
            doubt.confirm_at += by;
        }
        if let Some(trouble) = &mut account.watch.trouble {
            trouble.retry_at = trouble.retry_at.min(now + LONGEST_PATIENCE);
        }
    }

    fn bring_checks_forward(&mut self, latest: Timestamp) {
        for id in self.accounts.ids() {
            let late = self
                .accounts
                .get(&id)
                .is_some_and(|account| account.watch.next_at > latest);
            if late && let Some(account) = self.accounts.get_mut(&id) {
                account.watch.next_at = latest;
            }
        }
    }

    fn order_anew(&mut self) {
        self.agenda = Agenda::default();
        self.accounts.touch_all();
    }
}
