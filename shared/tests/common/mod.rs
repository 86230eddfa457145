//! Builders for the tests: a rulebook, an order and a touch in one line each.
//!
//! Unless a test says otherwise: an order INV-1042 over one TOUR-7 at 250.00 EUR, paid at [`PAID_AT`]; partners in program 1;
//! everything valid for ever. A partner's code is his number.

#![allow(dead_code, reason = "every test file uses another part of this")]

use std::collections::BTreeMap;

use tributary_shared::attribution::{Evidence, EvidenceKind, FirstPayment, Payments};
use tributary_shared::commission::Receiver;
use tributary_shared::contact::{BoundBy, ContactTouch, Email};
use tributary_shared::decision::{Decision, decide};
use tributary_shared::id::{
    CharityId, Code, CouponCode, ExternalId, LinkId, OrderId, PartnerId, ProductId, ProgramId, Sku, TouchId, VisitorId,
};
use tributary_shared::ledger::{Account, Transfer, booked};
use tributary_shared::money::{Currency, Money};
use tributary_shared::order::{
    Customer, EventBody, Line, Order, OrderEvent, Refund, RefundLine, Ruling, Snapshot, Status, Word,
};
use tributary_shared::partner::{Partner, PartnerStatus, PartnerTerms};
use tributary_shared::program::{ProgramRules, Rate, TierRates};
use tributary_shared::rules::{Product, ProductTerms, Program, Rulebook, Versions};
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use tributary_shared::touch::{Touch, TouchKind};
use tributary_shared::trace;
use uuid::Uuid;

/// When orders are paid: 2026-11-03T10:02:11Z.
pub(crate) const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_793_700_131);

/// An instant.
pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("the test gives a time")
}

/// So many seconds before orders are paid.
pub(crate) fn seconds_before(seconds: i64) -> Timestamp {
    PAID_AT.plus_seconds(-seconds)
}

/// So many days before orders are paid.
pub(crate) fn days_before(days: i64) -> Timestamp {
    seconds_before(days * DAY_SECONDS)
}

/// A currency.
pub(crate) fn currency(code: &str) -> Currency {
    code.parse().expect("the test gives a currency")
}

/// Minor units as major units.
pub(crate) fn euros(minor: i64) -> String {
    Money::from_minor(minor, currency("EUR")).expect("the test gives an amount in range").amount()
}

/// `10` percent, `+250` minor units a unit, `10+250` both.
pub(crate) fn rate(text: &str) -> Rate {
    let (percent, flat) = text.split_once('+').map_or((text, None), |(percent, flat)| (percent, Some(flat)));
    Rate {
        percent: (!percent.is_empty()).then(|| percent.parse().expect("the test gives a percentage")),
        flat_minor: flat.map(|flat| flat.parse().expect("the test gives minor units")),
    }
}

/// Rates of tiers 1, 2, …: `10;3+250;;1`. An empty place is no rate.
pub(crate) fn rates(text: &str) -> TierRates {
    text.split(';').map(|place| (!place.is_empty()).then(|| rate(place))).collect()
}

/// Standard rules with these tiers.
pub(crate) fn rules(tiers: &str) -> ProgramRules {
    ProgramRules { tiers: rates(tiers), ..ProgramRules::standard() }
}

/// Terms of an active partner of program 1 without a parent.
pub(crate) fn terms() -> PartnerTerms {
    PartnerTerms {
        program: ProgramId(1),
        parent: None,
        parent_commission_until: None,
        rates: Vec::new(),
        status: PartnerStatus::Active,
    }
}

/// Terms of a partner under another.
pub(crate) fn under(parent: i64) -> PartnerTerms {
    PartnerTerms { parent: Some(PartnerId(parent)), ..terms() }
}

/// Terms of a partner of another program.
pub(crate) fn of_program(program: i64) -> PartnerTerms {
    PartnerTerms { program: ProgramId(program), ..terms() }
}

/// Everything that orders are judged by, while it is being put together.
#[derive(Clone, Default)]
pub(crate) struct Book {
    programs: BTreeMap<i64, Vec<(Timestamp, ProgramRules)>>,
    partners: BTreeMap<i64, (String, Vec<(Timestamp, PartnerTerms)>)>,
    products: BTreeMap<String, Vec<(Timestamp, ProductTerms)>>,
    payout_emails: BTreeMap<i64, String>,
    coupons: Vec<(CouponCode, PartnerId)>,
    charities: Vec<(CharityId, Code)>,
    links: Vec<(LinkId, String)>,
}

