//! What products are advertised with: pages that describe them, texts, banners and mails.

use serde_json::json;
use tributary_shared::id::{PartnerId, ProductId, ProgramId};
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{many, number, page_rows};

/// A text, a banner or a mail.
#[derive(Debug, Clone)]
pub(crate) struct Material {
    /// Its row; nothing for a new one.
    pub(crate) id: Option<i64>,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) picture: String,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// A product with what it is advertised with.
pub(crate) struct ProductCard {
    pub(crate) id: ProductId,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) terms: String,
    pub(crate) pages: Vec<String>,
    pub(crate) materials: Vec<Material>,
    /// The currency of the first program: what flat rates are in.
    pub(crate) currency: Option<Currency>,
    /// The program of the partner who asks.
    pub(crate) program: Option<ProgramId>,
    /// All programs, with their names.
    pub(crate) programs: Vec<(ProgramId, String)>,
    /// Links to its pages of the partner who asks: code and target, the one that he asks for and then the newest first.
    pub(crate) links: Vec<(String, String)>,
}

/// A product by what the shop calls it; `partner` is the code of whoever asks, if he is one, and `link` that of a link of
/// his. Where a product has no page, `landing_url` is it.
pub(crate) async fn card(
    env: &Env,
    sku: &str,
    (partner, link, landing_url): (&str, &str, &str),
    now: Timestamp,
) -> Result<Option<ProductCard>> {
    let at = number(now.unix_seconds());
    let answers = many(
        env,
        &[
            (sql!("products_named.sql"), vec![at.clone(), json!([sku]).to_string().into()]),
            (sql!("product_pages.sql"), vec![sku.into()]),
            (sql!("materials.sql"), vec![sku.into()]),
            (sql!("programs_now.sql"), vec![at.clone()]),
            (sql!("product_links.sql"), vec![partner.into(), sku.into(), landing_url.into(), link.into(), page_rows()]),
            (sql!("partner_program.sql"), vec![partner.into(), at]),
        ],
    )
    .await?;
    let Some(row) = answers.one(0)? else { return Ok(None) };
    Ok(Some(ProductCard {
        id: ProductId(row.number("id")?),
        sku: row.text("sku")?,
        name: row.text("name")?,
        terms: row.text("terms")?,
        pages: answers.table(1, |row| row.text("url"))?,
        materials: answers.table(2, material)?,
        currency: answers.one(3)?.map(|row| row.currency("currency")).transpose()?,
        program: answers.one(5)?.map(|row| row.number("program")).transpose()?.map(ProgramId),
        programs: answers.table(3, |row| Ok((ProgramId(row.number("id")?), row.text("name")?)))?,
        links: answers.table(4, |row| Ok((row.text("code")?, row.text("target")?)))?,
    }))
}

fn material(row: &Row) -> Result<Material> {
    Ok(Material {
        id: Some(row.number("id")?),
        kind: row.text("kind")?,
        title: row.text("title")?,
        body: row.text("body")?,
        picture: row.text("picture")?,
        width: row.number("width")?,
        height: row.number("height")?,
    })
}

/// Products that a partner may advertise, by what the shop calls them: that, and their names.
pub(crate) async fn shown(env: &Env, partner: PartnerId, now: Timestamp, after: &str) -> Result<Vec<(String, String)>> {
    let asked = vec![number(now.unix_seconds()), after.into(), page_rows(), number(partner.0)];
    let answers = many(env, &[(sql!("products_shown.sql"), asked)]).await?;
    answers.table(0, |row| Ok((row.text("sku")?, row.text("name")?)))
}

/// Gives a product another name.
pub(crate) fn rename(product: ProductId, name: &str) -> Prepared {
    (sql!("product_rename.sql"), vec![number(product.0), name.into()])
}

/// Lets these pages describe a product, and no others.
pub(crate) fn put_pages(product: ProductId, pages: &[String]) -> [Prepared; 2] {
    [
        (sql!("product_pages_delete.sql"), vec![number(product.0)]),
        (sql!("product_pages_insert.sql"), vec![number(product.0), json!(pages).to_string().into()]),
    ]
}

/// Writes a material.
pub(crate) fn put(product: ProductId, material: &Material) -> Prepared {
    let parameters = vec![
        material.id.map_or(JsValue::NULL, number),
        number(product.0),
        material.kind.as_str().into(),
        material.title.as_str().into(),
        material.body.as_str().into(),
        material.picture.as_str().into(),
        number(material.width),
        number(material.height),
    ];
    (sql!("material_put.sql"), parameters)
}

/// Takes a material away.
pub(crate) fn delete(product: ProductId, id: i64) -> Prepared {
    (sql!("material_delete.sql"), vec![number(id), number(product.0)])
}
