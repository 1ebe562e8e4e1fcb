//! Every Meta app: its secret, its redirect address, and whether its door can be opened on this computer.

use serde_json::Value;
use tokio::net::TcpListener;

use super::Finding;
use crate::exit::Exit;
use crate::session::text;

/// The bounce page finds the listener within this many ports.
const BOUNCE_TRIES: u16 = 10;

/// A line for each app; one that says so where there is none.
pub(super) async fn meta_apps(app: &Value, endpoints: &meta::Endpoints) -> Vec<Finding> {
    let kept = app.get("credentials").and_then(Value::as_array);
    let port = endpoints.redirect.listen.port_or_known_default();
    // While an attempt waits, the port is Relink's own.
    let waits = app.pointer("/attempt/phase").and_then(Value::as_str) == Some("waiting");
    let mut findings = Vec::new();
    for kept in kept.into_iter().flatten() {
        let free = waits || is_free(text(kept, "door"), port.unwrap_or_default()).await;
        findings.push(of_app(kept, free));
    }
    if findings.is_empty() {
        let todo = "run `relink settings app --app-id ID`";
        findings.push(finding(false, "none entered".to_owned(), todo));
    }
    findings
}

async fn is_free(door: &str, first: u16) -> bool {
    let tries = match door {
        "paste" => return true,
        "bounce" => BOUNCE_TRIES,
        _ => 1,
    };
    for port in (0..tries).filter_map(|step| first.checked_add(step)) {
        if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            return true;
        }
    }
    false
}

fn of_app(kept: &Value, port_is_free: bool) -> Finding {
    let (door, address) = (text(kept, "door"), text(kept, "redirect_address"));
    let name = match text(kept, "name") {
        "" => String::new(),
        name => format!(" ({name})"),
    };
    let has_secret = kept.get("secret_saved") == Some(&Value::Bool(true));
    let secret = if has_secret {
        "secret saved"
    } else {
        "no secret"
    };
    let port = if port_is_free { "" } else { ", port taken" };
    let said = format!(
        "{}{name}, {secret}, door {door}, redirect {address}{port}",
        text(kept, "id")
    );
    let must_be_https = matches!(door, "bounce" | "paste" | "certificate");
    let todo = if !has_secret {
        "run `relink settings app --app-id ID` and enter its secret"
    } else if must_be_https && !address.starts_with("https://") {
        "name an https redirect address with `relink settings app --app-id ID --redirect ADDRESS --keep-secret`"
    } else if !port_is_free {
        "close the program that uses the port, or connect with `--door paste`"
    } else {
        return finding(true, said, "");
    };
    finding(false, said, todo)
}

fn finding(good: bool, said: String, todo: &'static str) -> Finding {
    Finding {
        what: "Meta app",
        good,
        said,
        todo,
        exit: Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn app(door: &str, address: &str, secret: bool) -> Value {
        json!({
            "id": "instagram:12345", "name": "shop", "door": door, "redirect_address": address,
            "secret_saved": secret,
        })
    }

    #[test]
    fn each_thing_that_keeps_a_door_shut_is_named() {
        let page = "https://example.org/relink/";
        assert!(of_app(&app("bounce", page, true), true).good);
        let cases = [
            (app("bounce", page, false), true, "enter its secret"),
            (app("bounce", "http://example.org/", true), true, "https"),
            (app("paste", "", true), true, "https"),
            (app("bounce", page, true), false, "--door paste"),
        ];
        for (app, free, todo) in cases {
            let found = of_app(&app, free);
            assert!(!found.good && found.todo.contains(todo), "{}", found.todo);
        }
        let plain = app("direct", "http://127.0.0.1:17423/callback", true);
        assert!(of_app(&plain, true).good, "the stand-in's address is plain");
    }

    #[tokio::test]
    async fn a_taken_port_shuts_a_fixed_door_and_not_the_one_with_ten_ports() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(!is_free("direct", port).await);
        assert!(is_free("paste", port).await);
        if port < u16::MAX - BOUNCE_TRIES {
            assert!(is_free("bounce", port).await);
        }
    }
}
