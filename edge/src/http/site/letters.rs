//! Letters that pages write: each goes into the outbox in the transaction of its cause.

use tributary_shared::mail::{Kind, Letter, Text, render};
use worker::Result;

use super::visit::Visit;
use super::{Refusal, Shown, settings, to};
use crate::store::history::{self, Change, Prepared};
use crate::store::mails;

/// Makes a letter in a language, in the merchant's words if he has said his own.
pub(super) async fn written(visit: &Visit<'_>, kind: Kind, language: &str, fields: &[(&str, &str)]) -> Result<Letter> {
    let text = mails::text(visit.env, kind, language).await?;
    Ok(filled(visit, &text.unwrap_or_else(|| Text::ours(kind, language)), language, fields))
}

/// Makes a letter of a text; merchant and pages are known here.
pub(super) fn filled(visit: &Visit<'_>, text: &Text, language: &str, fields: &[(&str, &str)]) -> Letter {
    let (cabinet, settings) = (visit.absolute("/partner"), visit.absolute("/partner/settings"));
    let name = visit.merchant.name.as_str();
    let merchant = if name.is_empty() { visit.url.host_str().unwrap_or_default() } else { name };
    let mut all = fields.to_vec();
    all.extend([("merchant", merchant), ("cabinet", &cabinet), ("settings", &settings)]);
    render(text, language, &all)
}

/// A letter to a partner, as one more statement of a change: in his language, to the address that he logs in with.
///
/// Whoever writes for the same cause, a page or the night, writes it once: `payout/7/confirmed`.
pub(super) async fn to_partner(
    visit: &Visit<'_>,
    kind: Kind,
    cause: &str,
    code: &str,
    fields: &[(&str, &str)],
) -> std::result::Result<Prepared, Refusal> {
    let to = mails::addressee(visit.env, code, kind, visit.language.code()).await?.ok_or(Refusal::NotFound)?;
    let text = to.text.unwrap_or_else(|| Text::ours(kind, &to.language));
    let mut all = fields.to_vec();
    all.extend([("name", to.name.as_str()), ("code", code)]);
    let letter = filled(visit, &text, &to.language, &all);
    Ok(mails::put(cause, &to.email, &letter, visit.now))
}

/// Takes whether a partner wants to be told what was booked for him.
pub(super) async fn save_digest(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let wanted = !visit.field("digest").is_empty();
    let said = |wanted: bool| if wanted { "on" } else { "off" }.to_owned();
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "digest.changed",
        subject: code,
        before: String::new(),
        after: said(wanted),
    };
    history::change(visit.env, &[mails::set_digest(partner, wanted)], None, &change).await?;
    Ok(to(settings::SAVED, &[])?)
}
