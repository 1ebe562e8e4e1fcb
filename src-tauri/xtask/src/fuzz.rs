//! `cargo xtask fuzz`: the targets of tests/fuzz, on the stable toolchain. (Security document, figure 21.)

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{place::Place, program::Program, say};

/// The targets, as tests/fuzz has them.
const TARGETS: [&str; 4] = ["redirect", "listener_head", "token_answer", "error_answer"];

/// Executions of each target, unless told otherwise; the full run is ten times as many.
const RUNS: u64 = 1_000_000;

/// What `cargo fuzz` would ask of a nightly compiler: the stable one knows these passes, too.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table";

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    runs: u64,
    targets: Vec<&'static str>,
}

impl Wish {
    fn read(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let (mut runs, mut targets) = (RUNS, Vec::new());
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--runs" {
                let count = words.next().and_then(|count| count.parse().ok());
                // libFuzzer takes none for ever.
                runs = count
                    .filter(|count| *count > 0)
                    .context("After --runs comes a number above 0.")?;
                continue;
            }
            let known = TARGETS.into_iter().find(|target| *target == word);
            targets.push(known.with_context(|| {
                let all = TARGETS.join(", ");
                format!("There is no fuzz target `{word}`; there are {all}.")
            })?);
        }
        if targets.is_empty() {
            targets.extend(TARGETS);
        }
        Ok(Self { runs, targets })
    }
}

/// Builds the targets and runs each; all of them, even if one crashes.
pub(crate) fn run(place: &Place, words: impl IntoIterator<Item = String>) -> Result<()> {
    let wish = Wish::read(words)?;
    let built = build(place)?;
    let mut crashed = Vec::new();
    for target in wish.targets {
        say::step(&format!("Fuzzing {target}: {} executions", wish.runs));
        let corpus = place.target.join("fuzz").join("corpus").join(target);
        let crashes = place.target.join("fuzz").join("crashes").join(target);
        for folder in [&corpus, &crashes] {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made.", folder.display()))?;
        }
        let binary = built.join(format!("{target}{}", std::env::consts::EXE_SUFFIX));
        let (ended_well, said) =
            Program::new(binary.to_str().context("The checkout's path is no text.")?)
                .arg(format!("-runs={}", wish.runs))
                // What is longer takes the same ways, only slower; limits of length have tests of their own.
                .arg("-max_len=2048")
                .arg("-timeout=10")
                .arg("-print_final_stats=1")
                .arg(format!("-artifact_prefix={}/", crashes.display()))
                .arg(&corpus)
                .arg(place.fuzz().join("seeds").join(target))
                // What broke stands before where it broke, which libFuzzer shows by itself.
                .env("RUST_BACKTRACE", "0")
                .within(&place.root)
                .listen()?;
        let executions = executions(&said);
        let shown = |count: Option<u64>| {
            count.map_or_else(|| "an unknown number of".to_owned(), |it| it.to_string())
        };
        say::line(&format!(
            "{target}: {} executions in {} seconds, {} crashes",
            shown(executions),
            shown(seconds(&said)),
            u8::from(!ended_well),
        ));
        if !ended_well || executions.is_none_or(|count| count < wish.runs) {
            say::line(tail(&said));
            say::line(&format!("What led to it is in {}.", crashes.display()));
            crashed.push(target);
        }
    }
    if crashed.is_empty() {
        return Ok(());
    }
    bail!("Not every execution ended well: {}.", crashed.join(", "))
}

/// Whether the targets compile. They are no part of the workspace, so nothing else would notice.
pub(crate) fn check(place: &Place) -> Result<()> {
    Program::cargo()
        .args("check --quiet --locked --bins --target-dir")
        .arg(place.target.join("fuzz").display().to_string())
        .within(&place.fuzz())
        .run()
}

/// Builds every target. They are built for a named system, so that what runs while building (build scripts,
/// macros) is built without these flags.
fn build(place: &Place) -> Result<PathBuf> {
    say::step("Building the fuzz targets; the first time takes minutes");
    let system = system()?;
    let target = place.target.join("fuzz");
    Program::cargo()
        .args("build --quiet --locked --release --bins --target")
        .arg(&system)
        .arg("--target-dir")
        .arg(&target)
        .within(&place.fuzz())
        .env("RUSTFLAGS", FLAGS)
        .run()?;
    Ok(target.join(system).join("release"))
}

/// The system the compiler runs on, by its own name for it.
fn system() -> Result<String> {
    let said = Program::new("rustc").arg("-vV").read()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .context("The compiler does not name its system.")?
        .to_owned())
}

/// How often the target was executed, by libFuzzer's own count.
fn executions(said: &str) -> Option<u64> {
    let count = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    count.trim().parse().ok()
}

/// How long it took, by libFuzzer's own clock; it says so when it comes to its end.
fn seconds(said: &str) -> Option<u64> {
    let mut lines = said.lines().filter_map(|line| line.strip_prefix("Done "));
    let (_, rest) = lines.next()?.split_once(" runs in ")?;
    rest.split(' ').next()?.parse().ok()
}

/// The last part of what was said.
fn tail(said: &str) -> &str {
    let lines = said.rmatch_indices('\n').nth(30);
    lines.map_or(said, |(at, _)| said.get(at + 1..).unwrap_or(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Wish> {
        Wish::read(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_wish_names_targets_and_a_number_or_is_refused() -> Result<()> {
        let wish = read("redirect --runs 7 error_answer")?;
        assert_eq!(
            (wish.runs, wish.targets),
            (7, vec!["redirect", "error_answer"])
        );
        let all = read("")?;
        assert_eq!((all.runs, all.targets.len()), (RUNS, TARGETS.len()));
        for nonsense in ["--runs", "--runs x", "--runs 0", "--quick", "redirects"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
        Ok(())
    }

    #[test]
    fn executions_are_counted_by_the_fuzzer_itself() {
        let said = "#2 INITED\nstat::number_of_executed_units: 1000000\nstat::x: 1\n";
        assert_eq!(executions(said), Some(1_000_000));
        assert_eq!(executions("INFO: Seed: 1"), None);
        assert_eq!(seconds("x\nDone 20000 runs in 3 second(s)\n"), Some(3));
        assert_eq!(seconds(said), None);
        let long = "line\n".repeat(100);
        assert_eq!(tail(&long).lines().count(), 30);
        assert_eq!(tail("short"), "short");
    }

    #[test]
    fn every_target_of_the_package_is_known() -> Result<()> {
        let manifest: toml::Table = include_str!("../../../tests/fuzz/Cargo.toml").parse()?;
        let names: Vec<_> = manifest["bin"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|bin| bin["name"].as_str())
            .collect();
        assert_eq!(names, TARGETS);
        Ok(())
    }
}
