//! One function for each command.

mod accounts;
mod connect;
mod diagnose;
mod disconnect;
mod doctor;
mod history;
mod report;
mod sandbox;
mod settings;
mod sync;
mod tokens;
mod watch;

use crate::args::{Cli, Verb};
use crate::exit::{Exit, Failure};

/// Runs a command and says how it ended.
pub(crate) async fn run(cli: Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match cli.command {
        Verb::List => accounts::list(global).await,
        Verb::Connect {
            route,
            app,
            door,
            account,
            page,
            no_browser,
        } => {
            let wanted = connect::Wanted {
                route,
                app,
                door,
                account,
                pages: page,
                no_browser,
            };
            connect::connect(global, wanted).await
        }
        Verb::AddToken { route, app } => tokens::add(global, route, app.as_deref()).await,
        Verb::Renew {
            accounts,
            due: _,
            all,
        } => accounts::renew(global, &accounts, all).await,
        Verb::Check { accounts } => accounts::check(global, &accounts).await,
        Verb::Sync { accounts } => sync::sync(global, &accounts).await,
        Verb::Report { account, csv } => report::report(global, &account, csv).await,
        Verb::Diagnose {
            file,
            http_status,
            lines,
        } => diagnose::diagnose(global, file.as_deref(), http_status, lines),
        Verb::Disconnect {
            account,
            erase,
            revoke,
            with_others,
        } => {
            let extent = disconnect::Extent {
                erase,
                revoke,
                with_others,
            };
            disconnect::disconnect(global, &account, extent).await
        }
        Verb::History {
            account,
            csv,
            limit,
        } => history::history(global, account.as_deref(), csv, limit as usize).await,
        Verb::Watch { install: true, .. } => watch::install(global),
        Verb::Watch {
            uninstall: true, ..
        } => watch::uninstall(global),
        Verb::Watch { wait, .. } => watch::watch(global, wait).await,
        Verb::Sandbox(args) => sandbox::sandbox(global, args).await,
        Verb::Doctor => doctor::doctor(global).await,
        Verb::Settings { change } => settings::settings(global, change).await,
    }
}
