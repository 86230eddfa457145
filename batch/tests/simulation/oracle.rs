//! The oracle: what everybody is owed, by the rules as they are documented, reckoned in whole numbers and fractions.
//!
//! It shares no code with the program: its own fractions, rounding, split, upline and balances.

use std::collections::BTreeMap;

use super::facts::{Facts, Told};
use super::history::{Buyer, PERCENT, Rate, Receiver, Rounding, Sale, Status, Word};

/// A numerator and a denominator above 0.
type Fraction = (i128, i128);

/// What an order earns somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) program: usize,
    pub(crate) tier: usize,
    pub(crate) to: Receiver,
    pub(crate) currency: usize,
    pub(crate) amount: i128,
    /// From when on it may be paid out.
    pub(crate) from: i64,
}

fn divisor(left: i128, right: i128) -> i128 {
    if right == 0 { left.max(1) } else { divisor(right, left % right) }
}

fn reduced((above, below): Fraction) -> Fraction {
    let common = divisor(above, below);
    (above / common, below / common)
}

fn plus((a, b): Fraction, (c, d): Fraction) -> Fraction {
    let common = divisor(b, d);
    reduced((a * (d / common) + c * (b / common), b / common * d))
}

fn times((a, b): Fraction, (c, d): Fraction) -> Fraction {
    let ((a, d), (c, b)) = (reduced((a, d)), reduced((c, b)));
    (a * c, b * d)
}

fn rounded((above, below): Fraction, rounding: Rounding) -> i128 {
    let (whole, twice) = (above / below, 2 * (above % below));
    let is_up = match rounding {
        Rounding::HalfUp => twice >= below,
        Rounding::HalfEven => twice > below || (twice == below && whole % 2 == 1),
        Rounding::Floor => false,
    };
    whole + i128::from(is_up)
}

/// Takes an amount from what is left of some lines, in proportion: what cannot be split goes to the largest remainders.
fn take(left: &mut [i128], of: &[usize], amount: i128) {
    let whole: i128 = of.iter().map(|line| left[*line]).sum();
    let amount = amount.min(whole);
    let mut parts: Vec<(i128, usize)> = of.iter().map(|line| (amount * left[*line], *line)).collect();
    let mut rest = amount - parts.iter().map(|(share, _)| share / whole.max(1)).sum::<i128>();
    parts.sort_by_key(|(share, _)| -(share % whole.max(1)));
    for (share, line) in parts {
        left[line] -= share / whole.max(1) + i128::from(rest > 0);
        rest -= i128::from(rest > 0);
    }
}

/// What is left of each line after refunds, by their own times, each counted once, and none that was won back.
fn left(sale: &Sale, told: &Told) -> Vec<i128> {
    let mut left: Vec<i128> = sale.lines.iter().map(|(_, _, net)| i128::from(*net)).collect();
    let mut backs: Vec<_> = told.backs.iter().collect();
    backs.sort_by_key(|back| (back.at, back.kind, back.id));
    let mut seen = Vec::new();
    for back in backs {
        let is_won = back.kind == super::history::Back::Chargeback && told.won.contains(&back.id);
        if seen.contains(&(back.kind, back.id)) || is_won {
            continue;
        }
        seen.push((back.kind, back.id));
        let is_of = |line: &usize| back.goods.is_none_or(|goods| goods == sale.lines[*line].0);
        let of: Vec<usize> = (0..left.len()).filter(is_of).collect();
        take(&mut left, &of, back.amount.into());
    }
    left
}

/// Whom the order is credited to: by the merchant's word, the order's own, a coupon, the contact's binding.
fn credited(facts: &Facts, told: &Told, sale: &Sale) -> Option<usize> {
    let decides = |owner: &usize| facts.rules(facts.terms(*owner, sale.paid_at).program, sale.paid_at).coupon_decides;
    let by_coupon = || sale.coupon.filter(decides);
    told.assigned.or(sale.partner).or_else(by_coupon).or_else(|| facts.bound(sale.buyer, sale.placed_at))
}

/// How many payments the buyer of an order made before it, by time and name, whatever became of them since.
fn payments(facts: &Facts, number: usize) -> usize {
    let place = |number: usize| Some((facts.orders[&number].sales[1].as_ref()?.paid_at, format!("o{number}")));
    let is_before = |other: &&usize| {
        let (Some(of), Some(own)) = (facts.orders[*other].last(), facts.orders[&number].paid()) else { return false };
        let is_payment = of.lines.iter().any(|(_, _, net)| *net > 0) && place(**other).is_some();
        of.buyer != Buyer::Unknown && of.buyer == own.buyer && is_payment && place(**other) < place(number)
    };
    facts.orders.keys().filter(is_before).count()
}

