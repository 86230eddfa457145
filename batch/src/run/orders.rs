//! `orders`: decisions by hand.

use tributary_batch::error::Error;
use tributary_batch::orders;
use tributary_batch::store::Store;
use tributary_shared::order::{OrderCharity, Word};

use super::out::print;
use super::{Clock, sign};
use crate::cli::{Common, OrdersCommand};

pub(crate) fn rule(
    store: &mut dyn Store,
    common: &Common,
    command: &OrdersCommand,
    clock: Clock,
) -> Result<bool, Error> {
    let code = |text: &str| tributary_shared::id::Code::parse(text).map_err(|error| Error::Refused(error.to_string()));
    let (order, word, signed) = match command {
        OrdersCommand::Hold { order, days: None, signed } => (order, Word::Hold, signed),
        OrdersCommand::Hold { order, days: Some(days), signed } => (order, Word::HoldDays(*days), signed),
        OrdersCommand::Release { order, signed } => (order, Word::Release, signed),
        OrdersCommand::Refuse { order, signed } => (order, Word::Refuse, signed),
        OrdersCommand::Assign { order, to, signed } => (order, Word::Assign { partner: code(to)? }, signed),
        OrdersCommand::Charity { order, to, percent, signed } => {
            (order, Word::Charity(OrderCharity { code: code(to)?, percent: *percent }), signed)
        }
    };
    let ruled = orders::rule(store, order, word, sign(signed, clock), common.dry_run)?;
    print(common, &ruled, &ruled)?;
    Ok(false)
}
