//! What bodies may hold. Unknown fields are refused: a misspelt one would be lost without a word.

use serde_json::{Map, Value};

use crate::order::intake::IntakeError;

/// What a field holds. All but [`Is::Flag`], [`Is::Whole`] and the last three are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Free text of at most so many characters.
    Text(u32),
    /// A token or a journey of ours.
    Token,
    /// What the merchant calls a program, a partner or a charity.
    Code,
    /// What the shop calls an order, a refund or a customer.
    ExternalId,
    /// What the shop calls a product.
    Sku,
    /// A coupon.
    Coupon,
    /// An e-mail address.
    Email,
    /// ISO 4217.
    Currency,
    /// A decimal string in major units.
    Amount,
    /// A percentage, as a decimal string.
    Percent,
    /// Percentages of tiers, as in `10;3;1`.
    Rates,
    /// RFC 3339.
    Time,
    /// A day.
    Day,
    /// An address of a page.
    Url,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// A whole number, from and to.
    Whole(u32, u32),
    /// A body in the body.
    Object(&'static Body),
    /// At most so many bodies; any number, if 0.
    List(&'static Body, u32),
    /// Coupons.
    Coupons,
    /// The object of the Agentic Commerce Protocol.
    AffiliateAttribution,
}

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub is: Is,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it says, for whoever writes it.
    pub about: &'static str,
}

const fn must(name: &'static str, is: Is, about: &'static str) -> Field {
    Field { name, is, is_required: true, about }
}

const fn may(name: &'static str, is: Is, about: &'static str) -> Field {
    Field { name, is, is_required: false, about }
}

/// A body, or an object in one.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// Its name in the document.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// `POST /api/v1/orders`; read by [`crate::order::intake::OrderRequest`], all but the agent's account.
pub static ORDER: Body = Body {
    name: "NewOrder",
    fields: &[
        must("external_id", Is::ExternalId, "what the shop calls the order"),
        must("status", Is::Word(&["pending", "paid", "refunded", "cancelled", "canceled"]), "how far it has come"),
        must("currency", Is::Currency, "ISO 4217"),
        may("placed_at", Is::Time, "when it was placed"),
        may("paid_at", Is::Time, "when it was paid"),
        may("customer", Is::Object(&CUSTOMER), "who ordered"),
        may("lines", Is::List(&LINE, 1_000), "what was ordered"),
        may("coupon_codes", Is::Coupons, "coupons used"),
        may("trb", Is::Token, "the token or the journey that the page held"),
        may("partner", Is::Code, "the partner whom the merchant names"),
        may("placed_by", Is::Text(500), "the concierge or sales agent who placed it"),
        may("service_date", Is::Day, "the day of the service that is booked"),
        may("subscription", Is::ExternalId, "the subscription that this is a payment of"),
        may("hold_days", Is::Whole(0, 3_650), "its own hold in days"),
        may("charity", Is::Object(&CHARITY), "the charity that it carries"),
        may(
            "affiliate_attribution",
            Is::AffiliateAttribution,
            "who brought it, by an agent's account: the first valid claim stays",
        ),
    ],
};

static CUSTOMER: Body = Body {
    name: "Customer",
    fields: &[
        may("email", Is::Email, "his address"),
        may("external_id", Is::ExternalId, "what the shop calls him"),
        may("name", Is::Text(500), "his name"),
    ],
};

static LINE: Body = Body {
    name: "Line",
    fields: &[
        must("sku", Is::Sku, "what was sold"),
        may("quantity", Is::Whole(1, 1_000_000), "how many; 1 if not given"),
        must("net", Is::Amount, "the line's total: no tax, no shipping, after discount"),
        may("refunded_net", Is::Amount, "what of it was given back already"),
    ],
};

static CHARITY: Body = Body {
    name: "Charity",
    fields: &[must("code", Is::Code, "which"), may("percent", Is::Percent, "its own percentage")],
};

/// `POST /api/v1/orders/{external_id}/refunds`; read by [`crate::order::intake::RefundRequest`].
pub static REFUND: Body = Body {
    name: "NewRefund",
    fields: &[
        must("refund_id", Is::ExternalId, "what the shop calls it"),
        may("at", Is::Time, "when; now if not given"),
        may("amount", Is::Amount, "how much"),
        may("lines", Is::List(&REFUND_LINE, 0), "or how much of which product"),
        may("reason", Is::Text(500), "why"),
    ],
};

/// `POST /api/v1/orders/{external_id}/chargebacks`; read by [`crate::order::intake::ChargebackRequest`].
pub static CHARGEBACK: Body = Body {
    name: "NewChargeback",
    fields: &[
        must("chargeback_id", Is::ExternalId, "what the payment provider calls it"),
        may("status", Is::Word(&["opened", "lost", "won"]), "opened if not given"),
        may("at", Is::Time, "when; now if not given"),
        may("amount", Is::Amount, "how much"),
        may("lines", Is::List(&REFUND_LINE, 0), "or how much of which product"),
        may("reason", Is::Text(500), "why"),
    ],
};

static REFUND_LINE: Body = Body {
    name: "RefundLine",
    fields: &[
        must("sku", Is::Sku, "which product"),
        may("quantity", Is::Whole(0, u32::MAX), "how many; for the record"),
        must("net", Is::Amount, "how much"),
    ],
};

