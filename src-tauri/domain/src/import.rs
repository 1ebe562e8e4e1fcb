//! A file of access made elsewhere, read line by line: what in it is a token, and what each line is worth asking
//! for. Nobody is asked here. (Meta platform reference, A5, A7 and C3, way 7.)

use std::collections::BTreeSet;
use std::fmt;

use crate::diagnosis::Cause;
use crate::grant::{AccessToken, Route};

/// More lines than this are not taken at once.
pub const MAX_LINES: usize = 1_000;
/// A token is at least this long, in bytes.
const SHORTEST: usize = 20;
/// And at most this long.
const LONGEST: usize = 2_000;
/// How tokens of Meta's products begin. (Meta platform reference, A7, B3.)
const BEGINNINGS: [&str; 3] = ["IG", "EAA", "TH"];

/// What a line holds.
pub enum Content {
    /// A token to be proved by a call.
    Token(AccessToken),
    /// A token that cannot work on this route; nobody needs to be asked.
    Refused(Cause),
    /// The same token as an earlier line's.
    Twice,
    /// Nothing that looks like a token, or several that do.
    Malformed,
}

/// One line that is neither empty nor a remark.
#[derive(Debug)]
pub struct Line {
    /// Its number in the file, counted from 1.
    pub number: usize,
    /// What it holds.
    pub content: Content,
}

/// More than [`MAX_LINES`] lines that hold something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than 1000 lines")]
pub struct TooMany;

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(_) => f.write_str("Token([redacted])"),
            Self::Refused(cause) => f.debug_tuple("Refused").field(cause).finish(),
            Self::Twice => f.write_str("Twice"),
            Self::Malformed => f.write_str("Malformed"),
        }
    }
}

/// Reads a file. Empty lines and those that begin with `#` are passed over, and so is a first line that only names
/// columns.
///
/// # Errors
/// [`TooMany`].
pub fn read(text: &str, route: Route) -> Result<Vec<Line>, TooMany> {
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let full = text.lines().map(str::trim).enumerate();
    let mut full = full
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    full.next_if(|(_, line)| names_columns(line));
    for (index, line) in full {
        if lines.len() == MAX_LINES {
            return Err(TooMany);
        }
        let content = match token_of(line) {
            None => Content::Malformed,
            Some(token) if !seen.insert(token) => Content::Twice,
            Some(token) => match unusable(token, route) {
                Some(cause) => Content::Refused(cause),
                None => Content::Token(AccessToken::new(token)),
            },
        };
        lines.push(Line {
            number: index + 1,
            content,
        });
    }
    Ok(lines)
}

/// Why a token cannot work on a route, where its beginning tells. Tokens of the Basic Display API (`IGQW…`) died with
/// it in December 2024; those of Facebook Login (`EAA…`) are not taken by Instagram's host, nor the other way round.
/// (Meta platform reference, A7, D5.)
pub fn unusable(token: &str, route: Route) -> Option<Cause> {
    let of_facebook = token.starts_with("EAA");
    let of_instagram = token.starts_with("IG");
    if token.starts_with("IGQW") {
        return Some(Cause::AccessEnded);
    }
    let foreign = match route {
        Route::Instagram => of_facebook,
        Route::Facebook => of_instagram,
    };
    foreign.then_some(Cause::RequestFault)
}

/// The one column that looks like a token.
fn token_of(line: &str) -> Option<&str> {
    let columns = || columns(line).filter(|column| is_token(column));
    let marked = columns().filter(|column| BEGINNINGS.iter().any(|it| column.starts_with(it)));
    let marked: Vec<&str> = marked.collect();
    match marked.as_slice() {
        [] => {
            let any: Vec<&str> = columns().collect();
            (any.len() == 1).then(|| any.first().copied()).flatten()
        }
        [token] => Some(token),
        [..] => None,
    }
}

fn columns(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split([',', ';', '\t']);
    parts.map(|part| part.trim().trim_matches(['"', '\'']))
}

