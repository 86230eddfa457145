//! `import products FILE.csv`: products, whether they take part, and their rates.

use std::collections::HashMap;
use std::io::Read;

use serde_json::json;
use tributary_shared::id::Sku;
use tributary_shared::program::{CharityRule, HOLD_DAYS_MAX, Rate, TierRates, parse_rates};
use tributary_shared::rules::{ProductTerms, Rulebook};
use tributary_shared::time::Timestamp;

use super::table::TableRow;
use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

const COLUMNS: &[&str] = &["sku", "name", "participates", "shown", "rates", "hold_days", "charity", "charity_percent"];

/// Rows of one statement.
const CHUNK_ROWS: usize = 2_000;

struct Draft {
    sku: Sku,
    name: Option<String>,
    participates: Option<bool>,
    shown: Option<bool>,
    rates: Option<TierRates>,
    /// An empty cell takes the hold away.
    hold_days: Option<Option<u32>>,
    charity: Option<Option<CharityRule>>,
}

/// Takes a file of products.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let book = rules::read(store)?;
    let (drafts, mut report) = read(file, &book, settings.map)?;
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
    let (drafts, report) = read(file, book, &[])?;
    let latest = |sku: &Sku| Some(book.product(sku.as_str())?.terms.at(from)?.1);
    Ok((drafts.iter().map(|draft| (draft.sku.clone(), terms(draft, latest(&draft.sku)))).collect(), report))
}

fn read(file: Box<dyn Read>, book: &Rulebook, map: &[(String, String)]) -> Result<(Vec<Draft>, Report), Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, &["sku"], map)?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut drafts: Vec<Draft> = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    for row in table.rows(COLUMNS) {
        let (line, draft) = (row.line, draft(&row, book));
        match draft {
            Ok(draft) => match seen.insert(draft.sku.to_string(), line) {
                Some(first) => report.bad(line, format!("product {} stands in line {first} already", draft.sku)),
                None => drafts.push(draft),
            },
            Err(reason) => report.bad(line, reason),
        }
    }
    report.good = drafts.len() as u64;
    Ok((drafts, report))
}

fn draft(row: &TableRow, book: &Rulebook) -> Result<Draft, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let yes_or_no = |column: &str| match row.given(column).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(None),
        Some("true" | "yes" | "1") => Ok(Some(true)),
        Some("false" | "no" | "0") => Ok(Some(false)),
        Some(other) => Err(format!("{column}: `{other}` is not true or false")),
    };
    Ok(Draft {
        sku: Sku::parse(row.text("sku")).map_err(|error| error.to_string())?,
        name: row.given("name").map(str::to_owned),
        participates: yes_or_no("participates")?,
        shown: yes_or_no("shown")?,
        rates: row.cell("rates").map(parse_rates).transpose()?,
        hold_days: row.cell("hold_days").map(hold_days).transpose()?,
        charity: row.cell("charity").map(|code| charity(code, row.text("charity_percent"), book)).transpose()?,
    })
}

fn hold_days(text: &str) -> Result<Option<u32>, String> {
    match (text, text.parse::<u32>()) {
        ("", _) => Ok(None),
        (_, Ok(days)) if days <= HOLD_DAYS_MAX => Ok(Some(days)),
        _ => Err(format!("hold_days: `{text}` is not a number from 0 to {HOLD_DAYS_MAX}")),
    }
}

fn charity(code: &str, percent: &str, book: &Rulebook) -> Result<Option<CharityRule>, String> {
    if code.is_empty() {
        return Ok(None);
    }
    let receiver = book.charity_by_code(code).ok_or_else(|| format!("charity {code} is not known"))?;
    let percent = percent.parse().map_err(|error| format!("charity_percent: {error}"))?;
    Ok(Some(CharityRule { receiver, rate: Rate::percent(percent) }))
}

/// What a row makes of the terms before it: what it leaves out stays as it is.
fn terms(draft: &Draft, latest: Option<&ProductTerms>) -> ProductTerms {
    ProductTerms {
        participates: draft.participates.or(latest.map(|terms| terms.participates)).unwrap_or(true),
        shown: draft.shown.or(latest.map(|terms| terms.shown)).unwrap_or(true),
        rates: draft.rates.clone().or_else(|| latest.map(|terms| terms.rates.clone())).unwrap_or_default(),
        hold_days: draft.hold_days.unwrap_or_else(|| latest.and_then(|terms| terms.hold_days)),
        charity: draft.charity.unwrap_or_else(|| latest.and_then(|terms| terms.charity)),
    }
}

fn write(
    store: &mut dyn Store,
    drafts: &[Draft],
    book: &Rulebook,
    settings: Settings<'_>,
    report: &mut Report,
) -> Result<(), Error> {
    let known_name = |sku: &Sku| book.product(sku.as_str()).map(|known| known.name.clone());
    for chunk in drafts.chunks(CHUNK_ROWS) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|draft| {
                let name =
                    draft.name.clone().or_else(|| known_name(&draft.sku)).unwrap_or_else(|| draft.sku.to_string());
                json!({ "sku": draft.sku, "name": name })
            })
            .collect();
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
        let terms = terms(draft, latest);
        let is_changed = latest != Some(&terms);
        if is_changed {
            let valid_from = match latest {
                None => Timestamp::FIRST,
                Some(_) => from,
            };
            versions.push(json!({ "product": product.id, "valid_from": valid_from, "terms": terms }));
        }
        report.changed += u64::from(is_changed || known_name(&draft.sku).as_ref() != Some(&product.name));
    }
    for chunk in versions.chunks(CHUNK_ROWS) {
        store.write(
            include_str!("../store/sql/product_versions_insert.sql"),
            &[json!(chunk).to_string().into(), settings.by.into(), settings.now.unix_seconds().into()],
        )?;
    }
    Ok(())
}
