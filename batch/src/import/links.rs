//! `import links FILE.csv`: trackable links.

use std::collections::HashMap;
use std::io::Read;

use serde_json::json;
use tributary_shared::id::{PartnerId, Sku};
use tributary_shared::link::{LinkCode, target};
use tributary_shared::program::Consent;
use tributary_shared::rules::Rulebook;

use super::table::TableRow;
use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

const COLUMNS: &[&str] = &["code", "partner", "target", "product", "active"];

/// Rows of one statement.
const CHUNK_ROWS: usize = 2_000;

/// Takes a file of links. A link keeps its partner; its target may change.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, &["code", "partner", "target"], settings.map)?;
    let book = rules::read(store)?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut owners: HashMap<String, i64> = HashMap::new();
    for row in store.rows(include_str!("../store/sql/link_owners.sql"), &[])? {
        owners.insert(row.text(0)?.to_owned(), row.integer(1)?);
    }
    let mut rows = Vec::new();
    for row in table.rows(COLUMNS) {
        let (line, draft) = (row.line, draft(&row, &book, settings));
        match draft {
            Ok(draft) => {
                let code = draft["code"].as_str().unwrap_or_default().to_owned();
                match owners.insert(code.clone(), draft["partner"].as_i64().unwrap_or_default()) {
                    Some(owner) if Some(owner) != draft["partner"].as_i64() => {
                        owners.insert(code.clone(), owner);
                        let owner = book.partner(PartnerId(owner)).map_or("another", |owner| owner.code.as_str());
                        report.bad(line, format!("link {code} belongs to partner {owner}"));
                    }
                    Some(_) | None => rows.push(draft),
                }
            }
            Err(reason) => report.bad(line, reason),
        }
    }
    report.good = rows.len() as u64;
    if settings.dry_run {
        return Ok(report);
    }
    for chunk in rows.chunks(CHUNK_ROWS) {
        report.changed +=
            store.write(include_str!("../store/sql/links_upsert.sql"), &[json!(chunk).to_string().into()])?;
    }
    Ok(report)
}

fn draft(row: &TableRow, book: &Rulebook, settings: Settings<'_>) -> Result<serde_json::Value, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let code = LinkCode::parse(row.text("code")).map_err(|error| error.to_string())?;
    let partner = book
        .partner_by_code(row.text("partner"))
        .ok_or_else(|| format!("partner {} is not known", row.text("partner")))?;
    let target = target(row.text("target")).map_err(|error| format!("target: {error}"))?;
    let product = match row.given("product") {
        Some(sku) => {
            let sku = Sku::parse(sku).map_err(|error| error.to_string())?;
            Some(book.product(sku.as_str()).ok_or_else(|| format!("product {sku} is not known"))?.id)
        }
        None => None,
    };
    let active = row.given("active").map(|active| i64::from(!matches!(active, "false" | "no" | "0")));
    let (window_days, consent) = book
        .rules_for(partner.id, settings.now)
        .map_or((365, Consent::Off), |(_, _, rules)| (rules.window_days, rules.consent));
    Ok(json!({
        "code": code.as_str(),
        "partner": partner.id,
        "product": product,
        "target": target.as_str(),
        "active": active,
        "keeps_product": row.cell("product").is_none(),
        "window_days": window_days,
        "consent": consent,
    }))
}
