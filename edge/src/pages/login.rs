//! Logging in: by password, by a link that was mailed, and setting a password.

use askama::Template;

use super::frame::{Frame, framed};

/// The way in.
#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct Login {
    pub(crate) frame: Frame,
    /// The name that was given, to be corrected.
    pub(crate) name: String,
    /// Where he wanted to go; empty, if nowhere.
    pub(crate) next: String,
}

framed!(Login);

/// What a mailed link shows: logging in is a press of a button, so that whoever looks into mails uses no link up.
#[derive(Template)]
#[template(path = "login_link.html")]
pub(crate) struct LoginLink {
    pub(crate) frame: Frame,
    pub(crate) token: String,
    pub(crate) next: String,
}

framed!(LoginLink);

/// Sets a password.
#[derive(Template)]
#[template(path = "password.html")]
pub(crate) struct Password {
    pub(crate) frame: Frame,
    /// Whether there is one already, which must be given.
    pub(crate) has_one: bool,
    pub(crate) next: String,
}

framed!(Password);

/// One thing that is to be read, and a way on.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message {
    pub(crate) frame: Frame,
    pub(crate) text: String,
    /// Where to go from here, and what the way is called.
    pub(crate) way: Option<(String, String)>,
}

framed!(Message);

/// Becoming a partner.
#[derive(Template)]
#[template(path = "join.html")]
pub(crate) struct Join {
    pub(crate) frame: Frame,
    /// What was given, to be corrected.
    pub(crate) given: Joining,
    /// The program's name.
    pub(crate) program: String,
    /// What the merchant says to whoever reads this; empty, if nothing.
    pub(crate) said: String,
}

framed!(Join);

/// What somebody gives who becomes a partner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Joining {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) site: String,
    /// The code of the program.
    pub(crate) program: String,
    /// The code of the partner who invites him.
    pub(crate) parent: String,
}
