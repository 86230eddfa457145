//! The merchant's pages, but those of partners: a noun, a file.

pub(super) mod books;
pub(super) mod counter;
pub(super) mod home;
pub(super) mod mail;
pub(super) mod orders;
pub(super) mod people;
pub(super) mod products;
pub(super) mod programs;
