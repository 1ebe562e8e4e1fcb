#![doc = include_str!("../README.md")]

pub mod answer;
pub mod client;
pub mod credentials;
pub mod endpoints;
pub mod far_side;
pub mod media;
pub mod note;
pub mod pasted;
pub mod picture;

mod envelope;
mod json;
mod transport;
mod wire;

pub use client::{Answer, Instagram, LongLived, ShortLived};
pub use credentials::{AppCredentials, AppSecret};
pub use endpoints::{Endpoints, EndpointsError};
pub use note::ServerNote;
pub use transport::{Limits, SetUpError, Transport};
