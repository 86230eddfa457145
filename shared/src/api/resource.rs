//! What there is to read: for each list its columns, its order, and who may see it.

/// What a column holds, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant: RFC 3339, in UTC.
    Time,
    /// An amount in the row's currency: a decimal string in major units.
    Amount,
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name: in the database's answer, in JSON and in XML.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether there may be nothing in it.
    pub is_optional: bool,
    /// What it says, for whoever reads it.
    pub about: &'static str,
}

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_optional: false, about }
}

const fn maybe(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, is_optional: true, about }
}

/// What a list is in order of, and cursors are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Names, from the first on.
    Text,
    /// Numbers, the newest first.
    Number,
    /// There is one page, and nothing to ask for singly.
    None,
}

/// A parameter of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Where the page begins.
    Cursor,
    /// Rows of the page.
    Limit,
    /// Whose.
    Partner,
    /// From this instant on.
    From,
    /// And before this one.
    To,
}

impl Parameter {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Limit => "limit",
            Self::Partner => "partner",
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// A list under `/api/v1/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Orders as they stand.
    Orders,
    /// Partners.
    Partners,
    /// Products.
    Products,
    /// Links.
    Links,
    /// Contacts.
    Contacts,
    /// Coupons that belong to partners.
    Coupons,
    /// What partners earned, and what was taken back.
    Accruals,
    /// Payouts.
    Payouts,
    /// What is owed to a partner.
    Balances,
    /// Clicks of links.
    Stats,
}

const ORDERS: &[Column] = &[
    column("external_id", Kind::Text, "what the shop calls it"),
    maybe(
        "status",
        Kind::Word(&["pending", "paid", "refunded", "cancelled"]),
        "how far it has come; none while only a refund has come",
    ),
    maybe("currency", Kind::Text, "ISO 4217"),
    maybe("net", Kind::Amount, "the total of its lines"),
    maybe("refunded", Kind::Amount, "what of it was given back"),
    maybe("placed_at", Kind::Time, "when it was placed"),
    maybe("paid_at", Kind::Time, "when it was paid"),
    maybe("partner", Kind::Text, "who was credited; to a partner's key, only himself"),
    maybe(
        "outcome",
        Kind::Word(&["credited", "held", "refused", "limited", "unattributed", "unpaid", "awaited"]),
        "what the latest night decided",
    ),
    column("revision", Kind::Number, "how often something was reported of it"),
    column("decided_revision", Kind::Number, "up to which revision the night has seen it"),
    column("updated_at", Kind::Time, "its latest event"),
];

const PARTNERS: &[Column] = &[
    column("code", Kind::Text, "what the merchant calls him"),
    column("name", Kind::Text, "his name"),
    column("email", Kind::Text, "his address; empty if none is known"),
    column("status", Kind::Word(&["active", "pending", "blocked"]), "whether he earns"),
    maybe("program", Kind::Text, "the code of his program"),
    maybe("parent", Kind::Text, "the code of who brought him"),
    column("created_at", Kind::Time, "since when he is known"),
];

const PRODUCTS: &[Column] = &[
    column("sku", Kind::Text, "what the shop calls it"),
    column("name", Kind::Text, "its name"),
    column("participates", Kind::Flag, "whether selling it earns commission"),
    column("shown", Kind::Flag, "whether partners see it"),
];

const LINKS: &[Column] = &[
    column("code", Kind::Text, "its code"),
    column("url", Kind::Text, "the address to hand out"),
    column("partner", Kind::Text, "whose it is"),
    maybe("product", Kind::Text, "the product it is for"),
    column("target", Kind::Text, "where it leads"),
    column("active", Kind::Flag, "whether its clicks count"),
];

const CONTACTS: &[Column] = &[
    column("id", Kind::Number, "its number"),
    maybe("email", Kind::Text, "his address"),
    maybe("external_id", Kind::Text, "what the shop calls him"),
    column("name", Kind::Text, "his name; empty if none is known"),
    column("created_at", Kind::Time, "since when he is known"),
];

const COUPONS: &[Column] =
    &[column("code", Kind::Text, "the coupon, in upper case"), column("partner", Kind::Text, "whose it is")];

const ACCRUALS: &[Column] = &[
    column("id", Kind::Number, "its number"),
    column("partner", Kind::Text, "who earned it"),
    column("order", Kind::Text, "for which order"),
    column("tier", Kind::Number, "at which tier"),
    column("kind", Kind::Word(&["accrual", "reversal"]), "earned, or taken back"),
    column("amount", Kind::Amount, "how much; negative if it was taken back"),
    column("currency", Kind::Text, "ISO 4217"),
    column("payable_from", Kind::Time, "until then it is on hold"),
    column("created_at", Kind::Time, "when it was booked"),
];

