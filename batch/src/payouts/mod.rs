//! `tributary payouts …`: proposed, edited, written to files for banks, PayPal and Wise, confirmed or failed.
//!
//! The files are made in `shared/src/payout/files`: the Worker makes the same. Only [`change`] moves money, by the word of
//! a named person.

pub mod change;
pub mod export;
pub mod list;
pub mod prepare;

pub use tributary_shared::payout::files::{
    BatchName, BatchNameError, Export, ExportError, Format, Heading, LeftOut, OutFile, Payment, Reason, export_files,
    pain001, paypal, plain, wise,
};
