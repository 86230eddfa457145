//! The sales desk: orders that are placed for a customer.

use askama::Template;
use tributary_shared::money::Currency;

use super::frame::{Frame, framed};

/// Whom an agent places an order for: the partner who phones.
#[derive(Template)]
#[template(path = "sales/list.html")]
pub(crate) struct Desk {
    pub(crate) frame: Frame,
    pub(crate) search: String,
    /// Code, name, site.
    pub(crate) rows: Vec<(String, String, String)>,
    pub(crate) after: Option<String>,
}

framed!(Desk);

/// All concierges as a page to be kept.
#[derive(Template)]
#[template(path = "sales/concierge.html")]
pub(crate) struct Concierges {
    pub(crate) language: &'static str,
    pub(crate) title: String,
    /// Address and name.
    pub(crate) links: Vec<(String, String)>,
}

/// An order that is placed for a customer, on behalf of a partner.
#[derive(Template)]
#[template(path = "sales/place.html")]
pub(crate) struct Place {
    pub(crate) frame: Frame,
    pub(crate) code: String,
    pub(crate) given: Given,
    /// Customers whom he has served before: address and name.
    pub(crate) customers: Vec<(String, String)>,
    /// What is sold: what the shop calls it, and its name.
    pub(crate) products: Vec<(String, String)>,
    pub(crate) currency: Currency,
    /// Whether the page to be kept is offered: to the partner himself.
    pub(crate) is_own: bool,
}

framed!(Place);

/// What is given of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// What the order will be called.
    pub(crate) number: String,
    /// One of the customers above, by his address; nothing for a new one.
    pub(crate) known: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) sku: String,
    pub(crate) quantity: String,
    pub(crate) net: String,
    pub(crate) service_date: String,
}
