//! Orders by the browser's word: kept until a server-side source names them.

use tributary_shared::event::BrowserOrder;
use worker::{D1Database, D1PreparedStatement, Result};

use super::{number, prepare};

/// The statement that keeps a report; triggers let it join its order, whichever comes first.
pub(crate) fn report(db: &D1Database, order: &BrowserOrder) -> Result<D1PreparedStatement> {
    let parameters = [
        order.external_id.as_str().into(),
        order.hash.as_str().into(),
        number(order.at.unix_seconds()),
        order.page.as_str().into(),
        order.body.as_str().into(),
    ];
    prepare(db, sql!("browser_order_insert.sql"), &parameters)
}
