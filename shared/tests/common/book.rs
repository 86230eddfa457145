//! A rulebook, put together in one line.

use std::collections::BTreeMap;

use tributary_shared::id::{CharityId, Code, CouponCode, LinkId, PartnerId, ProductId, ProgramId, Sku};
use tributary_shared::partner::{Partner, PartnerTerms};
use tributary_shared::program::ProgramRules;
use tributary_shared::rules::{Product, ProductTerms, Program, Rulebook, Versions};
use tributary_shared::time::Timestamp;

use super::{currency, rates, rules, terms, under};

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
