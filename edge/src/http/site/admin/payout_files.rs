//! Files of payouts that are prepared: the same as `tributary payouts export` writes.

use tributary_shared::json;
use tributary_shared::money::Money;
use tributary_shared::payout::Payer;
use tributary_shared::payout::files::{BatchName, Export, Format, Heading, Payment, european, export_files, pain001};
use tributary_shared::time::Timestamp;

use super::tables;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, file, html};
use crate::pages::list::{Cell, Column, List, Part, Row, Table};
use crate::store::payouts;

/// The forms of files that are offered, as they are called.
const FORMATS: [Format; 4] = [Format::Paypal, Format::Wise, Format::Pain001(pain001::Version::V09), Format::Plain];

/// Files of what is prepared: what is in each, and what is in none.
pub(in crate::http::site) async fn files(visit: &Visit<'_>) -> Shown {
    let today = visit.merchant.zone.shown(visit.now);
    let batch = format!("payouts-{}", today.get(..10).unwrap_or_default());
    let exported = exported(visit, &batch).await?;
    let mut page = List::of(visit.frame(visit.t("payout-files")));
    page.hint = visit.t("payout-files-hint");
    page.ways = vec![("/admin/payouts".to_owned(), visit.t("payouts-title"))];
    let mut rows = Vec::new();
    let mut left = Vec::new();
    for (format, export) in &exported {
        for made in &export.files {
            let cells = vec![
                Cell::way(made.name.clone(), format!("/admin/payouts/files/{}", made.name)),
                Cell::text(page.frame.count(&i64::try_from(made.payments).unwrap_or(i64::MAX))),
                Cell::text(tables::money(visit, made.total.minor(), made.total.currency())),
            ];
            rows.push(Row { key: String::new(), cells });
        }
        for out in &export.left_out {
            let cells = vec![
                Cell::way(out.payment_id.to_string(), format!("/admin/payouts/{}", out.payment_id)),
                Cell::text(format.as_str()),
                Cell::text(visit.problem(&out.reason)),
            ];
            left.push(Row { key: String::new(), cells });
        }
    }
    let heads = |titles: [String; 3]| titles.map(|title| Column { title, is_number: false }).into_iter().collect();
    page.parts.push(Part {
        table: Some(Table {
            columns: heads([visit.t("col-file"), visit.t("payouts-title"), visit.t("col-amount")]),
            rows,
            empty: visit.t("payout-files-empty"),
        }),
        ..Part::default()
    });
    if !left.is_empty() {
        page.parts.push(Part {
            title: visit.t("payout-left-out"),
            table: Some(Table {
                columns: heads([visit.t("col-number"), visit.t("col-file"), visit.t("col-detail")]),
                rows: left,
                empty: String::new(),
            }),
            ..Part::default()
        });
    }
    Ok(html(200, &page)?)
}

/// One of the files. Its name says which, and of which day.
pub(in crate::http::site) async fn payout_file(visit: &Visit<'_>) -> Shown {
    let name = visit.segment.as_str();
    // `payouts-2026-11-30`
    let batch = name.get(..18).ok_or(Refusal::NotFound)?;
    let mut files = exported(visit, batch).await?.into_iter().flat_map(|(_, export)| export.files);
    let made = files.find(|made| made.name == name).ok_or(Refusal::NotFound)?;
    let content_type = if name.ends_with(".xml") { "application/xml" } else { "text/csv; charset=utf-8" };
    Ok(file(content_type, name, String::from_utf8_lossy(&made.content).into_owned())?)
}

/// All files of what is prepared, by the form that they are in; a form that cannot be made is left out.
async fn exported(visit: &Visit<'_>, batch: &str) -> Result<Vec<(Format, Export)>, Refusal> {
    let (rows, details) = payouts::prepared(visit.env).await?;
    let payer: Option<Payer> = details
        .and_then(|details| serde_json::from_str::<serde_json::Value>(&details).ok())
        .and_then(|mut details| json::read_value(details["bank"].take()).ok());
    let today = visit.merchant.zone.shown(visit.now);
    let heading = Heading {
        batch: BatchName::parse(batch).map_err(|_| Refusal::NotFound)?,
        now: visit.now,
        execute_on: Timestamp::parse(today.get(..10).unwrap_or_default()).unwrap_or(visit.now),
        source_currency: None,
        spelt: european,
    };
    let mut payments = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.number("id")?;
        let money = Money::from_minor(row.number("amount_minor")?, row.currency("currency")?);
        let (Some(requisites), Ok(money)) = (payouts::requisites(&row.text("requisites")?), money) else {
            continue;
        };
        payments.push(Payment {
            id,
            receiver: row.text("partner")?,
            requisites,
            money,
            reference: format!("PAYOUT-{id}"),
            note: match visit.merchant.name.as_str() {
                "" => format!("Commission, payout {id}"),
                name => format!("Commission of {name}, payout {id}"),
            },
        });
    }
    let mut exported = Vec::new();
    for format in FORMATS {
        let fitting: Vec<Payment> =
            payments.iter().filter(|payment| format.carries(payment.requisites.method())).cloned().collect();
        if let Ok(export) = export_files(format, &fitting, payer.as_ref(), &heading) {
            exported.push((format, export));
        }
    }
    Ok(exported)
}
