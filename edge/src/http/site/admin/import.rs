//! Files that are taken in: sent, looked at with their columns and bad lines, and then taken as a whole.
//!
//! A file that is sent changes nothing yet, so that it has no line in the history; its taking has.

use tributary_shared::csv::Records;
use tributary_shared::import::{Kind, Table, bad_rows_file};

use super::import_rows::{Looked, judge, read, table};
use crate::clock;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, file, html, to};
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::sheet::{Cell, Control, Field, Form, Group, Part, Purpose, Sheet, Table as Shows};
use crate::store::history::{self, Change, Prepared};
use crate::store::imports::{self, Counts, Sent};
use crate::store::many;

/// The most rows of one file: what a Worker reads in a second, and D1 takes in one transaction.
const ROWS_MAX: usize = 5_000;

/// Rows that are shown as they will be read, and bad ones that are named on the page.
const SHOWN_ROWS: usize = 5;
const SHOWN_BAD: usize = 30;

/// Columns of ours that nobody is asked for: they are taken by their own names.
const UNASKED: &str =
    "programs trb placed_by hold_days charity charity_percent service_date parent_commission_until rates";

/// The most columns of a file that are offered, and the most characters of their names.
const COLUMNS_MAX: usize = 100;
const COLUMN_CHARACTERS_MAX: usize = 30;

/// What is asked of a file that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::site) enum Asked {
    /// To look at it.
    Look,
    /// Its bad lines as a file.
    Bad,
    /// To take it, or to read its columns otherwise.
    Change,
}

/// The form.
pub(in crate::http::site) fn show(visit: &Visit<'_>) -> Shown {
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        kinds.push((kind.as_str().to_owned(), of(visit, kind)));
    }
    let form = visit.asked();
    let fields = vec![
        form.field("of", Key("import-kind"), Control::Choice(kinds)),
        form.hinted("file", Key("import-file"), Control::Input("file"), Key("import-file-hint")),
        form.field("text", Key("import-text"), Control::Area),
    ];
    let form = Form {
        action: "/admin/import".to_owned(),
        purpose: Purpose::Upload,
        groups: vec![Group { legend: String::new(), fields }],
        hidden: Vec::new(),
        buttons: vec![("", visit.t("import-look"))],
    };
    sheet(visit, "import-title", Cell::default(), vec![Part::Hint(visit.t("import-hint")), Part::Form(form)])
}

fn of(visit: &Visit<'_>, kind: Kind) -> String {
    visit.t(match kind {
        Kind::Orders => "import-of-orders",
        Kind::Refunds => "import-of-refunds",
        Kind::Partners => "import-of-partners",
        Kind::Products => "import-of-products",
    })
}

fn sheet(visit: &Visit<'_>, title: &str, back: Cell, parts: Vec<Part>) -> Shown {
    Ok(html(200, &Sheet { frame: visit.frame(visit.t(title)), back, parts })?)
}

/// Keeps a file for a look at it.
pub(in crate::http::site) async fn send(visit: &Visit<'_>) -> Shown {
    let name = clock::short_code();
    match kept(visit, &name) {
        Ok(kept) => {
            many(visit.env, &[kept]).await?;
            Ok(to(&format!("/admin/import/{name}"), &[])?)
        }
        Err(said) => Ok(to(&format!("/admin/import?said={said}"), &[])?),
    }
}

