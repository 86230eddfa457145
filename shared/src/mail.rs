//! Letters: what is mailed, in which words, as text and as HTML.
//!
//! A text has named fields, as in `{name}`. The merchant may write his own in place of ours, which are in
//! `shared/locales`. Both sides of a mail are made of one text: what holds for a value, that it starts no header and no
//! element, is decided in [`render`] alone.

mod kind;
mod render;

pub use kind::{Field, Kind};
pub use render::{Letter, clean, render};

use crate::time::Timestamp;

/// The longest subject that is taken, in characters.
pub const SUBJECT_MAX: usize = 200;

/// The longest body that is taken, in characters.
pub const BODY_MAX: usize = 10_000;

/// For how long a mail is one sender's: a connection, a log-in and a mail by SMTP are some 16 answers, each of which may
/// take a minute.
pub const LEASE_SECONDS: i64 = 20 * 60;

/// Pauses after the first try that failed for now, the second, and so on: 33 hours in all. Then it has failed for good.
const PAUSES_SECONDS: [i64; 6] = [60, 5 * 60, 30 * 60, 2 * 3_600, 6 * 3_600, 24 * 3_600];

/// When a mail is tried again that failed for now so many times; never, after the last pause.
#[must_use]
pub fn again_at(tries: i64, now: Timestamp) -> Option<Timestamp> {
    let done = usize::try_from(tries).ok()?.checked_sub(1)?;
    PAUSES_SECONDS.get(done).map(|pause| now.plus_seconds(*pause))
}

/// The languages that letters are written in.
pub const LANGUAGES: [&str; 2] = ["en", "ru"];

/// What a letter says, with its fields not filled in yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Paragraphs, between empty lines. Lines that begin with `- ` are a list.
    pub body: String,
}

/// Why a text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The subject is no line, or none at all.
    #[error("the subject must be one line of up to {SUBJECT_MAX} characters")]
    Subject,
    /// The body is too long, or empty.
    #[error("the text must have from 1 to {BODY_MAX} characters")]
    Body,
    /// A field that this letter has not, or not there.
    #[error("{{{0}}} is no field of this letter, or must not stand in its subject")]
    Unknown(String),
    /// What the letter is for is missing.
    #[error("{{{0}}} must stand in the text")]
    Missing(&'static str),
}

impl Text {
    /// What is said where the merchant says nothing else; in English, if the language is none of ours.
    #[must_use]
    pub fn ours(kind: Kind, language: &str) -> Self {
        let file = match language {
            "ru" => include_str!("../locales/mail.ru.txt"),
            _ => include_str!("../locales/mail.en.txt"),
        };
        let found = file.split("== ").find_map(|part| part.strip_prefix(kind.as_str())?.strip_prefix('\n'));
        let (subject, body) = found.and_then(|part| part.split_once('\n')).unwrap_or_default();
        Self { subject: subject.to_owned(), body: body.trim_end().to_owned() }
    }

    /// Whether a letter of a kind can be written with this.
    pub fn check(&self, kind: Kind) -> Result<(), TextError> {
        let is_line = !self.subject.contains(char::is_control);
        if self.subject.trim().is_empty() || !is_line || self.subject.chars().count() > SUBJECT_MAX {
            return Err(TextError::Subject);
        }
        if self.body.trim().is_empty() || self.body.chars().count() > BODY_MAX {
            return Err(TextError::Body);
        }
        for (text, is_subject) in [(&self.subject, true), (&self.body, false)] {
            // Subjects are listed where texts are not: a link that logs in is nobody's but the receiver's.
            let is_no_part = |name: &str| is_subject && (Field::is_link(name) || Field::is_list(name));
            let mut names = render::pieces(text).filter_map(|(_, name)| name);
            if let Some(name) = names.find(|name| !kind.has(name) || is_no_part(name)) {
                return Err(TextError::Unknown(name.to_owned()));
            }
        }
        let has = |wanted: &str| render::pieces(&self.body).any(|(_, field)| field == Some(wanted));
        match kind.needs() {
            Some(wanted) if !has(wanted) => Err(TextError::Missing(wanted)),
            Some(_) | None => Ok(()),
        }
    }
}
