//! Products with their two check boxes.

use tributary_shared::program::rates_text;
use tributary_shared::rules::ProductTerms;

use crate::http::site::entries::page_of;
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html, to};
use crate::pages::admin as pages;
use crate::store::history::{self, Change, Prepared};
use crate::store::products;

/// Products with their two check boxes.
pub(in crate::http::site) async fn products(visit: &Visit<'_>) -> Shown {
    let mut rows = products::products(visit.env, visit.now, &visit.query("after")).await?;
    let after = page_of(&mut rows).map(|row| row.sku.clone());
    let rows = rows
        .into_iter()
        .filter_map(|row| {
            let terms: ProductTerms = serde_json::from_str(&row.terms).ok()?;
            Some(pages::ProductRow {
                sku: row.sku,
                name: row.name,
                participates: terms.participates,
                shown: terms.shown,
                rates: rates_text(&terms.rates),
            })
        })
        .collect();
    Ok(html(200, &pages::Products { frame: visit.frame(visit.t("products-title")), rows, after })?)
}

/// Saves the boxes of the products that were shown; those that did not change get no version.
pub(in crate::http::site) async fn save_products(visit: &Visit<'_>) -> Shown {
    let skus: Vec<String> = visit.fields("sku").map(str::to_owned).collect();
    let participating: Vec<&str> = visit.fields("participates").collect();
    let shown: Vec<&str> = visit.fields("shown").collect();
    let mut statements: Vec<Prepared> = Vec::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for row in products::products_named(visit.env, visit.now, &skus).await? {
        let Ok(terms) = serde_json::from_str::<ProductTerms>(&row.terms) else { continue };
        let wanted = ProductTerms {
            participates: participating.contains(&row.sku.as_str()),
            shown: shown.contains(&row.sku.as_str()),
            ..terms.clone()
        };
        if wanted != terms {
            let text = serde_json::to_string(&wanted).map_err(|error| worker::Error::RustError(error.to_string()))?;
            before.push(format!("{}: {}", row.sku, row.terms));
            after.push(format!("{}: {text}", row.sku));
            statements.push(products::put_product_terms(row.id, text, visit.who(), visit.now));
        }
    }
    if !statements.is_empty() {
        let change = Change {
            at: visit.now,
            who: visit.who(),
            what: "products.changed",
            subject: "",
            before: before.join("\n"),
            after: after.join("\n"),
        };
        history::change(visit.env, &statements, None, &change).await?;
    }
    Ok(to("/admin/products?said=products-saved", &[])?)
}
