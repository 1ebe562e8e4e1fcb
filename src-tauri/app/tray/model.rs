//! What the tray shows, worked out from what the window would show; how it is drawn is the desktop's.
//! (Design brief, section 9.)

use std::collections::BTreeMap;

use desktop::Words;
use desktop::words::Pause;
use engine::view::{AccountView, AppView, Patch};

/// The most accounts that are named.
const MOST_NAMED: usize = 3;

/// What a press does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Show the window at an address of the page.
    Open(String),
    CheckAll,
    /// Rest renewals for an hour.
    PauseHour,
    /// Rest renewals until the next morning.
    PauseTomorrow,
    /// Rest renewals until the person says otherwise.
    PauseOpen,
    Resume,
    Quit,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Act(String, Act),
    Menu(String, Vec<Line>),
    Separator,
}

/// The three looks of the icon, told apart by shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Look {
    #[default]
    Plain,
    /// With a dot: somebody is needed.
    Needed,
    /// With two bars: paused or offline.
    Resting,
}

/// Everything the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tray {
    pub(crate) look: Look,
    pub(crate) tooltip: String,
    pub(crate) lines: Vec<Line>,
}

/// What is known of the accounts, kept up by the same patches the page gets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    app: Option<AppView>,
    accounts: BTreeMap<String, Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    username: String,
    status: &'static str,
    /// The route at which that is settled.
    by: &'static str,
}

impl Picture {
    /// A picture of the whole, page by page.
    pub(crate) fn take(&mut self, app: AppView, accounts: &[AccountView]) {
        self.app = Some(app);
        self.see(accounts);
    }

    pub(crate) fn patch(&mut self, patch: &Patch) {
        if let Some(app) = &patch.app {
            self.app = Some(app.clone());
        }
        self.see(&patch.accounts);
        for id in &patch.erased {
            self.accounts.remove(id);
        }
    }

    fn see(&mut self, accounts: &[AccountView]) {
        for account in accounts {
            let seen = Seen {
                username: account.username.clone(),
                status: account.status,
                by: account.settled_at(),
            };
            self.accounts.insert(account.id.clone(), seen);
        }
    }

    /// The tray as it should look; `time` writes a moment (RFC 3339) as a time of day.
    pub(crate) fn tray(&self, words: &Words, time: impl Fn(&str) -> String) -> Tray {
        let live = self.accounts.values().filter(|it| it.status != "removed");
        let total = live.count();
        let mut needing: Vec<(&String, &Seen)> = self
            .accounts
            .iter()
            .filter(|(_, seen)| severity(seen.status).is_some())
            .collect();
        needing.sort_by_key(|(_, seen)| (severity(seen.status), &seen.username));
        let rest = self.rest(words, &time);
        let look = match (needing.is_empty(), &rest) {
            (false, _) => Look::Needed,
            (true, Some(_)) => Look::Resting,
            (true, None) => Look::Plain,
        };
        let accounts = words.tray_accounts(needing.len(), total);
        Tray {
            look,
            tooltip: rest.filter(|_| needing.is_empty()).unwrap_or(accounts),
            lines: self.lines(&needing, total, words, &time),
        }
    }

    fn lines(
        &self,
        needing: &[(&String, &Seen)],
        total: usize,
        words: &Words,
        time: &impl Fn(&str) -> String,
    ) -> Vec<Line> {
        let accounts = || Act::Open("#/accounts".to_owned());
        let mut lines = vec![
            Line::Act(words.tray_open(), Act::Open(String::new())),
            Line::Separator,
            Line::Act(words.tray_accounts(needing.len(), total), accounts()),
        ];
        for (id, seen) in needing.iter().take(MOST_NAMED) {
            let line = words.tray_account(&seen.username, seen.status, seen.by);
            lines.push(Line::Act(line, Act::Open(format!("#/reconnect/{id}"))));
        }
        if needing.len() > MOST_NAMED {
            let more = words.tray_more(needing.len() - MOST_NAMED);
            lines.push(Line::Act(more, accounts()));
        }
        lines.push(Line::Separator);
        lines.push(Line::Act(words.tray_check(), Act::CheckAll));
        lines.push(self.pausing(words, time));
        lines.push(Line::Separator);
        let settings = Act::Open("#/settings/general".to_owned());
        lines.push(Line::Act(words.tray_settings(), settings));
        lines.push(Line::Act(words.tray_quit(), Act::Quit));
        lines
    }

