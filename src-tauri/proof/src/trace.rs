//! What one play did to its data folder, byte for byte and in order, from a trace made with
//! [`crate::tracer::Watch::Record`].

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

/// The calls that change files, directories, or what the world was told.
pub const KINDS: [&str; 12] = [
    "openat",
    "write",
    "pwrite64",
    "pwritev",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "unlink",
    "rename",
    "mkdir",
    "copy_file_range",
];

/// One thing that was done. Names are relative to the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A file was opened that may not have been there.
    Opened {
        /// Which.
        name: String,
        /// Whether it was cut to nothing on the way.
        emptied: bool,
    },
    /// Bytes were written.
    Wrote {
        /// Where to.
        name: String,
        /// From which byte on.
        at: usize,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file got another length.
    Cut {
        /// Which.
        name: String,
        /// In bytes.
        length: usize,
    },
    /// A file or, for its entries, a directory was made to last.
    Synced {
        /// Which.
        name: String,
    },
    /// An entry is gone.
    Unlinked {
        /// Which.
        name: String,
    },
    /// An entry has another name.
    Renamed {
        /// The name before.
        from: String,
        /// The name since.
        to: String,
    },
    /// A directory was made.
    MadeDir {
        /// Which.
        name: String,
    },
    /// A line was said: the acknowledgement.
    Said(String),
}

/// Reads a whole trace.
///
/// # Errors
/// A line that changes files in a way this does not know: then nothing could be concluded.
pub fn read(trace: &Path, data: &Path) -> Result<Vec<Deed>> {
    let data = data.to_str().context("the data folder's name")?;
    let mut deeds = Vec::new();
    for line in BufReader::new(File::open(trace)?).split(b'\n') {
        let line = String::from_utf8(line?).context("the trace is not text")?;
        if let Some(deed) = deed(&line, data).with_context(|| shorten(&line))? {
            deeds.push(deed);
        }
    }
    Ok(deeds)
}

fn shorten(line: &str) -> String {
    line.chars().take(200).collect()
}

fn deed(line: &str, data: &str) -> Result<Option<Deed>> {
    let Some((_, call)) = line.split_once(' ') else {
        return Ok(None);
    };
    let call = call.trim_start();
    let Some((kind, rest)) = call.split_once('(').filter(|_| !call.starts_with('<')) else {
        return Ok(None);
    };
    let Some((arguments, result)) = rest.rsplit_once(" = ") else {
        return Ok(None); // another thread's line came in between: never of the main thread's files
    };
    if result.starts_with('-') || result.starts_with('?') {
        return Ok(None);
    }
    let arguments: Vec<&str> = arguments
        .trim_end()
        .trim_end_matches(')')
        .split(", ")
        .collect();
    let argument = |place: usize| {
        arguments
            .get(place)
            .copied()
            .context("an argument is missing")
    };
    let named = |text: &str| -> Result<Option<String>> { Ok(within(&path(text)?, data)) };
    Ok(match kind {
        "openat" => {
            let flags = argument(2)?;
            let emptied = flags.contains("O_TRUNC");
            let made = flags.contains("O_CREAT");
            named(argument(1)?)?
                .filter(|_| made || emptied)
                .map(|name| Deed::Opened { name, emptied })
        }
        "write" if argument(0)?.starts_with("1<") => {
            let bytes = bytes(argument(1)?)?;
            Some(Deed::Said(String::from_utf8(bytes)?.trim_end().to_owned()))
        }
        "write" => {
            let touched = named(argument(0)?)?;
            ensure!(touched.is_none(), "a write without a place");
            None
        }
        "pwrite64" => match named(argument(0)?)? {
            Some(name) => {
                let bytes = bytes(argument(1)?)?;
                let written: usize = result.trim().parse()?;
                ensure!(bytes.len() == written, "a write was cut short");
                let at = argument(3)?.parse()?;
                Some(Deed::Wrote { name, at, bytes })
            }
            None => None,
        },
        "ftruncate" => match named(argument(0)?)? {
            Some(name) => {
                let length = argument(1)?.parse()?;
                Some(Deed::Cut { name, length })
            }
            None => None,
        },
        "fsync" | "fdatasync" => named(argument(0)?)?.map(|name| Deed::Synced { name }),
        "unlink" => named(argument(0)?)?.map(|name| Deed::Unlinked { name }),
        "mkdir" => named(argument(0)?)?.map(|name| Deed::MadeDir { name }),
        "rename" => {
            let (from, to) = (named(argument(0)?)?, named(argument(1)?)?);
            from.zip(to).map(|(from, to)| Deed::Renamed { from, to })
        }
        other => {
            ensure!(
                named(argument(0)?)?.is_none(),
                "{other} changes a file in a way this does not know"
            );
            None
        }
    })
}

