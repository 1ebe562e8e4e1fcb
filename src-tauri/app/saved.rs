//! Files for the person, in a folder of the person's own: never over one that is there.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use engine::command::ErrorCode;
use tauri::{AppHandle, Manager as _};

/// The most files of one name before it is given up.
const MOST: u32 = 1_000;

/// Where the person looks for what was saved: the downloads, else the documents, else the home folder.
pub(crate) fn folder(app: &AppHandle) -> Result<PathBuf, ErrorCode> {
    // A bare desktop names neither; the home folder is always there.
    let places = app.path();
    [
        places.download_dir(),
        places.document_dir(),
        places.home_dir(),
    ]
    .into_iter()
    .flatten()
    .find(|folder| folder.is_dir())
    .ok_or(ErrorCode::NotPossible)
}

/// Writes a file that was not there before: as `name.csv`, else as `name (2).csv` and so on.
pub(crate) fn write_new(folder: &Path, name: &str, content: &[u8]) -> Result<PathBuf, ErrorCode> {
    for number in 1..MOST {
        let place = folder.join(numbered(name, number));
        match OpenOptions::new().write(true).create_new(true).open(&place) {
            Ok(mut file) => {
                let written = file.write_all(content).and_then(|()| file.sync_all());
                return match written {
                    Ok(()) => Ok(place),
                    Err(error) => {
                        drop(std::fs::remove_file(&place)); // half a file is worse than none
                        Err(code(&error))
                    }
                };
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(code(&error)),
        }
    }
    Err(ErrorCode::NotPossible)
}

fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, ending))) => format!("{stem} ({number}).{ending}"),
        (_, None) => format!("{name} ({number})"),
    }
}

fn code(error: &io::Error) -> ErrorCode {
    if error.kind() == io::ErrorKind::StorageFull {
        ErrorCode::DiskFull
    } else {
        ErrorCode::NotPossible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let save = |text: &str| write_new(dir.path(), "a.b.csv", text.as_bytes()).unwrap();
        let places = [save("1"), save("2"), save("3")];
        let names = places
            .each_ref()
            .map(|place| place.file_name().unwrap().to_owned());
        assert_eq!(names, ["a.b.csv", "a.b (2).csv", "a.b (3).csv"]);
        assert_eq!(std::fs::read(&places[0]).unwrap(), b"1");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let nowhere = Path::new("/no/such/folder");
        assert_eq!(
            write_new(nowhere, "a.csv", b""),
            Err(ErrorCode::NotPossible)
        );
    }
}
