//! Pages: one page, one struct, one template.
//!
//! Pure: a page is made of what it is given. Nothing here reads a database, a clock or a request, and HTML is made nowhere
//! else. Askama escapes whatever is not marked as safe; nothing is.

pub(crate) mod admin;
pub(crate) mod branding;
pub(crate) mod chart;
pub(crate) mod format;
pub(crate) mod frame;
pub(crate) mod hooks;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod partner;
pub(crate) mod problems;
pub(crate) mod sales;
pub(crate) mod sheet;
pub(crate) mod texts;
pub(crate) mod widget;

/// The style sheet of all pages.
pub(crate) const STYLE: &str = include_str!("../../assets/app.css");

/// The little script of all pages: they work without it.
pub(crate) const SCRIPT: &str = include_str!("../../assets/app.js");