    fn pausing(&self, words: &Words, time: &impl Fn(&str) -> String) -> Line {
        let settings = self.app.as_ref().map(|app| &app.settings);
        let off = settings.is_some_and(|settings| !settings.auto_renew);
        let until = settings.and_then(|settings| settings.paused_until.as_deref());
        if off || until.is_some() {
            let until = until.filter(|_| !off).map(time);
            return Line::Act(words.tray_resume(until.as_deref()), Act::Resume);
        }
        let choices = [
            (Pause::Hour, Act::PauseHour),
            (Pause::Tomorrow, Act::PauseTomorrow),
            (Pause::Open, Act::PauseOpen),
        ];
        let lines = choices.map(|(pause, act)| Line::Act(words.tray_pause_for(pause), act));
        Line::Menu(words.tray_pause(), lines.to_vec())
    }

    /// Why nothing goes on, if nothing does.
    fn rest(&self, words: &Words, time: &impl Fn(&str) -> String) -> Option<String> {
        let app = self.app.as_ref()?;
        let offline = app.banner.as_ref().filter(|banner| banner.code == "E-NET");
        if let Some(banner) = offline {
            return Some(words.tray_offline(&time(&banner.since)));
        }
        if app
            .banner
            .as_ref()
            .is_some_and(|banner| banner.code == "E-KEY")
        {
            return Some(words.tray_no_key());
        }
        let paused = !app.settings.auto_renew || app.settings.paused_until.is_some();
        paused.then(|| words.tray_paused())
    }
}

/// How urgent a status is, for those that need a person. (Design brief, section 4.)
fn severity(status: &str) -> Option<usize> {
    ["blocked", "revoked", "expired", "limited", "renewal_late"]
        .iter()
        .position(|needing| *needing == status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(statuses: &[&'static str]) -> Picture {
        let accounts = statuses.iter().enumerate().map(|(place, status)| {
            let seen = Seen {
                username: format!("name{place}"),
                status,
                by: if place == 4 { "facebook" } else { "instagram" },
            };
            (place.to_string(), seen)
        });
        Picture {
            app: None,
            accounts: accounts.collect(),
        }
    }

    fn tray(statuses: &[&'static str]) -> Tray {
        picture(statuses).tray(&Words::of("en"), str::to_owned)
    }

    /// What the lines do, in order.
    fn acts(tray: &Tray) -> Vec<&str> {
        tray.lines
            .iter()
            .map(|line| match line {
                Line::Act(_, Act::Open(address)) => address.as_str(),
                Line::Act(_, Act::CheckAll) => "check",
                Line::Act(_, Act::Quit) => "quit",
                Line::Act(..) => "other",
                Line::Menu(_, lines) if lines.len() == 3 => "pause",
                Line::Menu(..) => "odd",
                Line::Separator => "-",
            })
            .collect()
    }

    const END: [&str; 6] = ["-", "check", "pause", "-", "#/settings/general", "quit"];

    #[test]
    fn the_menu_is_that_of_the_design_brief() {
        let well = tray(&["connected"; 48]);
        assert_eq!(acts(&well), [&["", "-", "#/accounts"][..], &END].concat());
        assert_eq!(well.look, Look::Plain);
        assert_eq!(well.tooltip, "All 48 accounts connected");

        let many = tray(&["expired"; 48]);
        let named = ["#/reconnect/0", "#/reconnect/1", "#/reconnect/10"];
        let head = [&["", "-", "#/accounts"][..], &named, &["#/accounts"]].concat();
        assert_eq!(acts(&many), [&head[..], &END].concat());
        assert_eq!(many.look, Look::Needed);
        assert_eq!(many.tooltip, "48 of 48 accounts need you");
        let lines = many.lines.iter().filter(|line| **line != Line::Separator);
        assert!(lines.count() <= 12, "at most twelve entries");
    }

    #[test]
    fn the_most_urgent_is_named_first_and_leads_to_its_wizard() {
        let tray = tray(&["limited", "connected", "revoked", "blocked", "blocked"]);
        let head = ["#/reconnect/3", "#/reconnect/4", "#/reconnect/2"];
        assert_eq!(&acts(&tray)[3..6], &head);
        let Line::Act(text, _) = &tray.lines[3] else {
            panic!("a line")
        };
        assert_eq!(text, "@name3  Blocked by Instagram");
        let Line::Act(text, _) = &tray.lines[4] else {
            panic!("a line")
        };
        assert_eq!(text, "@name4  Blocked by Facebook");
    }

    #[test]
    fn deleted_accounts_do_not_count_and_waiting_ones_need_nobody() {
        let tray = tray(&["removed", "waiting", "unknown", "renewing", "connected"]);
        assert_eq!(tray.look, Look::Plain);
        assert_eq!(tray.tooltip, "All 4 accounts connected");
    }

    #[test]
    fn without_accounts_and_with_a_single_one_the_words_fit() {
        assert_eq!(tray(&[]).tooltip, "No accounts yet");
        assert_eq!(tray(&["revoked"]).tooltip, "Your account needs you");
    }
}
