//! The kernel's own word that the clock was set: a timer that is cancelled by it. (`timerfd_create(2)`,
//! `TFD_TIMER_CANCEL_ON_SET`.)

use std::io::{self, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use super::Signal;

/// The timer is to be cancelled, never to run out: the year 2255.
const NEVER: i64 = 9_000_000_000;

/// Watches until it is dropped.
#[derive(Debug)]
pub(super) struct Clock {
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Clock {
    pub(super) fn watch(on: Arc<dyn Fn(Signal) + Send + Sync>) -> io::Result<Self> {
        let timer = timerfd_create(
            TimerfdClockId::Realtime,
            TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK,
        )?;
        arm(&timer)?;
        let (stopped, stop) = io::pipe()?;
        let thread = std::thread::Builder::new().name("clock".to_owned());
        let thread = thread.spawn(move || {
            if let Err(error) = wait(&timer, &stopped, &*on) {
                tracing::debug!(%error, "the clock is not watched any more");
            }
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn arm(timer: &OwnedFd) -> io::Result<()> {
    let spec = Itimerspec {
        it_interval: Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
        it_value: Timespec {
            tv_sec: NEVER,
            tv_nsec: 0,
        },
    };
    let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    timerfd_settime(timer, flags, &spec)?;
    Ok(())
}

fn wait(timer: &OwnedFd, stopped: &io::PipeReader, on: &dyn Fn(Signal)) -> io::Result<()> {
    loop {
        let mut both = [
            PollFd::new(timer, PollFlags::IN),
            PollFd::new(stopped, PollFlags::IN),
        ];
        match poll(&mut both, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        if both.last().is_some_and(|end| !end.revents().is_empty()) {
            return Ok(());
        }
        match rustix::io::read(timer, &mut [0_u8; 8]) {
            // Cancelled: the clock was set. It has to be armed again.
            Err(Errno::CANCELED) => on(Signal::ClockSet),
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        arm(timer)?;
    }
}
