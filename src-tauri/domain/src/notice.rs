//! What a person is told outside the window: once, together, not at night, and taken back when it is
//! settled. (Design brief, section 10.)

mod matter;
mod told;

use std::collections::BTreeMap;

use chrono::{Datelike as _, Duration, NaiveDateTime, Timelike as _, Weekday};

use crate::Timestamp;
use crate::account::AccountId;
use crate::diagnosis::Cause;
use crate::roster::Roster;

pub use matter::{Matter, NoticeKind};
pub use told::Told;

/// What broke together is told together: a first finding waits this long for others.
const GATHER: Duration = Duration::seconds(20);

/// More than two notices within this time become one.
const WINDOW: Duration = Duration::minutes(10);

/// At most one notice for an account and cause within this time.
const ONCE: Duration = Duration::days(1);

/// The name under which a digest is shown, so that a later one takes its place.
const DIGEST: &str = "several";

/// The name under which the trouble with the Meta app is shown.
const APP: &str = "app";

/// What the person wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// Whether anything at all.
    pub allowed: bool,
    /// Which kinds.
    pub kinds: Vec<NoticeKind>,
    /// Minutes since midnight, by the computer's own time: from when until when to keep quiet.
    pub quiet: Option<(u32, u32)>,
}

impl Wishes {
    fn want(&self, kind: NoticeKind) -> bool {
        self.allowed && self.kinds.contains(&kind)
    }

    /// Whether `local` lies in the quiet hours, which may go over midnight.
    fn quiet_at(&self, local: NaiveDateTime) -> bool {
        let minute = local.hour() * 60 + local.minute();
        match self.quiet {
            Some((from, until)) if from <= until => (from..until).contains(&minute),
            Some((from, until)) => minute >= from || minute < until,
            None => false,
        }
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its name: a later notice of the same name takes its place, and it is withdrawn by it.
    pub key: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// Whom it is about; several for a digest.
    pub accounts: Vec<AccountId>,
    /// Why.
    pub cause: Option<Cause>,
    /// How much time is left, for what is not over yet; whole hours, rounded down.
    pub hours_left: Option<i64>,
    /// Whether it was told before.
    pub reminder: bool,
}

/// What is to be done with a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// Show it.
    Show(Notice),
    /// Take it back.
    Withdraw(String),
}

/// What was told, and what waits to be told.
#[derive(Debug, Default)]
pub struct Notices {
    told: BTreeMap<AccountId, Told>,
    /// What was settled within a day, so that it is not told twice.
    settled: Vec<(AccountId, Matter, Timestamp)>,
    digest: bool,
    app: Option<(Timestamp, bool)>,
    week: Option<NaiveDateTime>,
}

impl Notices {
    /// As an earlier run left them.
    pub fn restore(told: impl IntoIterator<Item = (AccountId, Told)>) -> Self {
        Self {
            told: told.into_iter().collect(),
            ..Self::default()
        }
    }

    /// What is to be remembered.
    pub fn told(&self) -> impl Iterator<Item = (&AccountId, &Told)> {
        self.told.iter()
    }

    /// Looks at all accounts and says what is to be told now. `local` is the computer's own time.
    pub fn look(
        &mut self,
        roster: &Roster,
        wishes: &Wishes,
        local: NaiveDateTime,
        now: Timestamp,
    ) -> Vec<Telling> {
        let mut out = Vec::new();
        self.take_in(roster, wishes, now, &mut out);
        self.take_in_app(roster, wishes, now, &mut out);
        if wishes.allowed && !wishes.quiet_at(local) {
            self.tell(wishes, now, &mut out);
            self.tell_week(roster, wishes, local, now, &mut out);
        }
        out
    }

    /// The person wants to be told of this account again after `pause`, however often it was told before. What stands
    /// of it until then is taken back.
    pub fn remind(&mut self, id: &AccountId, pause: Duration, now: Timestamp) -> Option<Telling> {
        let told = self.told.get_mut(id)?;
        let stood = told.alone;
        told.put_off(pause, now);
        stood.then(|| Telling::Withdraw(key(id)))
    }

