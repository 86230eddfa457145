//! A letter made of a text and the values of its fields.

use super::{Field, Text};

/// The longest value of a field of one line, in characters: a name is no place for an essay.
const VALUE_MAX: usize = 300;

/// A letter as it is sent: both sides say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line, whatever was in the fields.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a whole HTML document, that loads nothing.
    pub html: String,
}

/// A value as one line: what would begin another becomes a blank.
#[must_use]
pub fn clean(value: &str) -> String {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    value.chars().map(|letter| if is_break(letter) { ' ' } else { letter }).take(VALUE_MAX).collect()
}

/// Cuts a text at its fields: what stands before each, and the field's name; at the end none.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        // A brace without a name after it is a brace.
        let found = text.match_indices('{').find_map(|(at, _)| {
            let (name, _) = text[at + 1..].split_once('}')?;
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            is_name.then_some((at, name))
        });
        match found {
            Some((at, name)) => {
                rest = Some(&text[at + name.len() + 2..]);
                Some((&text[..at], Some(name)))
            }
            None => {
                rest = None;
                Some((text, None))
            }
        }
    })
}

/// A field's value as it may stand in a letter. Only a link leads anywhere: a name that is an address is words.
fn value_of(fields: &[(&str, &str)], name: &str) -> String {
    let value = fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| *value);
    if Field::is_list(name) {
        value.lines().map(clean).collect::<Vec<_>>().join("\n")
    } else if Field::is_link(name) {
        clean(value)
    } else {
        clean(value).replace("://", ": ")
    }
}

/// Fills fields in.
fn filled(text: &str, fields: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    for (before, field) in pieces(text) {
        filled.push_str(before);
        if let Some(name) = field {
            filled.push_str(&value_of(fields, name));
        }
    }
    filled
}

/// Makes a letter; a field without a value is empty.
#[must_use]
pub fn render(text: &Text, language: &str, fields: &[(&str, &str)]) -> Letter {
    let subject = clean(&filled(&text.subject, fields)).trim().to_owned();
    let body = text.body.replace("\r\n", "\n");
    let mut plain = filled(&body, fields).trim_end().to_owned();
    plain.push('\n');
    let html = document(&subject, language, &marked_up(&body, fields));
    Letter { subject, text: plain, html }
}

/// Adds a text to HTML, as text.
fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

/// The body in HTML: paragraphs, lists, links.
fn marked_up(body: &str, fields: &[(&str, &str)]) -> String {
    let mut lines = String::with_capacity(body.len() * 2);
    for (before, field) in pieces(body) {
        escape(&mut lines, before);
        let Some(name) = field else { continue };
        let value = value_of(fields, name);
        if Field::is_link(name) && (value.starts_with("https://") || value.starts_with("http://")) {
            lines.push_str("<a href=\"");
            escape(&mut lines, &value);
            lines.push_str("\" style=\"color:#0b5cad;word-break:break-all\">");
            escape(&mut lines, &value);
            lines.push_str("</a>");
        } else {
            escape(&mut lines, &value);
        }
    }
    // No tag of ours spans lines, and nothing of others' is a tag.
    let mut html = String::with_capacity(lines.len() * 2);
    let mut open = "";
    for line in lines.lines() {
        let (wanted, line) = match line.strip_prefix("- ") {
            Some(item) => ("ul", item),
            None if line.trim().is_empty() => ("", ""),
            None => ("p", line),
        };
        if wanted != open {
            close(&mut html, open);
            if !wanted.is_empty() {
                html.push('<');
                html.push_str(wanted);
                html.push('>');
            }
        } else if wanted == "p" {
            html.push_str("<br>\n");
        }
        if wanted == "ul" {
            html.push_str("<li>");
        }
        html.push_str(line);
        if wanted == "ul" {
            html.push_str("</li>");
        }
        open = wanted;
    }
    close(&mut html, open);
    html
}

fn close(html: &mut String, open: &str) {
    if !open.is_empty() {
        html.push_str("</");
        html.push_str(open);
        html.push_str(">\n");
    }
}

/// What is around every letter. Styles stand where they hold: programs for mail leave out sheets.
fn document(subject: &str, language: &str, body: &str) -> String {
    let mut html = String::with_capacity(body.len() + 600);
    html.push_str("<!doctype html>\n<html lang=\"");
    escape(&mut html, language);
    html.push_str("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
    escape(&mut html, subject);
    html.push_str(
        "</title></head>\n<body style=\"margin:0;padding:24px 12px;background:#f2f4f6\"><div style=\"max-width:34rem;\
         margin:0 auto;padding:12px 24px;background:#fff;border-radius:8px;color:#1b1f24;font:16px/1.5 \
         -apple-system,'Segoe UI',Roboto,Arial,sans-serif\">\n",
    );
    html.push_str(body);
    html.push_str("</div></body></html>\n");
    html
}
