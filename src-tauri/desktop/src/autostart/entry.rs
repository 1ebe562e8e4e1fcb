//! A desktop entry. (Desktop Entry Specification 1.5, "The Exec key" and "Values".)

/// The text of an entry that starts `program` with `argument`.
pub(super) fn write(program: &str, argument: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Relink\n\
         Comment=Keeps Instagram professional accounts connected\n\
         Exec={} {argument}\nIcon=relink-desktop\nTerminal=false\nStartupNotify=false\n\
         X-GNOME-Autostart-enabled=true\n",
        quoted(program)
    )
}

/// Whether the entry in `text` starts `program` when the person logs in.
pub(super) fn starts(text: &str, program: &str) -> bool {
    let group = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[Desktop Entry]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let mut exec = None;
    for (key, value) in group.filter_map(|line| line.split_once('=')) {
        match (key.trim(), value.trim()) {
            ("Hidden", "true") | ("X-GNOME-Autostart-enabled", "false") => return false,
            ("Exec", value) => exec = Some(value),
            _ => {}
        }
    }
    exec.is_some_and(|exec| exec.starts_with(&format!("{} ", quoted(program))))
}

/// In quotes; `"`, backtick, `$` and `\` behind a backslash, the per cent sign doubled; and then once more as
/// a value, whose backslashes are doubled.
fn quoted(program: &str) -> String {
    let mut exec = String::from("\"");
    for char in program.chars() {
        match char {
            '"' | '`' | '$' | '\\' => exec.extend(['\\', char]),
            '%' => exec.push_str("%%"),
            char => exec.push(char),
        }
    }
    exec.push('"');
    exec.replace('\\', "\\\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_path_is_quoted_as_the_specification_says() {
        assert_eq!(
            quoted(r#"/opt/My "best" apps/100%/$x\relink"#),
            r#""/opt/My \\"best\\" apps/100%%/\\$x\\\\relink""#
        );
    }

    #[test]
    fn an_entry_that_is_switched_off_or_names_another_program_does_not_start_us() {
        let ours = write("/usr/bin/relink-desktop", "--hidden");
        assert!(starts(&ours, "/usr/bin/relink-desktop"));
        assert!(!starts(&ours, "/opt/relink-desktop"));
        let off = |line: &str| format!("{ours}{line}\n");
        assert!(!starts(&off("Hidden=true"), "/usr/bin/relink-desktop"));
        assert!(!starts(
            &off("X-GNOME-Autostart-enabled=false"),
            "/usr/bin/relink-desktop"
        ));
        assert!(
            starts(
                &off("[Desktop Action x]\nHidden=true"),
                "/usr/bin/relink-desktop"
            ),
            "another group says nothing of the entry"
        );
    }
}
