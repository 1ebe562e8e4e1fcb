//! A notice in words. (Design brief, section 10.)

use engine::view::NoticeView;

use super::Words;

/// A notice as a person reads it: a title, and a body of at most two lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeWords {
    /// One line.
    pub title: String,
    /// At most two lines on every desktop: 120 characters in English.
    pub body: String,
}

impl Words {
    /// Puts a notice into words.
    pub fn notice(&self, notice: &NoticeView) -> NoticeWords {
        let app = self.app();
        NoticeWords {
            title: self.title(notice, &app),
            body: self.body(notice, &app),
        }
    }

    /// The button that leads into the wizard.
    pub fn notice_reconnect(&self) -> String {
        self.say("notice.reconnect", &[])
    }

    /// The button that asks to be reminded.
    pub fn notice_later(&self) -> String {
        self.say("notice.later", &[])
    }

    /// What a click does, for desktops that show it as a button.
    pub fn notice_open(&self) -> String {
        self.say("notice.open", &[])
    }

    fn title(&self, notice: &NoticeView, app: &str) -> String {
        let key = |part: &str| match notice.username {
            Some(_) => format!("notice.{}.{part}", notice.kind),
            None => format!("notice.{}.{part}Hidden", notice.kind),
        };
        let name = notice.username.as_deref().unwrap_or_default();
        match notice.kind {
            "several" | "weekly" => {
                self.count(&format!("notice.{}.title", notice.kind), notice.count, &[])
            }
            "app_problem" | "keeps_running" | "test" => {
                let key = self.routed(format!("notice.{}.title", notice.kind), notice.by);
                self.say(&key, &[("app", &app)])
            }
            "renewal_late" => {
                let hours = notice.hours_left.unwrap_or(24).max(1);
                let hours = usize::try_from(hours).unwrap_or(1);
                if hours > 24 {
                    self.count(&key("days"), hours.div_ceil(24), &[("name", &name)])
                } else {
                    self.count(&key("hours"), hours, &[("name", &name)])
                }
            }
            _ => self.say(&self.routed(key("title"), notice.by), &[("name", &name)]),
        }
    }

    fn body(&self, notice: &NoticeView, app: &str) -> String {
        let plain = self.routed(format!("notice.{}.body", notice.kind), notice.by);
        let Some(cause) = notice.cause else {
            return self.say(&plain, &[("app", &app)]);
        };
        let special = format!("notice.{}.{cause}", notice.kind);
        let reason = format!("reason.{cause}");
        if self.has(&special) {
            self.say(&self.routed(special, notice.by), &[])
        } else if notice.kind == "renewal_late" && self.has(&reason) {
            let reason = self.say(&self.routed(reason, notice.by), &[]);
            self.say("notice.renewal_late.reason", &[("reason", &reason)])
        } else {
            self.say(&plain, &[("app", &app)])
        }
    }
}
