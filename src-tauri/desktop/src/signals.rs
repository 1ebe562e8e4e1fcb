//! What happens to the computer: it woke, its network came, its clock was set. Whoever waits looks again at
//! once, instead of at the next tick. (Security document, T2.)

#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
mod system_bus;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// The computer slept and woke.
    Woke,
    /// A network came.
    Online,
    /// The clock or the time zone was set.
    ClockSet,
}

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Signals {
    #[cfg(target_os = "linux")]
    _sources: (Option<system_bus::SystemBus>, Option<clock::Clock>),
}

impl Signals {
    /// Calls `on` for what happens from now on, on threads of its own: to return soon. Nothing is asked of
    /// services that are not there; the engine's tick of at most 30 seconds finds what they would have told.
    #[cfg(target_os = "linux")]
    pub fn watch(on: impl Fn(Signal) + Send + Sync + 'static) -> Self {
        let on: std::sync::Arc<dyn Fn(Signal) + Send + Sync> = std::sync::Arc::new(on);
        let bus = system_bus::SystemBus::watch(std::sync::Arc::clone(&on))
            .inspect_err(|error| tracing::debug!(%error, "no word from the system bus"));
        let clock = clock::Clock::watch(on)
            .inspect_err(|error| tracing::debug!(%error, "no word when the clock is set"));
        Self {
            _sources: (bus.ok(), clock.ok()),
        }
    }

    /// Nothing tells us on this system yet; the engine's tick of at most 30 seconds does.
    #[cfg(not(target_os = "linux"))]
    pub fn watch(on: impl Fn(Signal) + Send + Sync + 'static) -> Self {
        drop(on);
        Self {}
    }
}
