//! Nothing that anybody writes runs on a page: every string of the collection, in every field that is shown, in Chromium.
//!
//! What is a row stands in the database as it is, many to a page. Lists are walked under their own policy; cards and refused
//! forms are fetched and shown many at once without one, because what is escaped needs none.

mod fill;
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use look::{Look, Seen, Visitor};

use crate::people::{Household, OWNER};

/// Strings of our own, where the collection is not at hand.
const SCRIPTS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "{{7*7}}<iframe srcdoc='<script>alert(1)</script>'>",
    "</textarea><details open ontoggle=alert(1)>",
];

/// Texts that pages of the newest show, and those that others with an end do.
const LATEST_TEXTS: usize = 50;
const WINDOW_TEXTS: usize = 180;

/// What stands behind a text in a field, before its number.
fn mark(field: &str) -> String {
    format!("·{field}·")
}

fn strings() -> Vec<String> {
    let mut texts: Vec<String> = SCRIPTS.map(str::to_owned).into();
    if let Ok(more) = std::fs::read_to_string(tributary_tests::root().join("../shared/fixtures/xss_cases.json")) {
        let cases: Vec<Value> = serde_json::from_str(&more).unwrap();
        texts.extend(cases.iter().map(|case| case["payload"].as_str().unwrap().to_owned()));
    }
    texts
}

fn visitor(household: &Household, name: &str) -> Visitor {
    Visitor { context: household.logged_in_browser(&format!("xss-{name}"), name), session: household.log_in(name) }
}

fn html(body: String) -> Answer {
    Answer { status: 200, headers: vec![("content-type".to_owned(), "text/html".to_owned())], body }
}

/// A text with the mark of a field behind it, if that takes so many characters; else nothing can have it there.
fn within(texts: &[String], number: usize, field: &str, length_max: usize) -> Option<String> {
    let text = format!("{}{}{number}·", texts[number].trim_start(), mark(field));
    (text.chars().count() <= length_max && !text.contains(char::is_control)).then_some(text)
}

/// What goes through forms and the API, and how many characters it may have there.
const ORDERS: [(&str, usize); 8] = [
    ("order_name", 255),
    ("order_by", 500),
    ("order_customer", 500),
    ("order_buyer", 255),
    ("order_sku", 100),
    ("order_coupon", 64),
    ("order_reason", 500),
    ("join_name", 500),
];

/// Orders, what somebody decides about each, and the night: what pages tell of them goes through all of it.
fn orders(household: &Household, owner: &str, texts: &[String]) {
    let one = |number: usize| {
        let of = |field: &str, or: &str| {
            let (_, length_max) = ORDERS.iter().find(|(known, _)| *known == field).unwrap();
            within(texts, number, field, *length_max).unwrap_or_else(|| or.to_owned())
        };
        let name = of("order_name", &format!("X-{number}"));
        let order = json!({
            "paid_at": "2026-11-11T10:00:00Z", "partner": "house-ann", "placed_by": of("order_by", ""),
            "customer": { "name": of("order_customer", "X"), "external_id": of("order_buyer", "X") },
            "lines": [{ "sku": of("order_sku", "TOUR"), "quantity": 1, "net": "1.00" }],
            "coupon_codes": [of("order_coupon", "NONE")],
        });
        let answer = household.stage.order(&name, order);
        assert_eq!(answer.status, 201, "{name}: {}", answer.body);
        let path: String = format!(
            "/admin/orders/{}",
            percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC)
        );
        let held = household.send(owner, &path, &[("word", "hold"), ("reason", &of("order_reason", "X"))]);
        assert_eq!(held.status, 303, "{path}: {}", held.body);
        let join = [
            ("name", of("join_name", "X")),
            ("site", of("join_name", "X")),
            ("email", format!("x{number}@partners.example")),
        ];
        let join: Vec<(&str, &str)> = join.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(household.post("/join", "", &join).status, 200);
    };
    std::thread::scope(|scope| {
        for beginning in 0..4 {
            scope.spawn(move || (beginning..texts.len()).step_by(4).for_each(one));
        }
    });
    household.stage.reconcile("2026-11-25T12:00:00Z");
}

