//! The form for how partners' pages look.

use askama::Template;
use tributary_shared::brand::Brand;

use super::frame::{Frame, Key, framed};
use super::sheet::Group;

/// The form, and the snippets that put sign-up and log-in into other pages.
#[derive(Template)]
#[template(path = "admin/branding.html")]
pub(crate) struct Branding {
    pub(crate) frame: Frame,
    /// What is so, or was given, to be corrected.
    pub(crate) given: Brand,
    /// Who the merchant is, for whoever may change that.
    pub(crate) merchant: Option<Group>,
    /// HTML to be copied, by the key that says what it is.
    pub(crate) embeds: Vec<(Key, String)>,
}

framed!(Branding);
