//! `diagnose`: what an error of Meta's means, wherever it was found.

use std::io::Read as _;
use std::path::Path;

use domain::diagnosis::{Context, diagnose as judge};
use engine::clock::SystemClock;
use engine::view::DiagnosisView;
use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::words::Words;

/// More than this is no error body; the rest is not read.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

pub(super) fn diagnose(
    global: &Global,
    file: Option<&Path>,
    http_status: Option<u16>,
    lines: bool,
) -> Result<Exit, Failure> {
    let input = read(file)?;
    let words = Words::english()?;
    if lines {
        for line in input
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.trim_ascii().is_empty())
        {
            output::print(&explain(line, http_status, &words)?.to_string());
        }
        return Ok(Exit::Done);
    }
    if input.trim_ascii().is_empty() {
        return Err(Failure::usage("there is nothing to read".to_owned()));
    }
    let found = explain(&input, http_status, &words)?;
    if global.json {
        output::document(&found);
    } else {
        show(&found);
    }
    Ok(Exit::Done)
}

fn read(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut input = Vec::new();
    match file.filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|error| {
                Failure::usage(format!("{} cannot be read: {error}", path.display()))
            })?;
            file.take(MAX_INPUT).read_to_end(&mut input)?;
        }
        None => {
            std::io::stdin().take(MAX_INPUT).read_to_end(&mut input)?;
        }
    }
    Ok(input)
}

fn explain(body: &[u8], http_status: Option<u16>, words: &Words) -> Result<Value, Failure> {
    let refusal = meta::pasted::read(http_status, body);
    let diagnosis = judge(&refusal, &Context::unknown(), SystemClock.wall());
    let view =
        serde_json::to_value(DiagnosisView::from(&diagnosis)).map_err(anyhow::Error::from)?;
    let (cause, certainty) = (diagnosis.cause.code(), diagnosis.certainty.code());
    Ok(json!({
        "cause": cause,
        "certainty": certainty,
        "affects": view.get("affects"),
        "remedy": view.get("remedy"),
        "permission": view.get("permission"),
        "access_lost": diagnosis.is_lost(),
        "evidence": view.get("evidence"),
        "title": words.title(cause),
        "explanation": words.explanation(cause, certainty),
        "steps": words.steps(cause),
    }))
}

fn show(found: &Value) {
    let text = |key: &str| found.get(key).and_then(Value::as_str).unwrap_or_default();
    output::print(&format!(
        "{} ({}, {})",
        text("title"),
        text("cause"),
        text("certainty")
    ));
    output::print(text("explanation"));
    let steps = found
        .get("steps")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    for (number, step) in steps.enumerate() {
        output::print(&format!("{}. {step}", number + 1));
    }
    if let Some(Value::Object(evidence)) = found.get("evidence") {
        let known = evidence.iter().filter(|(_, value)| !value.is_null());
        let known: Vec<String> = known.map(|(key, value)| format!("{key} {value}")).collect();
        output::print(&format!("[{}]", known.join(", ")));
    }
}
