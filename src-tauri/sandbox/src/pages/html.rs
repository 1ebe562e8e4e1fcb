//! Small HTML: escaping, the frame of every page, and the headers that go with it.

use std::fmt::Write as _;

use crate::{reply::Reply, world::account::Account};

/// No `form-action`: the consent form ends in a redirect to the app's own loopback port, which
/// that directive would stop. It has no fallback to `default-src`.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Text as it may stand in an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A value as it may stand in a query.
pub(crate) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A whole page. `body` is HTML; `title` is text.
pub(crate) fn page(status: u16, title: &str, body: &str) -> Reply {
    framed(status, title, "Instagram", "", body)
}

/// A whole page of Facebook.
pub(crate) fn facebook_page(status: u16, title: &str, body: &str) -> Reply {
    framed(status, title, "Facebook", "", body)
}

/// A whole page over the full width, with the control's script.
pub(crate) fn control_page(title: &str, body: &str) -> Reply {
    let script = "<script src=\"/control/control.js\" defer></script>";
    framed(200, title, "Instagram and Facebook", script, body)
}

/// Only the control has a script, and only it is wide. `host` is whose stand-in the page is.
fn framed(status: u16, title: &str, host: &str, script: &str, body: &str) -> Reply {
    let class = if script.is_empty() {
        ""
    } else {
        " class=\"wide\""
    };
    let title = escape(title);
    let mut html = String::with_capacity(body.len() + 800);
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/static/style.css\">\
         <link rel=\"icon\" href=\"/static/icon.png\">{script}</head><body>\
         <header class=\"stand-in\">Practice stand-in for {host}. Nothing here is real, \
         and nothing leaves this computer.</header><main{class}>{body}</main></body></html>"
    );
    with_page_headers(Reply::html(status, html))
}

/// An error page that never returns to the app.
pub(crate) fn error_page(status: u16, text: &str, help: &str) -> Reply {
    let text = escape(text);
    let body = format!("<h1 id=\"error\" class=\"error\">{text}</h1>{help}");
    page(status, "Instagram (practice)", &body)
}

/// An error page of Facebook's that never returns to the app.
pub(crate) fn facebook_error(status: u16, text: &str, help: &str) -> Reply {
    let text = escape(text);
    let body = format!("<h1 id=\"error\" class=\"error\">{text}</h1>{help}");
    facebook_page(status, "Facebook (practice)", &body)
}

/// A page's security headers.
pub(crate) fn with_page_headers(reply: Reply) -> Reply {
    reply
        .with("content-security-policy", POLICY.to_owned())
        .with("referrer-policy", "same-origin".to_owned())
        .with("x-content-type-options", "nosniff".to_owned())
}

/// Picture, username and name of an account.
pub(crate) fn person(account: &Account) -> String {
    format!(
        "<img src=\"/cdn/profile/{}.png\" alt=\"\" loading=\"lazy\"><span><strong>{}</strong>\
         <span class=\"quiet\">{}</span></span>",
        escape(&account.id),
        escape(&account.username),
        escape(&account.name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_request_becomes_markup() {
        assert_eq!(
            escape("<a href=\"x\" b='&'>"),
            "&lt;a href=&quot;x&quot; b=&#39;&amp;&#39;&gt;"
        );
        assert_eq!(encode("/a?b=c&d"), "%2Fa%3Fb%3Dc%26d");
    }

    #[test]
    fn the_policy_lets_the_consent_form_leave_for_loopback() {
        assert!(!POLICY.contains("form-action"));
    }
}