/// A rulebook with nothing in it.
pub(crate) fn book() -> Book {
    Book::default()
}

/// A rulebook with one program of these tiers and partners 1 under 2 under 3 … under `partners`.
pub(crate) fn upline(tiers: &str, partners: i64) -> Book {
    let above = |number| {
        if number == partners { terms() } else { under(number + 1) }
    };
    (1..=partners).fold(book().program(1, rules(tiers)), |book, number| book.partner(number, above(number)))
}

impl Book {
    /// A program; its currency is the euro.
    pub(crate) fn program(self, number: i64, rules: ProgramRules) -> Self {
        self.program_from(number, Timestamp::FIRST, rules)
    }

    /// A version of a program.
    pub(crate) fn program_from(mut self, number: i64, from: Timestamp, rules: ProgramRules) -> Self {
        self.programs.entry(number).or_default().push((from, rules));
        self
    }

    /// Changes the latest version of a program.
    pub(crate) fn with_rules(mut self, number: i64, change: impl FnOnce(&mut ProgramRules)) -> Self {
        let versions = self.programs.get_mut(&number).expect("the test made the program");
        change(&mut versions.last_mut().expect("a program has a version").1);
        self
    }

    /// A partner.
    pub(crate) fn partner(self, number: i64, terms: PartnerTerms) -> Self {
        self.partner_from(number, Timestamp::FIRST, terms)
    }

    /// A version of a partner's terms.
    pub(crate) fn partner_from(mut self, number: i64, from: Timestamp, terms: PartnerTerms) -> Self {
        self.partners.entry(number).or_default().1.push((from, terms));
        self
    }

    /// Changes the latest version of a partner's terms.
    pub(crate) fn with_terms(mut self, number: i64, change: impl FnOnce(&mut PartnerTerms)) -> Self {
        let versions = self.partners.get_mut(&number).expect("the test made the partner");
        change(&mut versions.1.last_mut().expect("a partner has terms").1);
        self
    }

    /// A partner's e-mail address.
    pub(crate) fn email(mut self, number: i64, email: &str) -> Self {
        email.clone_into(&mut self.partners.get_mut(&number).expect("the test made the partner").0);
        self
    }

    /// The address of a partner's payout account.
    pub(crate) fn payout_email(mut self, number: i64, email: &str) -> Self {
        self.payout_emails.insert(number, email.to_owned());
        self
    }

    /// A product with rates of its own.
    pub(crate) fn product(self, sku: &str, own_rates: &str) -> Self {
        self.product_from(sku, Timestamp::FIRST, own_rates)
    }

    /// A version of a product's rates.
    pub(crate) fn product_from(mut self, sku: &str, from: Timestamp, own_rates: &str) -> Self {
        let terms = ProductTerms { rates: rates(own_rates), ..ProductTerms::standard() };
        self.products.entry(sku.to_owned()).or_default().push((from, terms));
        self
    }

    /// A product that earns nobody anything, whatever its rates.
    pub(crate) fn idle_product(mut self, sku: &str) -> Self {
        let terms = ProductTerms { participates: false, rates: rates("50"), ..ProductTerms::standard() };
        self.products.insert(sku.to_owned(), vec![(Timestamp::FIRST, terms)]);
        self
    }

    /// A partner's coupon.
    pub(crate) fn coupon(mut self, code: &str, owner: i64) -> Self {
        self.coupons.push((CouponCode::parse(code).expect("the test gives a coupon"), PartnerId(owner)));
        self
    }

    /// A product with these terms for ever.
    pub(crate) fn product_terms(mut self, sku: &str, terms: ProductTerms) -> Self {
        self.products.insert(sku.to_owned(), vec![(Timestamp::FIRST, terms)]);
        self
    }

    /// A charity.
    pub(crate) fn charity(mut self, number: i64, code: &str) -> Self {
        self.charities.push((CharityId(number), Code::parse(code).expect("the test gives a code")));
        self
    }

