//! Settings: the only views that also come back from the page.

use serde::{Deserialize, Serialize};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How high rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Density {
    /// 56 pixels.
    #[default]
    Comfortable,
    /// 40 pixels.
    Compact,
}

/// How the end of access is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CountdownStyle {
    /// "52 days left".
    #[default]
    DaysLeft,
    /// The date.
    Date,
    /// Not at all.
    Nothing,
}

/// How the list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Order {
    /// Most urgent first.
    #[default]
    Severity,
    /// By name.
    Name,
    /// By the end of access.
    Expiry,
    /// By label.
    Label,
}

/// What the person wants to be told outside the window. (Design brief, section 10.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Notices"))]
pub struct NoticeSettings {
    /// Whether notices may be shown at all; `None` while the person has not been asked.
    pub allowed: Option<bool>,
    /// Instagram ended a connection.
    pub disconnected: bool,
    /// Instagram wants the person to act first.
    pub blocked: bool,
    /// Renewal keeps failing and little time is left.
    pub renewal_late: bool,
    /// The 60 days ran out.
    pub expired: bool,
    /// A permission is missing.
    pub limited: bool,
    /// What was told is settled.
    pub recovered: bool,
    /// A summary on Mondays.
    pub weekly: bool,
    /// From when to keep quiet, `HH:MM` by the computer's own time.
    pub quiet_from: Option<String>,
    /// Until when.
    pub quiet_until: Option<String>,
    /// Whether user names are left out.
    pub hide_names: bool,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self {
            allowed: None,
            disconnected: true,
            blocked: true,
            renewal_late: true,
            expired: true,
            limited: true,
            recovered: false,
            weekly: false,
            quiet_from: None,
            quiet_until: None,
            hide_names: false,
        }
    }
}

impl NoticeSettings {
    /// The quiet hours in minutes since midnight, where both ends are given.
    pub(crate) fn quiet(&self) -> Option<(u32, u32)> {
        let from = self.quiet_from.as_deref().and_then(minutes)?;
        let until = self.quiet_until.as_deref().and_then(minutes)?;
        Some((from, until))
    }

    /// Whether every time of day in it can be read.
    pub(crate) fn is_whole(&self) -> bool {
        [&self.quiet_from, &self.quiet_until]
            .into_iter()
            .flatten()
            .all(|time| minutes(time).is_some())
    }
}

/// `22:05` in minutes since midnight.
fn minutes(time: &str) -> Option<u32> {
    let (hours, minutes) = time.split_once(':')?;
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// How often accounts may be looked at, in minutes.
pub(crate) const CHECK_EVERY: [u32; 5] = [10, 30, 60, 360, 1_440];

/// The person's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Settings {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// How high rows are.
    pub density: Density,
    /// How the end of access is shown.
    pub countdown: CountdownStyle,
    /// How the list is ordered.
    pub order: Order,
    /// A language tag, or `system`.
    pub language: String,
    /// Whether access is renewed by itself.
    pub auto_renew: bool,
    /// Days between renewals, 1 to 30.
    pub renew_after_days: u32,
    /// Renewals rest until this moment (RFC 3339).
    pub paused_until: Option<String>,
    /// How often each account is looked at: 10, 30, 60, 360 or 1440 minutes.
    pub check_every_minutes: u32,
    /// Whether Relink starts with the computer; `None` while the person has not been asked.
    pub start_with_computer: Option<bool>,
    /// Whether Relink keeps running when its window is closed.
    pub close_to_tray: bool,
    /// What is told outside the window.
    pub notices: NoticeSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            density: Density::default(),
            countdown: CountdownStyle::default(),
            order: Order::default(),
            language: "system".to_owned(),
            auto_renew: true,
            renew_after_days: 7,
            paused_until: None,
            check_every_minutes: 10,
            start_with_computer: None,
            close_to_tray: true,
            notices: NoticeSettings::default(),
        }
    }
}

/// Who keeps the key that opens tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum KeyStorage {
    /// The operating system's key store.
    Keychain,
    /// A passphrase of the person's.
    Passphrase,
    /// Nobody: it is gone when Relink quits.
    Session,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_older_version_keep_what_they_say() {
        let old = r#"{"theme":"dark","density":"compact","countdown":"date","order":"name",
            "language":"system","auto_renew":false,"renew_after_days":9,"paused_until":null}"#;
        let read: Settings = serde_json::from_str(old).unwrap();
        assert_eq!((read.theme, read.renew_after_days), (Theme::Dark, 9));
        assert!(read.close_to_tray && read.notices.disconnected);
        assert_eq!(read.notices.allowed, None, "nobody has been asked yet");
    }

    #[test]
    fn times_of_day_are_read_or_refused() {
        assert_eq!(minutes("22:05"), Some(1_325));
        assert_eq!(minutes("00:00"), Some(0));
        for odd in [
            "24:00", "9:00", "09:60", "+1:00", "0900", "", "ab:cd", "09:0",
        ] {
            assert_eq!(minutes(odd), None, "{odd}");
        }
    }
}