/// Sends every form that has been seen, and is written into, with texts of all kinds in each of its fields.
fn echoes(look: &mut Look<'_>, visitor: &Visitor) {
    let token = if visitor.session.is_empty() { String::new() } else { look.household.token(&visitor.session) };
    // So many texts in each field that a refused form still shows them all.
    let mut chunks = vec![String::new()];
    for text in look.texts {
        if chunks.last().is_some_and(|chunk| !chunk.is_empty() && chunk.len() + text.len() > 450) {
            chunks.push(String::new());
        }
        let last = chunks.last_mut().unwrap();
        write!(last, "{text} ").unwrap();
    }
    let mine = format!("{} ", visitor.context);
    let forms: Vec<Value> =
        look.seen.forms.iter().filter(|(key, _)| key.starts_with(&mine)).map(|(_, form)| form.clone()).collect();
    for form in forms.iter().filter(|form| form["texts"].as_array().is_some_and(|texts| !texts.is_empty())) {
        let action = form["action"].as_str().unwrap();
        if ["/password", "/logout", "/language"].contains(&action) {
            continue;
        }
        let requests: Vec<(String, Vec<(String, String)>)> = chunks
            .iter()
            .map(|chunk| {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let given = form["texts"].as_array().unwrap().iter().map(|name| (text(name), chunk.clone()));
                let others = form["others"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1])));
                let mut fields: Vec<(String, String)> =
                    given.chain(others.filter(|(name, _)| name != "csrf")).collect();
                fields.extend(form["button"].as_array().map(|pair| (text(&pair[0]), text(&pair[1]))));
                if form["method"] == "get" {
                    let query: String =
                        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                    return (format!("{}?{query}", action.split('?').next().unwrap()), Vec::new());
                }
                fields.push(("csrf".to_owned(), token.clone()));
                (action.to_owned(), fields)
            })
            .collect();
        let answers = look.fetch(&visitor.session, &requests);
        look.bundle(&visitor.context, &answers);
    }
}