fn kept(visit: &Visit<'_>, name: &str) -> Result<Prepared, &'static str> {
    let kind = Kind::parse(visit.field("of")).ok_or("import-empty")?;
    let text = match visit.field("file") {
        "" => visit.field("text"),
        text => text,
    };
    match Records::of(text).count() {
        0 | 1 => Err("import-empty"),
        rows if rows > ROWS_MAX + 1 => Err("import-too-long"),
        _ => Ok(imports::keep(name, kind, text, &kind.guess(&Table::open(text)), visit.who(), visit.now)),
    }
}

/// What is asked of a file that was sent.
///
/// 1. The file, and whether all columns are there that must be.
/// 2. What its rows say, and what of that is known.
/// 3. It is shown, or all that is new of it is stored in one transaction with its line in the history.
pub(in crate::http::site) async fn sent(visit: &Visit<'_>, asked: Asked) -> Shown {
    // (1)
    let sent = imports::find(visit.env, &visit.segment).await?.ok_or(Refusal::NotFound)?;
    let takes = asked == Asked::Change && visit.field("do") == "take";
    if asked == Asked::Change && !takes {
        many(visit.env, &[imports::map(&visit.segment, &chosen(visit, &sent))]).await?;
    }
    let missing = missing(visit, &sent);
    if asked == Asked::Change && !(takes && missing.is_empty() && sent.done.is_none()) {
        return Ok(to(&visit.path, &[])?);
    }
    if !missing.is_empty() {
        let parts =
            vec![Part::Form(columns(visit, &sent)), Part::Empty(visit.t1("import-missing", "columns", &missing))];
        return shown(visit, &sent, parts);
    }
    // (2)
    let read = read(visit, &sent);
    let answers = many(visit.env, &read.questions).await?;
    let mut looked = judge(visit, &sent, read, &answers)?;
    // (3)
    if !takes {
        for bad in &mut looked.bad {
            bad.reason = visit.problem(&bad.reason);
        }
        return preview(visit, &sent, &looked, asked);
    }
    let what = match sent.kind {
        Kind::Orders => "orders.imported",
        Kind::Refunds => "refunds.imported",
        Kind::Partners => "partners.imported",
        Kind::Products => "products.imported",
    };
    let Counts { new, known, bad } = looked.counts;
    looked.statements.push(imports::done(&visit.segment, visit.now, looked.counts));
    let after = format!("{new} new, {known} known, {bad} refused");
    let line = Change { at: visit.now, who: visit.who(), what, subject: &visit.segment, before: String::new(), after };
    history::change(visit.env, &looked.statements, None, &line).await?;
    Ok(to(&format!("{}?said=import-done", visit.path), &[])?)
}

/// Columns that must be there and are not.
fn missing(visit: &Visit<'_>, sent: &Sent) -> String {
    let table = table(sent);
    let mut missing = Vec::new();
    for name in sent.kind.required() {
        if table.place(name).is_none() {
            missing.push(column_name(visit, name));
        }
    }
    missing.join(", ")
}

fn shown(visit: &Visit<'_>, sent: &Sent, parts: Vec<Part>) -> Shown {
    let title = format!("import-of-{}", sent.kind.as_str());
    sheet(visit, &title, Cell::way(visit.t("import-title"), "/admin/import"), parts)
}

/// What will be taken of a file, or was; what is wrong with the rest.
fn preview(visit: &Visit<'_>, sent: &Sent, looked: &Looked, asked: Asked) -> Shown {
    let Looked { counts, bad, .. } = looked;
    if asked == Asked::Bad {
        return Ok(file("text/csv; charset=utf-8", "bad-lines.csv", bad_rows_file(&sent.text, bad))?);
    }
    let mut parts = Vec::new();
    let is_open = sent.done.is_none();
    if is_open {
        parts.push(Part::Form(columns(visit, sent)));
        parts.push(Part::Table(first_rows(visit, sent)));
    }
    parts.push(Part::Heading(visit.t(if is_open { "import-would" } else { "import-result" })));
    let counts = sent.done.unwrap_or(*counts);
    let pair = |key: &str, count: i64| (visit.t(key), Cell::text(format::count(visit.language, count)));
    parts.push(Part::Pairs(vec![
        pair("import-new", counts.new),
        pair("import-known", counts.known),
        pair("import-bad", counts.bad),
    ]));
    if !bad.is_empty() {
        let mut rows = Vec::new();
        for bad in bad.iter().take(SHOWN_BAD) {
            rows.push(vec![Cell::text(bad.line.to_string()), Cell::text(bad.reason.as_str())]);
        }
        let columns = vec![visit.t("import-line"), visit.t("import-problem")];
        parts.push(Part::Table(Shows { title: visit.t("import-bad-lines"), columns, rows }));
        parts.push(Part::Ways(vec![Cell::way(visit.t("import-bad-file"), format!("{}.csv", visit.path))]));
    }
    if is_open && counts.new > 0 {
        parts.push(Part::Form(form(visit, Vec::new(), ("take", visit.t_count("import-take", counts.new)))));
    }
    shown(visit, sent, parts)
}

fn form(visit: &Visit<'_>, groups: Vec<Group>, button: (&'static str, String)) -> Form {
    Form { action: visit.path.clone(), purpose: Purpose::Change, groups, hidden: Vec::new(), buttons: vec![button] }
}

/// The columns that somebody chose; those that he was not asked for stay.
fn chosen(visit: &Visit<'_>, sent: &Sent) -> Vec<Option<usize>> {
    let mut places = sent.places.clone();
    for (place, name) in places.iter_mut().zip(sent.kind.columns()) {
        if let Some(chosen) = visit.fields(&format!("in-{name}")).next() {
            *place = chosen.parse().ok();
        }
    }
    places
}

fn is_asked(name: &str) -> bool {
    !UNASKED.split(' ').any(|unasked| unasked == name)
}

fn column_name(visit: &Visit<'_>, name: &str) -> String {
    if is_asked(name) { visit.t(&format!("import-col-{}", name.replace('_', "-"))) } else { name.to_owned() }
}

/// Which column is which.
fn columns(visit: &Visit<'_>, sent: &Sent) -> Form {
    let written = Table::open(&sent.text);
    let mut options = vec![(String::new(), "—".to_owned())];
    for (place, name) in written.columns().iter().enumerate().take(COLUMNS_MAX) {
        options.push((place.to_string(), name.chars().take(COLUMN_CHARACTERS_MAX).collect()));
    }
    let mut fields = Vec::new();
    for (name, place) in sent.kind.columns().iter().zip(&sent.places) {
        if is_asked(name) {
            fields.push(Field {
                name: format!("in-{name}"),
                label: column_name(visit, name),
                hint: String::new(),
                value: place.map_or_else(String::new, |place| place.to_string()),
                problem: String::new(),
                control: Control::Choice(options.clone()),
            });
        }
    }
    let group = Group { legend: visit.t("import-columns"), fields };
    form(visit, vec![group], ("look", visit.t("import-look-again")))
}

/// The first rows under the names that their columns have.
fn first_rows(visit: &Visit<'_>, sent: &Sent) -> Shows {
    let table = table(sent);
    let mut columns = vec![visit.t("import-line")];
    let mut names = Vec::new();
    for name in sent.kind.columns() {
        if table.place(name).is_some() {
            columns.push(column_name(visit, name));
            names.push(*name);
        }
    }
    let mut rows = Vec::new();
    for row in table.rows(sent.kind.columns()).iter().take(SHOWN_ROWS) {
        let mut cells = vec![Cell::text(row.line.to_string())];
        for name in &names {
            cells.push(Cell::text(row.text(name).chars().take(60).collect::<String>()));
        }
        rows.push(cells);
    }
    Shows { title: visit.t("import-first-rows"), columns, rows }
}
