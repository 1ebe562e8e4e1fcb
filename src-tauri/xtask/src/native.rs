//! The real window: its tests, and the tour that leaves pictures.

use anyhow::{Result, bail};

use crate::{
    app,
    need::{self, Consent, For},
    page,
    place::Place,
    program::Program,
    say,
    tally::Tally,
};

/// Runs the stories of tests/native whose names contain one of `names`, or all.
pub(crate) fn test(place: &Place, consent: Consent, names: &[String]) -> Result<Tally> {
    if !need::can_drive_windows() {
        say::loudly(
            "The tests of the real window were NOT run: they need WebKit's driver, which there is \
             on Linux only. Everything else was tested.",
        );
        return Ok(Tally::default());
    }
    make_ready(place, consent)?;
    say::step("Testing the real window, the real browser and the real key store");
    let tally = runner(place, "test", names).run_counting()?;
    if tally.failed > 0 {
        say::line("Logs and pictures of what failed are in target/native.");
    }
    Ok(tally)
}

/// Takes pictures of every screen, light and dark, and says where they are.
pub(crate) fn tour(place: &Place, consent: Consent, docs: bool) -> Result<()> {
    if !need::can_drive_windows() {
        bail!("The tour needs WebKit's driver, which there is on Linux only.");
    }
    make_ready(place, consent)?;
    say::step("Making the tour: practice mode under a virtual display");
    let chosen: &[String] = if docs { &["--docs".to_owned()] } else { &[] };
    runner(place, "tour", chosen).run()?;
    say::line(&format!(
        "\nThe pictures are in {}.",
        place.target.join("tour").display()
    ));
    if docs {
        say::line(&format!(
            "Those of the README are in {}.",
            place.root.join("docs").display()
        ));
    }
    Ok(())
}

fn make_ready(place: &Place, consent: Consent) -> Result<()> {
    need::meet(place, For::Windows, consent)?;
    page::packages(&place.native())?;
    app::build(place).map(|_| ())
}

/// The harness, told where everything is.
pub(crate) fn runner(place: &Place, what: &str, words: &[String]) -> Program {
    let program = Program::new("node").arg("run.js").arg(what);
    words
        .iter()
        .fold(program, Program::arg)
        .env("RELINK_TARGET", &place.target)
        .env("RELINK_BUILD", place.built(app::PROFILE))
        .within(&place.native())
}
