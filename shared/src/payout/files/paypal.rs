//! PayPal's file for Payouts Web: no header, one currency, at most 5,000 rows.
//!
//! <https://developer.paypal.com/payouts/use-payouts/send-money/use-web-ui>

use crate::money::{Currency, Money};
use crate::payout::{Channel, Method};

use super::file::{Export, ExportError, Heading, Payment, Reason, Sheet, other_method};
use super::latin;
use crate::cells::{harmless_line, line};

/// The most rows of one file.
pub const ROWS_MAX: usize = 5_000;

/// The longest reference: PayPal's customer id.
const REFERENCE_CHARACTERS_MAX: usize = 30;

/// The longest note: PayPal takes 4,000 ASCII characters, but 1,000 others. One is kept for a `'`.
const NOTE_CHARACTERS_MAX: usize = 999;

/// What PayPal keeps accounts in.
const CURRENCIES: &str =
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD";

/// Those that have parts elsewhere and none at PayPal.
const WHOLE_ONLY: &str = "HUF TWD";

const SHEET: Sheet<6> = Sheet { label: "paypal", header: None, payments_max: ROWS_MAX };

/// Writes `recipient,amount,currency,reference,note,PAYPAL`.
pub fn export(payments: &[Payment], heading: &Heading) -> Result<Export, ExportError> {
    SHEET.export(payments, heading, |payment| row(payment, heading))
}

fn row(payment: &Payment, heading: &Heading) -> Result<[String; 6], Reason> {
    let email = match payment.requisites.channel() {
        Channel::Paypal { email } => email,
        Channel::Bank { .. } | Channel::Wise(_) | Channel::Emoney { .. } | Channel::Cash { .. } => {
            return Err(other_method(payment, Method::Paypal));
        }
    };
    let currency = payment.money.currency();
    if !is_in(CURRENCIES, currency) {
        return Err(Reason::Currency { currency });
    }
    let note: String = line(&payment.note).chars().take(NOTE_CHARACTERS_MAX).collect();
    Ok([
        email.as_str().to_owned(),
        amount(payment.money)?,
        currency.to_string(),
        latin::id(&payment.reference, payment.id, REFERENCE_CHARACTERS_MAX, heading.spelt),
        harmless_line(&note),
        "PAYPAL".to_owned(),
    ])
}

fn amount(money: Money) -> Result<String, Reason> {
    let amount = money.amount();
    if !is_in(WHOLE_ONLY, money.currency()) {
        return Ok(amount);
    }
    match amount.split_once('.') {
        Some((whole, "00")) => Ok(whole.to_owned()),
        Some(_) | None => Err(Reason::Fraction { money }),
    }
}

fn is_in(list: &str, currency: Currency) -> bool {
    list.split(' ').any(|listed| listed == currency.code())
}
