//! Where a partner's money goes, as he says it himself.

use tributary_shared::payout::{Requisites, RequisitesRequest};

use super::form::Filled;
use super::visit::{self, Visit};
use super::{Shown, settings, to};
use crate::pages::frame::{Frame, Key};
use crate::pages::sheet::{Cell, Control, Part};
use crate::store::cabinet;
use crate::store::history::{self, Change};
use crate::store::settings::Settings;

/// What is known, masked, and a form for each way that money goes.
pub(super) fn parts(
    visit: &Visit<'_>,
    frame: &Frame,
    parts: &mut Vec<Part>,
    (paypal, bank): (Filled, Filled),
    settings: &Settings,
) {
    parts.push(Part::Heading(visit.t("settings-money")));
    let known: Vec<(String, Cell)> = settings
        .requisites
        .iter()
        .filter_map(|details| serde_json::from_str::<Requisites>(details).ok())
        .map(|known| {
            let shown = format!("{} · {}", known.name(), known.masked());
            (frame.word("method", known.method().as_str()), Cell::text(shown))
        })
        .collect();
    parts.push(if known.is_empty() { Part::Empty(visit.t("settings-none")) } else { Part::Pairs(known) });
    let fields = vec![
        paypal.field("name", Key("settings-holder"), Control::Required("text")),
        paypal.field("email", Key("field-email"), Control::Required("email")),
    ];
    parts.push(settings::change("PayPal".to_owned(), fields, ("paypal", visit.t("save"))));
    let kinds = [("person", Key("settings-person")), ("company", Key("settings-company"))];
    let fields = vec![
        bank.field("name", Key("settings-holder"), Control::Required("text")),
        bank.field("holder", Key("settings-kind"), bank.choice(&kinds)),
        bank.named("iban", "IBAN".to_owned(), Control::Required("text")),
        bank.named("bic", "BIC".to_owned(), Control::Input("text")),
        bank.field("town", Key("settings-town"), Control::Input("text")),
        bank.field("country", Key("settings-country"), Control::Input("text")),
    ];
    parts.push(settings::change(frame.word("method", "bank"), fields, ("bank", visit.t("save"))));
    parts.push(Part::Hint(visit.t("settings-money-hint")));
}

/// Takes new ones; what was there before stays on record.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let mut form = visit.filled();
    let method = form.get("do").to_owned();
    let fields = ["holder", "name", "email", "iban", "bic", "town", "country"];
    let mut given: Vec<(&str, &str)> = vec![("method", &method)];
    given.extend(fields.into_iter().map(|name| (name, visit.field(name))).filter(|(_, value)| !value.is_empty()));
    let mut request: RequisitesRequest =
        visit::read(&given).map_err(|error| worker::Error::RustError(error.to_string()))?;
    if request.holder.is_empty() {
        "person".clone_into(&mut request.holder);
    }
    let requisites = match request.check() {
        Ok(requisites) => requisites,
        Err(error) => {
            form.bad(error.field, error.problem);
            return settings::refuse(visit, form).await;
        }
    };
    let details = serde_json::to_string(&requisites).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let statements = [cabinet::set_requisites(partner, details, visit.who(), visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "requisites.changed",
        subject: code,
        before: String::new(),
        after: format!("{} {}", requisites.method().as_str(), requisites.masked()),
    };
    history::change(visit.env, &statements, None, &change).await?;
    Ok(to(settings::SAVED, &[])?)
}
