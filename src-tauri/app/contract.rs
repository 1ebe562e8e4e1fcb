//! The list of commands, once: what the page may call and what the test holds against its own list.

use tauri::Wry;
use tauri::ipc::Invoke;

macro_rules! contract {
    ($($place:ident: $($command:ident),+;)+) => {
        /// Every command by name.
        #[cfg(test)]
        pub(crate) const COMMANDS: &[&str] = &[$($(stringify!($command)),+),+];

        /// Hands a call of the page to its command.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($(crate::$place::$command),+),+]
        }
    };
}

contract![
    commands: snapshot,
    check,
    renew,
    delete_accounts,
    undo_delete,
    erase_account,
    set_label,
    set_notes,
    history,
    runway,
    remind,
    test_notice,
    quit,
    wizard_open,
    wizard_choose_way,
    wizard_answer,
    wizard_next,
    wizard_back,
    wizard_close,
    update_settings,
    set_credentials,
    retry_key,
    unlock,
    choose_key_storage,
    open_link,
    copy_text,
    show_data_folder,
    restore_backup,
    start_practice,
    leave_practice,
    practice;
    keeping: set_login,
    tick,
    explain,
    manifest,
    receipt,
    sync,
    stop_sync,
    media,
    gap,
    save_gap,
    lane_start,
    lane_skip,
    lane_close;
    joining: connect,
    reopen_browser,
    copy_consent_link,
    submit_callback,
    keep_with_limits,
    add_returned_account,
    cancel_attempt,
    acknowledge_attempt,
    add_token,
    choose_pages,
    save_app,
    remove_app,
    check_app,
    add_tokens,
    revoke,
    save_bounce_page;
];

#[cfg(test)]
mod tests {
    use super::COMMANDS;
    use std::collections::BTreeSet;

    #[test]
    fn the_page_and_the_core_know_the_same_commands() {
        let page = include_str!("../../ui/src/ipc/commands.ts");
        let called: BTreeSet<&str> = page
            .lines()
            .filter(|line| line.starts_with("  ") && line.contains("): Promise<"))
            .filter_map(|line| line.trim().split('(').next())
            .collect();
        let registered: BTreeSet<&str> = COMMANDS.iter().copied().collect();
        assert_eq!(called, registered);
    }

    #[test]
    fn one_window_and_only_events_are_allowed() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let capabilities = config
            .pointer("/app/security/capabilities")
            .unwrap()
            .as_array()
            .unwrap();
        assert_eq!(capabilities.len(), 1);
        assert_eq!(capabilities[0]["windows"], serde_json::json!(["main"]));
        for permission in capabilities[0]["permissions"].as_array().unwrap() {
            assert!(
                permission
                    .as_str()
                    .unwrap()
                    .starts_with("core:event:allow-"),
                "{permission}"
            );
        }
        assert!(capabilities[0].get("remote").is_none());
        assert!(config.pointer("/build/devUrl").is_none());
        assert_eq!(
            config.pointer("/app/security/freezePrototype"),
            Some(&serde_json::json!(true))
        );
    }
}