    /// A link's code.
    pub(crate) fn link(mut self, number: i64, code: &str) -> Self {
        self.links.push((LinkId(number), code.to_owned()));
        self
    }

    /// The rulebook.
    pub(crate) fn build(self) -> Rulebook {
        let code = |number: i64| Code::parse(&number.to_string()).expect("a number is a code");
        let programs = self.programs.into_iter().map(|(number, rules)| Program {
            id: ProgramId(number),
            code: code(number),
            name: String::new(),
            currency: currency("EUR"),
            rules: Versions::new(rules),
        });
        let partners = self.partners.into_iter().map(|(number, (email, terms))| Partner {
            id: PartnerId(number),
            code: code(number),
            name: String::new(),
            email,
            payout_email: self.payout_emails.get(&number).cloned().unwrap_or_default(),
            terms: Versions::new(terms),
        });
        let products = self.products.into_iter().zip(1..).map(|((sku, terms), number)| Product {
            id: ProductId(number),
            sku: Sku::parse(&sku).expect("the test gives a sku"),
            name: String::new(),
            terms: Versions::new(terms),
        });
        let (programs, partners, products) = (programs.collect(), partners.collect(), products.collect());
        Rulebook::new(programs, partners, products, self.coupons, self.charities, self.links)
    }
}

/// A click on a link of a partner. Its id is made of its time and its partner.
pub(crate) fn click(partner: i64, at: Timestamp) -> Touch {
    let number = u128::try_from(at.unix_seconds() << 16 | partner).expect("the test's times are after 1970");
    let id = TouchId(Uuid::from_u128(number));
    Touch { id, kind: TouchKind::Click, partner: PartnerId(partner), link: None, at }
}

/// A visit with a partner's code in the address.
pub(crate) fn visit(partner: i64, at: Timestamp) -> Touch {
    Touch { kind: TouchKind::Visit, ..click(partner, at) }
}

/// What ties the contact to a partner.
pub(crate) fn tie(by: BoundBy, partner: i64, at: Timestamp) -> ContactTouch {
    ContactTouch { partner: PartnerId(partner), by, at, touched_at: None }
}

/// An opt-in on the spot.
pub(crate) fn opt_in(partner: i64, at: Timestamp) -> ContactTouch {
    tie(BoundBy::OptIn, partner, at)
}

/// An order with its refunds and with what is known of its visitor and contact.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) snapshot: Snapshot,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) contact: Vec<ContactTouch>,
    pub(crate) stored: Vec<Touch>,
    /// Chargebacks and what named persons decided.
    pub(crate) more: Vec<EventBody>,
    /// The first payment of its subscription.
    pub(crate) first: Option<Box<Case>>,
    /// What the customer paid before.
    pub(crate) payments: Payments,
}

/// The order of these tests.
pub(crate) fn order() -> Case {
    let snapshot = Snapshot {
        status: Status::Paid,
        currency: currency("EUR"),
        placed_at: None,
        paid_at: Some(PAID_AT),
        customer: Customer::default(),
        lines: Vec::new(),
        coupons: Vec::new(),
        partner: None,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: None,
        hold_days: None,
        charity: None,
        gross_minor: None,
        as_of: None,
    };
    let case = Case {
        snapshot,
        refunds: Vec::new(),
        contact: Vec::new(),
        stored: Vec::new(),
        more: Vec::new(),
        first: None,
        payments: Payments::default(),
    };
    case.of("250.00")
}

impl Case {
    /// One TOUR-7 at this amount.
    pub(crate) fn of(self, net: &str) -> Self {
        self.lines(&[("TOUR-7", 1, net)])
    }

    /// Lines: product, quantity, net amount of the line.
    pub(crate) fn lines(mut self, lines: &[(&str, u32, &str)]) -> Self {
        let currency = self.snapshot.currency;
        let line = |(sku, quantity, net): &(&str, u32, &str)| Line {
            sku: Sku::parse(sku).expect("the test gives a sku"),
            quantity: *quantity,
            net_minor: Money::parse(net, currency).expect("the test gives an amount").minor(),
            refunded_minor: 0,
            id: None,
        };
        self.snapshot.lines = lines.iter().map(line).collect();
        self
    }

