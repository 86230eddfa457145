//! One sale of the made shop: by its number, so that the same database can be made again anywhere.

use serde_json::{Value, json};
use uuid::Uuid;

/// Sales are paid from here on, evenly over a year: 2025-06-01T00:00:00Z.
pub(crate) const FIRST_PAID_AT: i64 = 1_748_736_000;

/// Seconds of the year in which all sales are paid.
pub(crate) const YEAR_SECONDS: i64 = 365 * 86_400;

/// The second version of the program's rules begins in the middle of it.
pub(crate) const SECOND_RULES_AT: i64 = FIRST_PAID_AT + YEAR_SECONDS / 2;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// What credits a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Touches that the order carries: 70 of 100 sales.
    Touches,
    /// A partner's coupon, against another's touch: 10 of 100.
    Coupon,
    /// A contact who opted in with a partner, against another's touch: 8 of 100.
    Contact,
    /// The merchant's word: 5 of 100.
    Explicit,
    /// Nothing: 7 of 100.
    Nothing,
}

/// One sale.
#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) number: u64,
    pub(crate) paid_at: i64,
    pub(crate) evidence: Evidence,
    /// Who is to be credited, as a number from 0.
    pub(crate) partner: u64,
    /// Who brought the buyer earlier, or in vain.
    pub(crate) other: u64,
    pub(crate) product: u64,
    pub(crate) net_minor: i64,
    /// Given back before the first night: 3 of 100 sales.
    pub(crate) refunded_minor: i64,
    /// How many touches it carries.
    touches: u64,
    /// Whether the cookie came with it, so that stored touches are looked up.
    has_visitor: bool,
}

/// Random numbers that are the same everywhere (splitmix64, public domain).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn signed(&mut self, bound: u64) -> i64 {
        i64::try_from(self.below(bound)).unwrap_or(0)
    }
}

impl Sale {
    /// The sale of a number, of `sales` in all.
    pub(crate) fn of(number: u64, sales: u64, partners: u64, products: u64) -> Self {
        let mut dice = Dice::new(number.wrapping_mul(0xA076_1D64_78BD_642F));
        let seconds = u128::from(number) * u128::from(YEAR_SECONDS.unsigned_abs()) / u128::from(sales.max(1));
        let evidence = match dice.below(100) {
            0..70 => Evidence::Touches,
            70..80 => Evidence::Coupon,
            80..88 => Evidence::Contact,
            88..93 => Evidence::Explicit,
            _ => Evidence::Nothing,
        };
        let partner = dice.below(partners);
        let net_minor = 1_000 + dice.signed(199_000);
        let refunded_minor = if dice.below(100) < 3 { net_minor / 2 } else { 0 };
        Self {
            number,
            paid_at: FIRST_PAID_AT + i64::try_from(seconds).unwrap_or(0),
            evidence,
            partner,
            // Never the same.
            other: (partner + 1 + dice.below(partners - 1)) % partners,
            product: dice.below(products),
            net_minor,
            refunded_minor,
            touches: 1 + dice.below(3),
            has_visitor: dice.below(2) == 0,
        }
    }

    /// What the shop calls the order.
    pub(crate) fn external_id(&self) -> String {
        format!("o{}", self.number)
    }

    /// The buyer's address.
    pub(crate) fn email(&self) -> String {
        format!("buyer{}@customers.example", self.number)
    }

    /// When it was ordered: ten minutes before it was paid.
    pub(crate) const fn ordered_at(&self) -> i64 {
        self.paid_at - 600
    }

    /// When the refund was, if there was one.
    pub(crate) const fn refunded_at(&self) -> i64 {
        self.paid_at + DAY
    }

    /// The visitor of its touches.
    pub(crate) fn visitor(&self) -> Uuid {
        Uuid::from_u128((0x4000_u128 << 64) | (0x8_u128 << 60) | u128::from(self.number))
    }

    /// The touches it carries: `(id, partner, at)`, the partner who is credited by them last.
    pub(crate) fn touches(&self) -> Vec<(Uuid, u64, i64)> {
        let (count, last) = match self.evidence {
            Evidence::Touches => (self.touches, self.partner),
            Evidence::Coupon | Evidence::Contact => (1, self.other),
            Evidence::Explicit | Evidence::Nothing => (0, 0),
        };
        let mut dice = Dice::new(self.number);
        (1..=count)
            .rev()
            .map(|back| {
                let at = match back {
                    1 => self.ordered_at() - HOUR - dice.signed(20 * 86_400),
                    // Inside the window of a year, and of another partner.
                    2 => self.ordered_at() - 30 * DAY - dice.signed(60 * 86_400),
                    // Outside.
                    _ => self.ordered_at() - 380 * DAY,
                };
                let id = (u128::from(at.unsigned_abs()) * 1_000) << 80;
                let id = Uuid::from_u128(id | (0x7_u128 << 76) | (0x8_u128 << 60) | u128::from(self.number * 8 + back));
                (id, if back == 1 { last } else { self.other }, at)
            })
            .collect()
    }

    /// The body of the order's event, as intake stores it. `partner_id` and `code` name partners.
    pub(crate) fn body(&self, partner_id: impl Fn(u64) -> i64, code: impl Fn(u64) -> String) -> Value {
        let touches: Vec<Value> = self
            .touches()
            .into_iter()
            .map(|(id, partner, at)| {
                json!({ "id": id, "kind": "click", "partner": partner_id(partner), "link": partner_id(partner), "at": at })
            })
            .collect();
        let mut body = json!({
            "kind": "order", "status": "paid", "currency": "EUR", "placed_at": self.ordered_at(), "paid_at": self.paid_at,
            "customer": { "email": self.email() },
            "lines": [{ "sku": sku(self.product), "quantity": 1, "net_minor": self.net_minor, "refunded_minor": 0 }],
        });
        if !touches.is_empty() {
            if self.has_visitor {
                body["visitor"] = json!(self.visitor());
            }
            body["carried"] = Value::Array(touches);
        }
        match self.evidence {
            Evidence::Coupon => body["coupons"] = json!([coupon(self.partner)]),
            Evidence::Explicit => body["partner"] = json!(code(self.partner)),
            Evidence::Touches | Evidence::Contact | Evidence::Nothing => {}
        }
        body
    }

    /// What ties its buyer to partners, as intake and opt-ins store it: `(at, bound_by, partner, touched_at, source)`.
    pub(crate) fn contact_touches(&self) -> Vec<(i64, &'static str, u64, i64, String)> {
        let of_order = format!("order {}", self.external_id());
        let mut rows: Vec<_> = self
            .touches()
            .into_iter()
            .map(|(_, partner, at)| (self.ordered_at(), "touch", partner, at, of_order.clone()))
            .collect();
        match self.evidence {
            Evidence::Coupon => rows.push((self.ordered_at(), "coupon", self.partner, -1, of_order)),
            Evidence::Explicit => rows.push((self.ordered_at(), "order", self.partner, -1, of_order)),
            Evidence::Contact => {
                let at = self.ordered_at() - 40 * DAY;
                rows.push((at, "opt_in", self.partner, at - HOUR, "page shop.example/newsletter".to_owned()));
            }
            Evidence::Touches | Evidence::Nothing => {}
        }
        rows
    }
}

/// The code of a partner.
pub(crate) fn partner_code(partner: u64) -> String {
    format!("P{partner:07}")
}

/// The coupon of a partner.
pub(crate) fn coupon(partner: u64) -> String {
    format!("SAVE{partner}")
}

/// The number of a product, as the shop knows it.
pub(crate) fn sku(product: u64) -> String {
    format!("SKU-{product}")
}
