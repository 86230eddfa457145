//! How partners' pages look, and the two of them that stand in pages of the merchant's.

use std::cell::RefCell;
use std::rc::Rc;

use tributary_shared::brand::{Brand, BrandError};
use worker::{Response, Result};

use super::visit::Visit;
use super::{Shown, html, stylesheet, to};
use crate::pages::branding::Branding;
use crate::pages::frame::{Key, Tone};
use crate::store::branding;
use crate::store::history::{self, Change};

/// The look as it is stored, read once for as long as that does not change.
pub(super) fn read(details: &str) -> Rc<Brand> {
    thread_local! {
        static READ: RefCell<Option<(String, Rc<Brand>)>> = const { RefCell::new(None) };
    }
    READ.with_borrow_mut(|read| match read {
        Some((known, brand)) if known == details => brand.clone(),
        _ => {
            // What cannot be read looks as if nothing had been said.
            let brand: Rc<Brand> = Rc::new(serde_json::from_str(details).unwrap_or_default());
            *read = Some((details.to_owned(), brand.clone()));
            brand
        }
    })
}

/// The merchant's style sheet.
pub(super) fn style(visit: &Visit<'_>) -> Shown {
    Ok(stylesheet(visit.brand.style())?)
}

/// The form.
pub(super) fn show(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("branding-title"));
    Ok(html(200, &page(visit, frame, (*visit.brand).clone()))?)
}

fn page(visit: &Visit<'_>, frame: crate::pages::frame::Frame, given: Brand) -> Branding {
    let embed = |path: &str, title: &str, height: u32| {
        format!(
            "<iframe src=\"{}\" title=\"{title}\" style=\"width:100%;max-width:32rem;height:{height}rem;border:0\" loading=\"lazy\"></iframe>",
            visit.absolute(path)
        )
    };
    let join = embed("/embed/join", &visit.t("join-title"), 34);
    let login = embed("/embed/login", &visit.t("login-title"), 22);
    Branding { frame, given, embeds: vec![(Key("embed-join"), join), (Key("embed-login"), login)] }
}

/// Takes another look.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let given = Brand {
        logo: visit.field("logo").to_owned(),
        accent: visit.field("accent").to_ascii_lowercase(),
        welcome: visit.field("welcome").to_owned(),
        join_text: visit.field("join_text").to_owned(),
        css: visit.field("css").to_owned(),
    };
    if let Err(error) = given.check() {
        let (field, problem) = match error {
            BrandError::Logo => ("branding-logo", "problem-logo"),
            BrandError::Colour => ("branding-accent", "problem-colour"),
            BrandError::Light { .. } => ("branding-accent", "problem-light"),
            BrandError::Text => (Key("branding-texts").0, "problem-long-text"),
            BrandError::Css => ("branding-css", "problem-css"),
        };
        let text = super::partners::bad_text(visit, &super::partners::Bad(field, visit.t(problem)));
        let frame = visit.frame_saying(visit.t("branding-title"), Tone::Bad, text);
        return Ok(html(422, &page(visit, frame, given))?);
    }
    let statement = branding::put(&given, visit.who(), visit.now)?;
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "branding.changed",
        subject: "branding",
        before: serde_json::to_string(&*visit.brand).map_err(worker::Error::from)?,
        after: serde_json::to_string(&given).map_err(worker::Error::from)?,
    };
    history::change(visit.env, &[statement], None, &change).await?;
    Ok(to("/admin/branding?said=branding-saved", &[])?)
}

/// What else a page may load, and who may frame it, once it is made.
pub(super) fn widen(visit: &Visit<'_>, response: &mut Response) -> Result<()> {
    let logo = visit.brand.logo_origin().filter(|_| visit.is_branded() || visit.path == "/admin/branding");
    if logo.is_none() && !visit.is_embedded() {
        return Ok(());
    }
    let mut policy = super::CONTENT_SECURITY_POLICY.to_owned();
    if let Some(logo) = logo {
        policy = policy.replace("img-src 'self'", &format!("img-src 'self' {logo}"));
    }
    let headers = response.headers_mut();
    if visit.is_embedded() {
        // Pages of the hosts that links may lead to: the merchant's own.
        let hosts = visit.env.var("TARGET_HOSTS").map(|hosts| hosts.to_string()).unwrap_or_default();
        let hosts: String =
            hosts.split([',', ' ']).filter(|host| !host.is_empty()).map(|host| format!(" {host}")).collect();
        policy = policy.replace("frame-ancestors 'none'", &format!("frame-ancestors 'self'{hosts}"));
        headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    }
    headers.set("Content-Security-Policy", &policy)
}
