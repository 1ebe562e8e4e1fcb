//! The XML of a Windows toast. (Microsoft, "Toast content schema".)

use quick_xml::escape::escape;

use super::text::{CLICK, Text};

/// One title, one body, its buttons, no sound.
pub(super) fn toast(text: &Text) -> String {
    let buttons: String = text
        .actions
        .iter()
        .filter(|(name, _)| *name != CLICK)
        .map(|(name, label)| {
            let label = escape(label.as_str());
            format!(r#"<action content="{label}" arguments="{name}"/>"#)
        })
        .collect();
    format!(
        r#"<toast launch="{CLICK}"><visual><binding template="ToastGeneric"><text>{}</text><text>{}</text></binding></visual><actions>{buttons}</actions><audio silent="true"/></toast>"#,
        escape(text.title.as_str()),
        escape(text.body.as_str()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::wildcard_enum_match_arm, reason = "only elements are counted")]
    fn what_a_name_says_is_never_markup() {
        let mut text = Text::test("shop");
        text.title = r#"</text>"&<"#.to_owned();
        let xml = toast(&text);
        let mut reader = quick_xml::Reader::from_str(&xml);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    names.push(tag.name().as_ref().to_owned());
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        let expected = [
            "toast", "visual", "binding", "text", "text", "actions", "action", "action", "audio",
        ];
        assert_eq!(names, expected);
    }
}
