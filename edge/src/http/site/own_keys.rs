//! A partner's own API keys: each reads what is his, is shown once, and can be revoked.

use super::form::Filled;
use super::visit::Visit;
use super::{Refusal, Shown, settings, to};
use crate::clock;
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Part, Table};
use crate::store::history::{self, Change};
use crate::store::keys;
use crate::store::settings::{self as store, Settings};
use tributary_shared::hash::hex_hash;

/// The longest name of a key, and the most keys.
const NAME_CHARACTERS_MAX: usize = 60;
const KEYS_MAX: usize = 10;

/// The keys, and the forms that make and revoke one.
pub(super) fn parts(visit: &Visit<'_>, frame: &Frame, parts: &mut Vec<Part>, form: &Filled, settings: &Settings) {
    parts.push(Part::Heading(visit.t("keys-title")));
    parts.push(Part::Hint(visit.t("keys-hint")));
    if settings.keys.is_empty() {
        parts.push(Part::Empty(visit.t("keys-none")));
    } else {
        let rows = settings.keys.iter().map(|(name, at)| vec![Cell::text(name), Cell::text(frame.time(at))]);
        let columns = vec![visit.t("field-name"), visit.t("keys-since")];
        parts.push(Part::Table(Table { title: visit.t("keys-title"), columns, rows: rows.collect() }));
        let names = settings.keys.iter().map(|(name, _)| (name.clone(), name.clone())).collect();
        let revoked = Filled::new(visit.language);
        let fields = vec![revoked.field("key", Key("keys-which"), Control::Choice(names))];
        parts.push(settings::change(String::new(), fields, ("revoke", visit.t("keys-revoke"))));
    }
    let fields = vec![form.hinted("key-name", Key("keys-name"), Control::Required("text"), Key("keys-name-hint"))];
    parts.push(settings::change(String::new(), fields, ("key", visit.t("keys-make"))));
}

/// Makes a key, and shows it: afterwards only its hash is known.
pub(super) async fn make(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let mut form = visit.filled();
    let name = form.text("key-name", NAME_CHARACTERS_MAX).replace('\n', " ");
    if name.is_empty() {
        form.bad_key("key-name", Key("problem-missing"));
    }
    let known = store::settings(visit.env, partner).await?.ok_or(Refusal::NotFound)?.keys;
    if known.len() >= KEYS_MAX {
        form.bad_key("key-name", Key("keys-many"));
    } else if known.iter().any(|(taken, _)| *taken == name) {
        form.bad_key("key-name", Key("keys-taken"));
    }
    if !form.is_good() {
        return settings::refuse(visit, form).await;
    }
    let key = format!("trb_{}", clock::secret());
    let statements = [keys::insert(partner, &hex_hash(key.as_bytes()), &name, visit.now)];
    // Another form of the same name may have been quicker: what was not stored is not shown.
    if changed(visit, &statements, "partner.key_made", code, String::new(), name).await? == 0 {
        form.bad_key("key-name", Key("keys-taken"));
        return settings::refuse(visit, form).await;
    }
    let frame = visit.frame_saying(visit.t("settings-title"), Tone::Good, visit.t("keys-made"));
    let shown = vec![Part::Copy("key".to_owned(), visit.t("keys-copy"), key)];
    settings::page(visit, 200, frame, None, shown).await
}

/// Revokes a key.
pub(super) async fn revoke(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let name = visit.field("key").to_owned();
    let known = store::settings(visit.env, partner).await?.ok_or(Refusal::NotFound)?.keys;
    if !known.iter().any(|(known, _)| *known == name) {
        return Err(Refusal::NotFound);
    }
    let statements = [keys::revoke(partner, &name, visit.now)];
    changed(visit, &statements, "partner.key_revoked", code, name, String::new()).await?;
    Ok(to(settings::SAVED, &[])?)
}

async fn changed(
    visit: &Visit<'_>,
    statements: &[history::Prepared],
    what: &'static str,
    subject: &str,
    before: String,
    after: String,
) -> worker::Result<u64> {
    let change = Change { at: visit.now, who: visit.who(), what, subject, before, after };
    history::change(visit.env, statements, None, &change).await
}
