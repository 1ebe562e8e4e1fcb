//! Linux: a `StatusNotifierItem` of our own making. It needs no library of the desktop, knows whether
//! anybody shows it, and where clicks on the icon are reported, it takes them.

use std::sync::Mutex;

use ksni::blocking::{Handle, TrayMethods as _};
use ksni::menu::{StandardItem, SubMenu};
use ksni::{MenuItem, OfflineReason, Status, ToolTip};
use tauri::AppHandle;
use tauri::image::Image;

use super::{Act, Line, Look, Tray, act, lock, set_there};

/// The icon on the bus, once it is there.
#[derive(Default)]
pub(super) struct Shown(Mutex<Option<Handle<Icon>>>);

impl Shown {
    pub(super) fn show(&self, app: &AppHandle, drawn: &Tray) {
        let mut handle = lock(&self.0);
        if let Some(handle) = &*handle {
            let drawn = drawn.clone();
            handle.update(|icon| icon.drawn = drawn);
            return;
        }
        let icon = Icon {
            app: app.clone(),
            drawn: drawn.clone(),
        };
        // A desktop without a tray may get one later: the icon waits for it, and is told where there is none.
        set_there(app, true);
        match icon.assume_sni_available(true).spawn() {
            Ok(spawned) => *handle = Some(spawned),
            Err(error) => {
                tracing::info!(%error, "no tray: there is no session bus");
                set_there(app, false);
            }
        }
    }
}

struct Icon {
    app: AppHandle,
    drawn: Tray,
}

impl ksni::Tray for Icon {
    fn id(&self) -> String {
        "app.relink.desktop".to_owned()
    }

    fn title(&self) -> String {
        "Relink".to_owned()
    }

    fn status(&self) -> Status {
        match self.drawn.look {
            Look::Needed => Status::NeedsAttention,
            Look::Plain | Look::Resting => Status::Active,
        }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        pixmaps(self.drawn.look)
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        pixmaps(self.drawn.look)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: self.drawn.tooltip.clone(),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, _: i32, _: i32) {
        act(&self.app, Act::Open(String::new()));
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.drawn.lines.iter().map(item).collect()
    }

    fn watcher_online(&self) {
        set_there(&self.app, true);
    }

    fn watcher_offline(&self, _: OfflineReason) -> bool {
        set_there(&self.app, false);
        true
    }
}

fn item(line: &Line) -> MenuItem<Icon> {
    match line {
        Line::Separator => MenuItem::Separator,
        Line::Menu(label, lines) => SubMenu {
            label: escaped(label),
            submenu: lines.iter().map(item).collect(),
            ..SubMenu::default()
        }
        .into(),
        Line::Act(label, what) => {
            let what = what.clone();
            StandardItem {
                label: escaped(label),
                activate: Box::new(move |icon: &mut Icon| act(&icon.app, what.clone())),
                ..StandardItem::default()
            }
            .into()
        }
    }
}

/// An underscore marks the key of a menu line; in a name it is written twice.
fn escaped(label: &str) -> String {
    label.replace('_', "__")
}

/// The icon in several sizes; the tray takes the one that fits.
fn pixmaps(look: Look) -> Vec<ksni::Icon> {
    let images = match look {
        Look::Plain => [
            tauri::include_image!("icons/tray/plain-16.png"),
            tauri::include_image!("icons/tray/plain-22.png"),
            tauri::include_image!("icons/tray/plain-24.png"),
            tauri::include_image!("icons/tray/plain-32.png"),
            tauri::include_image!("icons/tray/plain-44.png"),
        ],
        Look::Needed => [
            tauri::include_image!("icons/tray/needed-16.png"),
            tauri::include_image!("icons/tray/needed-22.png"),
            tauri::include_image!("icons/tray/needed-24.png"),
            tauri::include_image!("icons/tray/needed-32.png"),
            tauri::include_image!("icons/tray/needed-44.png"),
        ],
        Look::Resting => [
            tauri::include_image!("icons/tray/resting-16.png"),
            tauri::include_image!("icons/tray/resting-22.png"),
            tauri::include_image!("icons/tray/resting-24.png"),
            tauri::include_image!("icons/tray/resting-32.png"),
            tauri::include_image!("icons/tray/resting-44.png"),
        ],
    };
    images.iter().map(pixmap).collect()
}

/// The bus wants alpha first (`StatusNotifierItem`: ARGB32 in network byte order).
fn pixmap(image: &Image<'_>) -> ksni::Icon {
    let data = image
        .rgba()
        .chunks_exact(4)
        .flat_map(|pixel| match pixel {
            [red, green, blue, alpha] => [*alpha, *red, *green, *blue],
            _ => [0; 4],
        })
        .collect();
    let side = |length: u32| i32::try_from(length).unwrap_or_default();
    ksni::Icon {
        width: side(image.width()),
        height: side(image.height()),
        data,
    }
}
