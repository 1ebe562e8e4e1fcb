#![doc = include_str!("../README.md")]

pub mod autostart;
pub mod notices;
pub mod program;
pub mod service;
pub mod signals;
pub mod words;

mod config;
#[cfg(any(target_os = "macos", test))]
mod launchd;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod private_bus;

pub use notices::Notices;
pub use signals::Signals;
pub use words::Words;
