//! What was simulated.

use std::ops::AddAssign;

/// Counts of one world, or of many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Worlds.
    pub worlds: u64,
    /// Days, for each account.
    pub account_days: u64,
    /// Calls that reached the network.
    pub calls: u64,
    /// Renewals that the provider granted.
    pub renewals: u64,
    /// Renewals that the provider refused because the token was not a day old.
    pub early: u64,
    /// Real losses of access.
    pub losses: u64,
    /// Times a person had to act at Instagram, or gave a permission back.
    pub blocks: u64,
    /// Returns of a lost account by signing in again.
    pub reconnections: u64,
    /// Crashes of Relink.
    pub crashes: u64,
    /// Tokens that died in a crash between the answer and the commit.
    pub tokens_lost_in_crashes: u64,
    /// Times the computer slept.
    pub sleeps: u64,
    /// Starts of Relink.
    pub starts: u64,
    /// Changes of the computer's clock.
    pub clock_changes: u64,
    /// Tokens that ran out because the computer was not on for long enough.
    pub unpreventable: u64,
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.account_days += other.account_days;
        self.calls += other.calls;
        self.renewals += other.renewals;
        self.early += other.early;
        self.losses += other.losses;
        self.blocks += other.blocks;
        self.reconnections += other.reconnections;
        self.crashes += other.crashes;
        self.tokens_lost_in_crashes += other.tokens_lost_in_crashes;
        self.sleeps += other.sleeps;
        self.starts += other.starts;
        self.clock_changes += other.clock_changes;
        self.unpreventable += other.unpreventable;
    }
}
