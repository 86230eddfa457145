//! Payouts.

pub mod change;
pub mod list;
pub mod prepare;
