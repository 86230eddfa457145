//! Tributary's domain: who is credited, what is paid, and why. Pure.
//!
//! One word per thing; the code uses these words:
//!
//! | word | meaning |
//! | --- | --- |
//! | account | a log-in: of the merchant's people, or of a partner |
//! | program | a set of rules (window, tiers, rates, hold); a partner belongs to exactly one |
//! | partner | the tracking identity that earns; may exist without an account |
//! | upline | partner → parent → grandparent …; no cycles, bounded depth |
//! | link | a short code that leads to a target URL for one partner |
//! | click | one request for a link that counts; a *visit* is one page view sent by the counter |
//! | touch | evidence that a partner brought a visitor |
//! | visitor | a random id in the attribution cookie |
//! | contact | a person known by e-mail or external id; may be *bound* to a partner |
//! | order | an invoice or booking with lines; *paid* is what starts commission |
//! | letter | what is mailed, made of a text with named fields; the merchant may write his own |
//! | hook | what a provider or a shop sends when something happened to an order |
//! | decision | the immutable outcome of attributing one revision of one order, with its trace |
//! | accrual | commission earned by one partner at one tier for one order |
//! | transfer | one ledger row: debit account, credit account, amount, currency |
//! | ruling | what a named person decided about an order |
//! | requisites | where a partner or a charity wants his money |
//! | payout | money on its way to a partner: prepared, confirmed, failed |
//! | posting | what a named person moves: a payout, its return, an adjustment |
//! | statement | one receiver's month, between two balances |
//! | run | one execution of the batch |
//!
//! Architecture invariant: nothing in here does I/O, is `async`, reads a clock, draws a random number or computes with
//! floats. Whatever varies is an argument.

pub mod account;
pub mod api;
pub mod attribution;
pub mod bot;
pub mod brand;
pub mod cells;
pub mod click;
pub mod commission;
pub mod contact;
pub mod cookie;
pub mod csv;
pub mod decision;
pub mod device;
pub mod event;
pub mod hash;
pub mod hook;
pub mod host;
pub mod id;
pub mod import;
pub mod json;
pub mod ledger;
pub mod link;
pub mod mail;
pub mod merchant;
pub mod money;
pub mod multipart;
pub mod order;
pub mod partner;
pub mod payout;
pub mod program;
pub mod referrer;
pub mod rules;
pub mod signing;
pub mod sorted;
pub mod statement;
pub mod time;
pub mod token;
pub mod touch;
pub mod trace;
pub mod trial;
pub mod utm;
pub mod visit;
pub mod zone;
