//! The command line as it is typed. (Product, section 4.)

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Keeps Instagram professional accounts connected.
#[derive(Debug, Parser)]
#[command(name = "relink", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done · 1 failed · 2 usage · 3 an account needs you · \
4 the network or Meta did not answer · 5 the key store is not available";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Where the data lies (also `RELINK_DATA_DIR`)
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A file that names the outside addresses (also `RELINK_ENDPOINTS`)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) endpoints: Option<PathBuf>,
    /// A file that holds the passphrase of a key kept by passphrase
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Say nothing about progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the accounts
    List,
    /// Connect an account through the browser
    Connect {
        /// Through which of Meta's log-in products
        #[arg(long, value_enum, default_value_t = RouteArg::Instagram)]
        route: RouteArg,
        /// Through which Meta app, as `relink settings` lists them: `ROUTE:APP-ID`, or its app id
        #[arg(long, value_name = "ID")]
        app: Option<String>,
        /// How the answer comes back; as the app has it where none is named
        #[arg(long, value_enum)]
        door: Option<DoorArg>,
        /// Reconnect this account, and no other
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// On the Facebook route: connect the account of this Page, by its id, name or account; may be given
        /// several times. Without it the Pages are listed, and one line of standard input says which
        #[arg(long, value_name = "PAGE")]
        page: Vec<String>,
        /// Print the address on standard error instead of opening a browser
        #[arg(long)]
        no_browser: bool,
    },
    /// Add accounts by tokens made elsewhere, read from standard input: one, or one a line
    AddToken {
        /// Which product they belong to
        #[arg(long, value_enum, default_value_t = RouteArg::Instagram)]
        route: RouteArg,
        /// The Meta app they were made by, where that is known: `ROUTE:APP-ID`, or its app id
        #[arg(long, value_name = "ID")]
        app: Option<String>,
    },
    /// Renew access
    Renew {
        /// Ids or user names
        #[arg(value_name = "ACCOUNT", conflicts_with_all = ["due", "all"])]
        accounts: Vec<String>,
        /// Only what is due by the plan (this is also what happens without any argument)
        #[arg(long, conflicts_with = "all")]
        due: bool,
        /// Everything Instagram allows
        #[arg(long)]
        all: bool,
    },
    /// Look at accounts now (all, when none is named)
    Check {
        /// Ids or user names
        #[arg(value_name = "ACCOUNT")]
        accounts: Vec<String>,
    },
    /// Fetch what was published (of all accounts that work, when none is named)
    Sync {
        /// Ids or user names
        #[arg(value_name = "ACCOUNT")]
        accounts: Vec<String>,
    },
    /// What happened at Instagram while an account had no access the last time
    Report {
        /// Id or user name
        #[arg(value_name = "ACCOUNT")]
        account: String,
        /// As comma-separated values
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Explain an error of Meta's
    Diagnose {
        /// A file with the error; "-" or nothing reads standard input
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// The HTTP status it came with
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(100..=599))]
        http_status: Option<u16>,
        /// Read one error a line, and answer one line each
        #[arg(long)]
        lines: bool,
    },
    /// Disconnect an account; everything but the access is kept
    Disconnect {
        /// Id or user name
        #[arg(value_name = "ACCOUNT")]
        account: String,
        /// Erase everything kept of it as well; this cannot be undone
        #[arg(long)]
        erase: bool,
        /// Have Facebook take back what was permitted, for an account that is reached through a Page
        #[arg(long)]
        revoke: bool,
        /// Also where other accounts of the same person lose their access by that
        #[arg(long, requires = "revoke")]
        with_others: bool,
    },
    /// What happened, newest first
    History {
        /// Id or user name
        #[arg(value_name = "ACCOUNT")]
        account: Option<String>,
        /// As comma-separated values
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// How many lines
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Keep everything connected, without a window, until stopped
    Watch {
        /// Where a window or another copy watches already, wait until it ends, then go on
        #[arg(long, conflicts_with_all = ["install", "uninstall"])]
        wait: bool,
        /// Let the system start this with the computer, for the data folder and files named here
        #[arg(long, conflicts_with = "uninstall")]
        install: bool,
        /// Take that back
        #[arg(long)]
        uninstall: bool,
    },
    /// Run a stand-in for Instagram on this computer and print its endpoints file
    Sandbox(SandboxArgs),
    /// Look at everything Relink depends on
    Doctor,
    /// Read or change settings
    Settings {
        #[command(subcommand)]
        change: Option<SettingsVerb>,
    },
}

