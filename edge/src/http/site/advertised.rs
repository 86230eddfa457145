//! Products that a partner may advertise, each with what it is advertised with and his own link inside.

use tributary_shared::json;
use tributary_shared::rules::ProductTerms;

use super::entries::{page_of, segment};
use super::form::Filled;
use super::materials as shown;
use super::visit::Visit;
use super::{Refusal, Shown, html};
use crate::config::config;
use crate::pages::frame::Key;
use crate::pages::sheet::{Cell, Control, Form, Group, Part, Purpose, Sheet, Table};
use crate::store::materials;

/// The list.
pub(super) async fn products(visit: &Visit<'_>) -> Shown {
    let (partner, _) = visit.partner()?;
    let mut rows = materials::shown(visit.env, partner, visit.now, &visit.query("after")).await?;
    let after = page_of(&mut rows).map(|(sku, _)| segment(sku));
    let mut parts = Vec::new();
    if rows.is_empty() {
        parts.push(Part::Empty(visit.t("advertised-empty")));
        parts.push(Part::Ways(vec![Cell::way(visit.t("link-make"), "/partner/links".to_owned())]));
    } else {
        let row = |(sku, name): (String, String)| {
            vec![Cell::way(name, format!("/partner/products/{}", segment(&sku))), Cell::text(sku)]
        };
        let rows = rows.into_iter().map(row).collect();
        let columns = vec![visit.t("field-name"), visit.t("col-product")];
        parts.push(Part::Table(Table { title: visit.t("products-title"), columns, rows }));
    }
    if let Some(after) = after {
        parts.push(Part::Ways(vec![Cell::way(visit.t("next-page"), format!("/partner/products?after={after}"))]));
    }
    Ok(html(200, &Sheet { frame: visit.frame(visit.t("products-title")), back: Cell::default(), parts })?)
}

/// One product.
///
/// What is not shown to partners, or does not take part in his program, is not there.
pub(super) async fn product(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let (picked, landing_url) = (visit.query("link"), &config(visit.env).landing_url);
    let asked = (code, picked.as_str(), landing_url.as_str());
    let card = materials::card(visit.env, &visit.segment, asked, visit.now).await?.ok_or(Refusal::NotFound)?;
    let is_shown = json::read::<ProductTerms>(&card.terms)
        .is_ok_and(|terms| terms.shown && card.program.is_some_and(|program| terms.takes_part_in(program)));
    if !is_shown {
        return Err(Refusal::NotFound);
    }
    let pages = if card.pages.is_empty() { vec![landing_url.clone()] } else { card.pages.clone() };
    // His links to these pages; the one that he picks, or the newest, stands in what he copies.
    let links = &card.links;
    let link = links.first();
    let mut form = Filled::new(visit.language);
    form.set("target", link.map_or(String::new(), |(_, target)| target.clone()));
    let targets = pages.iter().map(|page| (page.clone(), page.clone())).collect();
    let mut parts = vec![
        Part::Hint(visit.t("advertise-hint")),
        Part::Form(Form {
            action: "/partner/links".to_owned(),
            purpose: Purpose::Change,
            groups: vec![Group {
                legend: String::new(),
                fields: vec![form.field("target", Key("product-pages"), Control::Choice(targets))],
            }],
            hidden: vec![("product", card.sku.clone())],
            buttons: vec![("", visit.t("link-make"))],
        }),
    ];
    if !links.is_empty() {
        let own = format!("/partner/products/{}", segment(&card.sku));
        let row = |(code, target): &(String, String)| {
            vec![Cell::way(visit.absolute(&format!("/go/{code}")), format!("{own}?link={code}")), Cell::text(target)]
        };
        let columns = vec![visit.t("col-link"), visit.t("link-target")];
        let rows = links.iter().map(row).collect();
        parts.push(Part::Table(Table { title: visit.t("advertise-links"), columns, rows }));
    }
    parts.push(Part::Heading(visit.t("materials-title")));
    if card.materials.is_empty() {
        parts.push(Part::Empty(visit.t("materials-none")));
    }
    let Some((link, _)) = link else {
        parts.push(Part::Hint(visit.t("advertise-first")));
        let page = Sheet { frame: visit.frame(card.name), back: back(visit), parts };
        return Ok(html(200, &page)?);
    };
    let url = visit.absolute(&format!("/go/{link}"));
    let frame = visit.frame(card.name);
    for (place, material) in card.materials.iter().enumerate() {
        if !material.picture.is_empty() {
            let (width, height) = (material.width, material.height);
            parts.push(Part::Picture(material.picture.clone(), width, height, material.title.clone()));
        }
        let label = format!("{}: {}", frame.word("material", &material.kind), material.title);
        parts.push(Part::Copy(format!("material-{place}"), label, shown::filled(material, &url)));
    }
    let page = html(200, &Sheet { frame, back: back(visit), parts })?;
    Ok(shown::show_pictures(page, &card.materials)?)
}

fn back(visit: &Visit<'_>) -> Cell {
    Cell::way(visit.t("nav-products"), "/partner/products")
}
