//! macOS and Windows: the tray that Tauri draws.

use std::sync::Mutex;

use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use super::{Act, Line, Look, Tray, act, lock, set_there};

/// The icon, once it is there, and what each line of its menu does.
#[derive(Default)]
pub(super) struct Shown {
    icon: Mutex<Option<TrayIcon>>,
}

impl Shown {
    pub(super) fn show(&self, app: &AppHandle, drawn: &Tray) {
        let (again, drawn) = (app.clone(), drawn.clone());
        // Menus belong to the main thread.
        let posted = app.run_on_main_thread(move || {
            let shown = &super::of(&again).inner().shown;
            if let Err(error) = shown.draw(&again, &drawn) {
                tracing::warn!(%error, "the tray");
            }
        });
        if let Err(error) = posted {
            tracing::warn!(%error, "the tray");
        }
    }

    fn draw(&self, app: &AppHandle, drawn: &Tray) -> tauri::Result<()> {
        let mut icon = lock(&self.icon);
        let menu = menu(app, &drawn.lines)?;
        let items = drawn.lines.clone();
        if icon.is_none() {
            let built = TrayIconBuilder::with_id("relink")
                .icon(image(drawn.look))
                .icon_as_template(true)
                // Left click opens the window on Windows; on macOS the menu opens.
                .show_menu_on_left_click(cfg!(target_os = "macos"))
                .on_tray_icon_event(|icon, event| {
                    if let TrayIconEvent::Click {
                        button: MouseButton::Left,
                        button_state: MouseButtonState::Up,
                        ..
                    } = event
                        && cfg!(windows)
                    {
                        act(icon.app_handle(), Act::Open(String::new()));
                    }
                })
                .build(app)?;
            *icon = Some(built);
            set_there(app, true);
        }
        if let Some(icon) = &*icon {
            icon.set_icon(Some(image(drawn.look)))?;
            icon.set_tooltip(Some(&drawn.tooltip))?;
            icon.set_menu(Some(menu))?;
            icon.on_menu_event(move |app, event| {
                if let Some(what) = found(&items, event.id().as_ref(), "") {
                    act(app, what);
                }
            });
        }
        Ok(())
    }
}

/// A line is named by its place, `2` or `5.1`.
fn found(lines: &[Line], id: &str, prefix: &str) -> Option<Act> {
    lines.iter().enumerate().find_map(|(place, line)| {
        let name = format!("{prefix}{place}");
        match line {
            Line::Act(_, what) if name == id => Some(what.clone()),
            Line::Menu(_, lines) => found(lines, id, &format!("{name}.")),
            Line::Act(..) | Line::Separator => None,
        }
    })
}

fn menu(app: &AppHandle, lines: &[Line]) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for (place, line) in lines.iter().enumerate() {
        menu.append(&*item(app, line, place.to_string())?)?;
    }
    Ok(menu)
}

fn item(app: &AppHandle, line: &Line, name: String) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
    Ok(match line {
        Line::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        Line::Act(label, _) => Box::new(MenuItem::with_id(app, name, label, true, None::<&str>)?),
        Line::Menu(label, lines) => {
            let submenu = Submenu::new(app, label, true)?;
            for (place, line) in lines.iter().enumerate() {
                submenu.append(&*item(app, line, format!("{name}.{place}"))?)?;
            }
            Box::new(submenu)
        }
    })
}

fn image(look: Look) -> Image<'static> {
    match look {
        Look::Plain => tauri::include_image!("icons/tray/plain-44.png"),
        Look::Needed => tauri::include_image!("icons/tray/needed-44.png"),
        Look::Resting => tauri::include_image!("icons/tray/resting-44.png"),
    }
}
