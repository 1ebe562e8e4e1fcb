//! Who may depend on what: `deny.toml`, which cargo-deny reads as well, and what cargo-deny cannot
//! say, which is what may not be linked into which of our crates.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};
use toml::Value;

use crate::{licence, metadata::Packages, place::Place, say};

const GUI: &[&str] = &[
    "tauri",
    "tauri-runtime",
    "wry",
    "tao",
    "gtk",
    "webkit2gtk",
    "muda",
];
const OUTSIDE: &[&str] = &[
    "tokio",
    "reqwest",
    "hyper",
    "axum",
    "rusqlite",
    "keyring-core",
    "zbus",
    "serde_json",
];

/// What must not be linked into a crate, however far down.
const NEVER_IN: &[(&str, &[&[&str]], &str)] = &[
    (
        "domain",
        &[GUI, OUTSIDE],
        "the rules know no runtime, network, storage or window",
    ),
    (
        "vault",
        &[GUI, &["rusqlite", "reqwest"]],
        "keys are kept apart from storage and network",
    ),
    (
        "store",
        &[GUI, &["reqwest", "keyring-core", "axum"]],
        "storage speaks to nobody",
    ),
    (
        "meta",
        &[GUI, &["rusqlite", "keyring-core", "axum"]],
        "the client keeps nothing",
    ),
    (
        "engine",
        &[GUI, &["axum", "sandbox"]],
        "the engine runs without a window and knows no stand-in",
    ),
    (
        "sandbox",
        &[GUI, &["engine", "meta", "domain", "store", "vault"]],
        "a stand-in that shares our code proves nothing",
    ),
    (
        "simulation",
        &[GUI, &["axum", "sandbox"]],
        "its provider is a truth of its own",
    ),
    (
        "desktop",
        &[GUI, &["axum", "sandbox"]],
        "the command line uses it on servers",
    ),
    ("cli", &[GUI], "the command line runs on servers"),
    ("acceptance", &[GUI], "these tests need no window"),
    (
        "proof",
        &[GUI],
        "what is killed by the thousand has no window",
    ),
];

/// Checks the whole build and names every breach.
pub(crate) fn run(place: &Place) -> Result<()> {
    let packages = Packages::load(place)?;
    let rules = Rules::read(place)?;
    let mut breaches = rules.breaches(&packages);
    for (name, groups, reason) in NEVER_IN {
        let linked = packages.linked_into(name);
        for found in groups
            .iter()
            .flat_map(|group| group.iter())
            .filter(|found| linked.contains(*found))
        {
            breaches.push(format!("{name} links {found}: {reason}"));
        }
    }
    if breaches.is_empty() {
        say::line(&format!(
            "{} packages, all within the fence.",
            packages.all().count()
        ));
        return Ok(());
    }
    bail!(
        "The fence is broken:\n  {}\nChange the dependency, or deny.toml and fence.rs with a reason.",
        breaches.join("\n  ")
    );
}

/// The parts of `deny.toml` that are held here.
struct Rules {
    licences: Vec<String>,
    exceptions: BTreeMap<String, Vec<String>>,
    sources: Vec<String>,
    /// Banned names, and who may use them all the same.
    bans: BTreeMap<String, Vec<String>>,
}

impl Rules {
    fn read(place: &Place) -> Result<Self> {
        let path = place.root.join("deny.toml");
        let text = fs::read_to_string(&path).context("deny.toml is missing from the checkout.")?;
        Self::of(&text)
    }

    fn of(text: &str) -> Result<Self> {
        let whole: toml::Table = text.parse().context("deny.toml cannot be read.")?;
        let by_name = |table: &str, list: &str, names: &str| {
            entries(&whole, table, list)
                .into_iter()
                .filter_map(|entry| {
                    let name = entry.get("crate")?.as_str()?.to_owned();
                    Some((name, entry.get(names).map(strings).unwrap_or_default()))
                })
                .collect()
        };
        let plain = |table: &str, list: &str| {
            whole
                .get(table)
                .and_then(|table| table.get(list))
                .map(strings)
                .unwrap_or_default()
        };
        Ok(Self {
            licences: plain("licenses", "allow"),
            exceptions: by_name("licenses", "exceptions", "allow"),
            sources: plain("sources", "allow-registry"),
            bans: by_name("bans", "deny", "wrappers"),
        })
    }

    fn breaches(&self, packages: &Packages) -> Vec<String> {
        let mut found = Vec::new();
        for package in packages.all() {
            let who = format!("{} {}", package.name, package.version);
            if let Some(source) = &package.source {
                let known =
                    |allowed: &String| source.strip_prefix("registry+") == Some(allowed.as_str());
                if !self.sources.iter().any(known) {
                    found.push(format!("{who} comes from {source}"));
                }
            }
            let own = self
                .exceptions
                .get(&package.name)
                .cloned()
                .unwrap_or_default();
            let allowed = [self.licences.clone(), own].concat();
            let licence = package.licence.as_deref().unwrap_or("no licence named");
            if !licence::suffices(licence, &allowed) {
                found.push(format!("{who} is licensed as: {licence}"));
            }
        }
        for (banned, users) in &self.bans {
            let present = packages.all().any(|package| {
                // One version of a crate is written as cargo-deny has it.
                package.name == *banned
                    || format!("{}@={}", package.name, package.version) == *banned
            });
            if present && users.is_empty() {
                found.push(format!("{banned} is in the build"));
            }
            for user in packages.dependents(banned) {
                if !users.is_empty() && !users.iter().any(|allowed| allowed == user) {
                    found.push(format!("{user} uses {banned}"));
                }
            }
        }
        found
    }
}

fn entries(whole: &toml::Table, table: &str, list: &str) -> Vec<Value> {
    let found = whole.get(table).and_then(|table| table.get(list));
    found.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strangers_are_named_with_what_is_wrong_with_them() -> Result<()> {
        let rules = Rules::of(
            r#"
            [bans]
            deny = [{ crate = "sql", wrappers = ["store"] }, { crate = "shell" },
                    { crate = "good@=0.9.0" }, { crate = "good@=1.0.0" }]
            [licenses]
            allow = ["MIT"]
            [sources]
            allow-registry = ["https://good"]
            "#,
        )?;
        let from = |name: &str, licence: &str, source: &str| json!({"id": name, "name": name, "version": "1.0.0", "license": licence, "source": source});
        let packages = Packages::of(&json!({
            "packages": [
                from("sql", "MIT", "registry+https://good"),
                from("shell", "MIT", "registry+https://good"),
                from("good", "MIT", "registry+https://good"),
                from("closed", "Proprietary", "registry+https://good"),
                from("fork", "MIT", "git+https://somewhere"),
                {"id": "store", "name": "store", "version": "1.0.0", "license": "MIT"},
                {"id": "page", "name": "page", "version": "1.0.0", "license": "MIT"},
            ],
            "resolve": {"nodes": [
                {"id": "store", "deps": [{"pkg": "sql", "dep_kinds": [{"kind": null}]}]},
                {"id": "page", "deps": [{"pkg": "sql", "dep_kinds": [{"kind": null}]}]},
            ]},
        }));
        assert_eq!(
            rules.breaches(&packages),
            [
                "closed 1.0.0 is licensed as: Proprietary",
                "fork 1.0.0 comes from git+https://somewhere",
                "good@=1.0.0 is in the build",
                "shell is in the build",
                "page uses sql",
            ]
        );
        Ok(())
    }
}