    /// In another currency, the number of minor units unchanged.
    pub(crate) fn in_currency(mut self, code: &str) -> Self {
        self.snapshot.currency = currency(code);
        self
    }

    /// How far it has come.
    pub(crate) fn status(mut self, status: Status) -> Self {
        self.snapshot.status = status;
        self.snapshot.paid_at = self.snapshot.paid_at.filter(|_| status != Status::Pending);
        self
    }

    /// Placed then.
    pub(crate) fn placed_at(mut self, at: Timestamp) -> Self {
        self.snapshot.placed_at = Some(at);
        self
    }

    /// Paid then.
    pub(crate) fn paid_at(mut self, at: Timestamp) -> Self {
        self.snapshot.paid_at = Some(at);
        self
    }

    /// By the person of this address.
    pub(crate) fn email(mut self, email: &str) -> Self {
        self.snapshot.customer.email = Some(Email::parse(email).expect("the test gives an address"));
        self
    }

    /// With a coupon.
    pub(crate) fn coupon(mut self, code: &str) -> Self {
        self.snapshot.coupons.push(CouponCode::parse(code).expect("the test gives a coupon"));
        self
    }

    /// For a partner whom the order names.
    pub(crate) fn naming(mut self, partner: &str) -> Self {
        self.snapshot.partner = Some(Code::parse(partner).expect("the test gives a code"));
        self
    }

    /// Placed by a concierge or sales agent.
    pub(crate) fn placed_by(mut self, agent: &str) -> Self {
        self.snapshot.placed_by = Some(agent.to_owned());
        self
    }

    /// With a touch that came with it.
    pub(crate) fn carrying(mut self, touch: Touch) -> Self {
        self.snapshot.carried.push(touch);
        self
    }

    /// With a touch that is stored for its visitor.
    pub(crate) fn stored(mut self, touch: Touch) -> Self {
        self.snapshot.visitor = Some(VisitorId(Uuid::from_u128(7)));
        self.stored.push(touch);
        self
    }

    /// With a contact who is tied to a partner.
    pub(crate) fn tied(mut self, tie: ContactTouch) -> Self {
        self.contact.push(tie);
        self
    }

    /// An amount given back, a day after the refund before.
    pub(crate) fn refunded(self, amount: &str) -> Self {
        self.refund(Some(amount.to_owned()), Vec::new())
    }

    /// A part of a product given back, a day after the refund before.
    pub(crate) fn refunded_of(self, sku: &str, net: &str) -> Self {
        let sku = Sku::parse(sku).expect("the test gives a sku");
        self.refund(None, vec![RefundLine { sku, net: net.to_owned(), line: None }])
    }

    fn refund(mut self, amount: Option<String>, lines: Vec<RefundLine>) -> Self {
        let number = self.refunds.len() + 1;
        let refund_id = ExternalId::parse(&format!("R-{number}")).expect("a number makes an id");
        let days = u32::try_from(number).expect("a test has few refunds");
        let at = PAID_AT.plus_days(days);
        self.refunds.push(Refund { refund_id, at, amount, lines, gross: None, currency: None, reason: None });
        self
    }

    /// Its events: the order, then its refunds.
    pub(crate) fn bodies(&self) -> Vec<EventBody> {
        let order = EventBody::Order(Box::new(self.snapshot.clone()));
        let refunds = self.refunds.iter().cloned().map(EventBody::Refund);
        std::iter::once(order).chain(refunds).chain(self.more.iter().cloned()).collect()
    }

    /// What is known beside it.
    pub(crate) fn evidence(&self) -> Evidence {
        let first = |case: &Case| Box::new(FirstPayment { order: case.fold(), evidence: case.evidence() });
        Evidence {
            contact: self.contact.clone(),
            stored: self.stored.clone(),
            first: self.first.as_deref().map(first),
            payments: self.payments,
        }
    }

    /// What Olga decided, so many seconds after the order was paid.
    pub(crate) fn ruled(mut self, word: Word, seconds: i64) -> Self {
        let (by, reason) = ("Olga".to_owned(), "as agreed".to_owned());
        self.more.push(EventBody::Ruling(Ruling { word, by, reason, at: PAID_AT.plus_seconds(seconds) }));
        self
    }

