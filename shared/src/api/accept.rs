//! In which form an answer is wanted.

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The default.
    Json,
    /// For systems that know nothing else.
    Xml,
}

impl Form {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}

/// What an `Accept` header asks for: the form with the highest weight, of two the one that is named first; nothing if we
/// have none of what it names.
#[must_use]
pub fn form(header: &str) -> Option<Form> {
    if header.trim().is_empty() {
        return Some(Form::Json);
    }
    let mut best: Option<(u32, Form)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "*/*" | "application/*" | "application/json" => Form::Json,
            "application/xml" | "text/xml" | "text/*" => Form::Xml,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1_000, thousandths);
        if weight > 0 && best.is_none_or(|(so_far, _)| weight > so_far) {
            best = Some((weight, form));
        }
    }
    best.map(|(_, form)| form)
}

/// A weight as in `0.8`. One that cannot be read counts as if it were not there.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) if whole <= 1 => whole * 1_000 + fraction,
        _ => 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_what_is_wanted_most() {
        let cases = [
            ("", Some(Form::Json)),
            ("*/*", Some(Form::Json)),
            ("application/xml", Some(Form::Xml)),
            ("text/xml; charset=utf-8", Some(Form::Xml)),
            ("application/json, application/xml", Some(Form::Json)),
            ("application/json;q=0.5, application/xml;q=0.8", Some(Form::Xml)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Form::Xml)),
            ("text/html", None),
            ("application/json;q=0", None),
        ];
        for (header, expected) in cases {
            assert_eq!(form(header), expected, "{header}");
        }
    }
}
