//! `tributary person export|erase`: what is kept of a person, told and forgotten.

mod erase;
mod export;
mod words;

pub use erase::{Erased, Wanted, erase};
pub use export::export;
