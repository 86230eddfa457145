//! What all formats share: the payments that go in, the files that come out, and the payments that cannot go.

use std::collections::BTreeMap;

use super::latin::Spelt;
use crate::cells::record;
use crate::money::{Currency, Money, SumError};
use crate::payout::{Method, Requisites};
use crate::time::Timestamp;

/// One payout to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its row.
    pub id: i64,
    /// Who gets it, as the merchant knows him.
    pub receiver: String,
    /// Where he wants it.
    pub requisites: Requisites,
    /// How much.
    pub money: Money,
    /// What it is found by at the bank and in the books.
    pub reference: String,
    /// What the receiver reads; the reference, if this is empty.
    pub note: String,
}

/// A file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// How many payments are in it.
    pub payments: usize,
    /// What they add up to.
    pub total: Money,
}

/// What stands above the payments, and is the same for all files of one export.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What the payouts are called together: names of files and ids of messages begin with it.
    pub batch: BatchName,
    /// When the files are made.
    pub now: Timestamp,
    /// The UTC day on which the bank shall pay.
    pub execute_on: Timestamp,
    /// What Wise takes the money from; the currency of each payment, if not given.
    pub source_currency: Option<Currency>,
    /// How letters that banks do not take are spelt.
    pub spelt: Spelt,
}

/// The name of one lot of payouts.
///
/// Short and plain, so that it is part of a file's name and, with a currency behind it, of an id of 35 characters. A
/// bank refuses a second message with the same id: a lot that was exported twice is not paid twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchName(String);

/// Why a text is not a batch's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` cannot name payouts: want up to {} letters, digits and hyphens, as in 2026-11-30",
    BatchName::CHARACTERS_MAX
)]
pub struct BatchNameError {
    text: String,
}

impl BatchName {
    /// 35 characters of an id less `-EUR-NONSEPA`.
    pub const CHARACTERS_MAX: usize = 23;

    /// Takes a name.
    pub fn parse(text: &str) -> Result<Self, BatchNameError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let is_good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(is_plain)
            && text.len() <= Self::CHARACTERS_MAX;
        if is_good {
            return Ok(Self(text.to_owned()));
        }
        Err(BatchNameError { text: text.chars().filter(|c| !c.is_control()).take(40).collect() })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a payment is in none of the files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The receiver wants his money in another way.
    #[error("the receiver is paid by {}, these files are for {}", found.as_str(), wanted.as_str())]
    Method {
        /// How he is paid.
        found: Method,
        /// What the files are for.
        wanted: Method,
    },
    /// The account is of a country without IBANs.
    #[error("the account has no IBAN")]
    NoIban,
    /// Nothing or less than nothing cannot be paid.
    #[error("{money} is not an amount that can be paid")]
    Amount {
        /// The amount.
        money: Money,
    },
    /// More than one transfer takes.
    #[error("{money} is more than one SEPA transfer takes")]
    AboveSepa {
        /// The amount.
        money: Money,
    },
    /// The currency is none that the format knows.
    #[error("PayPal does not pay in {currency}")]
    Currency {
        /// The currency.
        currency: Currency,
    },
    /// PayPal knows no parts of some currencies that have them.
    #[error("PayPal pays {} in whole units only, not {money}", money.currency())]
    Fraction {
        /// The amount.
        money: Money,
    },
    /// Wise's file has no column for it.
    #[error("the receiver is known by his Wisetag, which Wise's batch file does not take")]
    Wisetag,
    /// Nothing of the name is left in the letters that banks take.
    #[error("the name has no letters that banks take")]
    Name,
}

/// A payment that is in none of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The payment's row.
    pub payment_id: i64,
    /// Why.
    pub reason: Reason,
}

/// Every payment is in exactly one of the files or left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// The files, by currency.
    pub files: Vec<OutFile>,
    /// The others, as they came.
    pub left_out: Vec<LeftOut>,
}