    /// When to look again although nothing has happened.
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let waiting = self.told.values().filter_map(|told| told.due());
        let app = self
            .app
            .filter(|(_, told)| !told)
            .map(|(since, _)| since + GATHER);
        waiting.chain(app).filter(|at| *at > now).min()
    }

    /// What is so now, against what was known.
    fn take_in(
        &mut self,
        roster: &Roster,
        wishes: &Wishes,
        now: Timestamp,
        out: &mut Vec<Telling>,
    ) {
        self.settled
            .retain(|(.., at)| now - *at < ONCE && *at <= now);
        let current: BTreeMap<AccountId, Matter> = roster
            .unwell()
            .filter_map(|account| Some((account.id().clone(), matter::of(account, roster, now)?)))
            .collect();
        let gone: Vec<AccountId> = self
            .told
            .iter()
            .filter(|(id, told)| current.get(id) != Some(&told.matter))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            let Some(told) = self.told.remove(&id) else {
                continue;
            };
            if told.alone {
                out.push(Telling::Withdraw(key(&id)));
            }
            let mended = !current.contains_key(&id);
            if mended
                && told.times > 0
                && roster.account(&id).is_some_and(|it| it.removed().is_none())
            {
                self.tell_recovery(&id, wishes, out);
            }
            if let Some(at) = told.at {
                self.settled.push((id, told.matter, at));
            }
        }
        for (id, matter) in current {
            let before = self
                .settled
                .iter()
                .find(|(other, what, _)| *other == id && *what == matter)
                .map(|(.., at)| *at);
            // What was told within a day, or may not be told at all, counts as told.
            let at = before.or_else(|| (!wishes.want(matter.kind)).then_some(now));
            self.told.entry(id).or_insert(Told {
                matter,
                since: now,
                times: u32::from(at.is_some()),
                at,
                alone: false,
            });
        }
        if self.digest && !self.told.values().any(|told| told.times > 0) {
            self.digest = false;
            out.push(Telling::Withdraw(DIGEST.to_owned()));
        }
    }

    /// One problem, one message: while the app is the suspect, nothing is said of its accounts.
    fn take_in_app(
        &mut self,
        roster: &Roster,
        wishes: &Wishes,
        now: Timestamp,
        out: &mut Vec<Telling>,
    ) {
        match (roster.refused_apps().is_empty(), self.app) {
            (false, None) => self.app = Some((now, !wishes.want(NoticeKind::AppProblem))),
            (true, Some((_, told))) => {
                self.app = None;
                if told {
                    out.push(Telling::Withdraw(APP.to_owned()));
                }
            }
            (false, Some(_)) | (true, None) => {}
        }
    }

    fn tell_recovery(&self, id: &AccountId, wishes: &Wishes, out: &mut Vec<Telling>) {
        if wishes.want(NoticeKind::Recovered) {
            out.push(Telling::Show(Notice {
                key: key(id),
                kind: NoticeKind::Recovered,
                accounts: vec![id.clone()],
                cause: None,
                hours_left: None,
                reminder: false,
            }));
        }
    }

    fn tell(&mut self, wishes: &Wishes, now: Timestamp, out: &mut Vec<Telling>) {
        if let Some((since, told)) = &mut self.app
            && !*told
            && now - *since >= GATHER
        {
            *told = true;
            out.push(Telling::Show(Notice {
                key: APP.to_owned(),
                kind: NoticeKind::AppProblem,
                accounts: Vec::new(),
                cause: Some(Cause::AppProblem),
                hours_left: None,
                reminder: false,
            }));
        }
        let due: Vec<AccountId> = self
            .told
            .iter()
            .filter(|(_, told)| wishes.want(told.matter.kind))
            .filter(|(_, told)| told.due().is_some_and(|at| at <= now))
            .map(|(id, _)| id.clone())
            .collect();
        if due.is_empty() {
            return;
        }
        // Whoever just came belongs to it, though not yet gathered.
        let with: Vec<AccountId> = self
            .told
            .iter()
            .filter(|(id, told)| {
                let fresh = told.times == 0 && wishes.want(told.matter.kind);
                let lately = told.times > 0 && told.at.is_some_and(|at| now - at <= WINDOW);
                due.contains(id) || fresh || (lately && (told.alone || self.digest))
            })
            .map(|(id, _)| id.clone())
            .collect();
        if with.len() > 2 || due.len() > 2 {
            self.tell_together(with, now, out);
        } else {
            for id in due {
                self.tell_alone(&id, now, out);
            }
        }
    }

    fn tell_alone(&mut self, id: &AccountId, now: Timestamp, out: &mut Vec<Telling>) {
        let Some(told) = self.told.get_mut(id) else {
            return;
        };
        let reminder = told.times > 0;
        told.count(now);
        told.alone = true;
        out.push(Telling::Show(Notice {
            key: key(id),
            kind: told.matter.kind,
            accounts: vec![id.clone()],
            cause: told.matter.cause,
            hours_left: told.matter.hours_left(),
            reminder,
        }));
    }

    fn tell_together(&mut self, ids: Vec<AccountId>, now: Timestamp, out: &mut Vec<Telling>) {
        let mut reminder = true;
        for id in &ids {
            let Some(told) = self.told.get_mut(id) else {
                continue;
            };
            reminder &= told.times > 0;
            told.count(now);
            if std::mem::take(&mut told.alone) {
                out.push(Telling::Withdraw(key(id)));
            }
        }
        self.digest = true;
        let cause = ids
            .iter()
            .map(|id| self.told.get(id).and_then(|told| told.matter.cause))
            .reduce(|one, other| one.filter(|_| one == other))
            .flatten();
        out.push(Telling::Show(Notice {
            key: DIGEST.to_owned(),
            kind: NoticeKind::Several,
            accounts: ids,
            cause,
            hours_left: None,
            reminder,
        }));
    }

    /// On Monday at nine, and only if there is something to say.
    fn tell_week(
        &mut self,
        roster: &Roster,
        wishes: &Wishes,
        local: NaiveDateTime,
        now: Timestamp,
        out: &mut Vec<Telling>,
    ) {
        let is_time = local.weekday() == Weekday::Mon && local.hour() >= 9;
        let said = self.week.is_some_and(|at| at.date() == local.date());
        if !is_time || said || !wishes.want(NoticeKind::Weekly) {
            return;
        }
        self.week = Some(local);
        let lately = |at: &Timestamp| now - *at <= Duration::days(7);
        let accounts: Vec<AccountId> = roster
            .accounts()
            .filter(|account| account.recent_losses.iter().any(lately))
            .map(|account| account.id().clone())
            .collect();
        if !accounts.is_empty() {
            out.push(Telling::Show(Notice {
                key: "week".to_owned(),
                kind: NoticeKind::Weekly,
                accounts,
                cause: None,
                hours_left: None,
                reminder: false,
            }));
        }
    }
}

fn key(id: &AccountId) -> String {
    format!("account-{id}")
}

#[cfg(test)]
mod tests;
