//! Computers: when they are on, asleep, off, offline, or wrong about the time.

use fastrand::Rng;

use crate::provider::{CrashPoint, Failure, Trouble, portal, silences};
use crate::time::{DAY, HOUR, MINUTE, Ms, SECOND};

/// What a computer does for a while.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// For how long.
    pub ms: Ms,
    /// What.
    pub state: Doing,
    /// Its clock is set wrong by this much at the beginning.
    pub wrong_by: Option<Ms>,
}

/// What a computer does.
#[derive(Debug, Clone)]
pub enum Doing {
    /// On, Relink runs.
    On {
        /// What is wrong with the network.
        network: Option<Failure>,
        /// Relink crashes in the next renewal, and is started again.
        crash: Option<CrashPoint>,
    },
    /// Suspended: time passes, nothing runs, Relink finds itself somewhere later.
    Asleep,
    /// Relink was quit, or the computer shut down.
    Off,
    /// The power failed: Relink ended without a word.
    PowerFailed,
}

/// A computer's habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Always on, as a server is.
    AlwaysOn,
    /// Nine to six on weekdays, shut down at night.
    Office,
    /// One hour on a random day of each to every fourth week.
    Laptop,
    /// On for hours here and there: other networks, portals, lids closed at any moment.
    Travelling,
    /// Suspended and woken many times a day, never quit.
    Suspended,
    /// An office computer that crashes and loses power.
    Crashing,
    /// An office computer on a bad line.
    Flaky,
    /// An office computer whose clock is set wrong now and then.
    WrongClock,
}

/// On, with a good network.
pub fn on(ms: Ms) -> Stretch {
    Stretch {
        ms,
        state: Doing::On {
            network: None,
            crash: None,
        },
        wrong_by: None,
    }
}

/// Not on.
pub fn rest(ms: Ms, state: Doing) -> Stretch {
    Stretch {
        ms,
        state,
        wrong_by: None,
    }
}

fn troubled(ms: Ms, name: &str, trouble: Trouble) -> Stretch {
    let failure = Failure {
        name: name.to_owned(),
        at: None,
        trouble,
    };
    Stretch {
        state: Doing::On {
            network: Some(failure),
            crash: None,
        },
        ..on(ms)
    }
}

impl Habit {
    /// What a computer of this habit does for so many days.
    pub fn plan(self, days: i64, chance: &mut Rng) -> Vec<Stretch> {
        let until = days * DAY;
        let mut plan = Vec::new();
        let mut at = 0;
        while at < until {
            let begun = plan.len();
            self.next(at, chance, &mut plan);
            at += plan[begun..].iter().map(|stretch| stretch.ms).sum::<Ms>();
        }
        plan
    }

    fn next(self, at: Ms, chance: &mut Rng, plan: &mut Vec<Stretch>) {
        let weekday = (at / DAY) % 7; // worlds begin on a Monday
        match self {
            Self::AlwaysOn => plan.push(on(DAY)),
            Self::Office if weekday >= 5 => plan.push(rest(DAY, Doing::Off)),
            Self::Office => day(plan, vec![on(9 * HOUR)]),
            Self::Laptop => {
                let weeks = chance.i64(1..5);
                let before = chance.i64(0..7 * weeks * 24 - 1) * HOUR;
                plan.push(rest(before.max(MINUTE), Doing::Off));
                plan.push(on(HOUR + 2 * MINUTE));
                plan.push(rest(7 * weeks * DAY - before - HOUR, Doing::Off));
            }
            Self::Travelling => travel(chance, plan),
            Self::Suspended => {
                let awake = chance.i64(1..180) * MINUTE + chance.i64(0..60_000);
                plan.push(on(awake));
                let asleep = match chance.u8(0..10) {
                    0 => chance.i64(1..30) * DAY,
                    1..4 => chance.i64(6..14) * HOUR,
                    _ => chance.i64(1..240) * MINUTE,
                };
                plan.push(rest(asleep, Doing::Asleep));
            }
            Self::Crashing => crash(weekday, chance, plan),
            Self::Flaky if weekday >= 5 => plan.push(rest(DAY, Doing::Off)),
            Self::Flaky => {
                let mut work = Vec::new();
                let mut left = 9 * HOUR;
                while left > 0 {
                    let ms = (chance.i64(1..120) * MINUTE).min(left);
                    left -= ms;
                    if chance.u8(0..3) == 0 {
                        let (name, trouble) =
                            chance.choice(silences()).unwrap_or_else(|| ("", portal()));
                        work.push(troubled(ms, name, trouble));
                    } else {
                        work.push(on(ms));
                    }
                }
                day(plan, work);
            }
            Self::WrongClock => {
                let mut work = on(9 * HOUR);
                if chance.u8(0..12) == 0 {
                    work.wrong_by = Some(wrong(chance));
                    let mut right = on(DAY - 9 * HOUR);
                    right.wrong_by = Some(0);
                    plan.extend([work, right]);
                } else {
                    day(plan, vec![work]);
                }
            }
        }
    }
}

