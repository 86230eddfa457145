//! `import products FILE.csv`: products, whether they take part, and their rates.

use std::io::Read;

use serde_json::json;
use tributary_shared::id::Sku;
use tributary_shared::import::products::{COLUMNS, Draft, REQUIRED, read};
use tributary_shared::rules::{ProductTerms, Rulebook};
use tributary_shared::time::Timestamp;

use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

/// Rows of one statement.
const CHUNK_ROWS: usize = 2_000;

/// Takes a file of products.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let book = rules::read(store)?;
    let text = table::text(file)?;
    let (drafts, mut report) = read(table::open(&text, COLUMNS, REQUIRED, settings.map)?, &book);
    if !settings.dry_run {
        write(store, &drafts, &book, settings, &mut report)?;
    }
    Ok(report)
}

/// The terms that a file would give to known products from an instant on, for asking what that would mean.
pub fn terms_of_file(
    file: Box<dyn Read>,
    book: &Rulebook,
    from: Timestamp,
) -> Result<(Vec<(Sku, ProductTerms)>, Report), Error> {
    let text = table::text(file)?;
    let (drafts, report) = read(table::open(&text, COLUMNS, REQUIRED, &[])?, book);
    let latest = |sku: &Sku| Some(book.product(sku.as_str())?.terms.at(from)?.1);
    Ok((drafts.iter().map(|draft| (draft.sku.clone(), draft.terms(latest(&draft.sku)))).collect(), report))
}

fn write(
    store: &mut dyn Store,
    drafts: &[Draft],
    book: &Rulebook,
    settings: Settings<'_>,
    report: &mut Report,
) -> Result<(), Error> {
    let known = |sku: &Sku| book.product(sku.as_str());
    for chunk in drafts.chunks(CHUNK_ROWS) {
        let rows: Vec<_> =
            chunk.iter().map(|draft| json!({ "sku": draft.sku, "name": draft.name(known(&draft.sku)) })).collect();
        store.write(include_str!("../store/sql/products_upsert.sql"), &[json!(rows).to_string().into()])?;
    }
    let with_rows = rules::read(store)?;
    let mut versions = Vec::new();
    for draft in drafts {
        let Some(product) = with_rows.product(draft.sku.as_str()) else {
            continue;
        };
        let from = settings.valid_from.unwrap_or(settings.now);
        let latest = product.terms.at(from).map(|(_, terms)| terms);
        let terms = draft.terms(latest);
        let is_changed = latest != Some(&terms);
        if is_changed {
            let valid_from = match latest {
                None => Timestamp::FIRST,
                Some(_) => from,
            };
            versions.push(json!({ "product": product.id, "valid_from": valid_from, "terms": terms }));
        }
        report.changed += u64::from(is_changed || known(&draft.sku).map(|known| &known.name) != Some(&product.name));
    }
    for chunk in versions.chunks(CHUNK_ROWS) {
        store.write(
            include_str!("../store/sql/product_versions_insert.sql"),
            &[json!(chunk).to_string().into(), settings.by.into(), settings.now.unix_seconds().into()],
        )?;
    }
    Ok(())
}
