#![doc = include_str!("../README.md")]

pub mod clock;
pub mod command;
pub mod desktop;
pub mod door;
pub mod setup;
pub mod view;

mod chance;
mod engine;
mod explain;
mod handle;
mod listener;
mod records;
mod report;
mod world;

pub use engine::{Config, Pace};
pub use handle::{Handle, StartError, start, start_over};
pub use report::csv_cell;