#[test]
fn nothing_that_anybody_writes_runs_in_any_field_that_is_shown() {
    let household = Household::new();
    let texts = strings();
    let began = std::time::Instant::now();
    let said = |what: &str| println!("{:4} s  {what}", began.elapsed().as_secs());
    household.stage.site.put("/trap", "<!doctype html><title>Trap</title><link rel=icon href=data:,><body></body>");
    let new = |together| Look {
        household: &household,
        texts: &texts,
        seen: Seen::default(),
        together,
        fetched: BTreeSet::new(),
    };
    // The control: the same look finds what would run if it were not escaped.
    let mut control = new(1);
    let bare: Vec<(String, Answer)> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let body = format!("<!doctype html><html><head><title>Control</title></head><body><p>{text}</p><input value=\"{text}\"></body></html>");
            (format!("{number}:"), html(body))
        })
        .collect();
    control.bundle("control", &bare);
    let found = |number: usize| control.seen.wrong.iter().any(|wrong| wrong.starts_with(&format!("{number}:")));
    let sprung = (0..texts.len()).filter(|number| found(*number)).count();
    said(&format!("control: {sprung} of {} strings are found where nothing is escaped", texts.len()));
    assert!((0..SCRIPTS.len()).all(found) && sprung * 2 > texts.len(), "{sprung}: {:?}", control.seen.wrong);
    assert!(
        control.seen.wrong.iter().any(|wrong| wrong.contains("sprung: alert")),
        "scripts ran: {:?}",
        control.seen.wrong
    );

    let owner = visitor(&household, OWNER);
    orders(&household, &owner.session, &texts);
    let connection = rusqlite::Connection::open(household.stage.worker.database().unwrap()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    fill::once(&connection, &texts, &household.stage.shop("/"));
    said("the texts are in");
    let partners = ["house-ann", "house-ben", "house-look"].map(|name| visitor(&household, name));
    let mut look = new(10);
    let lists = [
        "/admin",
        "/admin/orders",
        "/admin/orders?show=held",
        "/admin/orders?show=reported",
        "/admin/partners",
        "/admin/contacts",
        "/admin/products",
        "/admin/accruals",
        "/admin/balances",
        "/admin/payouts",
        "/admin/adjustments",
        "/admin/audit",
        "/admin/reports?from=2026-11&by=product",
        "/admin/payouts/new",
        "/sales",
        "/sales/desk/orders",
    ];
    look.walk(&owner, &lists, true);
    said(&format!("{} pages of lists", look.seen.pages));
    look.cards(
        &owner,
        &["/admin/orders/", "/admin/partners/", "/admin/contacts/", "/admin/products/", "/admin/payouts/", "/sales/x-"],
    );
    said(&format!("{} cards", look.seen.documents));
    for partner in &partners {
        let sales = format!("/sales/{}", partner.context.trim_start_matches("xss-"));
        let pages = [
            "/partner",
            "/partner/accruals",
            "/partner/payouts",
            "/partner/orders",
            "/partner/partners",
            "/partner/products",
            "/partner/products/TOUR",
            "/partner/statement?month=2026-11",
            "/partner/settings",
            &sales,
        ];
        look.walk(partner, &pages, true);
        look.cards(partner, &["/partner/orders/"]);
    }
    look.cards(&partners[2], &["/partner/products/"]);
    said(&format!("{} documents with the cabinet's", look.seen.documents));
    let nobody = Visitor { context: "xss-nobody".to_owned(), session: String::new() };
    let numbered: Vec<(usize, &String)> = texts.iter().enumerate().collect();
    for latest in numbered.chunks(LATEST_TEXTS) {
        fill::latest(&connection, latest);
        let pages = [
            "/admin/mail",
            "/admin/mail?show=failed",
            "/admin/hooks",
            "/admin/adjustments",
            "/admin/counter",
            "/admin/shops",
            "/admin/reports?from=2026-11&by=sub_id",
            "/admin/reports?from=2026-11&by=referrer",
            "/admin/reports?from=2026-11&by=utm",
            "/admin/reports?from=2026-11&by=country",
        ];
        look.walk(&owner, &pages, false);
        for partner in &partners {
            look.walk(partner, &["/partner/postbacks", "/partner/reports?from=2026-11&by=sub_id"], false);
        }
    }
    said(&format!("{} pages with those of the newest", look.seen.pages));
    for window in numbered.chunks(WINDOW_TEXTS) {
        fill::window(&connection, window);
        let pages = [
            "/admin/people",
            "/admin/programs",
            "/admin/programs/main",
            "/admin/programs/main/test",
            "/admin/programs/new",
            "/admin/partners/new",
            "/admin/branding",
            "/admin/mail/texts?kind=accruals&language=en",
        ];
        look.walk(&owner, &pages, false);
        for partner in &partners {
            look.walk(partner, &["/partner", "/partner/links", "/partner/settings"], false);
        }
        look.walk(&nobody, &["/join", "/embed/join", "/login", "/embed/login"], false);
        look.cards(&owner, &["/admin/programs/x-"]);
        let files: Vec<_> =
            window.iter().map(|(number, _)| (format!("/admin/import/x-{number}"), Vec::new())).collect();
        let files = look.fetch(&owner.session, &files);
        let absent = files
            .iter()
            .filter(|(_, answer)| answer.status != 200)
            .map(|(path, answer)| format!("{path}: {}", answer.status));
        look.seen.wrong.extend(absent);
        look.bundle(&owner.context, &files);
        for (beginning, partner) in partners.iter().enumerate() {
            let links = |number: &usize| number % 3 == beginning;
            let paths = window
                .iter()
                .map(|(number, _)| *number)
                .filter(links)
                .map(|number| format!("/partner/links/x-{number}"));
            let paths: Vec<(String, Vec<(String, String)>)> = paths
                .flat_map(|path| [format!("{path}/affiliate.html"), path])
                .map(|path| (path, Vec::new()))
                .collect();
            let answers = look.fetch(&partner.session, &paths);
            look.bundle(&partner.context, &answers);
        }
        let widgets = window.iter().map(|(number, _)| (format!("/w/x-{number}.html"), Vec::new())).collect::<Vec<_>>();
        let mut widgets = look.fetch("", &widgets);
        for (number, _) in window {
            let body = format!(
                "<!doctype html><html><head><title>x</title></head><body><script src=\"http://127.0.0.1:{}/w/x-{number}.js\"></script></body></html>",
                household.stage.worker.port
            );
            widgets.push((format!("/w/x-{number}.js"), html(body)));
        }
        look.bundle("widgets", &widgets);
    }
    said(&format!("{} pages, {} documents with what has an end", look.seen.pages, look.seen.documents));
    // Letters, as they are sent.
    let mut query = connection.prepare("SELECT html FROM mail WHERE html <> ''").unwrap();
    // Letters have their styles in attributes; pages have none.
    let html = |body: String| html(body.replace(" style=\"", " data-style=\""));
    let letters: Vec<(String, Answer)> = query
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(|body| ("a letter".to_owned(), html(body.unwrap())))
        .collect();
    look.bundle("letters", &letters);
    said(&format!("{} letters", letters.len()));
    let forms = look.seen.forms.len();
    for visitor in partners.iter().take(1).chain([&owner, &nobody]) {
        echoes(&mut look, visitor);
        said(&format!("{} documents with refused forms of {}", look.seen.documents, visitor.context));
    }
    let seen = &look.seen;
    let mut wrong = seen.wrong.clone();
    let lengths = ORDERS.iter().map(|(field, length_max)| ((*field).to_owned(), *length_max));
    let fields: BTreeMap<String, usize> =
        fill::fields().into_iter().map(|field| (field, usize::MAX)).chain(lengths).collect();
    let mut strings_in_fields = 0;
    for (field, length_max) in &fields {
        let may = |number: &usize| match field.as_str() {
            // A column's name and a cell are shown as far as that.
            "import_head" => within(&texts, *number, field, 30).is_some(),
            "import_cell" => within(&texts, *number, field, 60).is_some(),
            "click_sub" => format!("{}{}{number}·", texts[*number], mark(field)).chars().count() <= 64,
            "product_sku" => format!("{}{}{number}·", texts[*number], mark(field)).chars().count() <= 100,
            // A name with a point in it is none of an event's.
            "hook_id" => !texts[*number].contains('.'),
            _ if *length_max == usize::MAX => true,
            _ => within(&texts, *number, field, *length_max).is_some(),
        };
        let shown = seen.shown.get(field).cloned().unwrap_or_default();
        strings_in_fields += shown.len();
        let missing: Vec<usize> =
            (0..texts.len()).filter(may).filter(|number| !shown.contains(&u64::try_from(*number).unwrap())).collect();
        if !missing.is_empty() {
            wrong.push(format!(
                "{field} is not shown as it is with {} strings: {:?}",
                missing.len(),
                &missing[..missing.len().min(9)]
            ));
        }
    }
    said(&format!("{} fields, {strings_in_fields} strings in them, {forms} forms", fields.len()));
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}
