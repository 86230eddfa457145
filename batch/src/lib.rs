//! Tributary's nightly batch: turns paid orders into commission, and explains what it did.
//!
//! The commands are here, one noun a file; what they decide is decided in `tributary-shared`, and where the data are is
//! the business of [`store`].
//!
//! Architecture invariant: only `main.rs` reads the time.

pub mod accounts;
pub mod balances;
pub mod contacts;
pub mod diff;
pub mod error;
pub mod explain;
pub mod export;
pub mod hooks;
pub mod import;
pub mod judge;
pub mod keys;
pub mod letters;
pub mod mail;
pub mod orders;
pub mod partners;
pub mod payouts;
pub mod person;
pub mod prune;
pub mod reconcile;
pub mod rulebook;
pub mod statement;
pub mod store;
pub mod verify;
