//! Links of a partner's: making them, and what can be put on a page.

use qrcode::{Color, QrCode};
use tributary_shared::id::{PartnerId, ProgramId};
use tributary_shared::json;
use tributary_shared::partner::PartnerTerms;

use super::entries::{self, page_of, segment};
use super::visit::Visit;
use super::{Refusal, Shown, file, html, picture, to};
use crate::clock;
use crate::config::config;
use crate::pages::admin::LinkRow;
use crate::pages::frame::{Frame, Tone};
use crate::pages::partner as pages;
use crate::store::history::{self, Change};
use crate::store::{cabinet, links as store, partner_cards, partners};

/// Makes a link to a page of the merchant's; its code, or why it cannot be made.
pub(super) async fn make(
    visit: &Visit<'_>,
    partner: PartnerId,
    partner_code: &str,
    program: ProgramId,
) -> Result<Result<String, String>, Refusal> {
    let target = visit.field("target");
    let target = match config(visit.env).site.hosts.check(target) {
        Ok(url) => url.to_string(),
        Err(error) => return Ok(Err(visit.problem(&error))),
    };
    let code = clock::short_code();
    let statements = [partners::make_link(&code, partner, &target, program, visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "link.made",
        subject: partner_code,
        before: String::new(),
        after: format!("{code} {target}"),
    };
    history::change(visit.env, &statements, None, &change).await?;
    let env = visit.env.clone();
    // Into KV at once, and not only when the schedule comes by: he may paste it somewhere in the next minute.
    visit.ctx.wait_until(async move {
        if let Err(error) = store::project(&env).await {
            worker::console_warn!("links into KV: {error}");
        }
    });
    Ok(Ok(code))
}

/// His links.
pub(super) async fn links(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("links-title"));
    show_links(visit, 200, frame).await
}

async fn show_links(visit: &Visit<'_>, status: u16, frame: Frame) -> Shown {
    let (partner, code) = visit.partner()?;
    let mut found = cabinet::links(visit.env, partner, code, visit.query_number("before"), visit.now).await?;
    let before = page_of(&mut found.links).map(|(link, _)| link.id);
    let config = config(visit.env);
    let more_products = page_of(&mut found.products).is_some();
    let page = pages::Links {
        frame,
        rows: entries::links(found.links, &visit.absolute("")),
        before,
        hosts: config.site.hosts.to_string(),
        landing_url: config.landing_url.clone(),
        coupons: found.coupons,
        products: found.products,
        more_products,
    };
    Ok(html(status, &page)?)
}

/// Makes a link.
pub(super) async fn make_link(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let card = partner_cards::partner(visit.env, code, visit.now).await?.ok_or(Refusal::NotFound)?;
    let program = json::read::<PartnerTerms>(&card.terms).map_err(|_| Refusal::NotFound)?.program;
    match make(visit, partner, code, program).await? {
        // From a product's page it leads back there, to what is to be copied.
        Ok(link) if !visit.field("product").is_empty() => {
            let product = segment(visit.field("product"));
            Ok(to(&format!("/partner/products/{product}?link={}&said=link-made", segment(&link)), &[])?)
        }
        Ok(link) => Ok(to(&format!("/partner/links/{}?said=link-made", segment(&link)), &[])?),
        Err(problem) => {
            let text = visit.t1("link-refused", "problem", &problem);
            let frame = visit.frame_saying(visit.t("links-title"), Tone::Bad, text);
            show_links(visit, 422, frame).await
        }
    }
}

async fn own_link(visit: &Visit<'_>) -> Result<LinkRow, Refusal> {
    let (_, code) = visit.partner()?;
    let found = cabinet::link(visit.env, code, &visit.segment).await?;
    entries::links(found.into_iter().collect(), &visit.absolute("")).pop().ok_or(Refusal::NotFound)
}

/// What a link is called on a partner's page.
fn link_text(visit: &Visit<'_>) -> String {
    if visit.merchant.name.is_empty() {
        config(visit.env).landing_url.trim_start_matches("https://").trim_end_matches('/').to_owned()
    } else {
        visit.merchant.name.clone()
    }
}

fn rendered(template: &impl askama::Template) -> Result<String, Refusal> {
    template.render().map_err(|error| worker::Error::RustError(error.to_string()).into())
}

fn as_text(url: &str, text: &str) -> Result<String, Refusal> {
    rendered(&pages::TextLink { url, text })
}

fn as_banner(visit: &Visit<'_>, url: &str, text: &str) -> Result<String, Refusal> {
    rendered(&pages::BannerLink { url, banner: &visit.absolute("/banner.svg"), text })
}

/// One link, with what can be put on a page.
pub(super) async fn link(visit: &Visit<'_>) -> Shown {
    let link = own_link(visit).await?;
    let text = link_text(visit);
    let (qr_size, qr_path) = qr(&link.url);
    let cards = |form: &str| visit.absolute(&format!("/w/{}.{form}?lang={}", link.code, visit.language.code()));
    let page = pages::LinkCard {
        frame: visit.frame(visit.t1("link-title", "code", &link.code)),
        text_html: as_text(&link.url, &text)?,
        banner_html: as_banner(visit, &link.url, &text)?,
        cards_html: rendered(&pages::CardsScript { url: &cards("js") })?,
        frame_html: rendered(&pages::CardsFrame { url: &cards("html"), text: &text })?,
        qr_size,
        qr_path,
        link,
    };
    Ok(html(200, &page)?)
}

/// The link as a page to be saved: as text, or as a banner if that is asked.
pub(super) async fn link_file(visit: &Visit<'_>) -> Shown {
    let link = own_link(visit).await?;
    let text = link_text(visit);
    let html = match visit.query("as").as_str() {
        "banner" => as_banner(visit, &link.url, &text)?,
        _ => as_text(&link.url, &text)?,
    };
    let page = pages::Affiliate { language: visit.language.code(), text, html };
    Ok(file("text/html; charset=utf-8", "affiliate.html", rendered(&page)?)?)
}

/// The banner that partners put on their pages: the merchant's name.
pub(super) fn banner(visit: &Visit<'_>) -> Shown {
    Ok(picture(rendered(&pages::Banner { text: link_text(visit).chars().take(32).collect() })?)?)
}

/// A QR code as a path of squares, with the four white ones around it that readers want.
fn qr(text: &str) -> (usize, String) {
    const MARGIN: usize = 4;
    // An address is far shorter than the longest that a code holds.
    let Ok(code) = QrCode::new(text) else {
        return (1, String::new());
    };
    let width = code.width();
    let squares = code.into_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path =
        squares.map(|(index, _)| format!("M{} {}h1v1h-1z", index % width + MARGIN, index / width + MARGIN)).collect();
    (width + 2 * MARGIN, path)
}
