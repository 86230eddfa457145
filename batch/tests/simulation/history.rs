//! What a history is made of: a shop, and operations with their times. Plain numbers, so that one can be pasted back.

/// The currencies of a shop: code and digits. Two, none and three.
pub(crate) const CURRENCIES: [(&str, usize); 3] = [("EUR", 2), ("JPY", 0), ("KWD", 3)];

/// One percent, in millionths of one.
pub(crate) const PERCENT: i64 = 1_000_000;

/// Who is owed something, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Receiver {
    Partner(usize),
    Charity(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    HalfUp,
    HalfEven,
    Floor,
}

/// Millionths of a percent, minor units for each unit sold, both, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rate {
    pub(crate) percent: Option<i64>,
    pub(crate) flat: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) hold_days: i64,
    pub(crate) min_payout: i64,
    pub(crate) rounding: Rounding,
    pub(crate) is_of_tier1: bool,
    pub(crate) coupon_decides: bool,
    pub(crate) tiers: Vec<Rate>,
    pub(crate) charity: Option<(usize, Rate)>,
    /// Commission is of a customer's first so many payments.
    pub(crate) payments: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Pending,
    Blocked,
}

/// A partner's terms; his parent has a lower number, so that nobody stands above himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) program: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) until: Option<i64>,
    pub(crate) rates: Vec<Option<i64>>,
    pub(crate) status: Status,
}

/// A product's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goods {
    pub(crate) participates: bool,
    pub(crate) rates: Vec<Option<i64>>,
    pub(crate) hold_days: Option<i64>,
    pub(crate) charity: Option<(usize, i64)>,
}

/// What there is before anything happens. Contacts are bound by hand alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shop {
    /// Currency and rules.
    pub(crate) programs: Vec<(usize, Rules)>,
    /// Each has a coupon and an address of his own.
    pub(crate) partners: Vec<Terms>,
    /// A line may also name one more, which nobody knows.
    pub(crate) goods: Vec<Goods>,
    /// Who said where his money is to go.
    pub(crate) reachable: Vec<Receiver>,
}

pub(crate) const CHARITIES: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Buyer {
    Unknown,
    Contact(usize),
    /// The partner himself.
    Partner(usize),
}

/// What a shop says of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    pub(crate) currency: usize,
    pub(crate) placed_at: i64,
    pub(crate) paid_at: i64,
    /// Product, quantity, net amount.
    pub(crate) lines: Vec<(usize, i64, i64)>,
    pub(crate) partner: Option<usize>,
    /// Whose.
    pub(crate) coupon: Option<usize>,
    pub(crate) buyer: Buyer,
    pub(crate) hold_days: Option<i64>,
    pub(crate) charity: Option<(usize, Option<i64>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    Pending,
    Paid,
    Refunded,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Back {
    Chargeback,
    Refund,
}

/// Something given back, or taken back by a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenBack {
    pub(crate) kind: Back,
    pub(crate) id: usize,
    pub(crate) at: i64,
    /// Of which product; of all, if not given.
    pub(crate) goods: Option<usize>,
    pub(crate) currency: usize,
    pub(crate) amount: i64,
    /// Whether it comes over the API: that takes it before its order, a file does not.
    pub(crate) is_by_api: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Hold,
    Release,
    Refuse,
    Assign(usize),
    HoldDays(i64),
    Charity(usize, Option<i64>),
}

/// After how many writes a store breaks, and whether the last one took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kill {
    pub(crate) at: u64,
    pub(crate) takes_effect: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Whole,
    /// The same night once more: it writes nothing.
    Twice,
    Killed(Kill),
    /// After so many writes another night takes over and runs to its end.
    Overtaken(u64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    Order { order: usize, stands: Stands, sale: Sale },
    GiveBack { order: usize, back: GivenBack },
    Won { order: usize, id: usize, at: i64 },
    Rule { order: usize, word: Word },
    Rebind { contact: usize, partner: usize, from: i64 },
    ChangeProgram { program: usize, from: i64, rules: Rules },
    ChangePartner { partner: usize, from: i64, terms: Terms },
    ChangeGoods { goods: usize, from: i64, terms: Goods },
    Move { partner: usize, program: usize, from: i64 },
    Prepare { kill: Option<Kill> },
    PrepareOne { receiver: Receiver, currency: usize, amount: i64, kill: Option<Kill> },
    Edit { payout: usize, percent: i64, kill: Option<Kill> },
    Confirm { payouts: Vec<usize>, kill: Option<Kill> },
    Fail { payout: usize, kill: Option<Kill> },
    Adjust { receiver: Receiver, currency: usize, amount: i64, kill: Option<Kill> },
    Night { settle_seconds: i64, how: How },
    Replay { kill: Option<Kill> },
}

/// An operation and when it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) at: i64,
    pub(crate) op: Op,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) shop: Shop,
    pub(crate) steps: Vec<Step>,
}

/// Digits with a point: `1000.50`.
pub(crate) fn decimal(units: i64, digits: usize) -> String {
    let (sign, text) = (if units < 0 { "-" } else { "" }, format!("{:0>width$}", units.abs(), width = digits + 1));
    let (whole, fraction) = text.split_at(text.len() - digits);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// An amount of a currency, in major units.
pub(crate) fn major(amount: i64, currency: usize) -> String {
    decimal(amount, CURRENCIES[currency].1)
}

/// Percentages of tiers as files hold them: `10.000000;;1.000000`.
pub(crate) fn rates(rates: &[Option<i64>]) -> String {
    let text = |rate: &Option<i64>| rate.map_or(String::new(), |millionths| decimal(millionths, 6));
    rates.iter().map(text).collect::<Vec<_>>().join(";")
}
