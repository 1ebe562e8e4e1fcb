use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::diagnosis::Cause;
use engine::view::NoticeView;

use super::*;

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Remembers which keys this thread asked for.
pub(super) fn note(key: &str) {
    ASKED.with_borrow_mut(|asked| asked.insert(key.to_owned()));
}

const KINDS: [&str; 11] = [
    "disconnected",
    "blocked",
    "several",
    "renewal_late",
    "expired",
    "limited",
    "recovered",
    "app_problem",
    "weekly",
    "test",
    "keeps_running",
];

const STATUSES: [&str; 10] = [
    "connected",
    "renewing",
    "waiting",
    "renewal_late",
    "limited",
    "expired",
    "revoked",
    "blocked",
    "unknown",
    "removed",
];

const SIDES: [&str; 3] = ["instagram", "facebook", "mixed"];

/// Every sentence the core can say.
fn everything(words: &Words) -> Vec<String> {
    let mut said = vec![
        words.app(),
        words.tray_open(),
        words.tray_check(),
        words.tray_pause(),
        words.tray_resume(None),
        words.tray_resume(Some("09:00")),
        words.tray_settings(),
        words.tray_quit(),
        words.tray_offline("14:05"),
        words.tray_paused(),
        words.tray_no_key(),
        words.notice_reconnect(),
        words.notice_later(),
        words.notice_open(),
    ];
    for pause in [Pause::Hour, Pause::Tomorrow, Pause::Open] {
        said.push(words.tray_pause_for(pause));
    }
    for status in STATUSES {
        said.extend(SIDES.map(|by| words.tray_account("shop", status, by)));
    }
    // Whatever the language distinguishes: none, one, two, a few, many.
    for count in [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000] {
        said.push(words.tray_more(count));
        said.push(words.tray_accounts(0, count));
        said.push(words.tray_accounts(count, count));
        said.push(words.tray_accounts(count, count + 7));
    }
    let causes = Cause::ALL.iter().map(|cause| Some(cause.code()));
    let causes: Vec<Option<&str>> = causes.chain([Some("no_tray"), None]).collect();
    let told = KINDS
        .into_iter()
        .flat_map(|kind| SIDES.map(|by| (kind, by)));
    for (kind, by) in told {
        for cause in &causes {
            for username in [Some("shop"), None] {
                for (count, hours_left) in [(1, None), (2, Some(1)), (5, Some(24)), (11, Some(72))]
                {
                    let notice = words.notice(&NoticeView {
                        username: username.map(str::to_owned),
                        count,
                        cause: *cause,
                        hours_left,
                        by,
                        ..NoticeView::plain(kind)
                    });
                    said.extend([notice.title, notice.body]);
                }
            }
        }
    }
    said
}

#[test]
fn every_language_has_every_message_and_fills_every_parameter() {
    let keys = |words: &Words| {
        let own = |key: &&String| key.starts_with("tray.") || key.starts_with("notice.");
        words
            .messages
            .keys()
            .filter(own)
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let english = keys(&Words::of("en"));
    for (tag, text) in LANGUAGES {
        let words = Words::read(tag, text).unwrap();
        ASKED.take();
        for sentence in everything(&words) {
            assert!(!sentence.contains(['{', '}']), "{tag}: {sentence}");
            assert!(
                !words.has(&sentence) && !sentence.is_empty(),
                "{tag}: {sentence}"
            );
        }
        let asked = ASKED.take();
        let missing: Vec<_> = asked.iter().filter(|key| !words.has(key)).collect();
        assert!(missing.is_empty(), "{tag} has no words for {missing:?}");
        let unused: Vec<_> = keys(&words).difference(&asked).cloned().collect();
        assert!(unused.is_empty(), "{tag} has words nobody says: {unused:?}");
        assert_eq!(keys(&words), english, "{tag}");
    }
}

#[test]
fn plurals_have_the_forms_their_language_needs() {
    for (tag, text) in LANGUAGES {
        let words = Words::read(tag, text).unwrap();
        for (key, message) in &words.messages {
            let Message::Plural(forms) = message else {
                continue;
            };
            for needed in rules(tag).categories() {
                let needed = category(needed);
                assert!(
                    forms.contains_key(needed),
                    "{tag}: {key} has no form {needed}"
                );
            }
        }
    }
}

#[test]
fn a_notice_reads_as_the_design_has_it() {
    let words = Words::of("en");
    let late = |hours, name: Option<&str>| {
        words.notice(&NoticeView {
            username: name.map(str::to_owned),
            hours_left: Some(hours),
            cause: Some("network"),
            ..NoticeView::plain("renewal_late")
        })
    };
    assert_eq!(late(72, Some("shop")).title, "@shop expires within 3 days");
    assert_eq!(
        late(24, Some("shop")).title,
        "@shop expires within 24 hours"
    );
    assert_eq!(late(1, None).title, "An account expires within 1 hour");
    assert_eq!(
        late(72, None).body,
        "Renewal keeps failing: No answer from the network."
    );
    let several = NoticeView {
        count: 5,
        ..NoticeView::plain("several")
    };
    assert_eq!(words.notice(&several).title, "5 accounts need you");
}

#[test]
fn no_body_is_longer_than_two_lines() {
    let words = Words::of("en");
    for (kind, by) in KINDS
        .into_iter()
        .flat_map(|kind| SIDES.map(|by| (kind, by)))
    {
        for cause in Cause::ALL {
            let view = NoticeView {
                cause: Some(cause.code()),
                by,
                ..NoticeView::plain(kind)
            };
            let body = words.notice(&view).body;
            assert!(
                body.chars().count() <= 120,
                "{} characters: {body}",
                body.len()
            );
        }
    }
}

#[test]
fn what_facebook_ended_or_blocks_is_not_laid_at_instagrams_door() {
    let words = Words::of("en");
    // What restricts an Instagram account is settled at Instagram, and told so. (`Cause::settled_at`)
    let causes = Cause::ALL
        .iter()
        .filter(|it| **it != Cause::AccountRestricted);
    for kind in KINDS {
        for cause in causes.clone() {
            for username in [Some("shop".to_owned()), None] {
                let said = words.notice(&NoticeView {
                    username,
                    cause: Some(cause.code()),
                    by: "facebook",
                    ..NoticeView::plain(kind)
                });
                let all = format!("{} {}", said.title, said.body);
                assert!(
                    !all.contains("Instagram"),
                    "{kind}, {}: {all}",
                    cause.code()
                );
            }
        }
    }
}

#[test]
fn the_nearest_language_is_spoken() {
    let files = [("de", "d"), ("en", "e"), ("pt-BR", "p")];
    let tag = |wanted| best(wanted, &files).map(|(tag, _)| tag);
    assert_eq!(tag("de_AT.UTF-8"), Some("de"));
    assert_eq!(tag("pt"), Some("pt-BR"));
    assert_eq!(tag("PT-br"), Some("pt-BR"));
    assert_eq!(tag("C"), None);
    assert_eq!(Words::of("tlh").tag(), "en");
}

#[test]
fn arabic_counts_in_six_ways() {
    let rules = rules("ar");
    let said = [0, 1, 2, 3, 11, 100].map(|count: usize| category(rules.category_for(count)));
    assert_eq!(said, ["zero", "one", "two", "few", "many", "other"]);
}

#[test]
fn what_a_name_says_is_never_a_parameter() {
    assert_eq!(fill("{a}, {b} {", &[("a", &"{b}"), ("b", &2)]), "{b}, 2 {");
}
