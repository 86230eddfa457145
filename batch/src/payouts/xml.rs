//! XML with indentation, one element a line.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

/// A document being written to memory.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// Begins a document in UTF-8.
    pub(super) fn begin() -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// Writes an element with others in it.
    pub(super) fn group(&mut self, name: &str, inner: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.element(BytesStart::new(name), inner)
    }

    /// Writes an element with an attribute and others in it.
    pub(super) fn group_with(
        &mut self,
        name: &str,
        attribute: (&str, &str),
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.element(BytesStart::new(name).with_attributes([attribute]), inner)
    }

    /// Writes an element with a text in it.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.element(BytesStart::new(name), |xml| xml.0.write_event(Event::Text(BytesText::new(text))))
    }

    /// Writes an element with an attribute and a text in it.
    pub(super) fn text_with(&mut self, name: &str, attribute: (&str, &str), text: &str) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes([attribute]);
        self.element(start, |xml| xml.0.write_event(Event::Text(BytesText::new(text))))
    }

    /// The bytes, with an end of line.
    pub(super) fn end(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn element(&mut self, start: BytesStart<'_>, inner: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let end = start.to_end().into_owned();
        self.0.write_event(Event::Start(start))?;
        inner(self)?;
        self.0.write_event(Event::End(end))
    }
}
