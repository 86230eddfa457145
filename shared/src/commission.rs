//! Commission: what each tier earns of a paid order.

use serde::{Deserialize, Serialize};

use crate::attribution::name;
use crate::id::{CharityId, PartnerId, ProgramId};
use crate::money::{Exact, Money, Percent, Rounding};
use crate::order::{Line, PaidOrder};
use crate::partner::PartnerStatus;
use crate::program::{CharityRule, ProgramRules, Rate, TIERS_MAX, TierBase, rate_at};
use crate::rules::{Program, Rulebook};
use crate::sorted::sort_by_key;
use crate::time::Timestamp;
use crate::trace::{NoTier, Part, Step};

/// The most parts of one commission that a trace spells out.
const PARTS_TRACED_MAX: usize = 6;

/// The most charities that one order may serve: what a decision has room for.
pub const CHARITIES_MAX: usize = 8;

/// Who earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// A partner.
    Partner(PartnerId),
    /// A charity.
    Charity(CharityId),
}

/// What one receiver earns of one order: rounded, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earning {
    /// 1 for the partner who brought the order, 2 for his parent …; 0 for charity.
    pub tier: u8,
    /// Who.
    pub receiver: Receiver,
    /// How much, above or equal 0.
    pub amount_minor: i64,
}

/// A tier's commission before it is rounded.
struct Tier {
    exact: Exact,
    parts: Vec<Part>,
}

/// Reckons what everybody earns of a paid order that `partner` brought: tiers by the strongest rate each, then charity.
///
/// What was given back earns nothing; what is left of all lines is never exceeded.
#[must_use]
pub fn accrue(
    paid: &PaidOrder<'_>,
    partner: PartnerId,
    program: &Program,
    rules: &ProgramRules,
    book: &Rulebook,
    steps: &mut Vec<Step>,
) -> Vec<Earning> {
    let reckoner = Reckoner { paid, partner, program, rules, book };
    let lines = reckoner.participating(steps);
    let mut earnings = Vec::with_capacity(rules.tiers.len() + 1);
    let mut receiver = Some(partner);
    let mut why_none = NoTier::NoParent;
    for tier in (1_u8..).take(TIERS_MAX) {
        let is_of_program = usize::from(tier) <= rules.tiers.len().max(1);
        let Some(current) = receiver else {
            if is_of_program {
                steps.push(Step::NoTier { tier, why: std::mem::replace(&mut why_none, NoTier::NoParent) });
            }
            continue;
        };
        let terms = book.terms(current, paid.paid_at);
        match terms.map_or(PartnerStatus::Active, |terms| terms.status) {
            PartnerStatus::Active => match reckoner.tier(&lines, tier, current, steps) {
                Some(reckoned) => {
                    let amount_minor = rules.rounding.round(reckoned.exact);
                    earnings.push(Earning { tier, receiver: Receiver::Partner(current), amount_minor });
                    steps.push(Step::Tier {
                        tier,
                        parts: reckoned.parts,
                        amount: reckoner.amount(amount_minor),
                        currency: paid.snapshot.currency.to_string(),
                        partner: name(book, current),
                    });
                }
                None if is_of_program => steps.push(Step::NoTier { tier, why: NoTier::NoRate }),
                None => {}
            },
            status @ (PartnerStatus::Pending | PartnerStatus::Blocked) => steps.push(Step::NoTier {
                tier,
                why: NoTier::NotActive { partner: name(book, current), status: status.as_str().to_owned() },
            }),
        }
        receiver = terms.and_then(|terms| terms.parent);
        if let (Some(_), Some(until)) = (receiver, terms.and_then(|terms| terms.parent_commission_until))
            && paid.paid_at >= until
        {
            receiver = None;
            why_none = NoTier::ParentEnded { partner: name(book, current), until };
        }
    }
    earnings.extend(reckoner.charities(&lines, rules.charity, steps));
    reckoner.cut(&mut earnings, steps);
    earnings
}

/// Reckons what charities earn of a paid order that earns no partner anything.
///
/// Those that the order or its products name; the program's own only where the order counts as the program's.
#[must_use]
pub fn give(
    paid: &PaidOrder<'_>,
    program: &Program,
    rules: &ProgramRules,
    of_program: Option<CharityRule>,
    book: &Rulebook,
    steps: &mut Vec<Step>,
) -> Vec<Earning> {
    // No partner: nobody's own rates apply.
    let reckoner = Reckoner { paid, partner: PartnerId(0), program, rules, book };
    let lines = reckoner.participating(steps);
    let mut earnings = reckoner.charities(&lines, of_program, steps);
    reckoner.cut(&mut earnings, steps);
    earnings
}

/// From when on what an order earns may be paid out: its own hold, else the longest of its products', else the program's.
#[must_use]
pub fn payable_from(paid: &PaidOrder<'_>, program: ProgramId, rules: &ProgramRules, book: &Rulebook) -> Timestamp {
    let of_line = |line: &Line| match book.product(line.sku.as_str()).and_then(|product| product.terms.at(paid.paid_at))
    {
        Some((_, terms)) if !terms.takes_part_in(program) => None,
        Some((_, terms)) => Some(terms.hold_days.unwrap_or(rules.hold_days)),
        None => Some(rules.hold_days),
    };
    let of_products = || paid.snapshot.lines.iter().filter_map(of_line).max();
    let of_order = paid.order.ruled.hold_days().or(paid.snapshot.hold_days);
    paid.paid_at.plus_days(of_order.or_else(of_products).unwrap_or(rules.hold_days))
}

