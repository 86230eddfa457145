//! XML with indentation, one element a line: as much of it as a bank's file needs.

/// A document being written to memory.
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    /// Begins a document in UTF-8.
    pub(super) fn begin() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(), depth: 0 }
    }

    /// Begins an element with others in it; `attributes` begins with a blank, or is empty.
    pub(super) fn open(&mut self, name: &str, attributes: &str) {
        self.line();
        self.depth += 1;
        for part in ["<", name, attributes, ">"] {
            self.text.push_str(part);
        }
    }

    /// Ends it.
    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.end_of(name);
    }

    /// Writes an element with a text in it.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, "", text);
    }

    /// Writes an element with attributes and a text in it.
    pub(super) fn text_with(&mut self, name: &str, attributes: &str, text: &str) {
        self.open(name, attributes);
        self.depth = self.depth.saturating_sub(1);
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '\'' => self.text.push_str("&apos;"),
                '"' => self.text.push_str("&quot;"),
                _ => self.text.push(c),
            }
        }
        self.end_of(name);
    }

    /// The bytes, with an end of line.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.text.push('\n');
        self.text.into_bytes()
    }

    fn end_of(&mut self, name: &str) {
        for part in ["</", name, ">"] {
            self.text.push_str(part);
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn what_has_a_meaning_in_xml_is_escaped() {
        let mut xml = Xml::begin();
        xml.open("A", " xmlns=\"urn:a\"");
        xml.text("B", "<&>'\"");
        xml.close("A");
        let written = String::from_utf8(xml.end()).unwrap();
        let wanted = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"urn:a\">\n  <B>&lt;&amp;&gt;&apos;&quot;</B>\n</A>\n";
        assert_eq!(written, wanted);
    }
}
