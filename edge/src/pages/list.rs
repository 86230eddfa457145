//! Lists: pages of tables and forms that are put together from parts, so that one template makes all of them.

use askama::Template;

use super::chart::Chart;
use super::frame::{Frame, framed};

/// A page of parts, one below the other.
#[derive(Template)]
#[template(path = "list.html")]
pub(crate) struct List {
    pub(crate) frame: Frame,
    /// What is to be known before one looks; empty, if nothing is.
    pub(crate) hint: String,
    /// What narrows the list.
    pub(crate) filter: Option<Form>,
    /// Ways to what belongs to it: address and name.
    pub(crate) ways: Vec<(String, String)>,
    pub(crate) charts: Vec<Chart>,
    pub(crate) parts: Vec<Part>,
    /// Where the next page is; empty on the last.
    pub(crate) next: String,
}

framed!(List);

impl List {
    /// A page that has nothing but its frame.
    pub(crate) fn of(frame: Frame) -> Self {
        let (hint, next) = (String::new(), String::new());
        Self { frame, hint, filter: None, ways: Vec::new(), charts: Vec::new(), parts: Vec::new(), next }
    }
}

/// A table, a form, or both: then its rows are chosen in the form.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) title: String,
    pub(crate) hint: String,
    pub(crate) table: Option<Table>,
    pub(crate) form: Option<Form>,
}

/// A table.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// What is said if there are no rows.
    pub(crate) empty: String,
}

impl Table {
    /// Whether numbers stand in a column.
    pub(crate) fn is_number(&self, index: &usize) -> bool {
        self.columns.get(*index).is_some_and(|column| column.is_number)
    }
}

/// A column of a table.
pub(crate) struct Column {
    pub(crate) title: String,
    /// Whether numbers stand in it.
    pub(crate) is_number: bool,
}

/// A row of a table.
pub(crate) struct Row {
    /// What it is chosen by; empty, if it cannot be.
    pub(crate) key: String,
    pub(crate) cells: Vec<Cell>,
}

/// A cell.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Where it leads; empty, if nowhere.
    pub(crate) path: String,
    /// How it is meant: `good`, `bad` or `warn`; empty for what is only said.
    pub(crate) tone: &'static str,
}

/// A form.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
    /// What can be done: the value of `do`, and what the button says. The first is what one mostly wants.
    pub(crate) buttons: Vec<(&'static str, String)>,
}

/// A field of a form.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) control: Control,
}

/// What a field is filled in with.
pub(crate) enum Control {
    /// Nothing: it is sent back as it is.
    Hidden,
    /// A line.
    Text,
    /// A line that may not be empty.
    Required,
    /// An amount.
    Amount,
    /// A month.
    Month,
    /// One of several: value and name.
    Choice(Vec<(String, String)>),
}

#[derive(Template)]
#[template(path = "list_fields.html")]
struct Fields<'a> {
    form: &'a Form,
}

impl Form {
    /// Its fields as HTML: made here, and not once more wherever a form stands.
    #[inline(never)]
    fn fields(&self) -> askama::Result<String> {
        Fields { form: self }.render()
    }
}

impl Field {
    /// A field.
    pub(crate) fn new(name: &'static str, label: String, value: &str, control: Control) -> Self {
        Self { name, label, value: value.to_owned(), control }
    }

    /// A field that nobody sees.
    pub(crate) fn hidden(name: &'static str, value: String) -> Self {
        Self { name, label: String::new(), value, control: Control::Hidden }
    }
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A text that leads somewhere.
    pub(crate) fn way(text: impl Into<String>, path: String) -> Self {
        Self { text: text.into(), path, tone: "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::chart::Bar;
    use crate::pages::frame::whole;

    fn frame() -> Frame {
        Frame::sample("Payouts", "/admin/payouts")
    }

    #[test]
    fn a_list_is_shown_empty_as_it_is_mostly_and_at_its_worst() {
        let empty = whole(&List::of(frame())).unwrap();
        assert!(empty.contains("<h1>Payouts</h1>") && !empty.contains("<table"), "{empty}");
        let worst = "\"><script>alert(1)</script>".to_owned();
        let choice = Control::Choice(vec![("a".to_owned(), "A".to_owned()), (worst.clone(), worst.clone())]);
        let fields = vec![
            Field::new("a", worst.clone(), &worst, Control::Text),
            Field::new("b", worst.clone(), &worst, Control::Required),
            Field::new("c", worst.clone(), &worst, Control::Amount),
            Field::new("d", worst.clone(), &worst, Control::Month),
            Field::new("e", worst.clone(), &worst, choice),
            Field::hidden("f", worst.clone()),
        ];
        let form = || Form { action: worst.clone(), fields: Vec::new(), buttons: vec![("pay", worst.clone())] };
        let cells = || vec![Cell::text(worst.clone()), Cell { text: worst.clone(), path: worst.clone(), tone: "bad" }];
        let table = || Table {
            columns: [false, true].map(|is_number| Column { title: worst.clone(), is_number }).into(),
            rows: vec![Row { key: worst.clone(), cells: cells() }, Row { key: String::new(), cells: cells() }],
            empty: worst.clone(),
        };
        let page = List {
            hint: worst.clone(),
            filter: Some(Form { fields, ..form() }),
            ways: vec![(worst.clone(), worst.clone())],
            charts: vec![Chart {
                title: worst.clone(),
                total: worst.clone(),
                bars: vec![Bar { label: worst.clone(), value: 1, shown: worst.clone() }],
            }],
            parts: vec![
                Part { title: worst.clone(), hint: worst.clone(), table: Some(table()), form: Some(form()) },
                Part { table: Some(Table { rows: Vec::new(), ..table() }), form: Some(form()), ..Part::default() },
            ],
            next: worst.clone(),
            ..List::of(frame())
        };
        let shown = whole(&page).unwrap();
        assert!(!shown.contains("<script>alert"), "{shown}");
        assert_eq!(shown.matches("type=\"checkbox\"").count(), 1, "rows with a key are chosen: {shown}");
        assert_eq!(shown.matches("name=\"csrf\" value=\"token\"").count(), 3, "two forms and the language: {shown}");
    }
}
