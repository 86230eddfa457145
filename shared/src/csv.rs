//! Tables as text (RFC 4180), read strictly: what can be read in two ways is named and not guessed.

/// What a cell shows where the file's bytes are not UTF-8.
const NOT_UTF8: char = '\u{fffd}';

/// The text of a file. What is not UTF-8 is marked in its cell, so that its row can be named.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line on which it begins, the first being 1.
    pub line: u64,
    /// Its cells as they stand there, without their quotes.
    pub cells: Vec<String>,
    /// Why it cannot be trusted; its cells say what could be read all the same.
    pub problem: Option<Broken>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A quote inside of a cell.
    #[error("a quote stands inside of a cell: put the whole cell in quotes, and double those in it")]
    Quote,
    /// A quote without its end: all that follows stands in it.
    #[error("a quote that begins here is never closed, so that all that follows belongs to its cell")]
    Open,
    /// Bytes of another encoding.
    #[error("is not UTF-8")]
    NotUtf8,
}

/// The rows of a text. Lines with nothing in them are none.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a str,
    separator: char,
    line: u64,
}

impl<'a> Records<'a> {
    /// Reads a text; its first row says whether a comma, a semicolon or a tab stands between cells.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { rest, separator: separator(rest), line: 1 }
    }

    /// Takes the end of a line away, if one is here.
    fn end_of_line(&mut self) -> bool {
        let rest = self.rest.strip_prefix('\r').map(|rest| rest.strip_prefix('\n').unwrap_or(rest));
        let Some(rest) = rest.or_else(|| self.rest.strip_prefix('\n')) else {
            return false;
        };
        (self.rest, self.line) = (rest, self.line + 1);
        true
    }

    /// Takes all up to the end of the cell.
    fn bare(&mut self) -> &'a str {
        let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        cell
    }

    /// Takes a cell whose opening quote is taken already.
    fn quoted(&mut self) -> (String, Option<Broken>) {
        let mut cell = String::new();
        loop {
            let Some((text, rest)) = self.rest.split_once('"') else {
                self.count(self.rest);
                cell.push_str(self.rest);
                self.rest = "";
                return (cell, Some(Broken::Open));
            };
            self.count(text);
            cell.push_str(text);
            self.rest = rest;
            let Some(rest) = rest.strip_prefix('"') else {
                break;
            };
            cell.push('"');
            self.rest = rest;
        }
        let after = self.bare();
        cell.push_str(after);
        (cell, (!after.is_empty()).then_some(Broken::Quote))
    }

    /// Counts the lines that end in a text: CR LF is one end.
    fn count(&mut self, text: &str) {
        let ends = text.bytes().zip(text.bytes().skip(1).chain([0]));
        self.line +=
            ends.fold(0, |count, (byte, next)| count + u64::from(byte == b'\n' || (byte == b'\r' && next != b'\n')));
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.end_of_line() {}
        if self.rest.is_empty() {
            return None;
        }
        let mut record = Record { line: self.line, cells: Vec::new(), problem: None };
        loop {
            let (cell, problem) = match self.rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    self.quoted()
                }
                None => {
                    let cell = self.bare();
                    (cell.to_owned(), cell.contains('"').then_some(Broken::Quote))
                }
            };
            let problem = problem.or_else(|| cell.contains(NOT_UTF8).then_some(Broken::NotUtf8));
            record.problem = record.problem.or(problem);
            record.cells.push(cell);
            match self.rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.end_of_line();
        Some(record)
    }
}

