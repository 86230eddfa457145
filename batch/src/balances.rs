//! `tributary balances`: what is owed to whom.

use serde::Serialize;
use tributary_shared::ledger::Account;
use tributary_shared::money::Money;
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::import::requisites::receiver as parse_receiver;
use crate::store::{Store, payouts, rules};

/// What is owed to one receiver in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// The currency.
    pub currency: String,
    /// On hold.
    pub pending: String,
    /// May be paid out; negative if more was paid or taken back than earned.
    pub payable: String,
    /// Was paid out.
    pub paid: String,
}

/// Balances as of an instant, in order of partners' codes; of one receiver, if he is named.
pub fn run(store: &mut dyn Store, of: Option<&str>, as_of: Timestamp) -> Result<Vec<Balance>, Error> {
    let book = rules::read(store)?;
    let of = of.map(|text| parse_receiver(text, &book)).transpose().map_err(Error::Refused)?;
    let mut balances = Vec::new();
    for payouts::Balance { account, currency, pending_minor, payable_minor, paid_minor } in
        payouts::balances(store, of, as_of)?
    {
        let amount = |minor| {
            Money::from_minor(minor, currency)
                .map(Money::amount)
                .map_err(|error| Error::Corrupt { subject: "a balance".to_owned(), problem: error.to_string() })
        };
        balances.push(Balance {
            partner: receiver(account, &book),
            currency: currency.to_string(),
            pending: amount(pending_minor)?,
            payable: amount(payable_minor)?,
            paid: amount(paid_minor)?,
        });
    }
    balances.sort_by(|left, right| (&left.partner, &left.currency).cmp(&(&right.partner, &right.currency)));
    Ok(balances)
}

/// A receiver as he is named outside: a partner's code, `charity:CODE`.
pub(crate) fn receiver(account: Account, book: &Rulebook) -> String {
    let name = account.name(book);
    name.strip_prefix("partner:").map_or(name.clone(), str::to_owned)
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
