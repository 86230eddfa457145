//! A table for a person who pays by hand: all that he types into the bank's page.

use crate::payout::{Address, BankAccount, Channel, Requisites, WiseReceiver};

use super::file::{Export, ExportError, Heading, Payment, Reason, Sheet};
use crate::cells::harmless_line;

/// The columns.
pub const HEADER: [&str; 19] = [
    "payment",
    "receiver",
    "method",
    "holder",
    "name",
    "iban",
    "bic",
    "channel",
    "account",
    "street",
    "building",
    "postcode",
    "town",
    "country",
    "instructions",
    "amount",
    "currency",
    "reference",
    "note",
];

const SHEET: Sheet<19> = Sheet { label: "plain", header: Some(HEADER), payments_max: usize::MAX };

/// What each method has to say, as cells.
#[derive(Default)]
struct Cells {
    iban: String,
    bic: String,
    channel: String,
    account: String,
    address: [String; 5],
    instructions: String,
}

/// Writes the files, one for each currency; every method is in them.
pub fn export(payments: &[Payment], heading: &Heading) -> Result<Export, ExportError> {
    SHEET.export(payments, heading, |payment| Ok::<_, Reason>(row(payment)))
}

fn row(payment: &Payment) -> [String; 19] {
    let requisites = &payment.requisites;
    let Cells { iban, bic, channel, account, address, instructions } = cells(requisites);
    let [street, building, postcode, town, country] = address;
    [
        payment.id.to_string(),
        harmless_line(&payment.receiver),
        requisites.method().as_str().to_owned(),
        requisites.holder().as_str().to_owned(),
        harmless_line(requisites.name()),
        iban,
        bic,
        channel,
        account,
        street,
        building,
        postcode,
        town,
        country,
        instructions,
        payment.money.amount(),
        payment.money.currency().to_string(),
        harmless_line(&payment.reference),
        harmless_line(&payment.note),
    ]
}

fn cells(requisites: &Requisites) -> Cells {
    match requisites.channel() {
        Channel::Bank { account, address } => {
            let (iban, account, bic) = match account {
                BankAccount::Iban(account) => (account.iban().as_str().to_owned(), String::new(), account.bic()),
                BankAccount::Other { account, bic } => (String::new(), harmless_line(account), bic.as_ref()),
            };
            let bic = bic.map(ToString::to_string).unwrap_or_default();
            let address = address.as_ref().map(address_cells).unwrap_or_default();
            Cells { iban, bic, account, address, ..Cells::default() }
        }
        Channel::Paypal { email } | Channel::Wise(WiseReceiver::Email(email)) => {
            Cells { account: harmless_line(email.as_str()), ..Cells::default() }
        }
        Channel::Wise(WiseReceiver::Recipient(id) | WiseReceiver::Tag(id)) => {
            Cells { account: harmless_line(id), ..Cells::default() }
        }
        Channel::Emoney { channel, account } => {
            Cells { channel: harmless_line(channel), account: harmless_line(account), ..Cells::default() }
        }
        Channel::Cash { note } => Cells { instructions: harmless_line(note), ..Cells::default() },
    }
}

fn address_cells(address: &Address) -> [String; 5] {
    let given = |text: Option<&str>| text.map(harmless_line).unwrap_or_default();
    [
        given(address.street()),
        given(address.building()),
        given(address.postcode()),
        harmless_line(address.town()),
        address.country().to_string(),
    ]
}
