//! The merchant's pages, but those of partners: a noun, a file.

pub(super) mod accruals;
pub(super) mod adjustments;
pub(super) mod books;
pub(super) mod contacts;
pub(super) mod counter;
pub(super) mod csv;
pub(super) mod home;
pub(super) mod import;
mod import_rows;
pub(super) mod mail;
pub(super) mod orders;
pub(super) mod payout_files;
pub(super) mod payouts;
pub(super) mod people;
pub(super) mod product;
pub(super) mod products;
pub(super) mod program;
pub(super) mod program_form;
pub(super) mod programs;
pub(super) mod shops;
pub(super) mod tables;
pub(super) mod trial;
mod what_if;
