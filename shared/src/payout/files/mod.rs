//! Files of payouts, for banks, PayPal, Wise and whoever pays by hand.
//!
//! Making a file changes nothing. No format drops a payment in silence: each is in exactly one file, or left out with a
//! reason that names it.

mod file;
mod latin;
pub mod pain001;
pub mod paypal;
pub mod plain;
pub mod wise;
mod xml;

use crate::payout::{Method, Payer};

pub use file::{BatchName, BatchNameError, Export, ExportError, Heading, LeftOut, OutFile, Payment, Reason};
pub use latin::{Spelt, european};

/// A form of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PayPal's CSV for Payouts Web.
    Paypal,
    /// Wise's batch CSV.
    Wise,
    /// ISO 20022 credit transfers, for banks.
    Pain001(pain001::Version),
    /// A CSV for a person who pays by hand.
    Plain,
}

impl Format {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::Paypal,
        Self::Wise,
        Self::Pain001(pain001::Version::V09),
        Self::Pain001(pain001::Version::V03),
        Self::Plain,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paypal => "paypal",
            Self::Wise => "wise",
            Self::Pain001(pain001::Version::V09) => "pain001",
            Self::Pain001(pain001::Version::V03) => "pain001-03",
            Self::Plain => "plain",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// Whether it is for a method; all can be paid by hand.
    #[must_use]
    pub fn carries(self, method: Method) -> bool {
        match self {
            Self::Paypal => method == Method::Paypal,
            Self::Wise => method == Method::Wise,
            Self::Pain001(_) => method == Method::Bank,
            Self::Plain => true,
        }
    }
}

/// Makes the files of a format, at least one for each currency; a bank's file needs the payer.
pub fn export_files(
    format: Format,
    payments: &[Payment],
    payer: Option<&Payer>,
    heading: &Heading,
) -> Result<Export, ExportError> {
    match format {
        Format::Paypal => paypal::export(payments, heading),
        Format::Wise => wise::export(payments, heading),
        Format::Pain001(version) => pain001::export(version, payments, payer.ok_or(ExportError::NoPayer)?, heading),
        Format::Plain => plain::export(payments, heading),
    }
}
