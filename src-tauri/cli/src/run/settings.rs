//! `settings`: reading, changing, the Meta app, and who keeps the key.

use serde_json::{Value, json};

use crate::args::{Global, SettingsVerb, StorageArg};
use crate::exit::{Exit, Failure};
use crate::session::Session;
use crate::{input, output};

pub(super) async fn settings(
    global: &Global,
    change: Option<SettingsVerb>,
) -> Result<Exit, Failure> {
    // What is secret is asked for before anything is started.
    let secret = match &change {
        Some(SettingsVerb::App { .. }) => Some(input::secret("App secret: ")?),
        Some(SettingsVerb::Key {
            storage: StorageArg::Passphrase,
            ..
        }) => Some(input::new_passphrase(global)?),
        Some(_) | None => None,
    };
    let mut session = Session::begin(global).await?;
    match change {
        None => {}
        Some(SettingsVerb::Set { name, value }) => set(&mut session, &name, &value).await?,
        Some(SettingsVerb::App { app_id, route }) => {
            let command = json!({
                "do": "set_credentials", "route": route.code(), "app_id": app_id, "app_secret": secret,
            });
            session.run(command).await?;
        }
        Some(SettingsVerb::Key {
            storage,
            forget_access,
        }) => {
            let command = json!({
                "do": "choose_key_storage", "storage": storage.code(), "passphrase": secret,
                "forget_access": forget_access,
            });
            session.run(command).await?;
        }
    }
    let app = session.picture().await?.app;
    session.end().await;
    let shown = json!({
        "settings": app.get("settings"),
        "apps": app.get("credentials"),
        "key": app.get("key"),
        "data_dir": app.get("data_dir"),
    });
    if global.json {
        output::document(&shown);
    } else {
        show("", &shown);
    }
    Ok(Exit::Done)
}

async fn set(session: &mut Session, name: &str, value: &str) -> Result<(), Failure> {
    let app = session.picture().await?.app;
    let mut settings = app.get("settings").cloned().unwrap_or_default();
    let Some(old) = settings.get(name).cloned() else {
        return Err(Failure::usage(format!(
            "no setting is called {name}; `relink settings` lists them"
        )));
    };
    let wrong = || Failure::usage(format!("{value} does not fit the setting {name}"));
    let new = match old {
        Value::Bool(_) => Value::Bool(value.parse().map_err(|_| wrong())?),
        Value::Number(_) => Value::from(value.parse::<u32>().map_err(|_| wrong())?),
        Value::String(_) | Value::Null if value == "none" => Value::Null,
        Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => Value::from(value),
    };
    if let Some(place) = settings.get_mut(name) {
        *place = new;
    }
    match session
        .run(json!({ "do": "update_settings", "settings": settings }))
        .await
    {
        Err(engine::command::ErrorCode::InvalidInput) => Err(wrong()),
        Err(code) => Err(code.into()),
        Ok(_) => Ok(()),
    }
}

fn show(path: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                show(&path, value);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                show(&format!("{path}.{index}"), item);
            }
        }
        Value::String(text) => output::print(&format!("{path} = {text}")),
        Value::Null => output::print(&format!("{path} = none")),
        Value::Bool(_) | Value::Number(_) => output::print(&format!("{path} = {value}")),
    }
}
