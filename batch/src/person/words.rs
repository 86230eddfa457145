//! An address in texts: where it stands, and another in its place.

use crate::error::Error;
use crate::store::Store;

/// A column of text, and what stands in it that names a person.
pub(super) struct Found {
    pub(super) table: String,
    pub(super) column: String,
    /// Each text once.
    pub(super) texts: Vec<String>,
}

/// All columns of all tables that hold an address, whoever added them.
pub(super) fn find(store: &mut dyn Store, email: &str) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for row in store.rows(include_str!("../store/sql/text_columns.sql"), &[])? {
        let table = row.text(0)?;
        for column in text_columns(row.text(1)?) {
            let sql = of_column(include_str!("../store/sql/text_find.sql"), table, &column);
            let mut texts = Vec::new();
            for row in store.rows(&sql, &[email.into()])? {
                let text = row.text(0)?;
                if replaced(text, email, "").is_some() {
                    texts.push(text.to_owned());
                }
            }
            if !texts.is_empty() {
                found.push(Found { table: table.to_owned(), column, texts });
            }
        }
    }
    Ok(found)
}

/// Puts another address in the place of one, in a column.
pub(super) fn replace(store: &mut dyn Store, found: &Found, email: &str, with: &str) -> Result<(), Error> {
    let sql = of_column(include_str!("../store/sql/text_replace.sql"), &found.table, &found.column);
    for text in &found.texts {
        if let Some(new) = replaced(text, email, with) {
            store.write(&sql, &[text.as_str().into(), new.into()])?;
        }
    }
    Ok(())
}

/// The columns of text of a table, by the statement that made it. Ours name a column first and its type second.
fn text_columns(made: &str) -> Vec<String> {
    let (mut parts, mut depth, mut is_quoted, mut is_comment) = (vec![String::new()], 0_u32, false, false);
    let mut before = ' ';
    for character in made.chars() {
        if is_comment {
            is_comment = character != '\n';
        } else if is_quoted {
            is_quoted = character != '\'';
        } else {
            match character {
                '-' if before == '-' => is_comment = true,
                '\'' => is_quoted = true,
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                ',' if depth == 1 => parts.push(String::new()),
                _ if depth == 1 => {
                    if let Some(part) = parts.last_mut() {
                        part.push(character);
                    }
                }
                _ => {}
            }
        }
        before = character;
    }
    let column = |part: &String| {
        let mut words = part.trim_start_matches(['-', ' ', '\n']).split_whitespace();
        let (name, kind) = (words.next()?, words.next()?);
        kind.eq_ignore_ascii_case("TEXT").then(|| name.trim_matches('"').to_owned())
    };
    parts.iter().filter_map(column).collect()
}

/// A statement that stands for one on every column of text. The names come from the database itself.
fn of_column(sql: &str, table: &str, column: &str) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    sql.replace("\"contact\"", &quoted(table)).replace("\"name\"", &quoted(column))
}

/// The text with another in place of an address, in whatever case; `None` if it is not there.
///
/// `ann@x.example` is neither in `joann@x.example` nor in `ann@x.example.org`.
pub(super) fn replaced(text: &str, email: &str, with: &str) -> Option<String> {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte) || byte >= 0x80;
    let (bytes, wanted) = (text.as_bytes(), email.as_bytes());
    let (mut new, mut done, mut at) = (String::with_capacity(text.len()), 0, 0);
    while let Some(here) = bytes.get(at..at + wanted.len()) {
        let after = bytes.get(at + wanted.len()..).unwrap_or_default();
        let goes_on = match after {
            [b'.', next, ..] => next.is_ascii_alphanumeric(),
            [next, ..] => next.is_ascii_alphanumeric() || *next == b'-' || *next >= 0x80,
            [] => false,
        };
        let begins = at == 0 || !is_of_word(bytes[at - 1]);
        if here.eq_ignore_ascii_case(wanted) && begins && !goes_on {
            new.push_str(text.get(done..at)?);
            new.push_str(with);
            at += wanted.len();
            done = at;
        } else {
            at += 1;
        }
    }
    new.push_str(text.get(done..)?);
    (done > 0).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::{replaced, text_columns};

    #[test]
    fn columns_of_text_are_read_off_the_statement_that_made_the_table() {
        let made = "CREATE TABLE \"x\" (\n  id INTEGER PRIMARY KEY,\n  -- What, as in (`a`, b).\n  name TEXT NOT NULL DEFAULT ',(' CHECK (name <> 'TEXT'),\n  \
            at INTEGER, -- Unix, seconds.\n  \"last\" text, UNIQUE (name, at)\n, html TEXT NOT NULL DEFAULT '') STRICT";
        assert_eq!(text_columns(made), ["name", "last", "html"]);
    }

    #[test]
    fn an_address_is_replaced_in_whatever_case_and_never_in_the_middle_of_another() {
        let replaced = |text: &str| replaced(text, "ann@x.example", "-");
        assert_eq!(replaced("ann@x.example").as_deref(), Some("-"));
        assert_eq!(replaced("to \"Ann@X.example\", twice: ann@x.example.").as_deref(), Some("to \"-\", twice: -."));
        assert_eq!(replaced("email:ann@x.example").as_deref(), Some("email:-"));
        for other in
            ["joann@x.example", "j.ann@x.example", "ann@x.example.org", "ann@x.examples", "éann@x.example", "ann@x", ""]
        {
            assert_eq!(replaced(other), None, "{other}");
        }
    }
}
