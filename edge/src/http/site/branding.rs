//! How partners' pages look, and the two of them that stand in pages of the merchant's.

use std::rc::Rc;

use tributary_shared::brand::{Brand, BrandError};
use tributary_shared::json;
use worker::{Response, Result};

use super::form::Filled;
use super::kept::Kept;
use super::visit::{Visit, short_hash};
use super::{Shown, html, merchant, stylesheet, to};
use crate::config::config;
use crate::pages::branding as pages;
use crate::pages::frame::{Frame, Key, Theme, Tone};
use crate::store::branding;
use crate::store::history::{self, Change};

/// The look that the merchant said, with what every page needs of it.
#[derive(Default)]
pub(super) struct Branding {
    pub(super) said: Brand,
    pub(super) theme: Theme,
    /// The style sheet that comes after ours.
    style: String,
    /// Where the logo comes from.
    logo_origin: Option<String>,
}

/// The look as it is stored.
pub(super) fn read(details: &str) -> Rc<Branding> {
    thread_local! {
        static KEPT: Kept<Rc<Branding>> = const { Kept::new() };
    }
    KEPT.with(|kept| {
        kept.of(details, |details| {
            // What cannot be read looks as if nothing had been said.
            let said: Brand = json::read(details).unwrap_or_default();
            let (style, logo_origin) = (said.style(), said.logo_origin());
            let logo = logo_origin.as_ref().map_or(String::new(), |_| said.logo.clone());
            let theme = Theme {
                logo,
                style: (!style.is_empty()).then(|| short_hash(&[&style])),
                contact: said.contact.clone(),
            };
            Rc::new(Branding { said, theme, style, logo_origin })
        })
    })
}

/// The merchant's style sheet.
pub(super) fn style(visit: &Visit<'_>) -> Shown {
    Ok(stylesheet(visit.branding.style.clone())?)
}

/// The form.
pub(super) async fn show(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("branding-title"));
    page(visit, 200, frame, visit.branding.said.clone(), None).await
}

/// The page; `sent` is a form about the merchant that was refused.
pub(super) async fn page(visit: &Visit<'_>, status: u16, frame: Frame, given: Brand, sent: Option<Filled>) -> Shown {
    let embed = |path: &str, title: &str, height: u32| {
        format!(
            "<iframe src=\"{}\" title=\"{title}\" style=\"width:100%;max-width:32rem;height:{height}rem;border:0\" loading=\"lazy\"></iframe>",
            visit.absolute(path)
        )
    };
    let join = embed("/embed/join", &visit.t("join-title"), 34);
    let login = embed("/embed/login", &visit.t("login-title"), 22);
    let embeds = vec![(Key("embed-join"), join), (Key("embed-login"), login)];
    let merchant = merchant::fields(visit, sent).await?;
    Ok(html(status, &pages::Branding { frame, given, merchant, embeds })?)
}

/// Takes another look.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let given = Brand {
        logo: visit.field("logo").to_owned(),
        accent: visit.field("accent").to_ascii_lowercase(),
        welcome: visit.field("welcome").to_owned(),
        join_text: visit.field("join_text").to_owned(),
        contact: visit.field("contact").to_owned(),
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
        return page(visit, 422, frame, given, None).await;
    }
    let statement = branding::put(&given, visit.who(), visit.now)?;
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "branding.changed",
        subject: "branding",
        before: serde_json::to_string(&visit.branding.said).map_err(worker::Error::from)?,
        after: serde_json::to_string(&given).map_err(worker::Error::from)?,
    };
    history::change(visit.env, &[statement], None, &change).await?;
    Ok(to("/admin/branding?said=branding-saved", &[])?)
}

/// What else a page may load, and who may frame it, once it is made.
pub(super) fn widen(visit: &Visit<'_>, response: &mut Response) -> Result<()> {
    let logo = visit.branding.logo_origin.as_ref().filter(|_| visit.is_branded());
    if logo.is_none() && !visit.is_embedded() {
        return Ok(());
    }
    // A page may have let in pictures already.
    let policy = response.headers().get("Content-Security-Policy")?;
    let mut policy = policy.unwrap_or_else(|| super::CONTENT_SECURITY_POLICY.to_owned());
    if let Some(logo) = logo {
        policy = policy.replace("img-src 'self'", &format!("img-src 'self' {logo}"));
    }
    let headers = response.headers_mut();
    if visit.is_embedded() {
        // Pages of the hosts that links may lead to: the merchant's own.
        let hosts = config(visit.env).site.hosts.to_string().replace(',', "");
        policy = policy.replace("frame-ancestors 'none'", &format!("frame-ancestors 'self' {hosts}"));
        // It knows no list of hosts.
        headers.delete("X-Frame-Options")?;
        headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    }
    headers.set("Content-Security-Policy", &policy)
}