struct Reckoner<'a> {
    paid: &'a PaidOrder<'a>,
    partner: PartnerId,
    program: &'a Program,
    rules: &'a ProgramRules,
    book: &'a Rulebook,
}

impl<'a> Reckoner<'a> {
    fn amount(&self, minor: i64) -> String {
        Money::from_minor(minor, self.paid.snapshot.currency).map_or_else(|error| error.to_string(), Money::amount)
    }

    /// The lines that earn, with their product's rates.
    fn participating(&self, steps: &mut Vec<Step>) -> Vec<(&'a Line, &'a [Option<Rate>])> {
        let mut lines = Vec::with_capacity(self.paid.snapshot.lines.len());
        for line in &self.paid.snapshot.lines {
            let terms = self.book.product(line.sku.as_str()).and_then(|product| product.terms.at(self.paid.paid_at));
            match terms {
                Some((_, terms)) if !terms.takes_part_in(self.program.id) => {
                    steps.push(Step::NotParticipating { sku: line.sku.to_string() });
                }
                Some((_, terms)) => lines.push((line, terms.rates.as_slice())),
                None => lines.push((line, [].as_slice())),
            }
        }
        lines
    }

    /// What `receiver` earns at a tier, if anything says so for any line.
    fn tier(
        &self,
        lines: &[(&Line, &[Option<Rate>])],
        tier: u8,
        receiver: PartnerId,
        steps: &mut Vec<Step>,
    ) -> Option<Tier> {
        let own = self.own_rate(receiver, tier);
        let mut sum = Tier { exact: Exact::default(), parts: Vec::new() };
        let mut is_set = false;
        for (line, product) in lines {
            let Some(rate) = own.or_else(|| rate_at(product, tier)).or_else(|| rate_at(&self.rules.tiers, tier)) else {
                continue;
            };
            is_set = true;
            let of_tier1 = tier > 1 && self.rules.tier_base == TierBase::Tier1;
            let (base, what) = if of_tier1 {
                (self.tier1(line, product), "tier 1's commission".to_owned())
            } else {
                (Exact::from_minor(line.left_minor()), self.amount(line.left_minor()))
            };
            self.add(&mut sum, line, rate, base, &what, tier, steps);
        }
        is_set.then_some(sum)
    }

    fn own_rate(&self, receiver: PartnerId, tier: u8) -> Option<Rate> {
        rate_at(&self.book.terms(receiver, self.paid.paid_at)?.rates, tier)
    }

    /// Tier 1's exact commission of a line: what deeper tiers may be a percentage of, whether or not it is paid.
    fn tier1(&self, line: &Line, product: &[Option<Rate>]) -> Exact {
        let own = self.own_rate(self.partner, 1);
        let rate = own.or_else(|| rate_at(product, 1)).or_else(|| rate_at(&self.rules.tiers, 1));
        let mut exact = Exact::default();
        if let Some(rate) = rate {
            exact += percent_part(rate, Exact::from_minor(line.left_minor()));
            exact += self.flat_part(rate, line).unwrap_or_default();
        }
        exact
    }

    fn flat_part(&self, rate: Rate, line: &Line) -> Option<Exact> {
        let flat_minor = rate.flat_minor?;
        if self.program.currency != self.paid.snapshot.currency || line.net_minor == 0 {
            return None;
        }
        // A flat amount shrinks with what is given back. Beyond i64 it is beyond the order too, and cut to it.
        let whole = Exact::from_minor(flat_minor.saturating_mul(i64::from(line.quantity)));
        Some(whole.times_fraction(i128::from(line.left_minor()), i128::from(line.net_minor)))
    }

    #[expect(clippy::too_many_arguments, reason = "one place where a rate meets a line, for tiers and for charity")]
    fn add(
        &self,
        sum: &mut Tier,
        line: &Line,
        rate: Rate,
        base: Exact,
        base_text: &str,
        tier: u8,
        steps: &mut Vec<Step>,
    ) {
        sum.exact += percent_part(rate, base);
        let flat = self.flat_part(rate, line);
        sum.exact += flat.unwrap_or_default();
        let mut of: Vec<String> = rate.percent.map(|percent| format!("{percent} of {base_text}")).into_iter().collect();
        match (rate.flat_minor, flat) {
            (Some(flat_minor), Some(_)) if line.refunded_minor == 0 => {
                of.push(format!("{} × {}", self.amount(flat_minor), line.quantity));
            }
            (Some(flat_minor), Some(_)) => {
                let (left, net) = (self.amount(line.left_minor()), self.amount(line.net_minor));
                of.push(format!("{} × {} × {left}/{net}", self.amount(flat_minor), line.quantity));
            }
            (Some(_), None) if self.program.currency != self.paid.snapshot.currency => steps.push(Step::FlatCurrency {
                tier,
                program: self.program.currency.to_string(),
                order: self.paid.snapshot.currency.to_string(),
            }),
            (Some(_) | None, _) => {}
        }
        if of.is_empty() {
            of.push(self.amount(0));
        }
        match sum.parts.len() {
            PARTS_TRACED_MAX => sum.parts.push(Part { of: "…".to_owned(), sku: "and more".to_owned() }),
            count if count < PARTS_TRACED_MAX => {
                let of = if of.len() == 1 { of.swap_remove(0) } else { of.join(" and ") };
                sum.parts.push(Part { of, sku: line.sku.to_string() });
            }
            _ => {}
        }
    }

