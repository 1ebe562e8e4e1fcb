//! How a call is served: what is wrong on the way, how long it takes, and whether its answer arrives.

use std::time::Duration;

use domain::refusal::Unreachable;
use meta::far_side::{Call, Reply};

use super::{CrashPoint, Given, Misdeed, Provider, State, Trouble, Verb};
use crate::time::{Ms, date};

impl Provider {
    pub(super) async fn serve(&self, call: Call) -> Result<Reply, Unreachable> {
        let flight = Flight::begin(self, &call);
        let (trouble, latency, suspensions, begun) = {
            let mut state = self.state();
            let now = state.time.now();
            state.advance(now);
            state.tally.calls += 1;
            let latency = state.chance.i64(60..600);
            (
                state.trouble(flight.verb, now),
                latency,
                state.suspensions,
                now,
            )
        };
        let crash = |point| flight.verb == Verb::Renew && self.crashes_at(point);
        match trouble {
            Some(Trouble::Silent { how, done, after }) => {
                if done {
                    drop(self.state().work(&call, begun));
                }
                wait(after).await;
                return Err(how);
            }
            Some(Trouble::Answer(reply)) => {
                wait(latency).await;
                return Ok(self.state().dated(reply));
            }
            None => {}
        }
        if crash(CrashPoint::Asked) {
            self.work_or_not(&call, begun);
            std::future::pending::<()>().await;
        }
        wait(latency / 2).await;
        let (reply, given) = self.state().work(&call, begun);
        wait(latency - latency / 2).await;
        let reply = self.deliver(reply, given, suspensions)?;
        crash(CrashPoint::Answered);
        Ok(reply)
    }

    /// An answer reaches the computer, unless that slept meanwhile.
    fn deliver(&self, reply: Reply, given: Given, suspensions: u64) -> Result<Reply, Unreachable> {
        let mut state = self.state();
        if state.suspensions != suspensions {
            return Err(Unreachable::Cut);
        }
        if let Some((account, token)) = given {
            state.arrived(account, token);
        }
        Ok(state.dated(reply))
    }

    /// A call of a program that is about to crash may reach the provider or not.
    fn work_or_not(&self, call: &Call, begun: Ms) {
        let mut state = self.state();
        if state.chance.bool() {
            drop(state.work(call, begun));
        }
    }

    fn crashes_at(&self, point: CrashPoint) -> bool {
        let mut state = self.state();
        if state.crash != Some(point) {
            return false;
        }
        state.crash = None;
        state.crashed.notify_one();
        true
    }
}

impl State {
    fn dated(&self, mut reply: Reply) -> Reply {
        let now = date(self.time.now());
        let text = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        reply.head.push(("date", text));
        let usage = r#"{"call_count":12,"total_time":9,"total_cputime":7}"#;
        reply.head.push(("x-app-usage", usage.to_owned()));
        reply
    }
}

async fn wait(ms: Ms) {
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

/// A call under way, until it is answered or given up.
struct Flight<'a> {
    provider: &'a Provider,
    account: Option<usize>,
    verb: Verb,
}

impl<'a> Flight<'a> {
    fn begin(provider: &'a Provider, call: &Call) -> Self {
        let verb = verb(call);
        let mut state = provider.state();
        let token = token_of(call);
        let account = state.owners.get(&token).map(|owner| owner.0);
        let now = state.time.now();
        if let Some(number) = account {
            let owner = &mut state.accounts[number];
            owner.in_flight += 1;
            if owner.in_flight > 1 && !owner.signing_in && now >= owner.settled_from {
                let id = owner.id.clone();
                state.misdeeds.push((now, id, Misdeed::TwoAtOnce));
            }
        }
        drop(state);
        Self {
            provider,
            account,
            verb,
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.account {
            self.provider.state().accounts[number].in_flight -= 1;
        }
    }
}

pub(super) fn verb(call: &Call) -> Verb {
    let path = call.address.path();
    if path.ends_with("/refresh_access_token") {
        Verb::Renew
    } else if path.ends_with("/me") {
        Verb::Profile
    } else if path.ends_with("/content_publishing_limit") {
        Verb::Quota
    } else {
        Verb::SignIn
    }
}

/// The token a call comes with.
pub(super) fn token_of(call: &Call) -> String {
    call.bearer
        .clone()
        .or_else(|| parameter(call, "access_token"))
        .unwrap_or_default()
}

pub(super) fn parameter(call: &Call, name: &str) -> Option<String> {
    let found = call.address.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}