const PAYOUTS: &[Column] = &[
    column("id", Kind::Number, "its number"),
    column("receiver", Kind::Text, "a partner's code, or charity:CODE"),
    column("amount", Kind::Amount, "how much"),
    column("currency", Kind::Text, "ISO 4217"),
    column("state", Kind::Word(&["prepared", "confirmed", "failed"]), "proposed, sent, or not sent or come back"),
    maybe("method", Kind::Text, "by which way"),
    column("prepared_at", Kind::Time, "when it was proposed"),
    maybe("changed_at", Kind::Time, "when its state changed last"),
];

const BALANCES: &[Column] = &[
    column("currency", Kind::Text, "ISO 4217"),
    column("pending", Kind::Amount, "earned, and on hold"),
    column("payable", Kind::Amount, "owed now"),
    column("paid", Kind::Amount, "paid out so far"),
    column("earned", Kind::Amount, "all that was ever earned"),
];

const STATS: &[Column] = &[
    column("link", Kind::Text, "the link's code"),
    column("partner", Kind::Text, "whose it is"),
    column("clicks", Kind::Number, "how many people followed it in the period"),
];

impl Resource {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Orders,
        Self::Partners,
        Self::Products,
        Self::Links,
        Self::Contacts,
        Self::Coupons,
        Self::Accruals,
        Self::Payouts,
        Self::Balances,
        Self::Stats,
    ];

    /// Its name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Partners => "partners",
            Self::Products => "products",
            Self::Links => "links",
            Self::Contacts => "contacts",
            Self::Coupons => "coupons",
            Self::Accruals => "accruals",
            Self::Payouts => "payouts",
            Self::Balances => "balances",
            Self::Stats => "stats",
        }
    }

    /// One of it.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Orders => "order",
            Self::Partners => "partner",
            Self::Products => "product",
            Self::Links => "link",
            Self::Contacts => "contact",
            Self::Coupons => "coupon",
            Self::Accruals => "accrual",
            Self::Payouts => "payout",
            Self::Balances => "balance",
            Self::Stats => "stat",
        }
    }

    /// The list of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.name() == name)
    }

    /// Its columns.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Orders => ORDERS,
            Self::Partners => PARTNERS,
            Self::Products => PRODUCTS,
            Self::Links => LINKS,
            Self::Contacts => CONTACTS,
            Self::Coupons => COUPONS,
            Self::Accruals => ACCRUALS,
            Self::Payouts => PAYOUTS,
            Self::Balances => BALANCES,
            Self::Stats => STATS,
        }
    }

    /// What it is in order of.
    #[must_use]
    pub const fn key(self) -> Key {
        match self {
            Self::Partners | Self::Products | Self::Links | Self::Coupons | Self::Stats => Key::Text,
            Self::Orders | Self::Contacts | Self::Accruals | Self::Payouts => Key::Number,
            Self::Balances => Key::None,
        }
    }

    /// Whether one of it has an address of its own.
    #[must_use]
    pub const fn is_asked_singly(self) -> bool {
        !matches!(self, Self::Balances | Self::Stats)
    }

    /// Whether it can be added to.
    #[must_use]
    pub const fn takes_posts(self) -> bool {
        match self {
            Self::Orders | Self::Partners | Self::Products | Self::Links | Self::Contacts | Self::Coupons => true,
            Self::Accruals | Self::Payouts | Self::Balances | Self::Stats => false,
        }
    }

    /// Whether a partner's key opens it; it shows what is his.
    #[must_use]
    pub const fn is_for_partners(self) -> bool {
        !matches!(self, Self::Contacts)
    }

    /// What it may be asked for.
    #[must_use]
    pub const fn parameters(self) -> &'static [Parameter] {
        match self {
            Self::Partners | Self::Products | Self::Contacts => &[Parameter::Cursor, Parameter::Limit],
            Self::Orders | Self::Links | Self::Coupons | Self::Accruals | Self::Payouts => {
                &[Parameter::Cursor, Parameter::Limit, Parameter::Partner]
            }
            Self::Balances => &[Parameter::Partner],
            Self::Stats => &[Parameter::Cursor, Parameter::Limit, Parameter::Partner, Parameter::From, Parameter::To],
        }
    }
}
