#![doc = include_str!("../README.md")]

pub mod answer;
pub mod client;
pub mod credentials;
pub mod endpoints;
pub mod facebook;
pub mod far_side;
pub mod media;
pub mod note;
pub mod pasted;
pub mod picture;

mod envelope;
mod json;
mod line;
mod paging;
#[cfg(test)]
mod rehearsal;
mod transport;
mod wire;

pub use client::{Instagram, ShortLived};
pub use credentials::{AppCredentials, AppSecret};
pub use endpoints::{Endpoints, EndpointsError, FacebookEndpoints};
pub use facebook::{
    Asked, Facebook, Inspected, PageOffer, PageOffers, PageState, Permissions, Person,
};
pub use line::{Answer, LongLived};
pub use note::ServerNote;
pub use transport::{Limits, SetUpError, Transport};
