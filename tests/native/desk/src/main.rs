//! A desktop's notification server and tray, on the session bus it finds, told by lines and telling by
//! lines: the tests of the real window press what a person would press.
//!
//! In: `click ID`, `action ID KEY`, `menu`, `press ID`, `activate`. Out: one JSON document a line, each with
//! `event`: `ready`, `notify`, `close`, `tray`, `menu`, `error`.
#![expect(clippy::print_stdout, reason = "it speaks on standard output")]

mod notices;
mod tray;

use std::io::BufRead as _;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use notices::NoticeServer;
use tray::{Items, Watcher};

/// Tells the test something.
fn tell(event: &str, mut what: Value) {
    if let Some(fields) = what.as_object_mut() {
        fields.insert("event".to_owned(), event.into());
    }
    println!("{what}");
}

fn main() -> Result<()> {
    let items = Items::default();
    let bus = zbus::blocking::connection::Builder::session()?
        .serve_at(notices::PATH, NoticeServer::default())?
        .serve_at(tray::PATH, Watcher::of(&items))?
        .name(notices::NAME)?
        .name(tray::NAME)?
        .build()
        .context("a session bus")?;
    tell("ready", json!({}));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let done = match words.as_slice() {
            ["click", id] => notices::press(&bus, id, "default"),
            ["action", id, key] => notices::press(&bus, id, key),
            ["menu"] => items.menu(&bus).map(|menu| tell("menu", menu)),
            ["press", id] => items.press(&bus, id),
            ["activate"] => items.activate(&bus),
            _ => Err(anyhow::anyhow!("`{line}` means nothing here")),
        };
        if let Err(error) = done {
            tell("error", json!({ "text": format!("{error:#}") }));
        }
    }
    Ok(())
}