/// What the stand-in is made of.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// The port; any free one when 0
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Decides everything about the stand-in's world
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many professional accounts it has
    #[arg(long, default_value_t = 12)]
    pub(crate) accounts: usize,
    /// Be as strict as Meta about redirect addresses: https only, and for Facebook `http://localhost` while in development
    #[arg(long)]
    pub(crate) strict: bool,
    /// A registered redirect address; may be given several times
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "http://127.0.0.1:17423/callback"
    )]
    pub(crate) redirect: Vec<String>,
    /// Every account must accept its tester invite first, under "Tester Invites" of the manage-access page
    #[arg(long)]
    pub(crate) tester_must_accept: bool,
    /// How many Meta apps there are
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=20))]
    pub(crate) apps: u64,
    /// The apps are live rather than in development: Facebook takes no `http://localhost`
    #[arg(long)]
    pub(crate) live: bool,
    /// The apps require the app secret: Facebook answers no call without a proof of it
    #[arg(long)]
    pub(crate) require_app_secret: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsVerb {
    /// Change one setting
    Set {
        /// Its name, as `relink settings` prints it
        name: String,
        /// Its value
        value: String,
    },
    /// Save a Meta app of yours, change one or forget one; its secret is read from standard input
    App(AppArgs),
    /// Say who keeps the key that opens access: before the first account, or when the old key is lost
    Key {
        /// Who
        #[arg(value_enum)]
        storage: StorageArg,
        /// Give the old key up, and with it every stored access: the accounts stay and must sign in again
        #[arg(long)]
        forget_access: bool,
    },
}

/// A Meta app as it is typed.
#[derive(Debug, Args)]
pub(crate) struct AppArgs {
    /// The app id: on the Instagram route the Instagram app id
    #[arg(long, required_unless_present = "remove")]
    pub(crate) app_id: Option<String>,
    /// For which product
    #[arg(long, value_enum, default_value_t = RouteArg::Instagram)]
    pub(crate) route: RouteArg,
    /// Change this app, whose app id was mistyped
    #[arg(long, value_name = "ID")]
    pub(crate) change: Option<String>,
    /// A name of your own for it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How the answer of the browser comes back
    #[arg(long, value_enum)]
    pub(crate) door: Option<DoorArg>,
    /// The redirect address that is registered at Meta
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) redirect: Option<String>,
    /// A saved configuration of Facebook Login for Business
    #[arg(long, value_name = "ID")]
    pub(crate) config_id: Option<String>,
    /// Ask for no secret: the one that is kept stays
    #[arg(long)]
    pub(crate) keep_secret: bool,
    /// Forget this app and its secret; no account may belong to it
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["app_id", "change", "name", "door", "redirect", "config_id", "keep_secret"]
    )]
    pub(crate) remove: Option<String>,
}

impl AppArgs {
    /// Whether anything but id and secret is named.
    pub(crate) fn says_more(&self) -> bool {
        let texts = [&self.change, &self.name, &self.redirect, &self.config_id];
        self.keep_secret || self.door.is_some() || texts.iter().any(|text| text.is_some())
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RouteArg {
    /// Instagram Login
    Instagram,
    /// Facebook Login
    Facebook,
}

impl RouteArg {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Facebook => "facebook",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoorArg {
    /// The browser comes straight back to this computer: the stand-in, or a broker's endpoints file
    Loopback,
    /// A page of yours sends the browser on to this computer
    Bounce,
    /// The returned address is read from standard input
    Paste,
    /// `http://localhost`, for Facebook Login while the app is in development mode
    Localhost,
    /// `https://localhost`, with a certificate of this installation
    Certificate,
}

impl DoorArg {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Loopback => "direct",
            Self::Bounce => "bounce",
            Self::Paste => "paste",
            Self::Localhost => "localhost",
            Self::Certificate => "certificate",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StorageArg {
    /// The operating system's key store
    Keychain,
    /// A passphrase of yours
    Passphrase,
    /// Nobody: access is gone when Relink stops
    Session,
}

impl StorageArg {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Session => "session",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_app_is_named_or_removed_and_never_both() {
        let read = |arguments: &[&str]| {
            let all = ["relink", "settings", "app"].iter().chain(arguments);
            Cli::try_parse_from(all).is_ok()
        };
        assert!(read(&["--app-id", "12345"]));
        assert!(read(&["--remove", "instagram:12345", "--json", "--quiet"]));
        assert!(read(&["--remove", "12345", "--route", "facebook"]));
        assert!(!read(&[]));
        assert!(!read(&["--remove", "instagram:12345", "--app-id", "12345"]));
    }

    #[test]
    fn every_door_of_the_command_line_is_one_of_the_domain() {
        let doors = DoorArg::value_variants().iter().map(|door| door.code());
        let known = doors.filter(|code| domain::door::Door::from_code(code).is_some());
        assert_eq!(known.count(), domain::door::Door::ALL.len());
    }
}