    /// Folds it.
    pub(crate) fn fold(&self) -> Order {
        fold(&self.bodies())
    }

    /// Judges it when nothing is booked yet.
    pub(crate) fn judged(&self, book: &Rulebook) -> Decision {
        decide(&self.fold(), &self.evidence(), book, &[])
    }
}

/// Folds events of one source in this order of arrival.
pub(crate) fn fold(bodies: &[EventBody]) -> Order {
    let reports: Vec<(&str, EventBody)> = bodies.iter().map(|body| ("api", body.clone())).collect();
    fold_reports(&reports)
}

/// Folds events in this order of arrival, each with its source. An order's event is of the time when it was paid, or placed.
pub(crate) fn fold_reports(reports: &[(&str, EventBody)]) -> Order {
    let at = |body: &EventBody| match body {
        EventBody::Order(snapshot) => snapshot.paid_at.or(snapshot.placed_at).unwrap_or(PAID_AT),
        EventBody::Evidence(_) => PAID_AT,
        other => other.at().expect("all others have one time"),
    };
    let event = |((source, body), arrival): (&(&str, EventBody), i64)| {
        let source = (*source).to_owned();
        OrderEvent { arrival, source, at: at(body), body: body.clone() }
    };
    let events: Vec<OrderEvent> = reports.iter().zip(1..).map(event).collect();
    Order::fold(OrderId(1), ExternalId::parse("INV-1042").expect("a constant"), &events)
}

/// What was booked for an order, night after night.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) transfers: Vec<Transfer>,
}

impl Ledger {
    /// Judges the order as it stands, books the difference and returns what was decided.
    pub(crate) fn night(&mut self, case: &Case, book: &Rulebook) -> Decision {
        let decision = decide(&case.fold(), &case.evidence(), book, &booked(&self.transfers));
        self.transfers.extend(&decision.transfers);
        decision
    }

    /// What is booked: tier, receiver's number and sum; receivers at 0 are left out.
    pub(crate) fn sums(&self) -> Vec<(u8, i64, i64)> {
        sums(&self.transfers)
    }
}

/// What transfers add up to: tier (0 for charity), receiver's number and sum; receivers at 0 are left out.
pub(crate) fn sums(transfers: &[Transfer]) -> Vec<(u8, i64, i64)> {
    let number = |receiver| match receiver {
        Receiver::Partner(partner) => partner.0,
        Receiver::Charity(charity) => charity.0,
    };
    // By kind of receiver, too: a partner and a charity may have one number.
    let mut sums: BTreeMap<(u8, i64), i64> = BTreeMap::new();
    for sum in booked(transfers) {
        *sums.entry((sum.tier, number(sum.receiver))).or_default() += sum.amount_minor;
    }
    sums.into_iter().filter(|(_, minor)| *minor != 0).map(|((tier, number), minor)| (tier, number, minor)).collect()
}

/// What a decision books: tier (0 for charity), receiver's number and amount.
pub(crate) fn earned(decision: &Decision) -> Vec<(u8, i64, i64)> {
    sums(&decision.transfers)
}

/// Who is credited and by what; nobody if the order is held.
pub(crate) fn credited(decision: &Decision) -> Option<(i64, EvidenceKind)> {
    decision.held.is_none().then_some(())?;
    Some((decision.partner?.0, decision.evidence?))
}

/// The trace's lines.
pub(crate) fn trace_of(decision: &Decision) -> Vec<String> {
    trace::lines(&decision.steps)
}

/// Whether a transfer takes something back.
pub(crate) fn takes_back(transfer: &Transfer) -> bool {
    matches!(transfer.credit, Account::Expense(_))
}

/// Numbers that look random and are the same in every run (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that always fall alike for one seed above 0.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from `least` up to but not including `end`.
    pub(crate) fn throw(&mut self, least: i64, end: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        least + i64::try_from(number).expect("31 bits") % (end - least)
    }

    /// Yes, once in so many throws.
    pub(crate) fn once_in(&mut self, throws: i64) -> bool {
        self.throw(0, throws) == 0
    }

    /// One of several.
    pub(crate) fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        let index = self.throw(0, i64::try_from(of.len()).expect("few"));
        of[usize::try_from(index).expect("not negative")].clone()
    }
}
