//! The ways back from the browser: which address is registered for each, and what waits there. (Product, section 2;
//! security document, C14 to C21.)

mod addresses;

use std::io;

use domain::attempt::AttemptId;
use domain::callback;
use domain::door::Door;
use url::Url;

pub(super) use addresses::{doors_view, registered};
use addresses::{own_address, port};

use super::Engine;
use super::attempts::AttemptSecrets;
use crate::certificate::Certificate;
use crate::command::ErrorCode;
use crate::listener::{Listener, Post};

/// Listeners, and what is remembered of attempts besides the open one.
#[derive(Default)]
pub(super) struct Doors {
    pub(super) listeners: Vec<Listener>,
    /// Listeners that were told to close; their ports may still be taken for a moment.
    closing: Vec<Listener>,
    /// What belongs to the roster's earlier attempts.
    pub(super) earlier: Vec<AttemptSecrets>,
    /// Hashes of states that were accepted, oldest first.
    pub(super) answered: Vec<[u8; 32]>,
}

impl Engine {
    /// Opens a door and gives the address that waits there; `None` for the one at which nothing does.
    pub(super) async fn open_door(&mut self, door: Door) -> Result<Option<Url>, ErrorCode> {
        let Some(mut listen) = own_address(door, &self.config.endpoints) else {
            return Ok(None);
        };
        let tls = match door {
            Door::Certificate => {
                let tls = self.certificate()?.acceptor();
                Some(tls.map_err(|error| {
                    tracing::error!(%error, "the certificate cannot be used");
                    ErrorCode::Internal
                })?)
            }
            Door::Direct | Door::Bounce | Door::Paste | Door::Localhost => None,
        };
        for listener in std::mem::take(&mut self.doors.closing) {
            listener.close().await;
        }
        for next in self.ports(door) {
            if listen.set_port(Some(next)).is_err() {
                break;
            }
            if self.doors.listeners.iter().any(|it| it.at() == &listen) {
                return Ok(Some(listen)); // an earlier attempt waits there, and shares it
            }
            let post = Post {
                at: listen.clone(),
                tls: tls.clone(),
                heard: self.heard.0.clone(),
            };
            match self.take_port(next, post).await {
                Ok(()) => return Ok(Some(listen)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "the redirect address cannot be listened on");
                    break;
                }
            }
        }
        Err(ErrorCode::PortTaken)
    }

    /// The ports at which a door may be opened, in the order they are tried: one that an attempt waits at behind
    /// another door comes last. The bounce page goes to its own ports and to no other.
    fn ports(&self, door: Door) -> Vec<u16> {
        let own = port(&self.config.endpoints);
        if door != Door::Bounce {
            return vec![own];
        }
        let taken = |port: &u16| self.waits_at(*port).next().is_some();
        let mut ports: Vec<u16> = callback::BOUNCE_PORTS.collect();
        ports.sort_by_key(|port| (taken(port), *port != own));
        ports
    }

    fn waits_at(&self, port: u16) -> impl Iterator<Item = &Listener> {
        let listeners = self.doors.listeners.iter();
        listeners.filter(move |it| it.at().port_or_known_default() == Some(port))
    }

    /// An earlier attempt's listener makes room for another door at the same port, and its answer can still be
    /// pasted. Where the other door does not open, it stands there again.
    async fn take_port(&mut self, port: u16, post: Post) -> io::Result<()> {
        let at = |it: &mut Listener| it.at().port_or_known_default() == Some(port);
        let given_up: Vec<_> = self.doors.listeners.extract_if(.., at).collect();
        let mut before = Vec::new();
        for listener in given_up {
            before.push(listener.close().await);
        }
        let error = match Listener::bind(post).await {
            Ok(listener) => {
                self.doors.listeners.push(listener);
                return Ok(());
            }
            Err(error) => error,
        };
        for post in before {
            match Listener::bind(post).await {
                Ok(listener) => self.doors.listeners.push(listener),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "a listener could not be opened again");
                }
            }
        }
        Err(error)
    }

    /// This installation's certificate, made where there is none that opens, and anew before it ends.
    fn certificate(&mut self) -> Result<Certificate, ErrorCode> {
        let now = self.now();
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        match records.open_certificate() {
            Ok(text) => {
                let kept = Certificate::read(&text);
                if let Some(kept) = kept.filter(|kept| !kept.is_due(now)) {
                    return Ok(kept);
                }
            }
            Err(error) => tracing::info!(%error, "there is no certificate that opens"),
        }
        let made = Certificate::make(now).map_err(|error| {
            tracing::error!(%error, "no certificate could be made");
            ErrorCode::Internal
        })?;
        records
            .save_certificate(&made.write(), now)
            .map_err(|error| error.code())?;
        Ok(made)
    }

    /// Listeners that no attempt waits at are closed. (Security document, C18.)
    pub(super) fn close_doors(&mut self) {
        let Doors {
            listeners,
            closing,
            earlier,
            ..
        } = &mut self.doors;
        let open = self.attempt.iter().chain(earlier.iter());
        let wanted: Vec<&Url> = open.filter_map(|it| it.listens.as_ref()).collect();
        let unwanted = listeners.extract_if(.., |it| !wanted.contains(&it.at()));
        closing.retain(|listener| !listener.is_closed());
        closing.extend(unwanted.inspect(Listener::stop));
    }

    /// Nothing of this attempt is needed any more.
    pub(super) fn forget_attempt(&mut self, id: &AttemptId) {
        self.attempt.take_if(|secrets| secrets.id == *id);
        self.doors.earlier.retain(|secrets| secrets.id != *id);
        self.close_doors();
    }
}
