//! The merchant's webhooks and a partner's postbacks: one page, by whom it is asked.

use tributary_shared::hook::outgoing::template::{MACROS, Template};
use tributary_shared::hook::outgoing::{Kind, address, key_of};

use super::entries::page_of;
use super::visit::{Visit, short_hash};
use super::{Refusal, Shown, html, to};
use crate::clock;
use crate::config::config;
use crate::http::outbox;
use crate::pages::format;
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::hooks as pages;
use crate::store::history::{self, Change, Prepared, is_taken};
use crate::store::hooks::{self, DeliveryRow, EndpointRow, Whose};
use crate::store::partners;

/// The most endpoints that are the merchant's own, and a partner's.
const MERCHANTS_MAX: i64 = 20;
const PARTNERS_MAX: i64 = 5;

/// The merchant's page is his own, and so is a partner's; the merchant changes a partner's on a page of that partner.
async fn whose(visit: &Visit<'_>) -> Result<Whose, Refusal> {
    if visit.path.starts_with("/partner") {
        visit.partner().map(|(partner, _)| Whose::Partner(partner))
    } else if visit.segment.is_empty() {
        Ok(Whose::Merchant)
    } else {
        partners::by_code(visit.env, &visit.segment).await?.map(Whose::Partner).ok_or(Refusal::NotFound)
    }
}

fn title(visit: &Visit<'_>, whose: Whose) -> String {
    match whose {
        Whose::Merchant => visit.t("hooks-title"),
        Whose::Partner(_) if !visit.segment.is_empty() => visit.t1("postbacks-of", "partner", &visit.segment),
        Whose::Partner(_) => visit.t("postbacks-title"),
    }
}

const fn kinds(whose: Whose) -> &'static [Kind] {
    match whose {
        Whose::Merchant => &Kind::ALL,
        Whose::Partner(_) => &Kind::OF_PARTNERS,
    }
}

/// Endpoints and the log.
pub(super) async fn show(visit: &Visit<'_>) -> Shown {
    let whose = whose(visit).await?;
    page(visit, whose, 200, visit.frame(title(visit, whose)), String::new()).await
}

async fn page(visit: &Visit<'_>, whose: Whose, status: u16, frame: Frame, key: String) -> Shown {
    let (endpoints, mut log) = hooks::hooks(visit.env, whose, visit.query_number("before")).await?;
    let before = page_of(&mut log).map(|row| row.id);
    let (hint, may_change) = match whose {
        Whose::Merchant => (visit.t("hooks-hint"), frame.may_change()),
        Whose::Partner(_) => {
            let is_own = visit.segment.is_empty();
            let hint = if is_own { Key("postbacks-hint") } else { Key("postbacks-of-hint") };
            let hint = visit.t1(hint.0, "macros", &format!("{{{}}}", MACROS.join("} {")));
            (hint, is_own || frame.may_change())
        }
    };
    // What was refused is not written again from the beginning.
    let is_refused = status != 200;
    let is_chosen = |kind: &str| !is_refused || visit.fields("event").any(|name| name == kind);
    let page = pages::Hooks {
        frame,
        back: visit
            .path
            .strip_suffix("/postbacks")
            .filter(|path| path.starts_with("/admin/"))
            .unwrap_or_default()
            .to_owned(),
        hint,
        may_change,
        key,
        url: if is_refused { visit.field("url").to_owned() } else { String::new() },
        events: kinds(whose).iter().map(|kind| (kind.as_str(), is_chosen(kind.as_str()))).collect(),
        endpoints: endpoints.into_iter().map(|row| endpoint(visit, row, may_change)).collect(),
        log: log.into_iter().map(|row| delivery(visit, row)).collect(),
        before,
    };
    Ok(html(status, &page)?)
}

fn endpoint(visit: &Visit<'_>, row: EndpointRow, may_change: bool) -> pages::Endpoint {
    let (tone, state) = match (row.is_gone, row.is_paused) {
        (true, _) => ("bad", visit.t("hooks-gone")),
        (false, true) => ("bad", visit.t("hooks-paused")),
        (false, false) if row.rests_until > visit.now => ("warn", visit.t("hooks-rests")),
        (false, false) => ("good", visit.t("hooks-on")),
    };
    let mut buttons = Vec::new();
    if may_change {
        buttons.push(("test", visit.t("hooks-test")));
        buttons.push(if row.is_paused {
            ("resume", visit.t("hooks-resume"))
        } else {
            ("pause", visit.t("hooks-pause"))
        });
        match row.secrets.lines().count() {
            0 => {}
            1 => buttons.push(("roll", visit.t("hooks-roll"))),
            _ => buttons.push(("retire", visit.t("hooks-retire"))),
        }
        buttons.push(("delete", visit.t("hooks-delete")));
    }
    let stamp = short_hash(&[&row.secrets]);
    pages::Endpoint { id: row.id, url: row.url, tone, state, about: row.about, stamp, buttons }
}

fn delivery(visit: &Visit<'_>, row: DeliveryRow) -> pages::Delivery {
    let tone = match row.state.as_str() {
        "sent" => "good",
        "failed" => "bad",
        _ => "warn",
    };
    pages::Delivery {
        id: row.id,
        event_id: row.event_id,
        kind: row.kind,
        tone,
        state: visit.t(&format!("state-{}", row.state)),
        about: [&format::time(visit.language, visit.merchant.zone, row.at), &row.url, &visit.problem(&row.answer)]
            .map(String::as_str)
            .join(" · "),
    }
}

