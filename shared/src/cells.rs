//! Cells of tables that people open in spreadsheets.

/// A text that no spreadsheet takes for a formula (OWASP, "CSV Injection"): a `'` goes before `= + - @ TAB CR`.
#[must_use]
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A free text as one harmless line: blanks, ends of lines and other controls become single blanks.
#[must_use]
pub fn harmless_line(text: &str) -> String {
    harmless(&line(text))
}

/// A text on one line, without blanks around it.
#[must_use]
pub fn line(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Cells as one line of a table, its end with it (RFC 4180).
#[must_use]
pub fn record(cells: &[&str]) -> String {
    let cell = |cell: &&str| {
        if cell.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    };
    let mut record = cells.iter().map(cell).collect::<Vec<_>>().join(",");
    record.push_str("\r\n");
    record
}

#[cfg(test)]
mod tests {
    use super::{harmless, harmless_line, record};

    #[test]
    fn a_cell_is_quoted_where_it_would_be_read_as_two() {
        assert_eq!(record(&["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(
            record(&["a,b", "say \"so\"", "two\nlines", "\r"]),
            "\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",\"\r\"\r\n"
        );
    }

    #[test]
    fn no_cell_begins_as_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"] {
            assert!(harmless(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(harmless("INV-1"), "INV-1");
    }

    #[test]
    fn blanks_before_a_formula_do_not_hide_it() {
        for text in [" =1", "\n=1", "\u{a0}=1", "\u{0}=1", "\t\r=1"] {
            assert_eq!(harmless_line(text), "'=1", "{text:?}");
        }
        assert_eq!(harmless_line(" two\r\nlines "), "two lines");
    }
}
