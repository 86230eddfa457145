//! What an order's subscription and customer paid before it.

use std::collections::{BTreeMap, HashSet};

use super::*;

/// Orders of one customer or subscription that are paid, by when. A trial is paid with nothing: it may say who brought the
/// customer, but counts for no payment.
type Series = HashMap<String, Vec<(Timestamp, Order)>>;

/// Adds the first payments of subscriptions, and what customers paid before where a program limits that.
pub(super) fn add(store: &mut dyn Store, book: &Rulebook, cases: &mut [Case]) -> Result<(), Error> {
    let limits = book.limits_recurring();
    let asked: HashSet<String> = cases.iter().flat_map(|case| names(case, limits)).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let series = read(store, &asked)?;
    let mut firsts: BTreeMap<OrderId, Case> = BTreeMap::new();
    for case in cases.iter() {
        if let Some(first) = first_of(case, &series) {
            firsts.entry(first.id).or_insert_with(|| Case {
                order: first.clone(),
                decided_revision: 0,
                evidence: Evidence::default(),
                transfers: Vec::new(),
            });
        }
    }
    let mut firsts: Vec<Case> = firsts.into_values().collect();
    evidence::add_contacts(store, &mut firsts)?;
    evidence::add_stored_touches(store, &mut firsts)?;
    for case in cases {
        let first = first_of(case, &series).map(|first| first.id);
        let first = firsts.iter().find(|known| Some(known.order.id) == first);
        case.evidence.first =
            first.map(|case| Box::new(FirstPayment { order: case.order.clone(), evidence: case.evidence.clone() }));
        if limits {
            case.evidence.payments = payments(case, &series);
        }
    }
    Ok(())
}

fn subscription(case: &Case) -> Option<String> {
    case.order.known.as_ref()?.subscription.as_ref().map(|id| format!("subscription:{id}"))
}

/// By what the customer is known; by the subscription, if by nothing else.
fn customer(case: &Case) -> Vec<String> {
    let Some(known) = &case.order.known else {
        return Vec::new();
    };
    let email = known.customer.email.as_ref().map(|email| format!("email:{}", email.as_str()));
    let id = known.customer.external_id.as_ref().map(|id| format!("customer:{id}"));
    let names: Vec<String> = email.into_iter().chain(id).collect();
    if names.is_empty() { subscription(case).into_iter().collect() } else { names }
}

fn names(case: &Case, limits: bool) -> Vec<String> {
    let customer = if limits { customer(case) } else { Vec::new() };
    subscription(case).into_iter().chain(customer).collect()
}

fn read(store: &mut dyn Store, asked: &HashSet<String>) -> Result<Series, Error> {
    let mut by_name: Vec<(String, Folding)> = Vec::new();
    let asked = [json!(asked).to_string().into()];
    store.each(include_str!("../sql/order_series.sql"), &asked, &mut |row| {
        let name = row.text(0)?;
        if by_name.last().is_none_or(|(last, _)| last != name) {
            by_name.push((name.to_owned(), Folding::default()));
        }
        by_name.last_mut().map_or(Ok(()), |(_, folding)| folding.see(row, 1))
    })?;
    let mut series = Series::new();
    for (name, folding) in by_name {
        for case in folding.finish() {
            if let Some(paid_at) = case.order.paid().map(|paid| paid.paid_at) {
                series.entry(name.clone()).or_default().push((paid_at, case.order));
            }
        }
    }
    Ok(series)
}

/// The place of a payment among others: by time, then by name.
fn place(paid_at: Timestamp, order: &Order) -> (Timestamp, &str) {
    (paid_at, order.external_id.as_str())
}

/// The first payment of an order's subscription, if that is another one before it.
fn first_of<'a>(case: &Case, series: &'a Series) -> Option<&'a Order> {
    let own = place(case.order.paid()?.paid_at, &case.order);
    let payments = series.get(&subscription(case)?)?;
    let (paid_at, first) = payments.iter().min_by_key(|(paid_at, order)| place(*paid_at, order))?;
    (first.id != case.order.id && place(*paid_at, first) < own).then_some(first)
}

fn payments(case: &Case, series: &Series) -> Payments {
    let Some(paid) = case.order.paid() else {
        return Payments::default();
    };
    let own = place(paid.paid_at, &case.order);
    let names = customer(case);
    let known = names.iter().filter_map(|name| series.get(name)).flatten();
    // A customer known by e-mail and by id has each payment in two series.
    let before: BTreeMap<OrderId, Timestamp> = known
        .filter(|(paid_at, order)| place(*paid_at, order) < own)
        .filter(|(_, order)| order.paid().is_some_and(|paid| paid.snapshot.net_minor() > 0))
        .map(|(paid_at, order)| (order.id, *paid_at))
        .collect();
    Payments { before: u32::try_from(before.len()).unwrap_or(u32::MAX), first_paid_at: before.into_values().min() }
}
