//! What all requests and the control share: the world behind one lock, and its clock.

use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    config::{BaseClock, MetaApp},
    dice,
    journal::Journal,
    usage::Usage,
    world::World,
};

/// The inside of a sandbox.
pub(crate) struct Shared {
    pub(crate) strict_redirects: bool,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    clock: BaseClock,
    snapshot: Option<PathBuf>,
    seed: u64,
    traces: AtomicU64,
    world: Mutex<World>,
    journal: Mutex<Journal>,
    usage: Mutex<Usage>,
}

impl Shared {
    pub(crate) fn new(
        strict_redirects: bool,
        origin: String,
        clock: BaseClock,
        snapshot: Option<PathBuf>,
        world: World,
    ) -> Self {
        Self {
            strict_redirects,
            origin,
            clock,
            snapshot,
            seed: world.seed,
            traces: AtomicU64::new(0),
            world: Mutex::new(world),
            journal: Mutex::default(),
            usage: Mutex::default(),
        }
    }

    /// Looks at the world at the sandbox's present moment.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World, i64) -> T) -> T {
        let world = lock(&self.world);
        let now = (self.clock)() + world.offset_ms;
        look(&world, now)
    }

    /// Changes the world and saves it before anyone else sees it.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        let mut world = lock(&self.world);
        let now = (self.clock)() + world.offset_ms;
        let outcome = act(&mut world, now);
        if let Some(path) = &self.snapshot
            && let Err(error) = world.save(path)
        {
            tracing::warn!(%error, "the sandbox's world could not be saved; it goes on in memory");
        }
        outcome
    }

    pub(crate) fn now(&self) -> i64 {
        self.read(|_, now| now)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    pub(crate) fn usage(&self) -> MutexGuard<'_, Usage> {
        lock(&self.usage)
    }

    /// The app with this Instagram app id.
    pub(crate) fn app(&self, app_id: &str) -> Option<MetaApp> {
        self.read(|world, _| world.apps.instagram(app_id).cloned())
    }

    /// The app with this Facebook app id.
    pub(crate) fn facebook_app(&self, app_id: &str) -> Option<MetaApp> {
        self.read(|world, _| world.apps.facebook(app_id).cloned())
    }

    /// The next `fbtrace_id`.
    pub(crate) fn trace_id(&self) -> String {
        let index = self.traces.fetch_add(1, Ordering::Relaxed);
        format!("A{}", dice::text(self.seed, "trace", index, 22))
    }

    /// A number that goes up with each call, for faults that take turns.
    pub(crate) fn turn(&self) -> u64 {
        self.traces.fetch_add(1, Ordering::Relaxed)
    }
}

/// A request that panicked must not take the sandbox down: the world stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
