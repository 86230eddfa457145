//! `tributary balances`: what is owed to whom.

use serde::Serialize;
use tributary_shared::ledger::Account;
use tributary_shared::money::{Currency, Money};
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, rules};

/// What is owed to one receiver in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// The currency.
    pub currency: String,
    /// On hold.
    pub pending: String,
    /// May be paid out.
    pub payable: String,
    /// Was paid out.
    pub paid: String,
}

/// Balances as of an instant, in order of partners' codes.
pub fn run(store: &mut dyn Store, as_of: Timestamp) -> Result<Vec<Balance>, Error> {
    let book = rules::read(store)?;
    let mut balances = Vec::new();
    for row in store.rows(include_str!("store/sql/balances.sql"), &[as_of.unix_seconds().into()])? {
        let corrupt = |problem: String| Error::Corrupt { subject: "a balance".to_owned(), problem };
        let account = Account::from_number(row.integer(0)?).ok_or_else(|| corrupt("of no known account".to_owned()))?;
        let currency: Currency = row.text(1)?.parse().map_err(|_| corrupt("in no known currency".to_owned()))?;
        let amount =
            |minor| Money::from_minor(minor, currency).map(Money::amount).map_err(|error| corrupt(error.to_string()));
        let name = account.name(&book);
        balances.push(Balance {
            partner: name.strip_prefix("partner:").map_or(name.clone(), str::to_owned),
            currency: currency.to_string(),
            pending: amount(row.integer(2)?)?,
            payable: amount(row.integer(3)?)?,
            paid: amount(0)?,
        });
    }
    balances.sort_by(|left, right| (&left.partner, &left.currency).cmp(&(&right.partner, &right.currency)));
    Ok(balances)
}

/// Balances as a table for people.
#[must_use]
pub fn table(balances: &[Balance]) -> String {
    let mut lines = vec![format!("{:<20} {:<4} {:>14} {:>14} {:>14}", "partner", "", "pending", "payable", "paid")];
    for balance in balances {
        lines.push(format!(
            "{:<20} {:<4} {:>14} {:>14} {:>14}",
            balance.partner, balance.currency, balance.pending, balance.payable, balance.paid
        ));
    }
    lines.join("\n")
}