/// What an order earns whom, by all that is known.
pub(crate) fn earned(facts: &Facts, number: usize) -> Vec<Owed> {
    let told = &facts.orders[&number];
    let Some(sale) = told.paid() else { return Vec::new() };
    let (paid_at, left) = (sale.paid_at, left(sale, told));
    let partner = credited(facts, told, sale);
    let is_self = partner.is_some_and(|partner| sale.buyer == Buyer::Partner(partner));
    if partner.is_some() && (told.hold == Some(Word::Hold) || (told.hold.is_none() && is_self)) {
        return Vec::new();
    }
    let program = partner.map_or(0, |partner| facts.terms(partner, paid_at).program);
    let rules = facts.rules(program, paid_at);
    let is_refused = told.hold == Some(Word::Refuse);
    let earner = partner.filter(|_| !is_refused && rules.payments.is_none_or(|most| payments(facts, number) < most));
    let goods = |line: usize| facts.goods(sale.lines[line].0, paid_at);
    let lines: Vec<usize> =
        (0..left.len()).filter(|line| goods(*line).is_none_or(|goods| goods.participates)).collect();
    let part = |rate: Rate, base: Fraction, line: usize| {
        let (_, quantity, net) = sale.lines[line];
        let is_flat = facts.currencies[program] == sale.currency && net > 0;
        let flat = i128::from(rate.flat.filter(|_| is_flat).unwrap_or(0) * quantity);
        let percent = (rate.percent.unwrap_or(0).into(), i128::from(100 * PERCENT));
        plus(times(base, percent), times((flat, 1), (left[line], net.max(1).into())))
    };
    let percent = |percent: Option<i64>| percent.map(|percent| Rate { percent: Some(percent), flat: None });
    let rate = |receiver: usize, tier: usize, line: usize| {
        let own = percent(facts.terms(receiver, paid_at).rates.get(tier - 1).copied().flatten());
        let of_goods = || percent(goods(line).and_then(|goods| goods.rates.get(tier - 1).copied().flatten()));
        let is_set = |rate: &&Rate| rate.percent.is_some() || rate.flat.is_some();
        own.or_else(of_goods).or_else(|| rules.tiers.get(tier - 1).filter(is_set).copied())
    };
    let mut earned: Vec<(usize, Receiver, i128)> = Vec::new();
    let mut receiver = earner;
    for tier in 1..=10 {
        let Some(current) = receiver else { break };
        let terms = facts.terms(current, paid_at);
        let of_line = |line: &usize| {
            let whole = (left[*line], 1);
            let tier1 =
                || earner.and_then(|earner| rate(earner, 1, *line)).map_or((0, 1), |rate| part(rate, whole, *line));
            rate(current, tier, *line)
                .map(|rate| part(rate, if tier > 1 && rules.is_of_tier1 { tier1() } else { whole }, *line))
        };
        if let Some(sum) = lines.iter().filter_map(of_line).reduce(plus).filter(|_| terms.status == Status::Active) {
            earned.push((tier, Receiver::Partner(current), rounded(sum, rules.rounding)));
        }
        receiver = terms.parent.filter(|_| terms.until.is_none_or(|until| paid_at < until));
    }
    // From the deepest tier up, charity last: that is how they are cut, too.
    earned.reverse();
    let mut charities: Vec<(usize, Fraction)> = Vec::new();
    for line in &lines {
        let of_goods = goods(*line).and_then(|goods| goods.charity).map(|(to, rate)| (to, percent(Some(rate))));
        let of_program = rules.charity.filter(|_| partner.is_some() && !is_refused).map(|(to, rate)| (to, Some(rate)));
        let standing = of_goods.or(of_program);
        let of_order =
            told.charity.or(sale.charity).map(|(to, own)| (to, percent(own).or(standing.and_then(|(_, rate)| rate))));
        let Some((to, Some(rate))) = of_order.or(standing) else { continue };
        let part = part(rate, (left[*line], 1), *line);
        match charities.iter_mut().find(|(known, _)| *known == to) {
            Some((_, sum)) => *sum = plus(*sum, part),
            None => charities.push((to, part)),
        }
    }
    earned.extend(charities.into_iter().map(|(to, sum)| (0, Receiver::Charity(to), rounded(sum, rules.rounding))));
    let mut beyond = earned.iter().map(|(_, _, amount)| amount).sum::<i128>() - left.iter().sum::<i128>();
    for (_, _, amount) in &mut earned {
        let cut = beyond.clamp(0, *amount);
        (*amount, beyond) = (*amount - cut, beyond - cut);
    }
    let of_goods =
        lines.iter().map(|line| goods(*line).and_then(|goods| goods.hold_days).unwrap_or(rules.hold_days)).max();
    let days = told.hold_days.or(sale.hold_days).or(of_goods).unwrap_or(rules.hold_days);
    let owed =
        |(tier, to, amount)| Owed { program, tier, to, currency: sale.currency, amount, from: paid_at + days * 86_400 };
    earned.into_iter().map(owed).filter(|owed| owed.amount > 0).collect()
}

/// Pending, payable, paid.
pub(crate) type Balances = BTreeMap<(Receiver, usize), (i128, i128, i128)>;

/// What is owed of orders, as of an instant: what is on hold, and what may be paid out.
pub(crate) fn balances<'a>(owed: impl Iterator<Item = &'a Owed>, as_of: i64) -> Balances {
    let mut balances = Balances::new();
    for Owed { to, currency, amount, from, .. } in owed {
        let (pending, payable, _) = balances.entry((*to, *currency)).or_default();
        *(if *from > as_of { pending } else { payable }) += amount;
    }
    balances
}
