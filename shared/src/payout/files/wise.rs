//! Wise's batch file: a fixed header, at most 1,000 rows.
//!
//! <https://wise.com/help/articles/2663302>

use crate::payout::{Channel, Holder, Method, WiseReceiver};

use super::file::{Export, ExportError, Heading, Payment, Reason, Sheet, other_method};
use crate::cells::harmless_line;

/// The most rows of one file.
pub const ROWS_MAX: usize = 1_000;

/// The columns. Wise refuses a file in which they are called otherwise.
pub const HEADER: [&str; 9] = [
    "name",
    "recipientEmail",
    "recipientId",
    "recipientDetail",
    "recipientType",
    "sourceCurrency",
    "targetCurrency",
    "amount",
    "amountCurrency",
];

const SHEET: Sheet<9> = Sheet { label: "wise", header: Some(HEADER), payments_max: ROWS_MAX };

/// Writes the files, one or more for each currency that receivers get.
pub fn export(payments: &[Payment], heading: &Heading) -> Result<Export, ExportError> {
    SHEET.export(payments, heading, |payment| row(payment, heading))
}

fn row(payment: &Payment, heading: &Heading) -> Result<[String; 9], Reason> {
    let (email, id) = match payment.requisites.channel() {
        Channel::Wise(WiseReceiver::Email(email)) => (email.as_str().to_owned(), String::new()),
        Channel::Wise(WiseReceiver::Recipient(id)) => (String::new(), id.clone()),
        Channel::Wise(WiseReceiver::Tag(_)) => return Err(Reason::Wisetag),
        Channel::Bank { .. } | Channel::Paypal { .. } | Channel::Emoney { .. } | Channel::Cash { .. } => {
            return Err(other_method(payment, Method::Wise));
        }
    };
    let kind = match payment.requisites.holder() {
        Holder::Person => "PERSON",
        Holder::Company => "INSTITUTION",
    };
    let currency = payment.money.currency();
    Ok([
        harmless_line(payment.requisites.name()),
        email,
        id,
        harmless_line(&payment.reference),
        kind.to_owned(),
        heading.source_currency.unwrap_or(currency).to_string(),
        currency.to_string(),
        payment.money.amount(),
        // The receiver gets the amount, and Wise's fee comes on top of it.
        "target".to_owned(),
    ])
}
