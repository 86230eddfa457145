//! The rulebook: every program, partner, product and coupon, with all versions by time.

mod quick;

use quick::Quick;
use serde::{Deserialize, Serialize};

use crate::id::{CharityId, Code, CouponCode, PartnerId, ProductId, ProgramId, Sku};
use crate::ledger::Account;
use crate::money::Currency;
use crate::partner::{Partner, PartnerTerms};
use crate::program::{CharityRule, ProgramRules, TierRates};
use crate::sorted::sort_by_key;
use crate::time::Timestamp;

/// Versions of one thing, each valid from its instant until the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions<T> {
    /// By `valid_from`, oldest first.
    versions: Vec<(Timestamp, T)>,
}

impl<T> Versions<T> {
    /// Versions in any order; of two that begin at one instant the later in the list holds.
    #[must_use]
    pub fn new(mut versions: Vec<(Timestamp, T)>) -> Self {
        sort_by_key(&mut versions, |(valid_from, _)| *valid_from);
        Self { versions }
    }

    /// A single version, for ever back.
    #[must_use]
    pub fn only(value: T) -> Self {
        Self { versions: vec![(Timestamp::FIRST, value)] }
    }

    /// The version in force at `now`, with when it began.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Option<(Timestamp, &T)> {
        self.versions.iter().rev().find(|(valid_from, _)| *valid_from <= now).map(|(from, value)| (*from, value))
    }

    /// All versions, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (Timestamp, &T)> {
        self.versions.iter().map(|(from, value)| (*from, value))
    }

    /// The versions that begin after an instant.
    pub fn after(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, &T)> {
        self.versions.iter().filter(move |(valid_from, _)| *valid_from > now).map(|(from, value)| (*from, value))
    }

    /// Lets a value hold from an instant on, in place of whatever held or would hold then.
    pub fn replace_from(&mut self, valid_from: Timestamp, value: T) {
        self.versions.retain(|(from, _)| *from < valid_from);
        self.versions.push((valid_from, value));
    }

    /// The version that begins last.
    #[must_use]
    pub fn latest(&self) -> Option<&T> {
        self.versions.last().map(|(_, value)| value)
    }
}

/// A program and its rules by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its row.
    pub id: ProgramId,
    /// What the merchant calls it.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// The currency of its flat amounts and its least payout.
    pub currency: Currency,
    /// Its rules by time.
    pub rules: Versions<ProgramRules>,
}

/// One version of what holds for a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTerms {
    /// Whether selling it earns commission.
    pub participates: bool,
    /// The programs that it takes part in; empty for all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ProgramId>,
    /// Whether partners see it.
    pub shown: bool,
    /// Its own rates, weaker than a partner's and stronger than the program's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: TierRates,
    /// Its own hold in days, in place of the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_days: Option<u32>,
    /// The charity that selling it serves, in place of the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charity: Option<CharityRule>,
}

impl ProductTerms {
    /// What holds for a product of which nothing is said: it takes part and is shown, at the program's rates.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            participates: true,
            programs: Vec::new(),
            shown: true,
            rates: Vec::new(),
            hold_days: None,
            charity: None,
        }
    }

    /// Whether selling it earns commission in a program.
    #[must_use]
    pub fn takes_part_in(&self, program: ProgramId) -> bool {
        self.participates && (self.programs.is_empty() || self.programs.contains(&program))
    }
}

/// A product. One that is not in the rulebook takes part, at the program's rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its row.
    pub id: ProductId,
    /// What the shop calls it.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Its terms by time.
    pub terms: Versions<ProductTerms>,
}

/// Everything that orders are judged by.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    programs: Vec<Program>,
    partners: Quick<PartnerId, Partner>,
    partner_by_code: Quick<String, PartnerId>,
    products: Quick<String, Product>,
    coupons: Quick<CouponCode, PartnerId>,
    charities: Quick<CharityId, Code>,
    links: Quick<crate::id::LinkId, String>,
}

impl Rulebook {
    /// Puts the parts together. Programs by id: the first is the one that orders of nobody are explained by.
    #[must_use]
    pub fn new(
        mut programs: Vec<Program>,
        partners: Vec<Partner>,
        products: Vec<Product>,
        coupons: Vec<(CouponCode, PartnerId)>,
        charities: Vec<(CharityId, Code)>,
        links: Vec<(crate::id::LinkId, String)>,
    ) -> Self {
        sort_by_key(&mut programs, |program| program.id);
        Self {
            programs,
            partner_by_code: partners.iter().map(|partner| (partner.code.as_str().to_owned(), partner.id)).collect(),
            partners: partners.into_iter().map(|partner| (partner.id, partner)).collect(),
            products: products.into_iter().map(|product| (product.sku.as_str().to_owned(), product)).collect(),
            coupons: coupons.into_iter().collect(),
            charities: charities.into_iter().collect(),
            links: links.into_iter().collect(),
        }
    }

