//! Rows as they are answered: JSON and XML, of the same columns.

use super::accept::Form;
use super::resource::{Column, Resource};

/// What stands in one place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A text, an amount or an instant.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

/// A row: a cell for each column.
pub type Record = Vec<Cell>;

/// A page of a list.
#[must_use]
pub fn page(form: Form, resource: Resource, records: &[Record], next_cursor: Option<&str>) -> String {
    let mut out = String::new();
    match form {
        Form::Json => {
            out.push_str("{\"items\":[");
            for (index, record) in records.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json(&mut out, resource.columns(), record);
            }
            out.push_str("],\"next_cursor\":");
            match next_cursor {
                Some(cursor) => json_text(&mut out, cursor),
                None => out.push_str("null"),
            }
            out.push('}');
        }
        Form::Xml => {
            out.push_str(XML);
            tag(&mut out, "<", resource.name());
            for record in records {
                xml(&mut out, resource, record);
            }
            if let Some(cursor) = next_cursor {
                element(&mut out, "next_cursor", cursor);
            }
            tag(&mut out, "</", resource.name());
        }
    }
    out
}

/// One of a list.
#[must_use]
pub fn one(form: Form, resource: Resource, record: &Record) -> String {
    let mut out = String::new();
    match form {
        Form::Json => json(&mut out, resource.columns(), record),
        Form::Xml => {
            out.push_str(XML);
            xml(&mut out, resource, record);
        }
    }
    out
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

fn json(out: &mut String, columns: &[Column], record: &Record) {
    out.push('{');
    for (index, (column, cell)) in columns.iter().zip(record).enumerate() {
        if index > 0 {
            out.push(',');
        }
        json_text(out, column.name);
        out.push(':');
        match cell {
            Cell::Nothing => out.push_str("null"),
            Cell::Text(text) => json_text(out, text),
            Cell::Number(number) => out.push_str(&number.to_string()),
            Cell::Flag(flag) => out.push_str(word(*flag)),
        }
    }
    out.push('}');
}

const fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn json_text(out: &mut String, text: &str) {
    // Of a text, JSON can say everything.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

fn xml(out: &mut String, resource: Resource, record: &Record) {
    tag(out, "<", resource.singular());
    for (column, cell) in resource.columns().iter().zip(record) {
        match cell {
            // What is not there is left out.
            Cell::Nothing => {}
            Cell::Text(text) => element(out, column.name, text),
            Cell::Number(number) => element(out, column.name, &number.to_string()),
            Cell::Flag(flag) => element(out, column.name, word(*flag)),
        }
    }
    tag(out, "</", resource.singular());
}

fn tag(out: &mut String, opening: &str, name: &str) {
    out.push_str(opening);
    out.push_str(name);
    out.push('>');
}

/// An element with a text. Characters that XML 1.0 has no form for are left out.
fn element(out: &mut String, name: &str, text: &str) {
    tag(out, "<", name);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A bare one would be read as a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    tag(out, "</", name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coupons() -> Vec<Record> {
        vec![
            vec![Cell::Text("ANN10".to_owned()), Cell::Text("ann".to_owned())],
            vec![Cell::Text("<&\"\u{1}>".to_owned()), Cell::Nothing],
        ]
    }

    #[test]
    fn a_page_in_json_and_in_xml_says_the_same() {
        assert_eq!(
            page(Form::Json, Resource::Coupons, &coupons(), Some("B")),
            r#"{"items":[{"code":"ANN10","partner":"ann"},{"code":"<&\"\u0001>","partner":null}],"next_cursor":"B"}"#
        );
        assert_eq!(
            page(Form::Xml, Resource::Coupons, &coupons(), Some("B")),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<coupons><coupon><code>ANN10</code><partner>ann</partner></coupon>\
             <coupon><code>&lt;&amp;\"&gt;</code></coupon><next_cursor>B</next_cursor></coupons>"
        );
    }

    #[test]
    fn one_alone_stands_by_itself() {
        let record =
            vec![Cell::Text("T".to_owned()), Cell::Text("Tour".to_owned()), Cell::Flag(true), Cell::Flag(false)];
        assert_eq!(
            one(Form::Json, Resource::Products, &record),
            r#"{"sku":"T","name":"Tour","participates":true,"shown":false}"#
        );
        assert!(one(Form::Xml, Resource::Products, &record).ends_with(
            "<product><sku>T</sku><name>Tour</name><participates>true</participates><shown>false</shown></product>"
        ));
    }
}
