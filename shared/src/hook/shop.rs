//! Several shops of one provider: each has a name of its own in the address of its hooks, and its own secrets.

use super::{Alias, HookEvent, IntakeError, Tidings};
use crate::id::ExternalId;
use crate::order::EventBody;

/// The most characters of a shop's name.
const CHARACTERS_MAX: usize = 32;

/// What the merchant calls a shop, as in `/hooks/shopify/berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shop<'a>(&'a str);

impl<'a> Shop<'a> {
    /// Takes small letters, digits and `-`: two names are never one in the name of a secret.
    #[must_use]
    pub fn parse(name: &'a str) -> Option<Self> {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = !name.is_empty() && name.len() <= CHARACTERS_MAX && name.bytes().all(is_part);
        fits.then_some(Self(name))
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// The Worker's secret that holds this shop's secrets, beside the provider's own.
    #[must_use]
    pub fn secrets_name(self, of_provider: &str) -> String {
        format!("{of_provider}_{}", self.0.to_ascii_uppercase().replace('-', "_"))
    }

    /// Puts the shop's name before everything that its provider counts for itself: orders, customers, subscriptions and
    /// events. So nothing of two shops is ever one.
    pub fn own(self, tidings: &mut Tidings) -> Result<(), IntakeError> {
        for HookEvent { external_id, event_id, body, .. } in &mut tidings.events {
            *external_id = self.name(external_id)?;
            *event_id = format!("{}:{event_id}", self.0);
            if let EventBody::Order(snapshot) = body {
                for name in [&mut snapshot.customer.external_id, &mut snapshot.subscription].into_iter().flatten() {
                    *name = self.name(name)?;
                }
            }
        }
        for Alias { name, order } in &mut tidings.aliases {
            (*name, *order) = (self.name(name)?, self.name(order)?);
        }
        Ok(())
    }

    fn name(self, name: &ExternalId) -> Result<ExternalId, IntakeError> {
        ExternalId::parse(&format!("{}:{name}", self.0))
            .map_err(|error| IntakeError { field: "id".to_owned(), problem: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::{Tests, Told, stripe, woocommerce};
    use crate::time::Timestamp;

    const ORDER: &[u8] = include_bytes!("../../tests/cases/hooks/woocommerce/order_updated_paid.json");
    const PAYMENT: &[u8] = include_bytes!("../../tests/cases/hooks/stripe/invoice_payment_paid.json");

    fn tidings(told: Told) -> Tidings {
        match told {
            Told::Orders(tidings) => tidings,
            Told::Ignored { .. } | Told::Uninstalled { .. } => panic!("no order: {told:?}"),
        }
    }

    #[test]
    fn a_shop_is_named_by_small_letters_digits_and_hyphens() {
        for (name, secret) in [("berlin", "S_BERLIN"), ("de-2", "S_DE_2")] {
            assert_eq!(Shop::parse(name).map(|shop| shop.secrets_name("S")).as_deref(), Some(secret));
        }
        for bad in ["", "Berlin", "de_2", "a/b", "a b", "\u{e4}", "x".repeat(33).as_str()] {
            assert_eq!(Shop::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_of_two_shops_has_one_name() {
        let told = || tidings(woocommerce::read("order.updated", ORDER, Timestamp::FIRST).unwrap());
        let (plain, mut berlin, mut rome) = (told(), told(), told());
        Shop::parse("berlin").unwrap().own(&mut berlin).unwrap();
        Shop::parse("rome").unwrap().own(&mut rome).unwrap();
        let names = |tidings: &Tidings| {
            let event = &tidings.events[0];
            let EventBody::Order(snapshot) = &event.body else { panic!("no order") };
            [
                Some(event.external_id.to_string()),
                Some(event.event_id.clone()),
                snapshot.customer.external_id.as_ref().map(ToString::to_string),
            ]
        };
        for ((plain, berlin), rome) in names(&plain).into_iter().zip(names(&berlin)).zip(names(&rome)) {
            assert_eq!(berlin, plain.as_ref().map(|name| format!("berlin:{name}")));
            assert_eq!(rome, plain.map(|name| format!("rome:{name}")));
        }
        let mut payment = tidings(stripe::read(PAYMENT, Tests::Ignored).unwrap());
        let alias = payment.aliases[0].clone();
        Shop::parse("rome").unwrap().own(&mut payment).unwrap();
        assert_eq!(payment.aliases[0].name.as_str(), format!("rome:{}", alias.name));
        assert_eq!(payment.aliases[0].order.as_str(), format!("rome:{}", alias.order));
    }

    #[test]
    fn a_name_that_grows_too_long_is_refused() {
        let mut told = tidings(woocommerce::read("order.updated", ORDER, Timestamp::FIRST).unwrap());
        told.events[0].external_id = ExternalId::parse(&"9".repeat(255)).unwrap();
        assert!(Shop::parse("rome").unwrap().own(&mut told).is_err());
    }
}