    /// All programs, by id.
    #[must_use]
    pub fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The program of a row.
    #[must_use]
    pub fn program(&self, id: ProgramId) -> Option<&Program> {
        self.programs.iter().find(|program| program.id == id)
    }

    /// Whether any version of any program limits how much of a customer's payments it pays for.
    #[must_use]
    pub fn limits_recurring(&self) -> bool {
        let limits = |program: &Program| program.rules.all().any(|(_, rules)| !rules.recurring.is_unlimited());
        self.programs.iter().any(limits)
    }

    /// All partners, in no order.
    pub fn partners(&self) -> impl Iterator<Item = &Partner> {
        self.partners.values()
    }

    /// The partner of a row.
    #[must_use]
    pub fn partner(&self, id: PartnerId) -> Option<&Partner> {
        self.partners.get(&id)
    }

    /// The partner whom the merchant calls so.
    #[must_use]
    pub fn partner_by_code(&self, code: &str) -> Option<&Partner> {
        self.partners.get(self.partner_by_code.get(code)?)
    }

    /// The product whom the shop calls so.
    #[must_use]
    pub fn product(&self, sku: &str) -> Option<&Product> {
        self.products.get(sku)
    }

    /// All products, in no order.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values()
    }

    /// The partner to whom a coupon belongs.
    #[must_use]
    pub fn coupon_owner(&self, coupon: &CouponCode) -> Option<PartnerId> {
        self.coupons.get(coupon).copied()
    }

    /// What the merchant calls a charity.
    #[must_use]
    pub fn charity_code(&self, id: CharityId) -> Option<&Code> {
        self.charities.get(&id)
    }

    /// The charity whom the merchant calls so.
    #[must_use]
    pub fn charity_by_code(&self, code: &str) -> Option<CharityId> {
        self.charities.iter().find(|(_, known)| known.as_str() == code).map(|(id, _)| *id)
    }

    /// All charities, in no order.
    pub fn charities(&self) -> impl Iterator<Item = (CharityId, &Code)> {
        self.charities.iter().map(|(id, code)| (*id, code))
    }

    /// The code of a link.
    #[must_use]
    pub fn link_code(&self, id: crate::id::LinkId) -> Option<&str> {
        self.links.get(&id).map(String::as_str)
    }

    /// The same book with other rules of one program from an instant on: for asking what a change would mean.
    #[must_use]
    pub fn with_program_rules(mut self, id: ProgramId, valid_from: Timestamp, rules: ProgramRules) -> Self {
        if let Some(program) = self.programs.iter_mut().find(|program| program.id == id) {
            program.rules.replace_from(valid_from, rules);
        }
        self
    }

    /// The same book with other terms of one product from an instant on.
    #[must_use]
    pub fn with_product_terms(mut self, sku: &str, valid_from: Timestamp, terms: ProductTerms) -> Self {
        if let Some(product) = self.products.get_mut(sku) {
            product.terms.replace_from(valid_from, terms);
        }
        self
    }

    /// The same book with other terms of one partner from an instant on.
    #[must_use]
    pub fn with_partner_terms(mut self, id: PartnerId, valid_from: Timestamp, terms: PartnerTerms) -> Self {
        if let Some(partner) = self.partners.get_mut(&id) {
            partner.terms.replace_from(valid_from, terms);
        }
        self
    }

    /// The terms of a partner at an instant.
    #[must_use]
    pub fn terms(&self, id: PartnerId, now: Timestamp) -> Option<&PartnerTerms> {
        self.partner(id)?.terms.at(now).map(|(_, terms)| terms)
    }

    /// The least that is paid out of an account, in minor units: for partners, in the currency of their program.
    #[must_use]
    pub fn min_payout_minor(&self, account: Account, currency: Currency, now: Timestamp) -> i64 {
        match account {
            Account::Partner(id) => self
                .rules_for(id, now)
                .filter(|(program, _, _)| program.currency == currency)
                .map_or(0, |(_, _, rules)| rules.min_payout_minor),
            Account::Charity(_) | Account::Expense(_) | Account::Paid(_) | Account::Adjust => 0,
        }
    }

    /// The rules that hold for what a partner brings at an instant: those of the program he is in then.
    #[must_use]
    pub fn rules_for(&self, partner: PartnerId, now: Timestamp) -> Option<(&Program, Timestamp, &ProgramRules)> {
        let program = self.program(self.terms(partner, now)?.program)?;
        let (valid_from, rules) = program.rules.at(now)?;
        Some((program, valid_from, rules))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_holds_from_its_first_second_until_the_next_begins() {
        let second = Timestamp::from_unix_seconds(100);
        let versions = Versions::new(vec![(second, "new"), (Timestamp::FIRST, "old")]);
        assert_eq!(versions.at(second.plus_seconds(-1)), Some((Timestamp::FIRST, &"old")));
        assert_eq!(versions.at(second), Some((second, &"new")));
        assert_eq!(versions.latest(), Some(&"new"));
        assert_eq!(Versions::<()>::new(vec![]).at(second), None);
    }
}