/// Why there are no files.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A bank's file names the account that the money is taken from.
    #[error("a bank's file needs the payer: name and IBAN")]
    NoPayer,
    /// The payments of a file add up to more than an amount can be.
    #[error("the payments in {currency} cannot be added up")]
    Total {
        /// The currency.
        currency: Currency,
        /// Why not.
        #[source]
        source: SumError,
    },
}

/// What payments add up to; they are of one currency.
pub(super) fn total<'a>(
    payments: impl IntoIterator<Item = &'a Payment>,
    currency: Currency,
) -> Result<Money, ExportError> {
    let failed = |source| ExportError::Total { currency, source };
    let nothing = Money::from_minor(0, currency).map_err(failed)?;
    payments.into_iter().try_fold(nothing, |sum, payment| sum.checked_add(payment.money)).map_err(failed)
}

/// A table for people or for a payment service: one row for each payment, one currency in each file.
pub(super) struct Sheet<const COLUMNS: usize> {
    /// What its files are called after the batch.
    pub(super) label: &'static str,
    /// The first row.
    pub(super) header: Option<[&'static str; COLUMNS]>,
    /// The most payments in one file.
    pub(super) payments_max: usize,
}

impl<const COLUMNS: usize> Sheet<COLUMNS> {
    /// Writes the files; `row` tells a payment's cells or why it has none.
    pub(super) fn export(
        &self,
        payments: &[Payment],
        heading: &Heading,
        row: impl Fn(&Payment) -> Result<[String; COLUMNS], Reason>,
    ) -> Result<Export, ExportError> {
        let mut export = Export::default();
        let mut by_currency: BTreeMap<Currency, Vec<(&Payment, [String; COLUMNS])>> = BTreeMap::new();
        for payment in payments {
            match payable(payment).and_then(|()| row(payment)) {
                Ok(cells) => by_currency.entry(payment.money.currency()).or_default().push((payment, cells)),
                Err(reason) => export.left_out.push(LeftOut { payment_id: payment.id, reason }),
            }
        }
        for (currency, rows) in by_currency {
            let is_split = rows.len() > self.payments_max;
            for (part, number) in rows.chunks(self.payments_max).zip(1..) {
                let number = if is_split { format!("-{number}") } else { String::new() };
                export.files.push(OutFile {
                    name: format!("{}-{}-{currency}{number}.csv", heading.batch.as_str(), self.label),
                    content: self.write(part.iter().map(|(_, cells)| cells)),
                    payments: part.len(),
                    total: total(part.iter().map(|(payment, _)| *payment), currency)?,
                });
            }
        }
        Ok(export)
    }

    /// RFC 4180: commas, CR LF, quotation marks where they are needed.
    fn write<'a>(&self, rows: impl Iterator<Item = &'a [String; COLUMNS]>) -> Vec<u8> {
        let mut csv = String::new();
        if let Some(header) = &self.header {
            csv.push_str(&record(header));
        }
        for row in rows {
            csv.push_str(&record(&row.each_ref().map(String::as_str)));
        }
        csv.into_bytes()
    }
}

/// Refuses what no format can pay.
pub(super) fn payable(payment: &Payment) -> Result<(), Reason> {
    if payment.money.minor() > 0 { Ok(()) } else { Err(Reason::Amount { money: payment.money }) }
}

/// A payment of another method than the files are for.
pub(super) fn other_method(payment: &Payment, wanted: Method) -> Reason {
    Reason::Method { found: payment.requisites.method(), wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_a_short_plain_name() {
        for text in ["1", "2026-11-30", "ABCDEFGHIJKLMNOPQRSTUVW"] {
            assert_eq!(BatchName::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "-1", "a/b", "../x", "a b", "ü", "a\n", "ABCDEFGHIJKLMNOPQRSTUVWX"] {
            assert!(BatchName::parse(text).is_err(), "{text:?}");
        }
    }
}
