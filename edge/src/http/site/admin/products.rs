//! Products with their two check boxes.

use tributary_shared::id::Sku;
use tributary_shared::json;
use tributary_shared::program::rates_text;
use tributary_shared::rules::ProductTerms;

use crate::http::site::entries::{page_of, segment};
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html, to};
use crate::pages::admin as pages;
use crate::pages::frame::{Frame, Tone};
use crate::store::history::{self, Change, Prepared, is_taken};
use crate::store::products;

use super::product::NAME_CHARACTERS_MAX;

/// Products with their two check boxes.
pub(in crate::http::site) async fn products(visit: &Visit<'_>) -> Shown {
    show(visit, 200, visit.frame(visit.t("products-title"))).await
}

async fn show(visit: &Visit<'_>, status: u16, frame: Frame) -> Shown {
    let mut rows = products::products(visit.env, visit.now, &visit.query("after")).await?;
    let after = page_of(&mut rows).map(|row| row.sku.clone());
    let rows = rows
        .into_iter()
        .filter_map(|row| {
            let terms: ProductTerms = json::read(&row.terms).ok()?;
            Some(pages::ProductRow {
                sku: row.sku,
                name: row.name,
                participates: terms.participates,
                shown: terms.shown,
                rates: rates_text(&terms.rates),
            })
        })
        .collect();
    let (sku, name) = (visit.field("new-sku").to_owned(), visit.field("new-name").to_owned());
    Ok(html(status, &pages::Products { frame, rows, after, sku, name })?)
}

/// Saves the boxes, or makes a product.
pub(in crate::http::site) async fn save(visit: &Visit<'_>) -> Shown {
    if visit.field("do") == "new" { make(visit).await } else { save_boxes(visit).await }
}

/// Makes a product that takes part and is shown, and leads to it.
async fn make(visit: &Visit<'_>) -> Shown {
    let name = visit.field("new-name");
    let problem = match Sku::parse(visit.field("new-sku")) {
        Err(error) => visit.problem(&error),
        Ok(_) if name.is_empty() => visit.t("problem-missing"),
        Ok(_) if name.chars().count() > NAME_CHARACTERS_MAX || name.contains(char::is_control) => {
            visit.t("problem-long-text")
        }
        Ok(sku) => {
            let terms = products::terms_text(&ProductTerms::standard())?;
            let change = Change {
                at: visit.now,
                who: visit.who(),
                what: "product.created",
                subject: sku.as_str(),
                before: String::new(),
                after: format!("{name}\n{terms}"),
            };
            let statements = products::new_product(sku.as_str(), name, &terms, visit.who(), visit.now);
            match history::change(visit.env, &statements, None, &change).await {
                Ok(_) => {
                    return Ok(to(&format!("/admin/products/{}?said=products-saved", segment(sku.as_str())), &[])?);
                }
                Err(error) if is_taken(&error) => visit.t("product-taken"),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let text = visit.t1("product-refused", "problem", &problem);
    show(visit, 422, visit.frame_saying(visit.t("products-title"), Tone::Bad, text)).await
}

/// Saves the boxes of the products that were shown; those that did not change get no version.
async fn save_boxes(visit: &Visit<'_>) -> Shown {
    let skus: Vec<String> = visit.fields("sku").map(str::to_owned).collect();
    let participating: Vec<&str> = visit.fields("participates").collect();
    let shown: Vec<&str> = visit.fields("shown").collect();
    let mut statements: Vec<Prepared> = Vec::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for row in products::products_named(visit.env, visit.now, &skus).await? {
        let Ok(terms) = json::read::<ProductTerms>(&row.terms) else { continue };
        let wanted = ProductTerms {
            participates: participating.contains(&row.sku.as_str()),
            shown: shown.contains(&row.sku.as_str()),
            ..terms.clone()
        };
        if wanted != terms {
            let text = products::terms_text(&wanted)?;
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
