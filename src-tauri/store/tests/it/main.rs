//! The store against real files: what it keeps, and what it says when it cannot.
//!
//! `cfg(test)` tells the lints that helpers, too, may unwrap here.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod attempts;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod killing;
#[cfg(test)]
mod media;
#[cfg(test)]
mod meta_apps;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod secrets;
