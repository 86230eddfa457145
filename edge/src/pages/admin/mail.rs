use askama::Template;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};

/// Mail that waits, was sent, or failed.
#[derive(Template)]
#[template(path = "admin/mail.html")]
pub(crate) struct Mail {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<MailRow>,
    /// Whether those alone are shown that failed for good.
    pub(crate) only_failed: bool,
    /// Whether the Worker itself sends.
    pub(crate) is_sent_here: bool,
}

framed!(Mail);

/// A mail.
pub(crate) struct MailRow {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// `waiting`, `sent` or `failed`.
    pub(crate) state: &'static str,
    pub(crate) problem: String,
}

/// All letters, and which of them say what the merchant says.
#[derive(Template)]
#[template(path = "admin/mail_texts.html")]
pub(crate) struct MailTexts {
    pub(crate) frame: Frame,
    /// Of each letter its languages, and whether the merchant has written it himself.
    pub(crate) rows: Vec<(&'static str, Vec<(&'static str, bool)>)>,
}

framed!(MailTexts);

/// The text of a letter, to be edited.
#[derive(Template)]
#[template(path = "admin/mail_text.html")]
pub(crate) struct MailText {
    pub(crate) frame: Frame,
    pub(crate) kind: &'static str,
    pub(crate) language: &'static str,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// Names of its fields, and what stands there in the preview.
    pub(crate) fields: Vec<(&'static str, &'static str)>,
    /// Whether the merchant has written it himself.
    pub(crate) is_own: bool,
    /// Subject and text, filled in.
    pub(crate) preview: Option<(String, String)>,
}

framed!(MailText);
