//! A real mail server, and the mails that it got.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tributary_tests::root;

/// A running mail server; it ends when this is dropped.
pub(crate) struct MailServer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// On 127.0.0.1.
    pub(crate) port: u64,
}

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// As it came, every byte.
    pub(crate) raw: String,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let mut child = Command::new("node")
            .arg(root().join("tests/mail/serve.mjs"))
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node can be started");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self { child, lines, port: 0 };
        server.port = server.line()["port"].as_u64().expect("the server says its port first");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Tells it what to do from now on, and waits until it does.
    pub(crate) fn tell(&mut self, mode: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{mode}").unwrap();
        let line = self.line();
        assert_eq!(line["mode"], mode, "a mail came that no test has waited for: {line}");
    }

    /// The next mail that comes in.
    pub(crate) fn next(&mut self) -> Got {
        let line = self.line();
        assert!(line["mail"].is_string(), "{line}");
        got(&line)
    }

    /// Ends it; the mails that it got and that nobody has looked at.
    pub(crate) fn end(mut self) -> Vec<Got> {
        drop(self.child.stdin.take());
        let lines = self.lines.by_ref().map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        lines.map(|line: Value| got(&line)).collect()
    }

    fn line(&mut self) -> Value {
        let line = self.lines.next().expect("the server runs").unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn got(line: &Value) -> Got {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{line}")).to_owned();
    Got {
        from: text(&line["from"]),
        to: line["to"].as_array().unwrap().iter().map(text).collect(),
        raw: text(&line["mail"]),
    }
}

impl Got {
    /// Its headers, unfolded, in order.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let (head, _) = self.raw.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let split = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        unfolded.split("\r\n").map(|line| split(line).unwrap_or_else(|| panic!("{line}"))).collect()
    }

    /// The one header of a name.
    pub(crate) fn header(&self, name: &str) -> String {
        let headers = self.headers();
        let mut of_name = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let (_, value) = of_name.next().unwrap_or_else(|| panic!("no {name}: {headers:?}"));
        assert_eq!(of_name.next(), None, "{name} twice");
        value.clone()
    }

    /// Its subject, read (RFC 2047, encoding B).
    pub(crate) fn subject(&self) -> String {
        let subject = self.header("Subject");
        let mut text = Vec::new();
        let mut is_plain = true;
        for (place, word) in subject.split(' ').enumerate() {
            let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
            // Blanks between encoded words are not of the text.
            if place > 0 && (is_plain || encoded.is_none()) {
                text.push(b' ');
            }
            is_plain = encoded.is_none();
            text.extend(encoded.map_or_else(|| word.as_bytes().to_vec(), |word| STANDARD.decode(word).unwrap()));
        }
        String::from_utf8(text).unwrap()
    }

    /// Its text, read.
    pub(crate) fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").unwrap();
        read(&self.header("Content-Transfer-Encoding"), body)
    }

    /// Its parts (RFC 2046, 5.1.1), read: of each its kind and its text.
    pub(crate) fn parts(&self) -> Vec<(String, String)> {
        let kind = self.header("Content-Type");
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let (_, body) = self.raw.split_once("\r\n\r\n").unwrap();
        let mut parts: Vec<&str> = body.split(&format!("--{boundary}")).skip(1).collect();
        assert_eq!(parts.pop().map(str::trim_end), Some("--"), "{body}");
        let part = |part: &str| {
            let raw = part.strip_prefix("\r\n").unwrap().strip_suffix("\r\n").unwrap().to_owned();
            let (from, to) = (self.from.clone(), self.to.clone());
            let part = Self { from, to, raw };
            (part.header("Content-Type"), part.text())
        };
        parts.into_iter().map(part).collect()
    }
}

fn read(encoding: &str, body: &str) -> String {
    let bytes = match encoding {
        "7bit" => body.as_bytes().to_vec(),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        "quoted-printable" => unquoted(body),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// RFC 2045, 6.7.
fn unquoted(body: &str) -> Vec<u8> {
    let body = body.replace("=\r\n", "");
    let mut parts = body.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.bytes());
    }
    bytes
}
