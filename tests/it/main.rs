//! End to end: the real Worker in workerd with KV, D1 and Queue, a real browser, the real binary on the same database.
//!
//! One Worker serves most tests; each makes its own partners, links and orders. Tests that break something have their own.
//!
//! Tests begin in the order of their names: the two longest, `escaping` and `fuzz`, are among the first, so that at the end
//! none of them runs alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod books;
mod branding;
mod browser_orders;
mod buttons;
mod clicks;
mod consent;
mod counter;
mod desk;
mod dimensions;
mod escaping;
mod faults;
mod foreign;
mod fuzz;
mod hooks;
mod imports;
mod journey;
mod looks;
mod mail_texts;
mod many;
mod orders;
mod outgoing;
mod pages;
mod payouts;
mod people;
mod plain;
mod prefetch;
mod privacy;
mod rest;
mod rights;
mod rules;
mod russian;
mod settings;
mod stage;
mod stories;
mod tags;
mod what_if;
mod widgets;
