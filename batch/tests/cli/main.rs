//! Through the binary, as an operator uses it: files in, JSON and exit codes out.

#[path = "../common/mod.rs"]
mod common;

mod letters;
mod night;
mod orders;
mod partners;
mod payouts;
mod privacy;
mod programs;
mod replay;
mod rulings;
mod shapes;
mod statements;
