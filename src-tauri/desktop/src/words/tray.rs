//! The tray's menu and its tooltip. (Design brief, section 9.)

use super::Words;

/// How long a pause is to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// An hour.
    Hour,
    /// Until tomorrow morning.
    Tomorrow,
    /// Until it is taken back.
    Open,
}

impl Words {
    /// The first entry.
    pub fn tray_open(&self) -> String {
        self.say("tray.open", &[("app", &self.app())])
    }

    /// How the accounts are: `needing` of `total` need the person. Also the tooltip.
    pub fn tray_accounts(&self, needing: usize, total: usize) -> String {
        match (needing, total) {
            (_, 0) => self.say("tray.noAccounts", &[]),
            (0, total) => self.count("tray.allWell", total, &[]),
            (1, 1) => self.say("tray.onlyNeedsYou", &[]),
            (needing, total) => self.count("tray.needYou", needing, &[("total", &total)]),
        }
    }

    /// The line of an account: its user name, its status' code, and the route at which that is settled.
    pub fn tray_account(&self, username: &str, status: &str, by: &str) -> String {
        let status = self.say(&self.routed(format!("status.{status}"), by), &[]);
        self.say("tray.account", &[("name", &username), ("status", &status)])
    }

    /// How many accounts are not listed.
    pub fn tray_more(&self, count: usize) -> String {
        self.count("tray.more", count, &[])
    }

    /// Looks at every account.
    pub fn tray_check(&self) -> String {
        self.say("tray.check", &[])
    }

    /// The menu of pauses.
    pub fn tray_pause(&self) -> String {
        self.say("tray.pause", &[])
    }

    /// One pause.
    pub fn tray_pause_for(&self, pause: Pause) -> String {
        let key = match pause {
            Pause::Hour => "tray.pauseHour",
            Pause::Tomorrow => "tray.pauseTomorrow",
            Pause::Open => "tray.pauseOpen",
        };
        self.say(key, &[])
    }

    /// Ends a pause; with the moment it would end by itself, as the person reads time.
    pub fn tray_resume(&self, until: Option<&str>) -> String {
        match until {
            Some(time) => self.say("tray.resumeUntil", &[("time", &time)]),
            None => self.say("tray.resume", &[]),
        }
    }

    /// Opens the settings.
    pub fn tray_settings(&self) -> String {
        self.say("tray.settings", &[])
    }

    /// The last entry.
    pub fn tray_quit(&self) -> String {
        self.say("tray.quit", &[])
    }

    /// The tooltip while nobody answers; `since` as the person reads time.
    pub fn tray_offline(&self, since: &str) -> String {
        self.say("tray.offline", &[("time", &since)])
    }

    /// The tooltip while renewal rests.
    pub fn tray_paused(&self) -> String {
        self.say("tray.paused", &[])
    }

    /// The tooltip while the key is not at hand. (Security document, K9.)
    pub fn tray_no_key(&self) -> String {
        self.say("tray.noKey", &[])
    }
}
