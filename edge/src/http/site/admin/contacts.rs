//! Contacts: who they are, to whom they are bound, since when and by what, and binding one by hand.

use tributary_shared::contact::{Email, bound};

use crate::http::site::entries::{page_of, segment};
use crate::http::site::form::Filled;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Form, Group, Part, Purpose, Sheet, Table};
use crate::store::contact_cards::{self, ContactRow, Tie};
use crate::store::history::{self, Change, Prepared};
use crate::store::partners;
use crate::store::trials::{self, Customer, Named};

/// The longest reason and the longest name.
const TEXT_CHARACTERS_MAX: usize = 500;

/// The list.
pub(in crate::http::site) async fn contacts(visit: &Visit<'_>) -> Shown {
    let form = Filled::new(visit.language);
    list(visit, 200, visit.frame(visit.t("contacts-title")), &form).await
}

async fn list(visit: &Visit<'_>, status: u16, frame: Frame, form: &Filled) -> Shown {
    let asked = visit.asked();
    let search = asked.get("q");
    let mut rows = contact_cards::contacts(visit.env, search, visit.query_number("before")).await?;
    let before = page_of(&mut rows).map(|row| row.id);
    let find = Form {
        action: "/admin/contacts".to_owned(),
        purpose: Purpose::Search,
        groups: vec![Group {
            legend: String::new(),
            fields: vec![asked.field("q", Key("contacts-search"), Control::Input("text"))],
        }],
        hidden: Vec::new(),
        buttons: vec![("", visit.t("show"))],
    };
    let mut parts = vec![Part::Form(find)];
    if rows.is_empty() {
        parts.push(Part::Empty(visit.t(if search.is_empty() {
            Key("contacts-empty").0
        } else {
            Key("contacts-none").0
        })));
    } else {
        let row = |row: ContactRow| {
            vec![
                Cell::way(row.known_by(), path(row.id)),
                Cell::text(&row.name),
                Cell::text(row.external_id.as_deref().unwrap_or_default()),
                Cell::text(frame.date(&row.created_at)),
            ]
        };
        let columns =
            vec![visit.t("field-email"), visit.t("field-name"), visit.t("contact-external"), visit.t("contact-since")];
        let rows = rows.into_iter().map(row).collect();
        parts.push(Part::Table(Table { title: visit.t("contacts-title"), columns, rows }));
    }
    if let Some(before) = before {
        let same = if search.is_empty() { String::new() } else { format!("&q={}", segment(search)) };
        let way = Cell::way(visit.t("next-page"), format!("/admin/contacts?before={before}{same}"));
        parts.push(Part::Ways(vec![way]));
    }
    if frame.may_change() {
        parts.push(Part::Heading(visit.t("contact-new")));
        let fields = vec![
            form.field("email", Key("field-email"), Control::Required("email")),
            form.field("name", Key("field-name"), Control::Input("text")),
            form.hinted("partner", Key("contact-partner"), Control::Input("text"), Key("contact-partner-hint")),
            form.field("reason", Key("field-reason"), Control::Input("text")),
        ];
        parts.push(Part::Form(Form::change(
            "/admin/contacts".to_owned(),
            String::new(),
            fields,
            ("add", visit.t("contact-add")),
        )));
    }
    Ok(html(status, &Sheet { frame, back: Cell::default(), parts })?)
}

fn path(id: i64) -> String {
    format!("/admin/contacts/{id}")
}

/// Writes down a contact, bound to a partner if one is named.
pub(in crate::http::site) async fn add(visit: &Visit<'_>) -> Shown {
    let mut form = visit.filled();
    let email = form.parsed("email", Email::parse);
    if form.get("email").is_empty() {
        form.bad_key("email", Key("problem-missing"));
    }
    let name = form.text("name", TEXT_CHARACTERS_MAX).replace('\n', " ");
    let (Some(email), Ok(statement)) = (email, binding(visit, &mut form, false).await?) else {
        let frame = visit.frame_saying(visit.t("contacts-title"), Tone::Bad, visit.t("form-problems"));
        return list(visit, 422, frame, &form).await;
    };
    let mut statements = vec![contact_cards::insert(email.as_str(), &name, visit.now)];
    statements.extend(statement.map(|bind| bind(email.as_str())));
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what: "contact.added",
        subject: email.as_str(),
        before: String::new(),
        after: told(&form),
    };
    history::change(visit.env, &statements, None, &line).await?;
    Ok(to("/admin/contacts?said=contact-added", &[])?)
}

/// What makes the statement that binds, once it is known whom.
type Bind = Box<dyn FnOnce(&str) -> Prepared>;

/// The binding that a form asks for, if it is in order; nothing, if it names no partner and need not.
async fn binding(visit: &Visit<'_>, form: &mut Filled, is_needed: bool) -> Result<Result<Option<Bind>, ()>, Refusal> {
    let reason = form.text("reason", TEXT_CHARACTERS_MAX);
    let code = form.get("partner").to_owned();
    if code.is_empty() && !is_needed {
        return Ok(if form.is_good() { Ok(None) } else { Err(()) });
    }
    if reason.is_empty() {
        form.bad_key("reason", Key("order-reason-missing"));
    }
    let partner = partners::by_code(visit.env, &code).await?;
    if partner.is_none() {
        form.bad_key("partner", Key("problem-partner"));
    }
    let source = format!("{}: {reason}", visit.who());
    let now = visit.now;
    Ok(match partner.filter(|_| form.is_good()) {
        Some(partner) => {
            let bind = move |known_by: &str| contact_cards::bind(known_by, partner, source, now);
            Ok(Some(Box::new(bind) as Bind))
        }
        None => Err(()),
    })
}

