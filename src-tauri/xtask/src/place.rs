//! Where things lie in the checkout.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders the commands work in.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// What Cargo builds into; `CARGO_TARGET_DIR` is honoured.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Found from where Cargo runs this program, so that a moved checkout works.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("Run this as `cargo xtask`, so that it knows the checkout.")?;
        let root = Path::new(&manifest)
            .ancestors()
            .nth(2)
            .context("The checkout of Relink was not found above src-tauri/xtask.")?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(chosen) => root.join(chosen), // an absolute one replaces the root
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The page's sources.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The tests of the real window.
    pub(crate) fn native(&self) -> PathBuf {
        self.root.join("tests").join("native")
    }

    /// The fuzz targets, a package of their own.
    pub(crate) fn fuzz(&self) -> PathBuf {
        self.root.join("tests").join("fuzz")
    }

    /// Programs only the tests need, installed for this checkout alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Where builds of a profile lie.
    pub(crate) fn built(&self, profile: &str) -> PathBuf {
        self.target.join(profile)
    }
}
