//! What a decision by hand would do: the order is judged with it as the night would judge, and nothing is written.

use tributary_shared::attribution::{Evidence, Payments};
use tributary_shared::decision::decide;
use tributary_shared::id::Code;
use tributary_shared::ledger::{Account, Kind, Transfer, booked};
use tributary_shared::order::{Order, Ruling, Word};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use super::orders::transfer_row;
use crate::http::site::Refusal;
use crate::http::site::visit::Visit;
use crate::pages::admin::{Effect, TransferRow};
use crate::store::order_cards::{self, TransferRow as Booked};
use crate::store::trials::{self, Customer, Named};

/// The outcome of a ruling, and what the night would book then.
///
/// Whose the order is, the last decision has found out of all evidence; a partner who is named takes his place.
pub(super) async fn effect(
    visit: &Visit<'_>,
    mut order: Order,
    ruling: Ruling,
    known: &order_cards::Order,
) -> Result<Effect, Refusal> {
    let decision = known.decision.as_ref();
    let found = decision.and_then(|decision| decision.partner.as_deref()).and_then(|code| Code::parse(code).ok());
    let named = match &ruling.word {
        Word::Assign { partner } => Some(partner.clone()),
        _ => order.ruled.partner().cloned().or(found).or_else(|| order.known.as_ref()?.partner.clone()),
    };
    let lines = order.known.as_ref().map_or(&[][..], |known| known.lines.as_slice());
    let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
    let partner = named.as_ref().map_or("", Code::as_str);
    let (book, _) =
        trials::book(visit.env, &Named { partner, skus: &skus, coupons: &[], customer: Customer::Nobody }, Vec::new())
            .await?;
    if let Some(partner) = named {
        let (by, reason) = (ruling.by.clone(), ruling.reason.clone());
        order.ruled.hear(&Ruling { word: Word::Assign { partner }, by, reason, at: visit.now });
    }
    order.ruled.hear(&ruling);
    // Beyond a limit of recurring payments it stays beyond it.
    let payments = match decision {
        Some(decision) if decision.outcome == "limited" => {
            Payments { before: u32::MAX, first_paid_at: Some(Timestamp::FIRST) }
        }
        Some(_) | None => Payments::default(),
    };
    let evidence = Evidence { payments, ..Evidence::default() };
    let transfers: Vec<Transfer> = known.transfers.iter().filter_map(transfer).collect();
    let decision = decide(&order, &evidence, &book, &booked(&transfers));
    let transfers =
        decision.transfers.iter().map(|transfer| shown(transfer, &known.transfers, &book, visit.now)).collect();
    Ok(Effect { outcome: decision.outcome.as_str(), transfers })
}

fn transfer(row: &Booked) -> Option<Transfer> {
    Some(Transfer {
        debit: Account::from_number(row.debit)?,
        credit: Account::from_number(row.credit)?,
        amount_minor: row.amount_minor,
        currency: row.currency,
        kind: Kind::parse(&row.kind)?,
        tier: row.tier,
        payable_from: row.payable_from,
    })
}

fn shown(transfer: &Transfer, known: &[Booked], book: &Rulebook, now: Timestamp) -> TransferRow {
    let receiver = match transfer.credit {
        Account::Partner(_) | Account::Charity(_) => transfer.credit,
        Account::Expense(_) | Account::Paid(_) | Account::Adjust => transfer.debit,
    };
    let number = receiver.number();
    // Who is in none of the rules that were read has something booked, which says what he is called.
    let known = known.iter().find(|row| row.debit == number || row.credit == number);
    let name = known.map_or_else(|| receiver.name(book), |row| row.receiver.clone());
    transfer_row(&Booked {
        debit: transfer.debit.number(),
        credit: transfer.credit.number(),
        amount_minor: transfer.amount_minor,
        currency: transfer.currency,
        kind: transfer.kind.as_str().to_owned(),
        tier: transfer.tier,
        payable_from: transfer.payable_from,
        created_at: now,
        receiver: name.strip_prefix("partner:").unwrap_or(&name).to_owned(),
    })
}
