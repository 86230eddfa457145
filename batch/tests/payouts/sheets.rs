//! The tables: PayPal's, Wise's and the plain one.

use proptest::prelude::*;
use tributary_batch::payouts::{Export, Format, Payment, export_files, paypal, plain, wise};

use super::{CASH, GERMAN, PAYPAL, WISE, export, heading, named, payment, reasons, requisites, text};

fn names(export: &Export) -> Vec<(&str, usize, String)> {
    export.files.iter().map(|file| (file.name.as_str(), file.payments, file.total.to_string())).collect()
}

fn records(content: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(content);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn many(count: i64, rest: &str) -> Vec<Payment> {
    (1..=count).map(|id| payment(id, requisites(rest), "0.10 EUR")).collect()
}

#[test]
fn paypal_has_no_header_and_one_currency_a_file() {
    let mut first = payment(1, requisites(PAYPAL), "100.50 USD");
    first.note = "Thank you, \"Berta\"\r\n=1+1".to_owned();
    let mut second = payment(2, requisites(PAYPAL), "7.00 EUR");
    second.note = "=HYPERLINK(\"http://x.test\")".to_owned();
    second.reference = "Payout 17 of a very long name indeed".to_owned();
    let export = export(Format::Paypal, &[first, second]);
    assert_eq!(
        names(&export),
        [("2026-11-paypal-EUR.csv", 1, "7.00 EUR".to_owned()), ("2026-11-paypal-USD.csv", 1, "100.50 USD".to_owned())]
    );
    assert_eq!(
        text(&export.files[0]),
        "berta@example.test,7.00,EUR,Payout-17-of-a-very-long-nam-2,\"'=HYPERLINK(\"\"http://x.test\"\")\",PAYPAL\r\n"
    );
    assert_eq!(
        text(&export.files[1]),
        "berta@example.test,100.50,USD,PO-1,\"Thank you, \"\"Berta\"\" =1+1\",PAYPAL\r\n"
    );
}

#[test]
fn paypal_pays_only_what_it_knows_and_some_currencies_whole() {
    let amounts = ["1500 JPY", "1500.00 HUF", "1500.50 HUF", "30.00 TWD", "1.005 KWD", "10.00 GBP"];
    let payments: Vec<Payment> =
        (1..).zip(amounts).map(|(id, amount)| payment(id, requisites(PAYPAL), amount)).collect();
    let export = export(Format::Paypal, &payments);
    let amounts: Vec<String> = export
        .files
        .iter()
        .flat_map(|file| records(&file.content))
        .map(|row| format!("{} {}", row[1], row[2]))
        .collect();
    assert_eq!(amounts, ["10.00 GBP", "1500 HUF", "1500 JPY", "30 TWD"]);
    assert_eq!(
        reasons(&export),
        [
            (3, "PayPal pays HUF in whole units only, not 1500.50 HUF".to_owned()),
            (5, "PayPal does not pay in KWD".to_owned())
        ]
    );
}

#[test]
fn full_files_are_split_and_not_before() {
    for (format, rest, rows_max, header) in
        [(Format::Paypal, PAYPAL, paypal::ROWS_MAX, 0), (Format::Wise, WISE, wise::ROWS_MAX, 1)]
    {
        let label = format.as_str();
        let count = i64::try_from(rows_max).unwrap();
        let full = export(format, &many(count, rest));
        let file_name = format!("2026-11-{label}-EUR.csv");
        assert_eq!(full.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>(), [file_name]);
        assert_eq!(records(&full.files[0].content).len(), rows_max + header);
        let above = export(format, &many(count + 1, rest));
        let total = |minor: i64| format!("{}.{}0 EUR", minor / 10, minor % 10);
        assert_eq!(
            names(&above),
            [
                (format!("2026-11-{label}-EUR-1.csv").as_str(), rows_max, total(count)),
                (format!("2026-11-{label}-EUR-2.csv").as_str(), 1, total(1))
            ]
        );
        let rows: Vec<usize> = above.files.iter().map(|file| records(&file.content).len()).collect();
        assert_eq!(rows, [rows_max + header, 1 + header]);
    }
}

#[test]
fn wise_has_its_header_and_says_who_gets_exactly_what() {
    let company = r#"{"method":"wise","holder":"company","name":"Sea, Ltd","recipient_id":"a1b2-3"}"#;
    let payments = [
        payment(1, named("=Berta", WISE), "10.00 EUR"),
        payment(2, serde_json::from_str(company).unwrap(), "1.005 KWD"),
        payment(3, requisites(r#""method":"wise","recipient_id":"@berta""#), "1.00 EUR"),
        payment(4, requisites(CASH), "1.00 EUR"),
    ];
    let mut heading = heading();
    heading.source_currency = Some("CHF".parse().unwrap());
    let export = export_files(Format::Wise, &payments, None, &heading).unwrap();
    let header = "name,recipientEmail,recipientId,recipientDetail,recipientType,sourceCurrency,targetCurrency,amount,amountCurrency";
    assert_eq!(
        text(&export.files[0]),
        format!("{header}\r\n'=Berta,berta@example.test,,PO-1,PERSON,CHF,EUR,10.00,target\r\n")
    );
    assert_eq!(
        text(&export.files[1]),
        format!("{header}\r\n\"Sea, Ltd\",,a1b2-3,PO-2,INSTITUTION,CHF,KWD,1.005,target\r\n")
    );
    assert_eq!(
        reasons(&export),
        [
            (3, "the receiver is known by his Wisetag, which Wise's batch file does not take".to_owned()),
            (4, "the receiver is paid by cash, these files are for wise".to_owned())
        ]
    );
}

#[test]
fn the_plain_table_has_every_method_and_all_that_a_person_types() {
    let address =
        r#""bic":"COBADEFF","street":"Am Markt","building":"1 a","postcode":"50667","town":"Köln","country":"DE""#;
    let all = [
        format!("{GERMAN},{address}"),
        r#""method":"bank","account":"-021000021 / 12345678","bic":"CHASUS33""#.to_owned(),
        PAYPAL.to_owned(),
        r#""method":"wise","recipient_id":"@berta""#.to_owned(),
        r#""method":"emoney","channel":"M-Pesa","account":"+254700123456""#.to_owned(),
        CASH.to_owned(),
    ];
    let payments: Vec<Payment> = (1..).zip(&all).map(|(id, rest)| payment(id, requisites(rest), "1500 JPY")).collect();
    let export = export(Format::Plain, &payments);
    assert_eq!(names(&export), [("2026-11-plain-JPY.csv", 6, "9000 JPY".to_owned())]);
    let expected = "\
payment,receiver,method,holder,name,iban,bic,channel,account,street,building,postcode,town,country,instructions,amount,currency,reference,note
1,ann,bank,person,Berta Müller,DE89370400440532013000,COBADEFF,,,Am Markt,1 a,50667,Köln,DE,,1500,JPY,PO-1,Commission of October
2,ann,bank,person,Berta Müller,,CHASUS33,,'-021000021 / 12345678,,,,,,,1500,JPY,PO-2,Commission of October
3,ann,paypal,person,Berta Müller,,,,berta@example.test,,,,,,,1500,JPY,PO-3,Commission of October
4,ann,wise,person,Berta Müller,,,,'@berta,,,,,,,1500,JPY,PO-4,Commission of October
5,ann,emoney,person,Berta Müller,,,M-Pesa,'+254700123456,,,,,,,1500,JPY,PO-5,Commission of October
6,ann,cash,person,Berta Müller,,,,,,,,,,at the reception,1500,JPY,PO-6,Commission of October
";
    assert_eq!(text(&export.files[0]), expected.replace('\n', "\r\n"));
    assert_eq!(records(&export.files[0].content)[0], plain::HEADER);
}

proptest! {
    #[test]
    fn no_cell_of_any_table_begins_as_a_formula(
        name in "[=+@\\-\t\r\n ]{0,2}[a-zа-я\"',;]{1,9}", reference in any::<String>(), note in any::<String>(),
    ) {
        for (format, rest) in [
            (Format::Paypal, PAYPAL),
            (Format::Wise, WISE),
            (Format::Plain, GERMAN),
            (Format::Plain, r#""method":"emoney","channel":"=M","account":"=A""#),
            (Format::Plain, r#""method":"cash","note":"=C""#),
            (Format::Plain, r#""method":"bank","account":"=A","street":"=S","building":"=B","postcode":"=P","town":"=T","country":"DE""#),
        ] {
            let mut payment = payment(1, named(&name, rest), "1.00 EUR");
            (payment.receiver, payment.reference, payment.note) = (name.clone(), reference.clone(), note.clone());
            let export = export(format, &[payment]);
            let rows = records(&export.files[0].content);
            for cell in rows.iter().flatten() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", cell);
                prop_assert!(!cell.contains(|c: char| c.is_control()), "{:?}", cell);
            }
        }
    }
}
