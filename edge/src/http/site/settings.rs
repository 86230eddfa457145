//! A partner's own page: who he is, how he logs in, his keys, where his money goes, and what he is mailed.

use super::form::Filled;
use super::visit::Visit;
use super::{Refusal, Shown, html, letters, login, own_keys, profile, requisites};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Field, Form, Part, Sheet};
use crate::store::settings;

/// Where it is.
const PATH: &str = "/partner/settings";

/// Where a form leads that was taken.
pub(super) const SAVED: &str = "/partner/settings?said=settings-saved";

/// The same, where an address waits for the link that is mailed there.
pub(super) const MOVES: &str = "/partner/settings?said=settings-moves";

/// The page.
pub(super) async fn show(visit: &Visit<'_>) -> Shown {
    page(visit, 200, visit.frame(visit.t("settings-title")), None, Vec::new()).await
}

/// Takes one of its forms.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    match visit.field("do") {
        "digest" => letters::save_digest(visit).await,
        "profile" => profile::save(visit).await,
        "key" => own_keys::make(visit).await,
        "revoke" => own_keys::revoke(visit).await,
        _ => requisites::save(visit).await,
    }
}

/// The page again, with what was wrong beside the form that was sent.
pub(super) async fn refuse(visit: &Visit<'_>, form: Filled) -> Shown {
    let frame = visit.frame_saying(visit.t("settings-title"), Tone::Bad, visit.t("form-problems"));
    page(visit, 422, frame, Some(form), Vec::new()).await
}

/// The page with something to be said and shown first; `sent` is a form that was refused.
pub(super) async fn page(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    sent: Option<Filled>,
    mut parts: Vec<Part>,
) -> Shown {
    let (partner, _) = visit.partner()?;
    let session = visit.session.as_ref().ok_or(Refusal::NotFound)?;
    let settings = settings::settings(visit.env, partner).await?.ok_or(Refusal::NotFound)?;
    // A form that was refused keeps what stood in it.
    let form = |asked: &str| match &sent {
        Some(sent) if sent.get("do") == asked => sent.clone(),
        _ => Filled::new(visit.language),
    };
    profile::parts(visit, &mut parts, form("profile"), &settings, login::must_know(session))?;
    own_keys::parts(visit, &frame, &mut parts, &form("key"), &settings);
    requisites::parts(visit, &frame, &mut parts, &form, &settings);
    parts.push(Part::Heading(visit.t("settings-mail")));
    let mut digest = form("digest");
    digest.set("digest", settings.partner.shown("digest")?);
    let fields = vec![digest.field("digest", Key("settings-digest"), Control::Check)];
    parts.push(change(String::new(), fields, ("digest", visit.t("save"))));
    Ok(html(status, &Sheet { frame, back: Cell::default(), parts })?)
}

/// One of its forms.
pub(super) fn change(legend: String, fields: Vec<Field>, button: (&'static str, String)) -> Part {
    Part::Form(Form::change(PATH, legend, fields, button))
}
