//! What developers read, on standard error and only when asked for with `RELINK_LOG`.

use tracing_subscriber::EnvFilter;

/// Libraries that print addresses or headers stay quiet whatever is asked for. (Security document, L3.)
const QUIET: [&str; 6] = [
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "rustls=warn",
    "zbus=warn",
    "h2=warn",
];

/// Begins logging.
pub(crate) fn begin() {
    let wanted = std::env::var("RELINK_LOG").unwrap_or_else(|_| "off".to_owned());
    let mut filter = EnvFilter::builder().parse_lossy(wanted);
    for directive in QUIET {
        if let Ok(directive) = directive.parse() {
            filter = filter.add_directive(directive);
        }
    }
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .try_init(),
    );
}
