//! Files of payouts, as the bank, PayPal, Wise and a person see them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod pain001;
mod sheets;

use tributary_batch::payouts::{BatchName, Export, Format, Heading, OutFile, Payment, export_files};
use tributary_shared::money::Money;
use tributary_shared::payout::{Payer, Requisites};
use tributary_shared::time::Timestamp;

const GERMAN: &str = r#""method":"bank","iban":"DE89370400440532013000""#;
const PAYPAL: &str = r#""method":"paypal","email":"berta@example.test""#;
const WISE: &str = r#""method":"wise","email":"berta@example.test""#;
const CASH: &str = r#""method":"cash","note":"at the reception""#;

/// Requisites of a person called Berta Müller, with these fields besides.
fn requisites(rest: &str) -> Requisites {
    named("Berta Müller", rest)
}

fn named(name: &str, rest: &str) -> Requisites {
    let name = serde_json::to_string(name).unwrap();
    serde_json::from_str(&format!(r#"{{"holder":"person","name":{name},{rest}}}"#)).unwrap()
}

/// `10.00 EUR` and the like.
fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money::parse(amount, currency.parse().unwrap()).unwrap()
}

fn payment(id: i64, requisites: Requisites, amount: &str) -> Payment {
    Payment {
        id,
        receiver: "ann".to_owned(),
        requisites,
        money: money(amount),
        reference: format!("PO-{id}"),
        note: "Commission of October".to_owned(),
    }
}

fn heading() -> Heading {
    Heading {
        batch: BatchName::parse("2026-11").unwrap(),
        now: Timestamp::parse("2026-11-25T10:02:11Z").unwrap(),
        execute_on: Timestamp::parse("2026-11-27").unwrap(),
        source_currency: None,
        spelt: any_ascii::any_ascii_char,
    }
}

fn payer() -> Payer {
    let json = r#"{"name":"Reisen & Meer GmbH","iban":"DE75512108001245126199","bic":"COBADEFFXXX",
        "street":"Hafenstraße","building":"7","postcode":"20457","town":"Hamburg","country":"DE"}"#;
    serde_json::from_str(json).unwrap()
}

fn export(format: Format, payments: &[Payment]) -> Export {
    export_files(format, payments, Some(&payer()), &heading()).unwrap()
}

fn text(file: &OutFile) -> &str {
    std::str::from_utf8(&file.content).unwrap()
}

fn reasons(export: &Export) -> Vec<(i64, String)> {
    export.left_out.iter().map(|left| (left.payment_id, left.reason.to_string())).collect()
}

#[test]
fn formats_are_read_as_they_are_written() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
    assert_eq!(Format::parse("csv"), None);
}

#[test]
fn no_payments_make_no_files() {
    for format in Format::ALL {
        assert_eq!(export(format, &[]), Export::default());
    }
}

#[test]
fn a_banks_file_needs_a_payer_and_the_others_do_not() {
    for format in Format::ALL {
        let without = export_files(format, &[], None, &heading()).map_err(|error| error.to_string());
        match format {
            Format::Pain001(_) => {
                assert_eq!(without.unwrap_err(), "a bank's file needs the payer: name and IBAN");
            }
            Format::Paypal | Format::Wise | Format::Plain => assert_eq!(without.unwrap(), Export::default()),
        }
    }
}

#[test]
fn every_payment_is_in_one_file_or_left_out_and_sums_are_exact() {
    let all = [GERMAN, PAYPAL, WISE, CASH];
    let amounts = ["0.01 EUR", "0 EUR", "-1 EUR", "12.50 USD", "7 JPY", "1.005 KWD", "12345678901234.56 CHF"];
    let payments: Vec<Payment> = (1..)
        .zip(all.iter().flat_map(|rest| amounts.map(|amount| (rest, amount))))
        .map(|(id, (rest, amount))| payment(id, requisites(rest), amount))
        .collect();
    for format in Format::ALL {
        let export = export(format, &payments);
        let filed: usize = export.files.iter().map(|file| file.payments).sum();
        assert_eq!(filed + export.left_out.len(), payments.len(), "{format:?}");
        for file in &export.files {
            assert!(file.name.contains(file.total.currency().code()), "{}", file.name);
        }
        let is_filed = |payment: &&Payment| export.left_out.iter().all(|left| left.payment_id != payment.id);
        let paid: i64 = payments.iter().filter(is_filed).map(|payment| payment.money.minor()).sum();
        assert_eq!(export.files.iter().map(|file| file.total.minor()).sum::<i64>(), paid, "{format:?}");
        let nothing =
            reasons(&export).into_iter().filter(|(_, reason)| reason.contains("not an amount that can be paid"));
        assert!(nothing.count() >= 2, "{format:?}");
    }
}

#[test]
fn a_sum_beyond_all_bounds_is_an_error_and_not_a_file() {
    let payments = [1, 2].map(|id| payment(id, requisites(CASH), "90071992547409.91 CHF"));
    let error = export_files(Format::Plain, &payments, None, &heading()).unwrap_err();
    assert_eq!(error.to_string(), "the payments in CHF cannot be added up");
}

#[test]
fn the_same_payments_make_the_same_bytes() {
    let payments = [payment(1, requisites(GERMAN), "10.00 EUR"), payment(2, requisites(PAYPAL), "10.00 EUR")];
    for format in Format::ALL {
        assert_eq!(export(format, &payments), export(format, &payments));
    }
}