/// What stands between cells: of the three, the one that the first row has most of outside of quotes.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut is_quoted = false;
    for c in text.trim_start_matches(['\r', '\n']).chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                for (separator, count) in &mut counts {
                    *count += usize::from(*separator == c);
                }
            }
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    counts.iter().find(|(_, count)| Some(*count) == most).map_or(',', |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        Records::of(text)
            .map(|record| {
                assert_eq!(record.problem, None, "{text:?}");
                (record.line, record.cells)
            })
            .collect()
    }

    fn rows(text: &str) -> Vec<String> {
        read(text).into_iter().map(|(line, cells)| format!("{line}: {}", cells.join("|"))).collect()
    }

    #[test]
    fn cells_are_what_stands_between_separators() {
        for (text, wanted) in [
            ("", &[][..]),
            ("\r\n\n", &[]),
            ("a,b", &["1: a|b"]),
            ("a,b\r\n1,2\r\n", &["1: a|b", "2: 1|2"]),
            ("a,b\n1,2", &["1: a|b", "2: 1|2"]),
            ("a,b\r1,2", &["1: a|b", "2: 1|2"]),
            ("\u{feff}a,b\n1,2", &["1: a|b", "2: 1|2"]),
            ("\u{feff}\"a\",b", &["1: a|b"]),
            ("a,b\n1,", &["1: a|b", "2: 1|"]),
            ("a,b\n,\n", &["1: a|b", "2: |"]),
            ("a,b\n\n\n1,2", &["1: a|b", "4: 1|2"]),
            (" a , b ", &["1:  a | b "]),
            ("a,ä,日", &["1: a|ä|日"]),
        ] {
            assert_eq!(rows(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_cell_in_quotes_may_hold_anything() {
        for (text, wanted) in [
            ("\"a,b\",c", &["1: a,b|c"][..]),
            ("\"say \"\"so\"\"\",c", &["1: say \"so\"|c"]),
            ("\"\",\"\"", &["1: |"]),
            ("\"\"\"\"", &["1: \""]),
            ("a,\"1\n2\"\nb,c", &["1: a|1\n2", "3: b|c"]),
            ("a,\"1\r\n2\r\n\"\r\nb,c", &["1: a|1\r\n2\r\n", "4: b|c"]),
            ("a,\"1\r2\"\nb,c", &["1: a|1\r2", "3: b|c"]),
        ] {
            assert_eq!(rows(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn the_first_row_says_what_stands_between_cells() {
        for (text, wanted) in [
            ("a;b\n1,5;2", &["1: a|b", "2: 1,5|2"][..]),
            ("a\tb\n1,5\t2;3", &["1: a|b", "2: 1,5|2;3"]),
            ("\"a;b;c\",d", &["1: a;b;c|d"]),
            ("\"a;\nb;\",d", &["1: a;\nb;|d"]),
            ("a,b;c", &["1: a|b;c"]),
            ("\n\na;b", &["3: a|b"]),
            ("alone", &["1: alone"]),
        ] {
            assert_eq!(rows(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_row_that_can_be_read_in_two_ways_is_named_and_the_next_is_read() {
        for (text, line, problem, cells) in [
            ("a,b\n1\"2,3\n4,5", 2, Broken::Quote, "1\"2|3"),
            ("a,b\n\"1\"2,3\n4,5", 2, Broken::Quote, "12|3"),
            ("a,b\n 1,\"2\" \n4,5", 2, Broken::Quote, " 1|2 "),
            ("a,b\n1,\u{fffd}\n4,5", 2, Broken::NotUtf8, "1|\u{fffd}"),
        ] {
            let records: Vec<Record> = Records::of(text).collect();
            assert_eq!((records[1].line, records[1].problem), (line, Some(problem)), "{text:?}");
            assert_eq!(records[1].cells.join("|"), cells, "{text:?}");
            assert_eq!((records[2].problem, records[2].cells.join("|").as_str()), (None, "4|5"), "{text:?}");
        }
        let open: Vec<Record> = Records::of("a,b\n1,\"2\n3,4\n").collect();
        assert_eq!(open.len(), 2);
        assert_eq!((open[1].line, open[1].problem), (2, Some(Broken::Open)));
        assert_eq!(text(b"a,\xff"), "a,\u{fffd}");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(
            rows in proptest::collection::vec(proptest::collection::vec("[a,;\t\"\r\n ä'-]{0,6}", 2..5), 1..5)
        ) {
            // The first row has more commas than anything else stands bare in it.
            let head = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
            let mut text = cells::record(&head);
            for row in &rows {
                let row: Vec<&str> = row.iter().map(String::as_str).collect();
                text.push_str(&cells::record(&row));
            }
            let found: Vec<Vec<String>> = read(&text).into_iter().skip(1).map(|(_, cells)| cells).collect();
            proptest::prop_assert_eq!(found, rows);
        }

        #[test]
        fn no_text_is_read_for_ever_or_beyond_its_lines(text in "[a,;\"\r\n]{0,60}") {
            let lines = text.matches(['\n', '\r']).count() as u64 + 1;
            for record in Records::of(&text) {
                proptest::prop_assert!(record.line <= lines && !record.cells.is_empty());
            }
        }
    }
}
