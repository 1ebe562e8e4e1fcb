//! What the person chose where the window was started.

use std::ffi::OsString;

use engine::setup::Choice as Setup;

/// The longest address of the page: a queue of as many accounts as anybody mends in a row.
const LONGEST: usize = 10_000;

/// Arguments of `relink-desktop`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    /// Data folder and endpoints.
    pub(crate) setup: Setup,
    /// Begin in practice mode.
    pub(crate) practice: bool,
    /// The address of the page to begin at.
    pub(crate) open: Option<String>,
    /// Begin without a window, as when the computer starts.
    pub(crate) hidden: bool,
}

impl Choice {
    /// Reads the arguments.
    ///
    /// # Errors
    /// A sentence about the first argument that does not fit.
    pub(crate) fn from_args(args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut choice = Self::default();
        let mut args = args;
        while let Some(arg) = args.next() {
            let path = |next: Option<OsString>, name: &str| {
                next.map(Into::into)
                    .ok_or_else(|| format!("{name} names no path"))
            };
            match arg.to_str() {
                Some("--practice") => choice.practice = true,
                Some("--hidden") => choice.hidden = true,
                Some("--open") => {
                    let address = args.next().and_then(|address| address.into_string().ok());
                    let fits =
                        |address: &String| address.starts_with("#/") && address.len() <= LONGEST;
                    choice.open = Some(
                        address
                            .filter(fits)
                            .ok_or("--open names no address of the page")?,
                    );
                }
                Some(name @ "--data-dir") => choice.setup.data_dir = Some(path(args.next(), name)?),
                Some(name @ "--endpoints") => {
                    choice.setup.endpoints = Some(path(args.next(), name)?)
                }
                _ => {
                    return Err(format!(
                        "{} is not an argument of the window",
                        arg.display()
                    ));
                }
            }
        }
        Ok(choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Choice, String> {
        Choice::from_args(args.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_read_or_refused_with_a_sentence() {
        let choice = read(&["--practice", "--hidden", "--data-dir", "/tmp/x"]).unwrap();
        assert!(choice.practice && choice.hidden);
        assert_eq!(choice.setup.data_dir.unwrap().to_str(), Some("/tmp/x"));
        let open = read(&["--open", "#/reconnect/17"]).unwrap().open;
        assert_eq!(open.as_deref(), Some("#/reconnect/17"));
        for odd in [&["--open"][..], &["--open", "https://example.org/"]] {
            let said = read(odd).unwrap_err();
            assert_eq!(said, "--open names no address of the page");
        }
        assert_eq!(
            read(&["--data-dir"]).unwrap_err(),
            "--data-dir names no path"
        );
        assert!(
            read(&["relink://anything"])
                .unwrap_err()
                .contains("not an argument")
        );
    }
}
