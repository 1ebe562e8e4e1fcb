//! `settings`: reading, changing, the Meta app, and who keeps the key.

use serde_json::{Value, json};

use super::connect::app_id;
use crate::args::{AppArgs, DoorArg, Global, SettingsVerb, StorageArg};
use crate::exit::{Exit, Failure};
use crate::session::{Session, text};
use crate::{input, output};

pub(super) async fn settings(
    global: &Global,
    change: Option<SettingsVerb>,
) -> Result<Exit, Failure> {
    // What is secret is asked for before anything is started.
    let secret = match &change {
        Some(SettingsVerb::App(app)) if app.remove.is_none() && !app.keep_secret => {
            Some(input::secret("App secret: ")?)
        }
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
        Some(SettingsVerb::App(app)) => meta_app(&mut session, app, secret).await?,
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

/// Without more than id and secret it is as if there were one app for each route; it becomes the first.
async fn meta_app(
    session: &mut Session,
    typed: AppArgs,
    secret: Option<String>,
) -> Result<(), Failure> {
    let route = typed.route.code();
    if let Some(named) = &typed.remove {
        let id = app_id(route, named);
        session.run(json!({ "do": "remove_app", "id": id })).await?;
        return Ok(());
    }
    let number = typed.app_id.clone().unwrap_or_default();
    if !typed.says_more() {
        let command = json!({
            "do": "set_credentials", "route": route, "app_id": number, "app_secret": secret,
        });
        session.run(command).await?;
        return Ok(());
    }
    let id = app_id(route, typed.change.as_deref().unwrap_or(&number));
    let app = session.picture().await?.app;
    let known = app.get("credentials").and_then(Value::as_array);
    let known = known.and_then(|apps| apps.iter().find(|app| text(app, "id") == id));
    if known.is_none() && typed.change.is_some() {
        return Err(engine::command::ErrorCode::UnknownApp.into());
    }
    let kept = |key: &str, typed: Option<String>| {
        typed.or_else(|| Some(known?.get(key)?.as_str()?.to_owned()))
    };
    let command = json!({
        "do": "save_app",
        "id": known.map(|_| &id),
        "route": route,
        "app_id": number,
        "app_secret": secret,
        "name": kept("name", typed.name).unwrap_or_default(),
        "door": typed.door.map(DoorArg::code),
        "redirect": typed.redirect,
        "config_id": kept("config_id", typed.config_id),
    });
    session.run(command).await?;
    Ok(())
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
