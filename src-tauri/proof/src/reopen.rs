//! Relink started again after whatever happened: what it says, held against what the provider says.

use anyhow::{Context as _, Result, bail, ensure};
use chrono::Duration;
use engine::Handle;
use engine::command::Command;
use engine::view::{BannerView, Snapshot};
use meta::Instagram;

use crate::inspect::Tokens;
use crate::setting::{self, limits};
use crate::world::World;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Accounts of which the provider accepts a stored token.
    pub accepted: usize,
    /// Accounts whose every token has been replaced by one that nobody holds, and that Relink says
    /// need a person.
    pub reported: usize,
    /// The same, and Relink believes them to be well.
    pub believed: usize,
}

/// Which held accounts the provider still accepts a stored token of.
///
/// # Errors
/// The provider does not answer.
pub async fn accepted(world: &World, held: &[Tokens]) -> Result<Vec<(String, bool)>> {
    let endpoints = meta::Endpoints::parse(&world.endpoints)?;
    let instagram = Instagram::new(endpoints.instagram, limits())?;
    let mut judged = Vec::new();
    for account in held {
        let mut any = false;
        for token in &account.tokens {
            any |= instagram.profile(token).await.result.is_ok();
        }
        judged.push((account.account.clone(), any));
    }
    Ok(judged)
}

/// Starts Relink again, lets it settle and look at every account twice, and compares.
///
/// # Errors
/// It does not start, an attempt is left without a named state, or an account of which a working
/// token is stored is not connected.
pub async fn reopen(world: &World, judged: &[(String, bool)]) -> Result<Found> {
    let (handle, task) = setting::begin(&world.place, &world.endpoints, &world.clock)?;
    let seen = async {
        let first = settle(world, &handle).await?;
        let last = outlast_the_guard(world, &handle, first.clone()).await?;
        Ok::<_, anyhow::Error>((first, last))
    };
    let seen = seen.await;
    handle.stop();
    task.await.context("the engine came to a bad end")?;
    let (first, last) = seen?;
    ensure!(
        first.app.obstacle.is_none(),
        "an obstacle: {:?}",
        first.app.obstacle
    );
    if let Some(attempt) = &first.app.attempt {
        ensure!(
            matches!(attempt.phase, "done" | "failed" | "choice"),
            "an attempt is left {}",
            attempt.phase
        );
    }
    let mut found = Found::default();
    for (id, accepted) in judged {
        match (accepted, status(&first, id), status(&last, id)) {
            (true, "connected", _) => found.accepted += 1,
            (true, other, _) => bail!("{id} works and is shown as {other}"),
            (false, "connected", _) => found.believed += 1,
            (false, _, "revoked" | "expired" | "blocked") => found.reported += 1,
            (false, _, _) => found.believed += 1,
        }
    }
    Ok(found)
}

fn status(picture: &Snapshot, id: &str) -> &'static str {
    let account = picture.accounts.iter().find(|account| account.id == id);
    account.map_or("gone", |account| account.status)
}

/// Several accounts that fail alike make the Meta app the suspect: nobody is sent to reconnect until
/// it was looked at for an hour. (Security document, R10.)
async fn outlast_the_guard(
    world: &World,
    handle: &Handle,
    mut picture: Snapshot,
) -> Result<Snapshot> {
    for _ in 0..8 {
        let suspected = |it: &BannerView| it.code == "E-APP";
        if !picture.app.banner.as_ref().is_some_and(suspected) {
            break;
        }
        world.clock.advance(Duration::minutes(31));
        quiet(handle).await?;
        picture = setting::snapshot(handle).await?;
    }
    Ok(picture)
}

/// A first finding is confirmed by a second call, and time stands still until it is moved.
async fn settle(world: &World, handle: &Handle) -> Result<Snapshot> {
    setting::snapshot(handle).await?;
    for _ in 0..3 {
        quiet(handle).await?;
        let checked = handle.run(Command::Check { ids: vec![] }).await;
        checked.context("a check was refused")?;
        quiet(handle).await?;
        world.clock.advance(Duration::seconds(31));
    }
    quiet(handle).await?;
    setting::snapshot(handle).await
}

/// Until no call is under way. A command that waits for this would also wait for what is planned.
pub(crate) async fn quiet(handle: &Handle) -> Result<()> {
    for _ in 0..LOOKS {
        handle
            .run(Command::Poke)
            .await
            .context("a look at the clock was refused")?;
        let picture = setting::snapshot(handle).await?;
        let checking = |phase: &str| matches!(phase, "waiting" | "checking");
        let busy = picture.accounts.iter().any(|it| it.activity.is_some())
            || picture.app.attempt.is_some_and(|it| checking(it.phase));
        if !busy {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(2);
/// Ten seconds and more: a call that takes longer has been given up.
const LOOKS: u32 = 5_000;