/// What is done, as a form asks for it.
struct Deed {
    statements: Vec<Prepared>,
    /// For the history.
    what: &'static str,
    subject: String,
    /// A key that is shown once; empty otherwise.
    key: String,
}

/// Changes what is asked for: one endpoint, or one line of the log.
///
/// 1. What is not his is not there.
/// 2. What is done, and its line in the history, are one transaction.
/// 3. What became due by it is sent after the answer.
pub(super) async fn change(visit: &Visit<'_>) -> Shown {
    let whose = whose(visit).await?;
    // (1)
    let refuse = |problem: String| visit.frame_saying(title(visit, whose), Tone::Bad, problem);
    let wanted = match deed(visit, whose).await? {
        Ok(Some(deed)) => deed,
        Ok(None) => return Ok(to(&visit.path, &[])?),
        Err(problem) => return page(visit, whose, 422, refuse(problem), String::new()).await,
    };
    // (2)
    let Deed { statements, what, subject, key } = wanted;
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what,
        subject: &subject,
        before: String::new(),
        after: String::new(),
    };
    match history::change(visit.env, &statements, None, &line).await {
        Ok(_) => {}
        Err(error) if is_taken(&error) => {
            return page(visit, whose, 422, refuse(visit.t("hooks-taken")), String::new()).await;
        }
        Err(error) => return Err(error.into()),
    }
    if !key.is_empty() {
        return page(visit, whose, 200, visit.frame(title(visit, whose)), key).await;
    }
    // (3)
    let env = visit.env.clone();
    visit.ctx.wait_until(async move {
        if let Err(error) = outbox::send(&env).await {
            worker::console_error!("hooks: {error}");
        }
    });
    Ok(to(&format!("{}?said=hooks-done", visit.path), &[])?)
}

/// What a form asks for; nothing, if it was done already; or what is wrong with it.
async fn deed(visit: &Visit<'_>, whose: Whose) -> Result<Result<Option<Deed>, String>, Refusal> {
    let wanted = visit.field("do");
    let number = |field: &str| visit.field(field).parse::<i64>().unwrap_or(0);
    let (id, delivery) = (number("id"), number("delivery"));
    let known = hooks::known(visit.env, whose, id, delivery).await?;
    if wanted == "add" {
        return Ok(added(visit, whose, known.count).map(Some));
    }
    let deed = |statement, what, key: &str| {
        let subject = match &known.event {
            Some(event) => event.clone(),
            None => format!("{id} {}", plain(known.url.as_deref().unwrap_or_default())),
        };
        Ok(Ok(Some(Deed { statements: vec![statement], what, subject, key: key.to_owned() })))
    };
    if wanted == "resend" && known.event.is_some() {
        return deed(hooks::resend(whose, delivery, visit.now), "hook.resent", "");
    }
    if known.url.is_none() {
        return Err(Refusal::NotFound);
    }
    // The same form sent twice changes no key the second time: they are not those that it was made for.
    let keys = known.secrets.as_str();
    let is_current = visit.field("stamp") == short_hash(&[keys]);
    match wanted {
        "test" => {
            let event = format!("evt_test_{}", clock::short_code());
            deed(hooks::test(whose, id, &event, visit.now), "hook.tested", "")
        }
        "pause" => deed(hooks::pause(whose, id, Some(visit.now)), "hook.paused", ""),
        "resume" => deed(hooks::pause(whose, id, None), "hook.resumed", ""),
        "delete" => deed(hooks::delete(whose, id), "hook.deleted", ""),
        "roll" if is_current && !keys.is_empty() => {
            let key = key_of(clock::key());
            deed(hooks::rekey(id, &format!("{key}\n{keys}"), keys), "hook.rolled", &key)
        }
        "retire" if is_current && !keys.is_empty() => {
            deed(hooks::rekey(id, keys.lines().next().unwrap_or_default(), keys), "hook.retired", "")
        }
        "roll" | "retire" => Ok(Ok(None)),
        _ => Err(Refusal::NotFound),
    }
}

/// A new endpoint, if it may be one.
fn added(visit: &Visit<'_>, whose: Whose, count: i64) -> Result<Deed, String> {
    let url = visit.field("url");
    let reach = config(visit.env).hooks_reach;
    let (checked, max, key) = match whose {
        Whose::Merchant => {
            (address(url, reach).err().map(|error| visit.problem(&error)), MERCHANTS_MAX, key_of(clock::key()))
        }
        Whose::Partner(_) => {
            (Template::parse(url, reach).err().map(|error| visit.problem(&error)), PARTNERS_MAX, String::new())
        }
    };
    if let Some(problem) = checked {
        return Err(visit.t1("hooks-refused", "problem", &problem));
    }
    let mut events = String::new();
    for kind in kinds(whose) {
        if visit.fields("event").any(|name| name == kind.as_str()) {
            events.push_str(if events.is_empty() { "[\"" } else { "\",\"" });
            events.push_str(kind.as_str());
        }
    }
    if events.is_empty() {
        return Err(visit.t("hooks-no-events"));
    }
    events.push_str("\"]");
    if count >= max {
        return Err(visit.t("hooks-many"));
    }
    let statements = hooks::insert(whose, url, &events, &key, visit.who(), visit.now).to_vec();
    Ok(Deed { statements, what: "hook.added", subject: plain(url).to_owned(), key })
}

/// An address without what may be somebody's secret in it.
fn plain(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}