/// The path of an argument: `"\x2f…"`, or what a descriptor stands for: `5<\x2f…>`.
fn path(text: &str) -> Result<String> {
    let inner = text
        .split_once('<')
        .map(|(_, rest)| rest.trim_end_matches('>'))
        .unwrap_or(text);
    Ok(String::from_utf8(bytes(inner)?)?)
}

/// The name within the data folder; the folder itself is the empty name. Not of interest: the lock,
/// the index in shared memory, which is made anew after a power loss, and sockets.
fn within(path: &str, data: &str) -> Option<String> {
    let name = path.strip_prefix(data)?.trim_start_matches('/');
    let passing = ["-shm", ".lock", ".sock"];
    let kept = !passing.iter().any(|end| name.ends_with(end));
    kept.then(|| name.trim_end_matches('/').to_owned())
}

/// Reads strace's `\x2f\x64`; plain text is itself.
fn bytes(text: &str) -> Result<Vec<u8>> {
    let text = text.trim_matches('"');
    let mut read = Vec::with_capacity(text.len() / 4);
    let mut rest = text;
    while !rest.is_empty() {
        let hex = rest.strip_prefix("\\x").and_then(|rest| rest.get(..2));
        if let Some(hex) = hex {
            read.push(u8::from_str_radix(hex, 16)?);
            rest = rest.get(4..).unwrap_or_default();
        } else if rest.starts_with("...") {
            bail!("the trace was cut");
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            read.extend(rest.get(..first).unwrap_or_default().bytes());
            rest = rest.get(first..).unwrap_or_default();
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<Deed> {
        deed(line, "/d").unwrap()
    }

    #[test]
    fn what_changes_the_folder_is_read_and_nothing_else() {
        let wrote = Deed::Wrote {
            name: "a".to_owned(),
            at: 512,
            bytes: b"xy".to_vec(),
        };
        let line = r#"7 pwrite64(5<\x2f\x64\x2f\x61>, "\x78\x79", 2, 512) = 2"#;
        assert_eq!(one(line), Some(wrote));
        let said = r#"7 write(1<\x70>, "\x6f\x6b\x0a", 3) = 3"#;
        assert_eq!(one(said), Some(Deed::Said("ok".to_owned())));
        let opened =
            r#"7 openat(AT_FDCWD, "\x2f\x64\x2f\x61", O_RDWR|O_CREAT, 0600) = 3<\x2f\x64>"#;
        let name = "a".to_owned();
        let emptied = false;
        assert_eq!(one(opened), Some(Deed::Opened { name, emptied }));
        for nothing in [
            r#"7 pwrite64(5<\x2f\x65\x2f\x61>, "\x78", 1, 0) = 1"#,
            r#"7 unlink("\x2f\x64\x2f\x61") = -1 ENOENT (No such file or directory)"#,
            "7 +++ exited with 0 +++",
        ] {
            assert_eq!(one(nothing), None, "{nothing}");
        }
        let unknown = r#"7 fallocate(5<\x2f\x64\x2f\x61>, 0, 0, 4096) = 0"#;
        assert!(deed(unknown, "/d").is_err());
    }
}
