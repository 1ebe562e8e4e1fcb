//! `cargo xtask test`: everything, in order of speed, to the end even if something fails.

use anyhow::{Result, bail};

use crate::{
    fence, fuzz, native,
    need::{self, Consent, For},
    page,
    place::Place,
    program::{Program, on_path},
    say,
    tally::Tally,
};

/// Runs every check and every test, then says how many tests passed and failed.
pub(crate) fn run(place: &Place, consent: Consent) -> Result<()> {
    let goal = if need::can_drive_windows() {
        For::Windows
    } else {
        For::Building
    };
    need::meet(place, goal, consent)?;
    need::tracer(consent)?;
    need::components(consent)?;
    // First, because the window embeds the page, so that nothing compiles without it.
    page::build(place)?;

    let mut suite = Suite::default();
    suite.check("Format", || cargo(place, "fmt --all --check").run());
    suite.check("The domain builds alone", || {
        cargo(place, "check --quiet --locked -p domain").run()
    });
    suite.check("The fence: dependencies, licences, sources", || {
        fence::run(place)
    });
    suite.check("The page: types, lints, styles", || page::check(place));
    suite.count("The page: tests", || page::test(place));
    suite.check("Clippy", || {
        cargo(
            place,
            "clippy --quiet --locked --workspace --all-targets -- -D warnings",
        )
        .run()
    });
    suite.check("The fuzz targets still fit what they test", || {
        fuzz::check(place)
    });
    suite.count(
        "Tests without a window, the page's types among them",
        || rust_tests(place),
    );
    suite.count("Examples in the documentation", || {
        cargo(place, "test --quiet --locked --workspace --doc").run_counting()
    });
    suite.check("Documentation", || {
        cargo(place, "doc --quiet --locked --workspace --no-deps")
            .env("RUSTDOCFLAGS", "-D warnings")
            .run()
    });
    suite.count("The real window", || native::test(place, consent, &[]));
    suite.close()
}

fn cargo(place: &Place, words: &str) -> Program {
    Program::cargo().args(words).within(&place.root)
}

/// By nextest where it is installed, else by Cargo's own runner: the same tests.
fn rust_tests(place: &Place) -> Result<Tally> {
    if on_path("cargo-nextest") {
        let quiet = "--status-level fail --final-status-level slow --no-fail-fast";
        return cargo(place, "nextest run --locked --workspace")
            .args(quiet)
            .run_counting();
    }
    cargo(
        place,
        "test --locked --workspace --no-fail-fast --lib --bins --tests",
    )
    .run_counting()
}

#[derive(Default)]
struct Suite {
    tally: Tally,
    failed: Vec<&'static str>,
}

impl Suite {
    /// A step that holds or does not.
    fn check(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        self.count(name, || step().map(|()| Tally::default()));
    }

    /// A step that reports how many of its tests passed and failed.
    fn count(&mut self, name: &'static str, step: impl FnOnce() -> Result<Tally>) {
        say::step(name);
        let tally = step().unwrap_or_else(|error| {
            say::failure(&error);
            Tally::of_step(false)
        });
        if tally.failed > 0 {
            self.failed.push(name);
        }
        self.tally = self.tally + tally;
    }

    fn close(self) -> Result<()> {
        let Tally { passed, failed } = self.tally;
        say::step("Result");
        for name in &self.failed {
            say::line(&format!("failed: {name}"));
        }
        say::line(&format!("{passed} passed, {failed} failed"));
        if failed > 0 {
            bail!("Something failed; the first failure above is the one to look at.");
        }
        Ok(())
    }
}
