//! The gap receipt as comma-separated values (RFC 4180), for people who were promised what is in it.

use domain::Timestamp;

use crate::view::{GapView, MediaView};

/// Columns. The first row of values is the gap itself with its sums, the others are its items.
const HEAD: [&str; 11] = [
    "row",
    "from",
    "until",
    "complete",
    "stories_lost",
    "items",
    "kind",
    "posted_at",
    "caption",
    "likes",
    "comments",
];

/// The receipt as text.
pub(crate) fn gap_csv(gap: &GapView) -> String {
    let sum = |figure: fn(&MediaView) -> Option<u64>| {
        let known = gap.items.iter().filter_map(figure);
        known.fold(0, u64::saturating_add).to_string()
    };
    let mut text = line(HEAD.map(str::to_owned));
    text += &line([
        "gap".to_owned(),
        gap.from.clone(),
        gap.until.clone(),
        yes_or_no(gap.complete),
        yes_or_no(gap.stories_lost),
        gap.items.len().to_string(),
        String::new(),
        String::new(),
        String::new(),
        sum(|item| item.likes),
        sum(|item| item.comments),
    ]);
    let empty = String::new;
    for item in &gap.items {
        text += &line([
            "item".to_owned(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            item.kind.to_owned(),
            item.posted_at.clone().unwrap_or_default(),
            item.caption.clone(),
            item.likes
                .map(|likes| likes.to_string())
                .unwrap_or_default(),
            item.comments
                .map(|comments| comments.to_string())
                .unwrap_or_default(),
        ]);
    }
    text
}

/// What the file is called: only letters, digits, dots, dashes and underscores, whatever the account's name holds.
pub(crate) fn gap_file_name(username: &str, now: Timestamp) -> String {
    let plain: String = username
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
        .take(60)
        .collect();
    let day = now.format("%Y-%m-%d");
    format!("relink-gap-{plain}-{day}.csv")
}

fn yes_or_no(truth: bool) -> String {
    if truth { "yes" } else { "no" }.to_owned()
}

fn line(cells: [String; HEAD.len()]) -> String {
    let cells = cells.map(|cell| csv_cell(&cell));
    format!("{}\r\n", cells.join(","))
}

/// A cell of comma-separated values (RFC 4180), kept from being read as a formula by whichever program opens it: some
/// begin a new cell at a semicolon or a tab, too, and a line is one wherever it stands.
pub fn csv_cell(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut begins = true;
    for letter in text.chars() {
        if begins && matches!(letter, '=' | '+' | '-' | '@') {
            plain.push('\'');
        }
        begins = matches!(letter, ';' | '\t' | '\n' | '\r') || (begins && letter == ' ');
        plain.push(letter);
    }
    if plain.contains([',', ';', '"', '\t', '\n', '\r']) {
        format!("\"{}\"", plain.replace('"', "\"\""))
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_survive_spreadsheets() {
        for (text, cell) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("@acme, \"new\"", "\"'@acme, \"\"new\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("x;=HYPERLINK(1)", "\"x;'=HYPERLINK(1)\""),
            ("x\n=1", "\"x\n'=1\""),
            (" =1", " '=1"),
            ("3 - 2 = 1", "3 - 2 = 1"),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }

    #[test]
    fn a_name_of_a_file_holds_nothing_that_leads_elsewhere() {
        let now = Timestamp::from_timestamp(1_790_000_000, 0).expect("in range");
        let name = gap_file_name("../a.b_c/ä\0", now);
        assert_eq!(name, "relink-gap-..a.b_c-2026-09-21.csv");
    }
}
