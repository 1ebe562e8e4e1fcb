//! What a person and time do to one data folder, drawn from a seed.

use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// How many accounts the stand-in for Instagram has.
pub const ACCOUNTS: usize = 4;

/// One thing that happens. Accounts are named by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// The Meta app's id and secret are entered.
    Credentials,
    /// An account is connected through the browser.
    Connect {
        /// Which.
        account: String,
    },
    /// An account is added by a token made elsewhere.
    AddToken {
        /// Which.
        account: String,
    },
    /// An account is named.
    Label {
        /// Which.
        account: String,
        /// The label.
        text: String,
    },
    /// Notes are written.
    Notes {
        /// Of which.
        account: String,
        /// The notes.
        text: String,
    },
    /// The plan of renewals is changed.
    Settings {
        /// Days between renewals.
        renew_after_days: u32,
    },
    /// Time passes, and with it whatever is due then.
    Pass {
        /// How many.
        hours: i64,
    },
    /// Every account is looked at.
    Check,
    /// An account is deleted, to be taken back for ten seconds.
    Delete {
        /// Which.
        account: String,
    },
    /// The deletion is taken back.
    Undo,
    /// An account is disconnected at once; everything but its access is kept.
    Disconnect {
        /// Which.
        account: String,
    },
    /// An account is erased with everything kept of it.
    Erase {
        /// Which.
        account: String,
    },
    /// Instagram takes the access away (the password was changed), and a check finds it so. The second
    /// look that makes sure of it comes as time passes.
    Lose {
        /// Whose.
        account: String,
    },
    /// The wizard is opened, to be walked in full.
    WayBack {
        /// For whom.
        account: String,
    },
    /// The wizard's main button is pressed.
    Next {
        /// In whose wizard.
        account: String,
    },
    /// The wizard's question about two-factor authentication is answered.
    TwoFactor {
        /// In whose wizard.
        account: String,
    },
    /// The wizard is done with.
    Close {
        /// Whose.
        account: String,
    },
    /// The process ends where it stands, as by a crash: nothing is closed.
    Crash,
}

/// How long a renewal by the plan takes to become due, with a day to spare.
pub const A_WEEK: i64 = 8 * 24;

/// Only what a renewal needs: two accounts, connected on both ways, renewed twice.
pub fn renewals_only(ids: &[String]) -> Vec<Step> {
    let mut steps = first_steps(ids);
    steps.push(Step::Pass { hours: A_WEEK });
    steps.push(Step::Pass { hours: A_WEEK });
    steps
}

/// An account is lost and led the whole way back: every step of the wizard, each to be cut off at.
pub fn way_back(ids: &[String]) -> Vec<Step> {
    let mut steps = first_steps(ids);
    let Some(account) = ids.first().cloned() else {
        return steps;
    };
    let mine = || account.clone();
    steps.extend([
        Step::Label {
            account: mine(),
            text: "Bakeries".to_owned(),
        },
        Step::Notes {
            account: mine(),
            text: "Ask Ana.\nBefore spring.".to_owned(),
        },
        Step::Lose { account: mine() },
        Step::Pass { hours: 1 },
        Step::WayBack { account: mine() },
        Step::Next { account: mine() },
        Step::Next { account: mine() },
        Step::Next { account: mine() },
        Step::TwoFactor { account: mine() },
        Step::Next { account: mine() },
        Step::Connect { account: mine() },
        Step::Close { account: mine() },
        Step::Check,
    ]);
    steps
}

/// Every account connected, named, noted and renewed, and one disconnected again.
pub fn full_house(chance: &mut Chance, ids: &[String]) -> Vec<Step> {
    let mut steps = first_steps(ids);
    steps.extend(ids.iter().skip(2).map(|account| Step::AddToken {
        account: account.clone(),
    }));
    steps.extend(ids.last().map(|account| Step::Disconnect {
        account: account.clone(),
    }));
    for account in ids {
        steps.push(Step::Label {
            account: account.clone(),
            text: text(chance, 60),
        });
        steps.push(Step::Notes {
            account: account.clone(),
            text: text(chance, 3_000),
        });
    }
    steps.push(Step::Pass { hours: A_WEEK });
    steps.push(Step::Pass { hours: A_WEEK });
    steps
}

/// A day in the life of Relink: `length` steps after the first accounts, each possible at its place.
pub fn draw(chance: &mut Chance, ids: &[String], length: usize) -> Vec<Step> {
    let mut steps = first_steps(ids);
    let mut held: Vec<String> = ids.iter().take(2).cloned().collect();
    let mut free: Vec<String> = ids.iter().skip(2).cloned().collect();
    while steps.len() < length + 3 {
        let one = chance.pick(&held).cloned();
        let (Some(account), choice) = (one, chance.below(11)) else {
            let Some(account) = free.pop() else { break };
            held.push(account.clone());
            steps.push(Step::AddToken { account });
            continue;
        };
        let leave = |held: &mut Vec<String>| held.retain(|kept| *kept != account);
        match choice {
            0 | 1 => steps.push(Step::Label {
                text: text(chance, 60),
                account,
            }),
            2 => steps.push(Step::Notes {
                text: text(chance, 9_000),
                account,
            }),
            3 => steps.push(Step::Settings {
                renew_after_days: 2 + u32::try_from(chance.below(6)).unwrap_or(0),
            }),
            4 => steps.extend([Step::Delete { account }, Step::Undo]),
            5 => {
                leave(&mut held);
                free.push(account.clone());
                steps.extend([Step::Delete { account }, Step::Pass { hours: 1 }]);
            }
            6 => {
                leave(&mut held);
                free.push(account.clone());
                steps.push(Step::Disconnect { account });
            }
            7 => {
                leave(&mut held);
                free.push(account.clone());
                steps.push(Step::Erase { account });
            }
            8 => match free.pop() {
                Some(account) => {
                    held.push(account.clone());
                    let step = if chance.percent(50) {
                        Step::Connect { account }
                    } else {
                        Step::AddToken { account }
                    };
                    steps.push(step);
                }
                None => steps.push(Step::Check),
            },
            _ => steps.push(Step::Pass { hours: A_WEEK }),
        }
    }
    steps.push(Step::Pass { hours: A_WEEK });
    steps
}

fn first_steps(ids: &[String]) -> Vec<Step> {
    let mut steps = vec![Step::Credentials];
    let mut ids = ids.iter().cloned();
    steps.extend(ids.next().map(|account| Step::Connect { account }));
    steps.extend(ids.next().map(|account| Step::AddToken { account }));
    steps
}

fn text(chance: &mut Chance, most: usize) -> String {
    let length = 1 + chance.below(most);
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..length)
        .filter_map(|_| chance.pick(letters))
        .map(|letter| char::from(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_script_again_and_another_seed_another() {
        let ids: Vec<String> = (0..ACCOUNTS).map(|n| n.to_string()).collect();
        let script = |seed| draw(&mut Chance::new(seed, 0), &ids, 12);
        assert_eq!(script(1), script(1));
        assert_ne!(script(1), script(2));
    }
}
