//! The words of the tray and of notices: the page's own message files, which are part of the program.

mod notice;
mod tray;

use std::collections::BTreeMap;

use icu_locale_core::{Locale, langid};
use icu_plurals::{PluralCategory, PluralRules};
use serde::Deserialize;

pub use notice::NoticeWords;
pub use tray::Pause;

/// Every language there is: its tag, and its message file.
const LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// What is spoken where nothing else fits.
const FALLBACK: &str = "en";

/// The areas of the message files that are needed outside the page; the rest is not kept in memory.
const AREAS: [&str; 5] = ["app.", "notice.", "reason.", "status.", "tray."];

/// One message: a sentence, or one sentence for each CLDR category over `{count}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Message {
    Plain(String),
    Plural(BTreeMap<String, String>),
}

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    tag: &'static str,
    messages: BTreeMap<String, Message>,
}

/// What stands in the place of a `{parameter}`.
type Parameter<'a> = (&'a str, &'a dyn std::fmt::Display);

impl Words {
    /// The words for a language tag of the settings; `system` is the language the person uses the computer
    /// in. Where there is no such language, English.
    pub fn of(language: &str) -> Self {
        let wanted: Vec<String> = match language {
            "system" => sys_locale::get_locales().collect(),
            tag => vec![tag.to_owned()],
        };
        let found = wanted.iter().find_map(|tag| best(tag, LANGUAGES));
        let fallback = || best(FALLBACK, LANGUAGES);
        let (tag, text) = found.or_else(fallback).unwrap_or((FALLBACK, "{}"));
        Self::read(tag, text).unwrap_or_else(|error| {
            // A test reads every file, so this is not met in a program that was built from a clean checkout.
            tracing::error!(%error, tag, "a message file cannot be read");
            Self {
                tag,
                messages: BTreeMap::new(),
            }
        })
    }

    /// The tag of the language spoken.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// The name of the app.
    pub fn app(&self) -> String {
        self.say("app.name", &[])
    }

    fn read(tag: &'static str, text: &str) -> serde_json::Result<Self> {
        let mut messages: BTreeMap<String, Message> = serde_json::from_str(text)?;
        messages.retain(|key, _| AREAS.iter().any(|area| key.starts_with(area)));
        Ok(Self { tag, messages })
    }

    fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// The key of the words that name the right side: its own where there are some (`<key>.facebook`), else `key` itself.
    fn routed(&self, key: String, by: &str) -> String {
        let own = format!("{key}.{by}");
        if self.has(&own) { own } else { key }
    }

    /// A message without a number in it.
    fn say(&self, key: &str, parameters: &[Parameter<'_>]) -> String {
        self.find(key, None, parameters)
    }

    /// A message over `{count}`.
    fn count(&self, key: &str, count: usize, parameters: &[Parameter<'_>]) -> String {
        let with_count: Vec<Parameter<'_>> = std::iter::once(("count", &count as _))
            .chain(parameters.iter().copied())
            .collect();
        self.find(key, Some(count), &with_count)
    }

    fn find(&self, key: &str, count: Option<usize>, parameters: &[Parameter<'_>]) -> String {
        #[cfg(test)]
        tests::note(key);
        let text = match (self.messages.get(key), count) {
            (Some(Message::Plain(text)), None) => Some(text),
            (Some(Message::Plural(forms)), Some(count)) => forms
                .get(category(rules(self.tag).category_for(count)))
                .or_else(|| forms.get("other")),
            (Some(Message::Plain(_)), Some(_)) | (Some(Message::Plural(_)), None) | (None, _) => {
                None
            }
        };
        let Some(text) = text else {
            tracing::error!(key, tag = self.tag, "there are no words for this");
            return key.to_owned();
        };
        fill(text, parameters)
    }
}

/// Puts the parameters in their places. What a parameter says is never read as a parameter again.
fn fill(text: &str, parameters: &[Parameter<'_>]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match parameters.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(&value.to_string()),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// The file for a tag: the very one (`pt-BR`), or one of the same language (`de` for `de-AT`).
fn best<'a>(wanted: &str, languages: &[(&'a str, &'a str)]) -> Option<(&'a str, &'a str)> {
    // The system says `de_AT.UTF-8` in some places.
    let wanted = wanted.split(['.', '@']).next()?.replace('_', "-");
    let exact = languages
        .iter()
        .find(|(tag, _)| tag.eq_ignore_ascii_case(&wanted));
    let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let near = || {
        languages
            .iter()
            .find(|(tag, _)| language(tag) == language(&wanted))
    };
    exact.or_else(near).copied()
}

/// Made where they are needed: they cannot be shared between threads, and their data is part of the program.
#[expect(
    clippy::expect_used,
    reason = "the data of every language is part of the program"
)]
fn rules(tag: &str) -> PluralRules {
    let locale: Locale = tag.parse().unwrap_or_else(|_| langid!("en").into());
    PluralRules::try_new_cardinal(locale.into()).unwrap_or_else(|_| {
        tracing::error!(tag, "no rules for plurals");
        // The root's rules know one category and are part of the program.
        PluralRules::try_new_cardinal(Locale::UNKNOWN.into())
            .expect("the root's rules are built in")
    })
}

fn category(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests;