/// A wrong clock: by an hour, some days, a year, decades; ahead or behind.
pub fn wrong(chance: &mut Rng) -> Ms {
    let by = match chance.u8(0..6) {
        0 => chance.i64(6..90) * MINUTE,
        1 => HOUR,
        2 => DAY,
        3 => chance.i64(2..60) * DAY,
        4 => 365 * DAY,
        _ => chance.i64(2..30) * 365 * DAY,
    };
    if chance.bool() { by } else { -by }
}

/// What is done in a day, and off for the rest of it.
fn day(plan: &mut Vec<Stretch>, work: Vec<Stretch>) {
    let worked: Ms = work.iter().map(|stretch| stretch.ms).sum();
    plan.extend(work);
    plan.push(rest(DAY - worked, Doing::Off));
}

fn travel(chance: &mut Rng, plan: &mut Vec<Stretch>) {
    let pause = if chance.u8(0..6) == 0 {
        chance.i64(1..12) * DAY
    } else {
        chance.i64(20..900) * MINUTE
    };
    let lid = match chance.u8(0..4) {
        0 => Doing::Off,
        _ => Doing::Asleep,
    };
    plan.push(rest(pause, lid));
    // A new place: first the portal or no network at all, then perhaps a good line.
    match chance.u8(0..4) {
        0 => plan.push(troubled(chance.i64(1..40) * MINUTE, "portal", portal())),
        1 => {
            let (name, trouble) = chance.choice(silences()).unwrap_or_else(|| ("", portal()));
            plan.push(troubled(chance.i64(1..90) * MINUTE, name, trouble));
        }
        _ => {}
    }
    if chance.u8(0..5) > 0 {
        plan.push(on(chance.i64(2..200) * MINUTE + chance.i64(0..60_000)));
    }
}

fn crash(weekday: i64, chance: &mut Rng, plan: &mut Vec<Stretch>) {
    if weekday >= 5 {
        plan.push(rest(DAY, Doing::Off));
        return;
    }
    let mut work = Vec::new();
    let mut left = 9 * HOUR;
    while left > 0 {
        let ms = (chance.i64(10..300) * MINUTE + chance.i64(0..60_000)).min(left);
        left -= ms;
        let mut stretch = on(ms);
        if let Doing::On { crash, .. } = &mut stretch.state {
            *crash = match chance.u8(0..4) {
                0 => Some(CrashPoint::Asked),
                1 => Some(CrashPoint::Answered),
                _ => None,
            };
        }
        work.push(stretch);
        if chance.u8(0..5) == 0 && left > 10 * SECOND {
            left -= 10 * SECOND;
            work.push(rest(10 * SECOND, Doing::PowerFailed));
        }
    }
    day(plan, work);
}