    /// What each charity earns: line by line the order's, else the product's, else the program's; rounded once for each.
    fn charities(
        &self,
        lines: &[(&Line, &[Option<Rate>])],
        of_program: Option<CharityRule>,
        steps: &mut Vec<Step>,
    ) -> Vec<Earning> {
        let mut sums: Vec<(CharityId, Tier)> = Vec::new();
        let of_order = self.charity_of_order(steps);
        for (line, _) in lines {
            let of_product =
                self.book.product(line.sku.as_str()).and_then(|product| product.terms.at(self.paid.paid_at));
            let rule = of_product.and_then(|(_, terms)| terms.charity).or(of_program);
            let rule = match of_order {
                Some((receiver, percent)) => {
                    let rate = percent.map(Rate::percent).or(rule.map(|rule| rule.rate));
                    rate.map(|rate| CharityRule { receiver, rate })
                }
                None => rule,
            };
            let Some(rule) = rule else { continue };
            let place = match sums.iter().position(|(receiver, _)| *receiver == rule.receiver) {
                Some(place) => place,
                None if sums.len() < CHARITIES_MAX => {
                    sums.push((rule.receiver, Tier { exact: Exact::default(), parts: Vec::new() }));
                    sums.len() - 1
                }
                None => {
                    let text = format!(
                        "no charity commission of product {}: {CHARITIES_MAX} charities are the most",
                        line.sku
                    );
                    steps.push(Step::Note { text });
                    continue;
                }
            };
            let left_minor = line.left_minor();
            let base = Exact::from_minor(left_minor);
            self.add(&mut sums[place].1, line, rule.rate, base, &self.amount(left_minor), 0, steps);
        }
        if sums.is_empty() {
            steps.push(Step::NoCharity);
        }
        let earning = |(receiver, sum): (CharityId, Tier)| {
            let amount_minor = self.rules.rounding.round(sum.exact);
            steps.push(Step::Charity {
                parts: sum.parts,
                amount: self.amount(amount_minor),
                currency: self.paid.snapshot.currency.to_string(),
                charity: self.book.charity_code(receiver).map_or_else(|| format!("#{receiver}"), ToString::to_string),
            });
            Earning { tier: 0, receiver: Receiver::Charity(receiver), amount_minor }
        };
        sums.into_iter().map(earning).collect()
    }

    /// The charity that the order carries, or the merchant gave it, if it is known.
    fn charity_of_order(&self, steps: &mut Vec<Step>) -> Option<(CharityId, Option<Percent>)> {
        let carried = self.paid.order.ruled.charity().or(self.paid.snapshot.charity.as_ref())?;
        let known = self.book.charity_by_code(carried.code.as_str());
        if known.is_none() {
            steps.push(Step::Note { text: format!("charity affiliate {} is not known: not taken", carried.code) });
        }
        known.map(|receiver| (receiver, carried.percent))
    }

    /// Cuts what is more than the order has left: the deepest tier first, charity last.
    fn cut(&self, earnings: &mut [Earning], steps: &mut Vec<Step>) {
        let sum: i128 = earnings.iter().map(|earning| i128::from(earning.amount_minor)).sum();
        let mut beyond = sum - i128::from(self.paid.snapshot.left_minor());
        let mut by_depth: Vec<&mut Earning> = earnings.iter_mut().collect();
        sort_by_key(&mut by_depth, |earning| std::cmp::Reverse(earning.tier));
        for earning in by_depth {
            if beyond <= 0 {
                return;
            }
            let cut = beyond.min(i128::from(earning.amount_minor));
            let to = earning.amount_minor - i64::try_from(cut).unwrap_or(earning.amount_minor);
            if to != earning.amount_minor {
                steps.push(Step::Cut {
                    tier: earning.tier,
                    from: self.amount(earning.amount_minor),
                    to: self.amount(to),
                });
            }
            beyond -= cut;
            earning.amount_minor = to;
        }
    }
}

fn percent_part(rate: Rate, base: Exact) -> Exact {
    rate.percent.map_or_else(Exact::default, |percent| base.percent(percent))
}

/// The commission of one amount at one percentage, rounded: the rule that the fixtures are written in.
#[must_use]
pub fn of_amount(amount_minor: i64, percent: crate::money::Percent, rounding: Rounding) -> i64 {
    rounding.round(Exact::from_minor(amount_minor).percent(percent))
}
