//! `payouts`: from what is payable to what was sent.

use tributary_batch::error::Error;
use tributary_batch::orders::Signed;
use tributary_batch::store::Store;
use tributary_batch::store::payouts::{Payout, State, list};
use tributary_batch::{letters, payouts};
use tributary_shared::zone::Zone;

use super::out::print;
use super::{Clock, never_dry, sign, time};
use crate::cli::{Common, PayoutsCommand};

pub(crate) fn pay(
    store: &mut dyn Store,
    common: &Common,
    command: &PayoutsCommand,
    clock: Clock,
) -> Result<bool, Error> {
    match command {
        PayoutsCommand::Prepare { partner, amount, currency, method, by } => {
            let wanted = payouts::prepare::Wanted {
                as_of: clock.as_of,
                currency: *currency,
                receiver: partner.as_deref(),
                amount: amount.as_deref(),
                method: *method,
                by,
                dry_run: common.dry_run,
            };
            let prepared = payouts::prepare::run(store, wanted, clock.now)?;
            print(common, &prepared, &prepared)?;
            Ok(false)
        }
        PayoutsCommand::Edit { id, amount, signed } => {
            never_dry(common, "an amount is edited or not")?;
            let changed = payouts::change::edit(store, *id, amount, sign(signed, clock), clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::List { state } => {
            let listed = payouts::list::run(store, *state)?;
            print(common, &listed, &payouts::list::table(&listed))?;
            Ok(false)
        }
        PayoutsCommand::History { partner } => {
            let events = payouts::list::history(store, partner.as_deref())?;
            print(common, &events, &payouts::list::events_table(&events))?;
            Ok(false)
        }
        PayoutsCommand::Export { format, version, out, currency, batch, execute_on, replace } => {
            let wanted = payouts::export::Wanted {
                format: format.with_version(*version),
                folder: out,
                currency: *currency,
                batch: batch.as_deref(),
                execute_on: execute_on.as_deref().map(|text| time(text, Zone::UTC)).transpose()?,
                replace: *replace,
                dry_run: common.dry_run,
            };
            let written = payouts::export::run(store, &wanted, clock.now)?;
            print(common, &written, &written)?;
            Ok(!written.left_out.is_empty())
        }
        PayoutsCommand::Confirm { ids, all, currency, method, by, reference } => {
            never_dry(common, "a payout is booked or not")?;
            let mut chosen = ids.clone();
            if *all {
                let open = list(store, Some(State::Prepared))?;
                let is_meant = |payout: &&Payout| {
                    currency.is_none_or(|currency| payout.money.currency() == currency)
                        && method.is_none_or(|method| payout.requisites.method() == method)
                };
                chosen.extend(open.iter().filter(is_meant).map(|payout| payout.id));
            }
            let signed = Signed { by, reason: reference.as_deref().unwrap_or("sent"), at: clock.as_of };
            let changed = payouts::change::confirm(store, &chosen, signed, clock.now)?;
            letters::of_payouts(store, &changed.changed, clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::Fail { id, signed } => {
            never_dry(common, "a payout has failed or not")?;
            let changed = payouts::change::fail(store, *id, sign(signed, clock), clock.now)?;
            letters::of_payouts(store, &changed.changed, clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::Requisites { partner } => {
            let known = payouts::list::requisites(store, partner)?;
            print(common, &known, &payouts::list::requisites_table(&known))?;
            Ok(false)
        }
    }
}
