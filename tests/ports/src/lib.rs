//! A port for each test, and nobody else's while the test has it.
//!
//! Relink listens on a port that is known beforehand, because it is part of the registered redirect address. A port
//! that the system gives (`:0`) and that is let go again is free for whoever asks next, be it a stand-in of another
//! test or any connection that goes out. So ports are taken from below those the system gives away (RFC 6335, section
//! 6: 49152 and up; Linux: 32768 and up), and each is held by its guard: a listener on a port of its own beside
//! it, which ends with whoever made it, also when that one is killed.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The lowest port given.
const FIRST: u16 = 20_000;
/// How many there are; a port's guard is as far above it.
const COUNT: u16 = 5_000;

/// A port of the loopback interface, held until this is dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _guard: TcpListener,
}

impl Port {
    /// Takes a port on which nobody listens and which no other holder has.
    ///
    /// # Errors
    /// Every one is taken (`AddrInUse`).
    pub fn take() -> io::Result<Self> {
        static TAKEN: AtomicU16 = AtomicU16::new(0);
        // Processes begin at different places, so that they seldom meet.
        let begin = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or_default();
        for _ in 0..COUNT {
            let step = TAKEN.fetch_add(1, Ordering::Relaxed);
            let number = FIRST + (begin + step % COUNT) % COUNT;
            if let Some(port) = Self::hold(number) {
                return Ok(port);
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    fn hold(number: u16) -> Option<Self> {
        let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        let guard = listen(number + COUNT)?;
        // Somebody who knows nothing of guards may be there.
        listen(number)?;
        Some(Self {
            number,
            _guard: guard,
        })
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_gets_a_port_that_is_held_though_nobody_listens_on_it() {
        let port = Port::take().expect("a port");
        assert!(Port::hold(port.number).is_none());
        let number = port.number;
        drop(port);
        assert_eq!(Port::hold(number).map(|again| again.number), Some(number));
    }

    #[test]
    fn a_port_on_which_somebody_listens_is_not_given() {
        let port = Port::take().expect("a port");
        let number = port.number;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).expect("it is free");
        drop(port);
        assert!(Port::hold(number).is_none());
        drop(listener);
    }

    #[test]
    fn a_thousand_are_different_and_below_those_the_system_gives_away() {
        let ports: Vec<Port> = (0..1_000).map(|_| Port::take().expect("a port")).collect();
        let numbers: std::collections::BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 1_000);
        assert!(numbers.iter().all(|number| number + COUNT < 32_768));
    }
}