fn is_token(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.' | b'|'))
        // An account's or an app's id is as long as a short token.
        && !text.bytes().all(|it| it.is_ascii_digit())
}

fn names_columns(line: &str) -> bool {
    let is_heading = |column: &str| {
        let word = column.to_ascii_lowercase().replace([' ', '-'], "_");
        matches!(word.as_str(), "token" | "access_token" | "accesstoken")
    };
    columns(line).any(is_heading) && !columns(line).any(is_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(last: char) -> String {
        format!("IGAA{}{last}", "x".repeat(30))
    }

    fn said(text: &str) -> Vec<(usize, String)> {
        let lines = read(text, Route::Instagram).unwrap();
        let told = lines.into_iter().map(|line| match line.content {
            Content::Token(token) => (line.number, token.expose_secret().to_owned()),
            other @ (Content::Refused(_) | Content::Twice | Content::Malformed) => {
                (line.number, format!("{other:?}"))
            }
        });
        told.collect()
    }

    #[test]
    fn one_token_a_line_with_remarks_between() {
        let text = format!("# mine\n\n{}\r\n  {}  \n", token('a'), token('b'));
        assert_eq!(said(&text), [(3, token('a')), (4, token('b'))]);
        assert_eq!(said("\n# nothing\n"), []);
    }

    #[test]
    fn of_several_columns_the_one_that_looks_like_a_token_counts() {
        let text = format!(
            "\u{feff}user name;Access token;id\nanna;{};17841400000000001\n\"ben\",\"{}\",a-note-of-twenty-letters-or-more\n",
            token('a'),
            token('b')
        );
        assert_eq!(said(&text), [(2, token('a')), (3, token('b'))]);
        let unmarked = "anna\tabcdefghijklmnopqrstuvwxyz0123\t17841400000000000000001";
        assert_eq!(
            said(unmarked),
            [(1, "abcdefghijklmnopqrstuvwxyz0123".to_owned())]
        );
    }

    #[test]
    fn what_is_no_token_or_given_twice_is_named() {
        let (a, b) = (token('a'), token('b'));
        let text = format!("short\n{a}\n{a}\n{a},{b}\n{b} and words\n17841400000000000000001\n");
        let expected = [
            "Malformed",
            &a,
            "Twice",
            "Malformed",
            "Malformed",
            "Malformed",
        ];
        let found = said(&text);
        let found: Vec<&str> = found.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tokens_of_other_products_are_refused_without_a_call() {
        let (dead, other) = ("IGQWRPabcdefghijklmnopqrst", "EAABsbCS1iHgBAabcdefghij");
        let (own, facebook) = (token('a'), Route::Facebook);
        assert_eq!(unusable(dead, Route::Instagram), Some(Cause::AccessEnded));
        assert_eq!(unusable(other, Route::Instagram), Some(Cause::RequestFault));
        assert_eq!(unusable(&own, Route::Instagram), None);
        assert_eq!(unusable(&own, facebook), Some(Cause::RequestFault));
        assert_eq!(unusable(other, facebook), None);
        let lines = read(&format!("{dead}\n{other}"), Route::Instagram).unwrap();
        let refused = lines
            .iter()
            .all(|it| matches!(it.content, Content::Refused(_)));
        assert!(refused, "{lines:?}");
    }

    #[test]
    fn a_thousand_lines_are_taken_and_no_more_and_nothing_printed_shows_one() {
        let line = |n: usize| format!("IGAA{}{n:05}\n", "x".repeat(30));
        let all: String = (0..MAX_LINES).map(line).collect();
        assert_eq!(read(&all, Route::Instagram).unwrap().len(), MAX_LINES);
        let more = all + &line(MAX_LINES);
        assert_eq!(read(&more, Route::Instagram).err(), Some(TooMany));
        let printed = format!("{:?}", read(&line(1), Route::Instagram).unwrap());
        assert!(!printed.contains("IGAA"), "{printed}");
    }
}
