//! Finds the message files: a language is added by adding its file.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/messages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let tag = file.file_stem().unwrap_or_default().to_string_lossy();
        // `Debug` of a path is a Rust string literal.
        table.push_str(&format!("({tag:?}, include_str!({file:?})),\n"));
    }
    table.push(']');
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("languages.rs"), table)
}
