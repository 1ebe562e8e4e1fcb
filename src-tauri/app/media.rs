//! The app's own protocol for small pictures: `media://localhost/ACCOUNT/ITEM`, on Windows
//! `http://media.localhost/ACCOUNT/ITEM`. It gives JPEGs that Relink made itself and nothing else: no other file can be
//! named, because both parts are digits (or `profile`) and a file's name is a digest of them.

use tauri::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use tauri::http::{Method, Request, Response, StatusCode};
use tauri::{AppHandle, UriSchemeResponder};

use crate::session;

/// The protocol's name; the content security policy admits it for images only.
pub(crate) const SCHEME: &str = "media";

/// The longest id.
const MAX_ID: usize = 40;

/// Answers the page's question for a picture, off the main thread.
pub(crate) fn answer(app: &AppHandle, request: &Request<Vec<u8>>, respond: UriSchemeResponder) {
    let named = named(request.method(), request.uri().path());
    let named = named.map(|(account, item)| (account.to_owned(), item.to_owned()));
    let sessions = session::of(app);
    tauri::async_runtime::spawn_blocking(move || {
        let found = named.and_then(|(account, item)| sessions.picture(&account, &item));
        respond.respond(response(found));
    });
}

/// The account and the item an address names.
fn named<'a>(method: &Method, path: &'a str) -> Option<(&'a str, &'a str)> {
    let is_id = |text: &str| {
        (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (account, item) = path.strip_prefix('/')?.split_once('/')?;
    let fits = *method == Method::GET && is_id(account) && (is_id(item) || item == "profile");
    fits.then_some((account, item))
}

fn response(found: Option<Vec<u8>>) -> Response<Vec<u8>> {
    let status = match found {
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    let mut response = Response::new(found.unwrap_or_default());
    *response.status_mut() = status;
    let mut set = |name, value| {
        response
            .headers_mut()
            .insert(name, tauri::http::HeaderValue::from_static(value))
    };
    set(CONTENT_TYPE, "image/jpeg");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(CACHE_CONTROL, "no-store"); // what is erased is not to live on in the page's store
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_ids_name_a_picture() {
        let get = |path| named(&Method::GET, path);
        assert_eq!(
            get("/17841400000000001/18000000000000001"),
            Some(("17841400000000001", "18000000000000001"))
        );
        assert_eq!(get("/1/profile"), Some(("1", "profile")));
        assert_eq!(named(&Method::POST, "/1/2"), None);
        for odd in [
            "",
            "/",
            "/1",
            "/1/",
            "//2",
            "/1/2/3",
            "/../1",
            "/1/..",
            "/1/../relink.db",
            "/1/%2e%2e",
            "/1/2.jpg",
            "/profile/1",
            "1/2",
            "/1/2?x",
        ] {
            assert_eq!(get(odd), None, "{odd}");
        }
        let long = format!("/1/{}", "2".repeat(MAX_ID + 1));
        assert_eq!(get(&long), None);
    }

    #[test]
    fn an_answer_is_a_jpeg_and_nothing_else() {
        let there = response(Some(vec![0xff]));
        assert_eq!(there.status(), StatusCode::OK);
        for answer in [there, response(None)] {
            assert_eq!(answer.headers()[CONTENT_TYPE], "image/jpeg");
            assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}
