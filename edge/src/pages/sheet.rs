//! A sheet: a page that is put together of a few kinds of parts. One struct and one template for all such pages.

use askama::Template;

use super::frame::{Frame, framed};

/// The page.
#[derive(Template)]
#[template(path = "sheet.html")]
pub(crate) struct Sheet {
    pub(crate) frame: Frame,
    /// The page that it is below: its address, and what it is called.
    pub(crate) back: Cell,
    pub(crate) parts: Vec<Part>,
}

framed!(Sheet);

/// A part of a sheet.
pub(crate) enum Part {
    Heading(String),
    /// What is to be known, in small letters.
    Hint(String),
    /// What was found, where there is nothing else to show.
    Empty(String),
    /// Names and values.
    Pairs(Vec<(String, Cell)>),
    Table(Table),
    /// Lines of a trace.
    Trace(Vec<String>),
    Form(Form),
    /// What is to be copied: its id on the page, what it is, and the text.
    Copy(String, String, String),
    /// A picture of the merchant's: its address, width, height and what it shows.
    Picture(String, i64, i64, String),
    /// Ways to other pages.
    Ways(Vec<Cell>),
}

/// A text, and the page that it leads to; none, if that is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) path: String,
}

impl Cell {
    /// A text that leads nowhere.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), path: String::new() }
    }

    /// A text that leads to a page.
    pub(crate) fn way(text: impl Into<String>, path: impl Into<String>) -> Self {
        Self { text: text.into(), path: path.into() }
    }
}

/// A table; what a row is about stands in its first cell.
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A form.
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) purpose: Purpose,
    pub(crate) groups: Vec<Group>,
    /// What is sent along unseen.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// What can be done with it: its value in `do`, and what it is called. The first is the usual one.
    pub(crate) buttons: Vec<(&'static str, String)>,
}

/// What a form is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It changes something.
    Change,
    /// The same, with a file.
    Upload,
    /// It asks something, and changes nothing.
    Ask,
    /// It looks through a list: few fields, in a row.
    Search,
}

impl Purpose {
    /// Whether it says that it comes from a page of ours.
    pub(crate) const fn changes(self) -> bool {
        matches!(self, Self::Change | Self::Upload)
    }
}

/// Fields that belong together; without a legend they stand for themselves.
#[derive(Clone, Default)]
pub(crate) struct Group {
    pub(crate) legend: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "sheet_fields.html")]
struct Fields<'a> {
    groups: &'a [Group],
}

impl Form {
    /// One that changes something: its fields together, and what is done with them.
    pub(crate) fn change(
        action: impl Into<String>,
        legend: String,
        fields: Vec<Field>,
        button: (&'static str, String),
    ) -> Self {
        let groups = vec![Group { legend, fields }];
        let (purpose, hidden, buttons) = (Purpose::Change, Vec::new(), vec![button]);
        Self { action: action.into(), purpose, groups, hidden, buttons }
    }

    fn fields(&self) -> askama::Result<String> {
        fields(&self.groups)
    }
}

impl Group {
    /// Its fields as HTML, for a form of another page.
    pub(crate) fn fields(&self) -> askama::Result<String> {
        fields(std::slice::from_ref(self))
    }
}

/// Made here, and not once more wherever there are fields.
#[inline(never)]
fn fields(groups: &[Group]) -> askama::Result<String> {
    Fields { groups }.render()
}

/// A field with what it holds and what is wrong with that.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) value: String,
    /// Empty, if nothing is wrong.
    pub(crate) problem: String,
    pub(crate) control: Control,
}

/// What a field is filled in with.
#[derive(Clone)]
pub(crate) enum Control {
    /// An input of a type.
    Input(&'static str),
    /// One that may not stay empty.
    Required(&'static str),
    /// Several lines.
    Area,
    /// One of several values, each with what it is called.
    Choice(Vec<(String, String)>),
    /// A box; its value is `1`.
    Check,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::frame::whole;
    fn frame() -> Frame {
        Frame::sample("A sheet", "/admin/programs/main")
    }

    fn field(control: Control, value: &str, problem: &str) -> Field {
        let (name, label) = ("name".to_owned(), "A label".to_owned());
        Field { name, label, hint: String::new(), value: value.to_owned(), problem: problem.to_owned(), control }
    }

    #[test]
    fn a_sheet_is_told_whole_empty_or_at_its_worst() {
        let page = Sheet { frame: frame(), back: Cell::default(), parts: Vec::new() };
        let empty = whole(&page).unwrap();
        assert!(empty.contains("<h1>A sheet</h1>"), "{empty}");
        let worst = "\"><script>alert(1)</script>";
        let choice = Control::Choice(vec![("a".to_owned(), "A".to_owned()), (worst.to_owned(), worst.to_owned())]);
        let form = Form {
            action: "/admin".to_owned(),
            purpose: Purpose::Change,
            groups: vec![Group {
                legend: worst.to_owned(),
                fields: vec![
                    field(Control::Required("number"), worst, worst),
                    field(Control::Input("text"), worst, ""),
                    field(Control::Area, worst, worst),
                    field(choice, worst, ""),
                    field(Control::Check, "1", ""),
                ],
            }],
            hidden: vec![("seen", worst.to_owned())],
            buttons: vec![("save", worst.to_owned())],
        };
        let table = Table {
            title: worst.to_owned(),
            columns: vec![worst.to_owned()],
            rows: vec![vec![Cell::way(worst, "/admin"), Cell::text(worst)]],
        };
        let parts = vec![
            Part::Heading(worst.to_owned()),
            Part::Hint(worst.to_owned()),
            Part::Empty(worst.to_owned()),
            Part::Pairs(vec![(worst.to_owned(), Cell::text(worst))]),
            Part::Table(table),
            Part::Trace(vec![worst.to_owned()]),
            Part::Form(form),
            Part::Copy("id".to_owned(), worst.to_owned(), worst.to_owned()),
            Part::Picture("https://shop.example/\"x".to_owned(), 468, 60, worst.to_owned()),
            Part::Ways(vec![Cell::way(worst, "/admin")]),
        ];
        let page = whole(&Sheet { frame: frame(), back: Cell::way(worst, "/admin"), parts }).unwrap();
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("aria-invalid=\"true\"") && page.contains(" selected") && page.contains(" checked"));
        assert_eq!(page.matches("name=\"csrf\" value=\"token\"").count(), 2, "the form's and the language's");
    }
}
