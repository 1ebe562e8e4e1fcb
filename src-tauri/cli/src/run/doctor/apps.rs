//! Every Meta app: its secret, its redirect address, and whether its door can be opened on this computer.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::callback::BOUNCE_PORTS;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use super::Finding;
use crate::exit::Exit;
use crate::session::text;

/// A line for each app; one that says so where there is none.
pub(super) async fn meta_apps(app: &Value, endpoints: &meta::Endpoints) -> Vec<Finding> {
    let kept = app.get("credentials").and_then(Value::as_array);
    let listen = &endpoints.redirect.listen;
    // While an attempt waits, the port is Relink's own.
    let waits = app.pointer("/attempt/phase").and_then(Value::as_str) == Some("waiting");
    let mut findings = Vec::new();
    for kept in kept.into_iter().flatten() {
        let free = waits || is_free(text(kept, "door"), listen).await;
        findings.push(of_app(kept, free));
    }
    if findings.is_empty() {
        let todo = "run `relink settings app --app-id ID`";
        findings.push(finding(false, "none entered".to_owned(), todo));
    }
    findings
}

/// Whether what a door listens on can be bound here: one port of the bounce page's, or the one port in each family
/// that the name `localhost` stands for.
async fn is_free(door: &str, listen: &Url) -> bool {
    let own = listen.port_or_known_default().unwrap_or_default();
    let by_name = listen.host_str() == Some("localhost");
    match door {
        "paste" => true,
        "bounce" => {
            for port in BOUNCE_PORTS {
                if can_bind(V4, port).await {
                    return true;
                }
            }
            false
        }
        "direct" if !by_name => can_bind(V4, own).await,
        _ => can_bind(V4, own).await && can_bind(V6, own).await,
    }
}

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// A family that this computer lacks keeps no door shut.
async fn can_bind(address: IpAddr, port: u16) -> bool {
    match TcpListener::bind((address, port)).await {
        Ok(_) => true,
        Err(error) => matches!(
            error.kind(),
            ErrorKind::AddrNotAvailable | ErrorKind::Unsupported
        ),
    }
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
        let listen = at(&taken);
        assert!(!is_free("direct", &listen).await);
        assert!(is_free("paste", &listen).await);
        assert!(is_free("bounce", &listen).await);
    }

    #[tokio::test]
    async fn a_door_for_the_name_needs_the_port_in_both_families() {
        let Ok(taken) = TcpListener::bind("[::1]:0").await else {
            return; // this computer lacks the family
        };
        let listen = at(&taken);
        for door in ["localhost", "certificate"] {
            assert!(!is_free(door, &listen).await, "{door}");
        }
        assert!(is_free("direct", &listen).await);
    }

    fn at(taken: &TcpListener) -> Url {
        let port = taken.local_addr().unwrap().port();
        Url::parse(&format!("http://127.0.0.1:{port}/callback")).unwrap()
    }
}
