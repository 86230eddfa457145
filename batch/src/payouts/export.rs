//! `tributary payouts export`: files of what is prepared. It writes files, and nothing else.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use super::{BatchName, Export, Format, Heading, Payment, export_files};
use crate::balances::receiver;
use crate::error::Error;
use crate::store::payouts::{self, State};
use crate::store::{Store, merchant, rules};

/// What is to be written, and where.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The form.
    pub format: Format,
    /// The folder.
    pub folder: &'a Path,
    /// In this currency only.
    pub currency: Option<Currency>,
    /// What the lot is called; the day, if not given.
    pub batch: Option<&'a str>,
    /// The day on which the bank shall pay; today, if not given.
    pub execute_on: Option<Timestamp>,
    /// Whether files of the same name may be replaced.
    pub replace: bool,
    /// Whether only to say what would be written.
    pub dry_run: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The files.
    pub files: Vec<File>,
    /// Payouts that this form cannot carry, and why.
    pub left_out: Vec<LeftOut>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// How many payouts are in it.
    pub payouts: usize,
    /// What they add up to.
    pub total: String,
    /// In what.
    pub currency: String,
}

/// A payout that is in no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub partner: String,
    /// Why.
    pub reason: String,
}

/// Writes the prepared payouts of the methods that a form is for.
pub fn run(store: &mut dyn Store, wanted: &Wanted<'_>, now: Timestamp) -> Result<Written, Error> {
    let book = rules::read(store)?;
    let merchant = merchant::read(store)?;
    let today = merchant.time_zone.date_of(now);
    let batch = wanted.batch.map_or_else(|| format!("payouts-{today}"), str::to_owned);
    let heading = Heading {
        batch: BatchName::parse(&batch).map_err(|error| Error::Refused(error.to_string()))?,
        now,
        execute_on: match wanted.execute_on {
            Some(day) => day,
            None => Timestamp::parse(&today.to_string()).map_err(|error| Error::Refused(error.to_string()))?,
        },
        source_currency: None,
        spelt: any_ascii::any_ascii_char,
    };
    let payments: Vec<Payment> = payouts::list(store, Some(State::Prepared))?
        .into_iter()
        .filter(|payout| wanted.format.carries(payout.requisites.method()))
        .filter(|payout| wanted.currency.is_none_or(|currency| payout.money.currency() == currency))
        .map(|payout| Payment {
            id: payout.id,
            receiver: receiver(payout.account, &book),
            requisites: payout.requisites,
            money: payout.money,
            reference: format!("PAYOUT-{}", payout.id),
            note: match merchant.name.as_str() {
                "" => format!("Commission, payout {}", payout.id),
                name => format!("Commission of {name}, payout {}", payout.id),
            },
        })
        .collect();
    let exported = export_files(wanted.format, &payments, merchant.bank.as_ref(), &heading)
        .map_err(|error| Error::Refused(error.to_string()))?;
    write(&exported, &payments, wanted)
}

fn write(exported: &Export, payments: &[Payment], wanted: &Wanted<'_>) -> Result<Written, Error> {
    let paths: Vec<PathBuf> = exported.files.iter().map(|file| wanted.folder.join(&file.name)).collect();
    let unable =
        |path: &Path, error: std::io::Error| Error::Unable(format!("{} cannot be written: {error}", path.display()));
    if !wanted.dry_run {
        if let Some(there) = paths.iter().find(|path| !wanted.replace && path.exists()) {
            return Err(Error::Refused(format!(
                "{} is there already: it may have been paid. Confirm its payouts, or write with --replace, or under another --batch",
                there.display()
            )));
        }
        for (path, file) in paths.iter().zip(&exported.files) {
            // Beside it first: nobody uploads half a file.
            let half = path.with_extension("part");
            std::fs::write(&half, &file.content).map_err(|error| unable(&half, error))?;
            std::fs::rename(&half, path).map_err(|error| unable(path, error))?;
        }
    }
    let files = paths.into_iter().zip(&exported.files).map(|(path, file)| File {
        path,
        payouts: file.payments,
        total: file.total.amount(),
        currency: file.total.currency().to_string(),
    });
    let left_out = exported.left_out.iter().map(|left| LeftOut {
        id: left.payment_id,
        partner: payments
            .iter()
            .find(|payment| payment.id == left.payment_id)
            .map(|payment| payment.receiver.clone())
            .unwrap_or_default(),
        reason: left.reason.to_string(),
    });
    Ok(Written { files: files.collect(), left_out: left_out.collect() })
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for file in &self.files {
            writeln!(f, "{}: {} payouts, {} {}", file.path.display(), file.payouts, file.total, file.currency)?;
        }
        for left in &self.left_out {
            writeln!(f, "not in a file: payout {} of {}: {}", left.id, left.partner, left.reason)?;
        }
        write!(f, "{} files; nothing is booked before `tributary payouts confirm`", self.files.len())
    }
}
