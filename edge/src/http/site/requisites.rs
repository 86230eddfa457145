//! Where a partner's money goes, as he says it himself.

use tributary_shared::payout::{Method, Requisites, RequisitesRequest};

use super::form::Filled;
use super::visit::{self, Visit};
use super::{Refusal, Shown, settings, to};
use crate::pages::frame::{Frame, Key};
use crate::pages::sheet::{Cell, Control, Field, Part};
use crate::store::cabinet;
use crate::store::history::{self, Change};
use crate::store::payouts;
use crate::store::settings::{self as store, Settings};

/// What is known, masked, and a form for each way that money goes.
pub(super) fn parts(
    visit: &Visit<'_>,
    frame: &Frame,
    parts: &mut Vec<Part>,
    form: &dyn Fn(&str) -> Filled,
    settings: &Settings,
) {
    parts.push(Part::Heading(visit.t("settings-money")));
    let known: Vec<(String, Cell)> = settings
        .requisites
        .iter()
        .filter_map(|details| payouts::requisites(details))
        .map(|known| {
            let shown = [known.name(), &known.masked()].join(" · ");
            (frame.word("method", known.method().as_str()), Cell::text(shown.trim_end_matches(" · ")))
        })
        .collect();
    parts.push(if known.is_empty() { Part::Empty(visit.t("settings-none")) } else { Part::Pairs(known) });
    for method in Method::ALL {
        let word = method.as_str();
        let fields = fields(&form(word), method);
        parts.push(settings::change(frame.word("method", word), fields, (word, visit.t("save"))));
    }
    parts.push(Part::Hint(visit.t("settings-money-hint")));
}

/// What a way of paying needs to be known.
fn fields(form: &Filled, method: Method) -> Vec<Field> {
    let needed = |name: &str, label: Key| form.field(name, label, Control::Required("text"));
    let text = |name: &str, label: Key| form.field(name, label, Control::Input("text"));
    let hinted = |name: &str, label: Key, hint: Key| form.hinted(name, label, Control::Input("text"), hint);
    let kinds = [("person", Key("settings-person")), ("company", Key("settings-company"))];
    let mut fields =
        vec![needed("name", Key("settings-holder")), form.field("holder", Key("settings-kind"), form.choice(&kinds))];
    fields.extend(match method {
        Method::Bank => vec![
            text("iban", Key("settings-iban")),
            text("bic", Key("settings-bic")),
            hinted("account", Key("settings-account"), Key("settings-account-hint")),
            text("street", Key("settings-street")),
            text("building", Key("settings-building")),
            text("postcode", Key("settings-postcode")),
            text("town", Key("settings-town")),
            text("country", Key("settings-country")),
        ],
        Method::Paypal => vec![form.field("email", Key("field-email"), Control::Required("email"))],
        Method::Wise => vec![
            form.field("email", Key("field-email"), Control::Input("email")),
            hinted("recipient_id", Key("settings-recipient"), Key("settings-recipient-hint")),
        ],
        Method::Emoney => {
            vec![needed("channel", Key("settings-channel")), needed("account", Key("settings-channel-account"))]
        }
        Method::Cash => vec![needed("note", Key("settings-note"))],
    });
    fields
}

/// How, and the end of the account, for the history.
fn told(requisites: &Requisites) -> String {
    let told = [requisites.method().as_str(), &requisites.masked()].join(" ");
    told.trim_end().to_owned()
}

/// Takes new ones; what was there before stays on record.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let mut form = visit.filled();
    let method = form.get("do").to_owned();
    let mut given: Vec<(&str, &str)> = vec![("method", &method)];
    given.extend(
        RequisitesRequest::FIELDS
            .into_iter()
            .map(|name| (name, visit.field(name)))
            .filter(|(_, value)| !value.is_empty()),
    );
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
    let known = store::settings(visit.env, partner).await?.ok_or(Refusal::NotFound)?.requisites;
    let known: Vec<Requisites> = known.iter().filter_map(|details| payouts::requisites(details)).collect();
    let before = known.iter().find(|known| known.method() == requisites.method());
    let statements = [cabinet::set_requisites(partner, details, visit.who(), visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "requisites.changed",
        subject: code,
        before: before.map(told).unwrap_or_default(),
        after: told(&requisites),
    };
    history::change(visit.env, &statements, None, &change).await?;
    Ok(to(settings::SAVED, &[])?)
}
