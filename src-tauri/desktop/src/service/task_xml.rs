//! The XML of a scheduled task. (Microsoft, "Task Scheduler Schema".)

use quick_xml::escape::escape;

use super::arguments::arguments;
use super::{Service, ServiceError, text};

/// A task that runs the service when `user` logs in, and again when it failed.
pub(super) fn task(service: &Service, user: &str) -> Result<String, ServiceError> {
    let passphrase = service.passphrase_file.as_deref().map(text).transpose()?;
    let args: Vec<String> = arguments(service, passphrase)?
        .into_iter()
        .map(quoted)
        .collect();
    let (user, args) = (escape(user), args.join(" "));
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{user}</UserId></LogonTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>{user}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author"><Exec><Command>{}</Command><Arguments>{}</Arguments></Exec></Actions>
</Task>
"#,
        escape(text(&service.program)?),
        escape(&args),
    ))
}

/// As `CommandLineToArgvW` reads it: backslashes before the closing quotation mark are doubled.
fn quoted(arg: &str) -> String {
    if !arg.contains([' ', '\t', '"']) {
        return arg.to_owned();
    }
    let trailing = arg.len() - arg.trim_end_matches('\\').len();
    format!("\"{arg}{}\"", "\\".repeat(trailing))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    #[expect(clippy::wildcard_enum_match_arm, reason = "only texts are read")]
    fn paths_with_spaces_and_ampersands_arrive_whole() {
        let service = Service {
            program: PathBuf::from(r"C:\Tom & Ann\relink.exe"),
            data_dir: PathBuf::from(r"D:\my data\"),
            endpoints: None,
            passphrase_file: None,
        };
        let xml = task(&service, r"PC\<ann>").unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        let mut texts = Vec::new();
        let mut text = String::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Text(part) => text.push_str(&part),
                quick_xml::events::Event::GeneralRef(name) => {
                    let name = format!("&{};", &*name);
                    text.push_str(&quick_xml::escape::unescape(&name).unwrap());
                }
                quick_xml::events::Event::Eof => break,
                _ => texts.push(std::mem::take(&mut text)),
            }
        }
        let said = |wanted: &str| texts.iter().any(|text| text == wanted);
        assert!(said(r"C:\Tom & Ann\relink.exe"), "{xml}");
        assert!(
            said(r#"watch --wait --quiet --data-dir "D:\my data\\""#),
            "{xml}"
        );
        assert!(said(r"PC\<ann>"), "{xml}");
    }
}
