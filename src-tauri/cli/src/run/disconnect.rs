//! `disconnect`: what is removed here, what the provider took back, and what is left to do there. (Security
//! document, X1–X4.)

use engine::command::ErrorCode;
use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::session::{Picture, Session, text};

/// Where a person removes an app at Instagram. (Meta platform reference, H.)
const AT_INSTAGRAM: &str = "https://www.instagram.com/accounts/manage_access/";
/// The same at Facebook, under "Apps and websites".
const AT_FACEBOOK: &str = "https://www.facebook.com/settings";

/// How much goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Everything kept of the account, too.
    pub(super) erase: bool,
    /// The permission at Facebook, too.
    pub(super) revoke: bool,
    /// Also where others lose their access by that.
    pub(super) with_others: bool,
}

pub(super) async fn disconnect(
    global: &Global,
    named: &str,
    extent: Extent,
) -> Result<Exit, Failure> {
    let mut session = Session::begin(global).await?;
    let picture = session.picture().await?;
    let id = picture.id(named)?;
    let account = picture.account(&id).cloned().unwrap_or_default();
    let others = others(&picture, &account);
    let result = if extent.revoke {
        may_revoke(&account, &others, extent.with_others)?;
        Some(revoke(&mut session, &id).await)
    } else {
        None
    };
    session
        .run(json!({ "do": "disconnect", "id": id, "erase": extent.erase }))
        .await?;
    session.end().await;
    let there = match text(&account, "route") {
        "facebook" => AT_FACEBOOK,
        _ => AT_INSTAGRAM,
    };
    let revoked = result == Some(Ok(()));
    let kept = if extent.erase {
        "nothing"
    } else {
        "everything but the access"
    };
    if global.json {
        output::document(&json!({
            "id": id,
            "removed_here": true,
            "removed_at_provider": revoked,
            "error": result.and_then(Result::err).map(ErrorCode::code),
            "others": if revoked { others } else { Vec::new() },
            "kept": kept,
            "remove_there": (!revoked).then_some(there),
        }));
    } else {
        let rest = at_the_provider(result, &others, there);
        output::print(&format!("Disconnected here; {kept} is kept. {rest}"));
    }
    Ok(match result {
        None | Some(Ok(())) => Exit::Done,
        Some(Err(ErrorCode::NoAnswer)) => Exit::NoAnswer,
        Some(Err(_)) => Exit::NeedsPerson,
    })
}

/// What became of it there, and what is left to do.
fn at_the_provider(
    result: Option<Result<(), ErrorCode>>,
    others: &[String],
    there: &str,
) -> String {
    match result {
        Some(Ok(())) if others.is_empty() => "Facebook ended its access.".to_owned(),
        Some(Ok(())) => format!("Facebook ended its access, and that of {}.", named(others)),
        Some(Err(_)) => format!(
            "Facebook did not end its access: remove it at {there}, under \"Apps and websites\""
        ),
        None if there == AT_FACEBOOK => format!(
            "Facebook still lists the app: remove it at {there}, under \"Apps and websites\""
        ),
        None => format!("Instagram has no call to revoke this access: remove it at {there}"),
    }
}

/// Whom it would cut off is told before, and nothing happens without a word.
fn may_revoke(account: &Value, others: &[String], with_others: bool) -> Result<(), Failure> {
    if text(account, "route") != "facebook" {
        return Err(Failure::usage(
            "Instagram has no call to revoke access; leave --revoke out".to_owned(),
        ));
    }
    if !others.is_empty() && !with_others {
        return Err(Failure::usage(format!(
            "revoking would end the access of {}, too; add --with-others to do it, or leave --revoke out",
            named(others)
        )));
    }
    Ok(())
}

/// What could not be taken back keeps nothing from being removed here, and neither does what could not be looked at
/// once it was. (Security document, X3.)
async fn revoke(session: &mut Session, id: &str) -> Result<(), ErrorCode> {
    session.run(json!({ "do": "revoke", "id": id })).await?;
    // Seen before it is said: the accounts are looked at. Facebook has ended the access whatever comes of that.
    drop(session.run(json!({ "do": "settle", "ids": [] })).await);
    Ok(())
}

/// The names of those that rest on the same sign-in.
fn others(picture: &Picture, account: &Value) -> Vec<String> {
    let shares = account.get("shares_grant_with").and_then(Value::as_array);
    let ids = shares.into_iter().flatten().filter_map(Value::as_str);
    ids.filter_map(|id| picture.account(id))
        .map(|other| text(other, "username").to_owned())
        .collect()
}

fn named(others: &[String]) -> String {
    let names: Vec<String> = others.iter().map(|name| format!("@{name}")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_advised_afterwards_can_still_be_done_afterwards() {
        let results = [None, Some(Ok(())), Some(Err(ErrorCode::NoAnswer))];
        for result in results {
            for there in [AT_INSTAGRAM, AT_FACEBOOK] {
                let said = at_the_provider(result, &[], there);
                // The account is removed by now: no word of this command reaches it.
                assert!(!said.contains("--"), "{said}");
                assert_eq!(said.contains(there), result != Some(Ok(())), "{said}");
            }
        }
    }
}
