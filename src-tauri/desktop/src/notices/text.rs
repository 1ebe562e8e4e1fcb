//! A notice as it goes to the screen.

use engine::view::NoticeView;

use crate::words::Words;

use super::Press;

/// What a desktop reports when the notice itself is clicked.
pub(super) const CLICK: &str = "default";
const RECONNECT: &str = "reconnect";
const LATER: &str = "later";

/// A notice in words, with its buttons and where they lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) body: String,
    /// The name a button reports, and its label; the first is the click itself.
    pub(super) actions: Vec<(&'static str, String)>,
    address: String,
    account_ids: Vec<String>,
}

impl Text {
    pub(super) fn of(notice: &NoticeView, words: &Words) -> Self {
        let said = words.notice(notice);
        let mut actions = vec![(CLICK, words.notice_open())];
        match notice.kind {
            "disconnected" | "expired" | "limited" => {
                actions.push((RECONNECT, words.notice_reconnect()));
                actions.push((LATER, words.notice_later()));
            }
            "blocked" => actions.push((LATER, words.notice_later())),
            _ => {}
        }
        Self {
            title: said.title,
            body: said.body,
            actions,
            address: address(notice),
            account_ids: notice.account_ids.clone(),
        }
    }

    /// What it means that this action was reported; `None` for one that is not ours.
    pub(super) fn press(&self, action: &str, activation_token: Option<String>) -> Option<Press> {
        match action {
            CLICK | RECONNECT => Some(Press::Open {
                address: self.address.clone(),
                activation_token,
            }),
            LATER => Some(Press::Later {
                account_ids: self.account_ids.clone(),
            }),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) fn test(title: &str) -> Self {
        let notice = NoticeView {
            username: Some(title.to_owned()),
            account_ids: vec!["1784".to_owned()],
            ..NoticeView::plain("disconnected")
        };
        Self::of(&notice, &Words::of("en"))
    }
}

/// Where in the page a notice is dealt with. (Design brief, section 10.)
fn address(notice: &NoticeView) -> String {
    let one = notice.account_ids.first();
    match (notice.kind, one) {
        ("disconnected" | "blocked" | "expired" | "limited", Some(id)) => {
            format!("#/reconnect/{id}")
        }
        ("several", Some(_)) => format!("#/reconnect?queue={}", notice.account_ids.join(",")),
        ("renewal_late" | "recovered", Some(id)) => format!("#/accounts/{id}"),
        _ => "#/accounts".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_leads_to_its_place() {
        for (kind, ids, place, buttons) in [
            ("disconnected", &["17"][..], "#/reconnect/17", 3),
            ("blocked", &["17"], "#/reconnect/17", 2),
            ("expired", &["17"], "#/reconnect/17", 3),
            ("limited", &["17"], "#/reconnect/17", 3),
            ("several", &["17", "18"], "#/reconnect?queue=17,18", 1),
            ("renewal_late", &["17"], "#/accounts/17", 1),
            ("recovered", &["17"], "#/accounts/17", 1),
            ("weekly", &["17", "18"], "#/accounts", 1),
            ("app_problem", &[], "#/accounts", 1),
            ("test", &[], "#/accounts", 1),
            ("keeps_running", &[], "#/accounts", 1),
        ] {
            let notice = NoticeView {
                account_ids: ids.iter().map(ToString::to_string).collect(),
                ..NoticeView::plain(kind)
            };
            let text = Text::of(&notice, &Words::of("en"));
            let opened = Press::Open {
                address: place.to_owned(),
                activation_token: None,
            };
            assert_eq!(text.press("default", None), Some(opened), "{kind}");
            assert_eq!(text.actions.len(), buttons, "{kind}");
            assert_eq!(text.press("strange", None), None);
        }
    }
}
