//! A launchd agent's property list. (launchd.plist(5).)

use std::io;

use plist::{Dictionary, Value};

/// An agent that runs `program` when the person logs in; `keep_alive`: and again when it failed.
pub(crate) fn agent(label: &str, program: &[&str], keep_alive: bool) -> io::Result<Vec<u8>> {
    let mut agent = Dictionary::new();
    agent.insert("Label".to_owned(), label.into());
    let args = program.iter().map(|arg| Value::from(*arg)).collect();
    agent.insert("ProgramArguments".to_owned(), Value::Array(args));
    agent.insert("RunAtLoad".to_owned(), true.into());
    agent.insert("LimitLoadToSessionType".to_owned(), "Aqua".into());
    if keep_alive {
        let mut when = Dictionary::new();
        when.insert("SuccessfulExit".to_owned(), false.into());
        agent.insert("KeepAlive".to_owned(), Value::Dictionary(when));
        agent.insert("ThrottleInterval".to_owned(), Value::from(30_i64));
        agent.insert("ProcessType".to_owned(), "Background".into());
    }
    let mut text = Vec::new();
    Value::Dictionary(agent)
        .to_writer_xml(&mut text)
        .map_err(io::Error::other)?;
    Ok(text)
}

/// The program an agent runs, and its arguments.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn program(agent: &[u8]) -> Option<Vec<String>> {
    let agent = Value::from_reader_xml(agent).ok()?;
    let args = agent.as_dictionary()?.get("ProgramArguments")?.as_array()?;
    args.iter()
        .map(|arg| arg.as_string().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_launchd_reads() {
        let odd = r#"/Users/ann/My <best> & "apps"/relink"#;
        let text = agent("app.relink.watch", &[odd, "watch"], true).unwrap();
        assert_eq!(program(&text).unwrap(), [odd, "watch"]);
        let read = Value::from_reader_xml(&*text).unwrap();
        let restarts = read.as_dictionary().unwrap().get("KeepAlive").unwrap();
        let when = restarts.as_dictionary().unwrap().get("SuccessfulExit");
        assert_eq!(when.and_then(Value::as_boolean), Some(false));
    }
}
