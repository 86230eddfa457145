//! Forms with files, `multipart/form-data` (RFC 7578), as browsers send them.

/// The boundary that a `Content-Type` names; `None`, if it is of something else.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = rest.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(named.trim_matches('"')).filter(|boundary| !boundary.is_empty())
}

/// The fields of a form by name, files as what they hold; `None`, if it is no such form.
///
/// What is not UTF-8 is marked in its place, as [`crate::csv::text`] does.
#[must_use]
pub fn fields(content_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let delimiter = format!("--{}", boundary(content_type)?);
    let text = crate::csv::text(body);
    let mut fields = Vec::new();
    // What is before the first delimiter and behind the last is nobody's.
    for part in text.split(delimiter.as_str()).skip(1) {
        let Some((head, value)) = part.strip_prefix("\r\n").and_then(|part| part.split_once("\r\n\r\n")) else {
            continue;
        };
        if let (Some(name), Some(value)) = (name(head), value.strip_suffix("\r\n")) {
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    Some(fields)
}

/// The name in a part's `Content-Disposition`.
fn name(head: &str) -> Option<&str> {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    line.split(';').find_map(|parameter| parameter.trim().strip_prefix("name=\"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=----x";

    fn body(parts: &[(&str, &str)]) -> String {
        let part = |(head, value): &(&str, &str)| {
            format!("------x\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        parts.iter().map(part).collect::<String>() + "------x--\r\n"
    }

    #[test]
    fn fields_and_files_are_told_by_their_names() {
        let file = "a,b\r\n\r\n1,\"2\r\n--\"\r\n";
        let sent = body(&[
            ("name=\"csrf\"", "token"),
            ("name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv", file),
            ("name=\"none\"; filename=\"\"\r\nContent-Type: application/octet-stream", ""),
        ]);
        let wanted =
            [("csrf", "token"), ("file", file), ("none", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(TYPE, sent.as_bytes()).unwrap(), wanted);
        assert_eq!(fields("Multipart/Form-Data; charset=utf-8; boundary=\"----x\"", sent.as_bytes()).unwrap(), wanted);
    }

    #[test]
    fn what_is_no_form_with_files_has_no_fields() {
        for other in [
            "",
            "text/csv",
            "application/x-www-form-urlencoded; boundary=x",
            "multipart/form-data",
            "multipart/form-data; boundary=",
        ] {
            assert_eq!(fields(other, b"a=b"), None, "{other}");
        }
        for broken in
            ["", "------x", "------x\r\n", "------x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end", "a=b"]
        {
            assert_eq!(fields(TYPE, broken.as_bytes()), Some(Vec::new()), "{broken}");
        }
        let mut bytes = body(&[("name=\"file\"", "a")]).into_bytes();
        let place = bytes.iter().rposition(|byte| *byte == b'a').unwrap();
        bytes[place] = 0xff;
        assert_eq!(fields(TYPE, &bytes).unwrap(), [("file".to_owned(), "\u{fffd}".to_owned())]);
    }
}
