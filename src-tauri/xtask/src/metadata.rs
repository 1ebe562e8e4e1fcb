//! What Cargo knows about every package in the build.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{place::Place, program::Program};

/// One package of the build.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Where it comes from; `None` for a folder of this checkout.
    pub(crate) source: Option<String>,
    /// Its licence as an SPDX expression.
    pub(crate) licence: Option<String>,
    /// Ids of the packages it is built with, for building and testing included.
    direct: BTreeSet<String>,
    /// Ids of the packages that end up in it when it is linked, for any system.
    linked: BTreeSet<String>,
}

/// Every package by its id.
pub(crate) struct Packages(BTreeMap<String, Package>);

impl Packages {
    /// Asks Cargo, bound to the lock file.
    pub(crate) fn load(place: &Place) -> Result<Self> {
        let json = Program::cargo()
            .args("metadata --format-version 1 --locked")
            .within(&place.root)
            .read()?;
        let whole: Value = serde_json::from_str(&json).context("Cargo's answer is not JSON.")?;
        Ok(Self::of(&whole))
    }

    /// Reads Cargo's answer.
    pub(crate) fn of(whole: &Value) -> Self {
        let nodes: BTreeMap<&str, &Value> = list(&whole["resolve"]["nodes"])
            .map(|node| (text(&node["id"]), node))
            .collect();
        let packages = list(&whole["packages"]).map(|package| {
            let id = text(&package["id"]);
            let deps: Vec<&Value> = nodes
                .get(id)
                .map_or_else(Vec::new, |node| list(&node["deps"]).collect());
            let ids = |wanted: fn(&Value) -> bool| {
                deps.iter()
                    .filter(|dep| wanted(dep))
                    .map(|dep| text(&dep["pkg"]).to_owned())
                    .collect()
            };
            let owned = |field: &str| package[field].as_str().map(str::to_owned);
            let package = Package {
                name: text(&package["name"]).to_owned(),
                version: text(&package["version"]).to_owned(),
                source: owned("source"),
                licence: owned("license"),
                direct: ids(|_| true),
                linked: ids(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null())),
            };
            (id.to_owned(), package)
        });
        Self(packages.collect())
    }

    /// Every package.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Package> {
        self.0.values()
    }

    /// Names of the packages that name `name` among their dependencies.
    pub(crate) fn dependents(&self, name: &str) -> BTreeSet<&str> {
        let named = |id: &String| self.0.get(id).is_some_and(|package| package.name == name);
        self.all()
            .filter(|package| package.direct.iter().any(named))
            .map(|package| package.name.as_str())
            .collect()
    }

    /// Names of everything linked into a package of this checkout, itself left out.
    pub(crate) fn linked_into(&self, name: &str) -> BTreeSet<&str> {
        let own = |package: &&Package| package.source.is_none() && package.name == name;
        let mut open: Vec<&Package> = self.all().filter(own).collect();
        let mut seen = BTreeSet::new();
        while let Some(package) = open.pop() {
            for next in package.linked.iter().filter_map(|id| self.0.get(id)) {
                if seen.insert(next.name.as_str()) {
                    open.push(next);
                }
            }
        }
        seen
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_leaves_out_what_only_builds_and_tests() {
        let packages = Packages::of(&serde_json::json!({
            "packages": [{"id": "a", "name": "a"}, {"id": "b", "name": "b"}, {"id": "c", "name": "c"}, {"id": "d", "name": "d"}],
            "resolve": {"nodes": [
                {"id": "a", "deps": [
                    {"pkg": "b", "dep_kinds": [{"kind": null}]},
                    {"pkg": "d", "dep_kinds": [{"kind": "dev"}]},
                ]},
                {"id": "b", "deps": [{"pkg": "c", "dep_kinds": [{"kind": "build"}, {"kind": null}]}]},
            ]},
        }));
        assert_eq!(packages.linked_into("a"), BTreeSet::from(["b", "c"]));
        assert_eq!(
            packages.dependents("d"),
            BTreeSet::from(["a"]),
            "a test dependency is a dependency"
        );
    }
}
