//! End to end: the real Worker in workerd with KV, D1 and Queue, a real browser, the real binary on the same database.
//!
//! One Worker serves most tests; each makes its own partners, links and orders. Tests that break something have their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod branding;
mod clicks;
mod consent;
mod counter;
mod faults;
mod fuzz;
mod hooks;
mod journey;
mod orders;
mod pages;
mod payouts;
mod people;
mod plain;
mod prefetch;
mod rest;
mod rights;
mod stage;
mod stories;
