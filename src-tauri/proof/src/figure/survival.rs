//! One play that is struck, and what is left of it.

use anyhow::{Context as _, Result, ensure};
use sandbox::{Endpoint, RefreshBehaviour};
use tokio::runtime::Handle;

use crate::calls::{self, Call};
use crate::inspect::inspect;
use crate::ledger::Ledger;
use crate::play::{End, play};
use crate::reopen::{Found, accepted, reopen};
use crate::script::Step;
use crate::tracer::{Strike, Watch};
use crate::world::World;

use super::Stage;

/// How long a new start may take to come to rest.
const SETTLED: std::time::Duration = std::time::Duration::from_secs(60);

/// A play before it is struck.
pub(super) struct Play {
    /// Decides the provider's people.
    pub(super) seed: u64,
    pub(super) behaviour: RefreshBehaviour,
    pub(super) steps: Vec<Step>,
}

/// What is left after a strike.
pub(super) struct Left {
    pub(super) end: End,
    pub(super) ledger: Ledger,
    /// Renewals the provider made and Relink has not.
    pub(super) ahead: usize,
    /// What Relink says of it after the next start.
    pub(super) found: Found,
}

impl Left {
    /// No account is believed to be well that is not, and only where a renewal ends the old token
    /// can one have been lost with it.
    pub(super) fn is_told_truly(&self, behaviour: RefreshBehaviour) -> bool {
        let may_lose = behaviour == RefreshBehaviour::NewStringOldDies;
        self.found.believed == 0 && (may_lose || self.found.reported == 0)
    }
}

impl Play {
    /// The play with the provider's ids as `draw` turns them into steps.
    pub(super) fn new(
        runtime: &Handle,
        seed: u64,
        behaviour: RefreshBehaviour,
        draw: impl FnOnce(&[String]) -> Vec<Step>,
    ) -> Result<Self> {
        let world = runtime.block_on(World::new(seed, behaviour))?;
        let steps = draw(&world.ids());
        Ok(Self {
            seed,
            behaviour,
            steps,
        })
    }

    fn loses(&self, id: &str) -> bool {
        let lose = |step: &Step| matches!(step, Step::Lose { account } if account == id);
        self.steps.iter().any(lose)
    }

    /// Played once without a strike: the calls it makes. Everything must work.
    pub(super) fn rehearse(
        &self,
        stage: &Stage,
        kinds: &[&'static str],
    ) -> Result<(World, Vec<Call>)> {
        let world = stage
            .runtime
            .block_on(World::new(self.seed, self.behaviour))?;
        let (ledger, end) = play(&stage.actor, &world, &self.steps, Watch::Count(kinds))?;
        ensure!(
            end == End::Left(0) && ledger.ended && ledger.refused.is_empty(),
            "the rehearsal failed: {end:?}, refused {:?}, not started {:?}",
            ledger.refused,
            ledger.not_started
        );
        let calls = calls::read(&world.place.trace())?;
        Ok((world, calls))
    }

    /// Played once more with a strike; then everything is looked at, and Relink started again.
    pub(super) fn strike(
        &self,
        stage: &Stage,
        runtime: &Handle,
        strike: Strike,
        at: Option<&[&str]>,
    ) -> Result<(Left, World)> {
        let world = runtime.block_on(World::new(self.seed, self.behaviour))?;
        let files: Vec<_> = at
            .unwrap_or_default()
            .iter()
            .map(|name| world.place.data().join(name))
            .collect();
        let watch = if at.is_some() {
            Watch::StrikeAt(strike, &files)
        } else {
            Watch::Strike(strike)
        };
        let (ledger, end) = play(&stage.actor, &world, &self.steps, watch)?;
        let made = world.control.count(Endpoint::Refresh);
        let held = inspect(&world.place, &ledger, &self.steps)?;
        let kept: u64 = held.iter().map(|account| account.generation - 1).sum();
        let ahead = usize::try_from(made.saturating_sub(kept)).unwrap_or(0);
        let mut judged = runtime.block_on(accepted(&world, &held))?;
        // What the script itself took away has no access to be kept.
        judged.retain(|(id, accepted)| *accepted || !self.loses(id));
        let found = runtime
            .block_on(async { tokio::time::timeout(SETTLED, reopen(&world, &judged)).await })
            .context("the next start never comes to rest")?
            .context("after the next start")?;
        let left = Left {
            end,
            ledger,
            ahead,
            found,
        };
        Ok((left, world))
    }
}
