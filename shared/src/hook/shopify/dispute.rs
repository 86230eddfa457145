//! Disputes of Shopify Payments. <https://shopify.dev/docs/api/admin-rest/latest/resources/dispute>

use super::{Field, HookEvent, IntakeError, SOURCE, Told, event_id, ignored, orders};
use crate::hook::field::major_text;
use crate::order::{ChargebackWon, EventBody, Refund};

/// Reads a dispute, whenever its status changed. While it is an inquiry no money has moved.
pub(super) fn read(topic: &str, dispute: &Field<'_>) -> Result<Told, IntakeError> {
    if dispute.at("type").given() == Some("inquiry") {
        return Ok(ignored(topic, "an inquiry: no money has moved"));
    }
    let order = dispute.at("order_id");
    if !order.is_there() {
        return Ok(ignored(topic, "of no order of this shop"));
    }
    let chargeback_id = dispute.at("id").id()?;
    let opened_at = dispute.at("initiated_at").time()?;
    let (kind, body) = match dispute.at("status").text()? {
        // What the merchant gave back himself is told by its refund.
        "won" | "charge_refunded" => {
            let at = dispute.at("finalized_on").given_time()?.unwrap_or(opened_at);
            let won = ChargebackWon { chargeback_id: chargeback_id.clone(), at };
            ("chargeback_won", EventBody::ChargebackWon(won))
        }
        _ => {
            let amount = dispute.at("amount");
            let currency = dispute.at("currency").currency()?;
            let chargeback = Refund {
                refund_id: chargeback_id.clone(),
                at: opened_at,
                amount: None,
                lines: Vec::new(),
                gross: Some(major_text(amount.major(currency)?, currency, &amount)?),
                currency: Some(currency),
                reason: dispute.at("reason").kept(),
            };
            ("chargeback", EventBody::Chargeback(chargeback))
        }
    };
    let mut told = HookEvent::new(order.id()?, SOURCE, body.at().unwrap_or(opened_at), body);
    told.event_id = event_id(kind, &[told.external_id.as_str(), chargeback_id.as_str(), &told.body_hash]);
    Ok(orders(told))
}