/// `POST /api/v1/partners`.
pub static PARTNER: Body = Body {
    name: "NewPartner",
    fields: &[
        must("code", Is::Code, "what to call him"),
        must("name", Is::Text(500), "his name"),
        must("program", Is::Code, "the code of his program"),
        may("email", Is::Email, "his address"),
        may("parent", Is::Code, "the code of who brought him"),
        may("rates", Is::Rates, "his own percentages of the tiers, as in 10;3;1"),
        may("status", Is::Word(&["active", "pending"]), "active if not given; who is pending earns nothing yet"),
        may("site", Is::Text(500), "his site"),
        may("phone", Is::Text(500), "his telephone"),
    ],
};

/// `POST /api/v1/products`.
pub static PRODUCT: Body = Body {
    name: "NewProduct",
    fields: &[
        must("sku", Is::Sku, "what the shop calls it"),
        must("name", Is::Text(500), "its name"),
        may("participates", Is::Flag, "whether selling it earns commission; yes if not given"),
        may("shown", Is::Flag, "whether partners see it; yes if not given"),
        may("rates", Is::Rates, "its own percentages of the tiers, as in 10;3;1"),
    ],
};

/// `POST /api/v1/links`.
pub static LINK: Body = Body {
    name: "NewLink",
    fields: &[
        must("partner", Is::Code, "whose it is"),
        must("target", Is::Url, "where it leads: a page of the merchant's"),
        may("code", Is::Text(64), "letters, digits, - and _; one is made up if none is given"),
        may("product", Is::Sku, "the product it is for"),
    ],
};

/// `POST /api/v1/contacts`.
pub static CONTACT: Body = Body {
    name: "NewContact",
    fields: &[
        may("email", Is::Email, "his address; this or the next"),
        may("external_id", Is::ExternalId, "what the shop calls him"),
        may("name", Is::Text(500), "his name"),
        may("partner", Is::Code, "the partner who brought him"),
        may("trb", Is::Token, "or the token or journey that the page held"),
    ],
};

/// `POST /api/v1/coupons`.
pub static COUPON: Body = Body {
    name: "NewCoupon",
    fields: &[
        must("code", Is::Coupon, "what buyers type; case makes no difference"),
        must("partner", Is::Code, "whose it is"),
    ],
};

/// A body whose fields are known, of the right type, and there if they must be.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a>(&'a Map<String, Value>);

fn refused(field: &str, problem: impl Into<String>) -> IntakeError {
    IntakeError { field: field.chars().filter(|c| !c.is_control()).take(64).collect(), problem: problem.into() }
}

impl Body {
    /// Checks which fields are given, and their types; what they say is for the caller.
    pub fn check<'a>(&self, body: &'a Value) -> Result<Given<'a>, IntakeError> {
        let object = body.as_object().ok_or_else(|| refused("", "want an object"))?;
        if let Some(name) = object.keys().find(|name| !self.fields.iter().any(|field| field.name == name.as_str())) {
            return Err(refused(name, "is no field of this body"));
        }
        let given = Given(object);
        for field in self.fields {
            match (object.get(field.name).unwrap_or(&Value::Null), field.is) {
                (Value::Null, _) => {}
                (Value::Bool(_), Is::Flag) => {}
                (Value::String(text), is) if is.is_text() => {
                    let characters_max = is.characters_max();
                    // Of the whole that was given, as the document says.
                    if text.chars().count() > usize::try_from(characters_max).unwrap_or(usize::MAX) {
                        return Err(refused(field.name, format!("is longer than {characters_max} characters")));
                    }
                    if text.trim().contains(char::is_control) {
                        return Err(refused(field.name, "must not hold control characters"));
                    }
                }
                (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_), is) => {
                    return Err(refused(field.name, if is == Is::Flag { "want true or false" } else { "want a text" }));
                }
            }
            if field.is_required && given.text(field.name).is_none() {
                return Err(refused(field.name, "must be given"));
            }
        }
        Ok(given)
    }
}

impl Given<'_> {
    /// A text; an empty one is one that was not given.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Yes or no, if it was said.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }
}

impl Is {
    const fn is_text(self) -> bool {
        match self {
            Self::Text(_)
            | Self::Token
            | Self::Code
            | Self::ExternalId
            | Self::Sku
            | Self::Coupon
            | Self::Email
            | Self::Currency
            | Self::Amount
            | Self::Percent
            | Self::Rates
            | Self::Time
            | Self::Day
            | Self::Url
            | Self::Word(_) => true,
            Self::Flag
            | Self::Whole(..)
            | Self::Object(_)
            | Self::List(..)
            | Self::Coupons
            | Self::AffiliateAttribution => false,
        }
    }

    /// The longest text, in characters.
    #[must_use]
    pub const fn characters_max(self) -> u32 {
        match self {
            Self::Text(characters_max) => characters_max,
            // As many as a body may hold.
            Self::Token => 1_000_000,
            Self::Code | Self::Coupon => 64,
            Self::Sku => 100,
            Self::Email | Self::ExternalId => 255,
            Self::Url => 2_048,
            Self::Currency => 3,
            Self::Amount | Self::Percent | Self::Time | Self::Day | Self::Word(_) => 64,
            Self::Rates => 200,
            Self::Flag
            | Self::Whole(..)
            | Self::Object(_)
            | Self::List(..)
            | Self::Coupons
            | Self::AffiliateAttribution => 0,
        }
    }
}

#[cfg(test)]
mod tests;
