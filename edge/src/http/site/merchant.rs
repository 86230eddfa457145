//! The merchant himself: his name, time zone and payday, which `tributary import merchant` takes as well.

use serde_json::{Map, Value};
use tributary_shared::account::Right;
use tributary_shared::json::Object;
use tributary_shared::merchant::PAYDAY_MAX;
use wasm_bindgen::prelude::wasm_bindgen;

use super::form::Filled;
use super::partners::TERMS_TEXT_MAX;
use super::visit::Visit;
use super::{Refusal, Shown, branding, to};
use crate::pages::frame::{Key, Tone};
use crate::pages::sheet::{Control, Group};
use crate::store::branding as store;
use crate::store::history::{self, Change};

#[wasm_bindgen(module = "/src/http/site/zones.js")]
extern "C" {
    /// How a zone is called that somebody names; nothing, where there is none.
    fn called(zone: &str) -> String;
    /// Its offsets, as JSON.
    fn offsets(zone: &str) -> String;
}

/// Where his form leads once it was taken.
const SAVED: &str = "/admin/branding?said=merchant-saved";

/// What is stored of him; nothing, if he was never described.
async fn stored(visit: &Visit<'_>) -> Result<Map<String, Value>, Refusal> {
    match store::merchant(visit.env).await? {
        Some(details) => Ok(serde_json::from_str(&details).map_err(worker::Error::from)?),
        None => Ok(Map::new()),
    }
}

fn text<'m>(stored: &'m Map<String, Value>, name: &str) -> &'m str {
    stored.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The form, for whoever may change it; `sent` is one that was refused.
pub(super) async fn fields(visit: &Visit<'_>, sent: Option<Filled>) -> Result<Option<Group>, Refusal> {
    if !visit.session.as_ref().is_some_and(|session| session.role.may(Right::ManagePeople)) {
        return Ok(None);
    }
    let form = match sent {
        Some(sent) => sent,
        None => {
            let stored = stored(visit).await?;
            let mut form = Filled::new(visit.language);
            form.set("name", text(&stored, "name"));
            form.set("time_zone", if stored.is_empty() { "UTC" } else { text(&stored, "time_zone") });
            form.set("payday", visit.merchant.payday.to_string());
            form
        }
    };
    let fields = vec![
        form.field("name", Key("field-name"), Control::Required("text")),
        form.hinted("time_zone", Key("merchant-zone"), Control::Required("text"), Key("merchant-zone-hint")),
        form.field("payday", Key("merchant-payday"), Control::Required("number")),
    ];
    Ok(Some(Group { legend: String::new(), fields }))
}

/// Describes him anew: a version, as a file makes one. His bank and the address of his pages stay.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let before = stored(visit).await?;
    let mut form = visit.filled();
    let name = form.text("name", TERMS_TEXT_MAX).replace('\n', " ");
    for field in ["name", "payday"] {
        if form.get(field).is_empty() {
            form.bad_key(field, Key("problem-missing"));
        }
    }
    let given = form.get("time_zone");
    let is_same_zone = given == text(&before, "time_zone") && before.contains_key("offsets");
    let zone = if is_same_zone { given.to_owned() } else { called(given) };
    if zone.is_empty() {
        form.bad_key("time_zone", Key("problem-zone"));
    }
    let payday = form.whole("payday", 1, u32::from(PAYDAY_MAX)).unwrap_or(1);
    if !form.is_good() {
        let frame = visit.frame_saying(visit.t("branding-title"), Tone::Bad, visit.t("form-problems"));
        return branding::page(visit, 422, frame, visit.branding.said.clone(), Some(form)).await;
    }
    let mut after = before.clone();
    after.insert("name".to_owned(), name.into());
    after.insert("payday".to_owned(), payday.into());
    if !is_same_zone {
        after.insert("offsets".to_owned(), serde_json::from_str(&offsets(&zone)).map_err(worker::Error::from)?);
        after.insert("time_zone".to_owned(), zone.into());
    }
    if after == before {
        return Ok(to(SAVED, &[])?);
    }
    let told = |merchant: &Map<String, Value>| {
        let payday = merchant.get("payday").map_or_else(String::new, Value::to_string);
        let told = Object::default().text("name", Some(text(merchant, "name")));
        told.text("time_zone", Some(text(merchant, "time_zone"))).raw("payday", &payday).end()
    };
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "merchant.changed",
        subject: "merchant",
        before: if before.is_empty() { String::new() } else { told(&before) },
        after: told(&after),
    };
    let statement = store::put_merchant(Value::Object(after).to_string(), visit.who(), visit.now);
    history::change(visit.env, &[statement], None, &change).await?;
    Ok(to(SAVED, &[])?)
}