/// What the history says of a binding.
fn told(form: &Filled) -> String {
    match form.get("partner") {
        "" => String::new(),
        partner => format!("{partner}: {}", form.get("reason")),
    }
}

async fn known(visit: &Visit<'_>) -> Result<(ContactRow, Vec<Tie>), Refusal> {
    let id = visit.segment.parse::<i64>().map_err(|_| Refusal::NotFound)?;
    contact_cards::card(visit.env, id).await?.ok_or(Refusal::NotFound)
}

/// The card.
pub(in crate::http::site) async fn contact(visit: &Visit<'_>) -> Shown {
    let (row, ties) = known(visit).await?;
    let frame = visit.frame(row.known_by().to_owned());
    let form = Filled::new(visit.language);
    card(visit, 200, frame, (&row, &ties), &form).await
}

async fn card(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    (row, ties): (&ContactRow, &[Tie]),
    form: &Filled,
) -> Shown {
    let named = Named { partner: "", skus: &[], coupons: &[], customer: Customer::Row(row.id) };
    let (book, evidence) = trials::book(visit.env, &named, Vec::new()).await?;
    let mut pairs = vec![
        (visit.t("field-name"), Cell::text(&row.name)),
        (visit.t("contact-external"), Cell::text(row.external_id.as_deref().unwrap_or("—"))),
        (visit.t("contact-since"), Cell::text(frame.date(&row.created_at))),
    ];
    match bound(&evidence, &book, visit.now) {
        Some(bound) => {
            let code = book.partner(bound.partner).map_or_else(String::new, |partner| partner.code.to_string());
            let way = format!("/admin/partners/{}", segment(&code));
            pairs.push((visit.t("contact-bound"), Cell::way(code, way)));
            pairs.push((visit.t("contact-bound-since"), Cell::text(frame.time(&bound.since))));
            pairs.push((visit.t("contact-bound-by"), Cell::text(frame.word("bound", bound.by.as_str()))));
        }
        None => pairs.push((visit.t("contact-bound"), Cell::text(visit.t("contact-bound-nobody")))),
    }
    let mut parts = vec![Part::Pairs(pairs)];
    if !ties.is_empty() {
        let tie = |tie: &Tie| {
            vec![
                Cell::text(frame.time(&tie.at)),
                Cell::way(&tie.partner, format!("/admin/partners/{}", segment(&tie.partner))),
                Cell::text(frame.word("bound", &tie.by)),
                Cell::text(tie.touched_at.map_or_else(|| "—".to_owned(), |at| frame.time(&at))),
                Cell::text(&tie.source),
            ]
        };
        let columns = vec![
            visit.t("col-time"),
            visit.t("col-partner"),
            visit.t("contact-bound-by"),
            visit.t("contact-touched"),
            visit.t("col-source"),
        ];
        let rows = ties.iter().map(tie).collect();
        parts.push(Part::Table(Table { title: visit.t("contact-evidence"), columns, rows }));
    }
    if frame.may_change() {
        parts.push(Part::Heading(visit.t("contact-bind")));
        parts.push(Part::Hint(visit.t("contact-bind-hint")));
        let fields = vec![
            form.field("partner", Key("trial-partner"), Control::Required("text")),
            form.field("reason", Key("field-reason"), Control::Required("text")),
        ];
        parts.push(Part::Form(Form::change(path(row.id), String::new(), fields, ("bind", visit.t("contact-bind")))));
        // As in other systems: a contact who is to recommend himself joins a program.
        if let Some(email) = &row.email {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("email", email).append_pair("name", &row.name);
            let way = format!("/admin/partners/new?{}", query.finish());
            parts.push(Part::Ways(vec![Cell::way(visit.t("contact-join"), way)]));
        }
    }
    Ok(html(status, &Sheet { frame, back: Cell::way(visit.t("nav-contacts"), "/admin/contacts"), parts })?)
}

/// Binds a contact by hand, from now on.
pub(in crate::http::site) async fn bind(visit: &Visit<'_>) -> Shown {
    let (row, ties) = known(visit).await?;
    let mut form = visit.filled();
    let Ok(Some(bind)) = binding(visit, &mut form, true).await? else {
        let frame = visit.frame_saying(row.known_by().to_owned(), Tone::Bad, visit.t("form-problems"));
        return card(visit, 422, frame, (&row, &ties), &form).await;
    };
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what: "contact.bound",
        subject: row.known_by(),
        before: ties.first().map_or(String::new(), |tie| tie.partner.clone()),
        after: told(&form),
    };
    history::change(visit.env, &[bind(row.known_by())], None, &line).await?;
    Ok(to(&format!("{}?said=contact-bound-done", path(row.id)), &[])?)
}
