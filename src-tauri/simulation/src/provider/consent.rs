//! Signing in: what the person does in the browser, and the two calls that follow.

use meta::far_side::{Call, Reply};

use super::answer::{error, long_lived, short_lived};
use super::serving::parameter;
use super::{Given, Provider, State};
use crate::time::{MINUTE, Ms};

impl Provider {
    /// The person allows; gives the code that comes back.
    pub fn consent(&self, number: usize) -> String {
        let mut state = self.state();
        state.tokens_made += 1;
        let code = format!("AQB{:012}", state.tokens_made);
        state.codes.insert(code.clone(), number);
        state.accounts[number].signing_in = true;
        code
    }

    /// Signing in has come to its end.
    pub fn signed_in(&self, number: usize) {
        let mut state = self.state();
        let now = state.time.now();
        let account = &mut state.accounts[number];
        account.signing_in = false;
        account.settled_from = now + MINUTE;
    }

    /// A token made on the provider's own pages, of an account that was never connected.
    pub fn dashboard_token(&self, number: usize) -> String {
        let mut state = self.state();
        let now = state.time.now();
        let index = state.new_token(number, now);
        state.arrived(number, index);
        state.accounts[number].tokens[index].text.clone()
    }
}

impl State {
    pub(super) fn sign_in(&mut self, call: &Call, now: Ms) -> (Reply, Given) {
        if call.method == "POST" {
            return (self.redeem(call), None);
        }
        let short = parameter(call, "access_token").unwrap_or_default();
        let Some(&(number, None)) = self.owners.get(&short) else {
            return (
                error(400, 452, Some(4_279_019), "Session key invalid."),
                None,
            );
        };
        let index = self.new_token(number, now);
        let account = &mut self.accounts[number];
        if let Some(token) = account.tokens.pop() {
            account.consented(token, now);
        }
        let lifetime = Some(self.lifetimes.seconds().into());
        let text = self.accounts[number].tokens[index].text.clone();
        (long_lived(&text, lifetime), Some((number, index)))
    }

    fn redeem(&mut self, call: &Call) -> Reply {
        let code = url::form_urlencoded::parse(&call.body)
            .find(|(name, _)| name == "code")
            .map(|(_, code)| code.into_owned())
            .unwrap_or_default();
        let Some(number) = self.codes.remove(&code) else {
            let body = serde_json::json!({
                "error_type": "OAuthException", "code": 400,
                "error_message": "Matching code was not found or was already used",
            });
            return super::answer::json(400, &body);
        };
        self.tokens_made += 1;
        let short = format!("IGAAshort{number:06}x{:012}", self.tokens_made);
        self.owners.insert(short.clone(), (number, None));
        short_lived(&short, &self.accounts[number].id)
    }
}
