//! What must hold after every step, whatever was done.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use tributary_batch::store::payouts::{self, Balance};
use tributary_batch::store::{Row, Store, Value};
use tributary_batch::verify;

use super::desk;
use super::expected::State;
use super::history::CURRENCIES;
use super::oracle::Balances;
use super::world::{World, row};

const TRANSFERS: &str =
    "SELECT id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at FROM transfer";

/// What decisions and postings list that was to be booked.
const LISTED: &str = "SELECT part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3
  FROM (SELECT transfers FROM decision WHERE transfers IS NOT NULL UNION ALL SELECT transfers FROM posting) AS listed,
    json_each(listed.transfers) AS part";

/// What was booked together with its decision, which lists nothing then.
const BOOKED_TOGETHER: &str = "SELECT transfer.debit, transfer.credit, transfer.amount_minor, transfer.currency
  FROM decision JOIN transfer ON transfer.id / 64 = decision.id WHERE decision.transfers IS NULL";

/// Decisions that are booked otherwise than they say.
const BOOKED_OTHERWISE: &str = "SELECT id FROM decision WHERE (booked, booked_minor) <> (
  SELECT count(*), coalesce(sum(amount_minor), 0) FROM transfer WHERE transfer.id / 64 = decision.id)";

const PAYOUTS: &str =
    "SELECT id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at, state
  FROM payout ORDER BY id";

/// Balances of all accounts by currency.
type Accounts = BTreeMap<(i64, String), i128>;

/// Adds up rows of debit, credit, amount and currency, beginning at a column.
fn accounts<'a>(rows: impl Iterator<Item = &'a [Value]>) -> Result<Accounts, String> {
    let mut accounts = Accounts::new();
    for row in rows {
        let [Value::Integer(debit), Value::Integer(credit), Value::Integer(amount), Value::Text(currency)] = row else {
            return Err(format!("no transfer: {row:?}"));
        };
        for (account, amount) in [(debit, -amount), (credit, *amount)] {
            *accounts.entry((*account, currency.clone())).or_default() += i128::from(amount);
        }
    }
    accounts.retain(|_, balance| *balance != 0);
    Ok(accounts)
}

impl World<'_> {
    /// Looks at everything.
    pub(crate) fn check(&mut self, now: i64) -> Result<(), String> {
        self.nothing_that_was_booked_is_gone_or_changed()?;
        self.accounts_add_up()?;
        self.confirmed_payouts_stay()?;
        let verified = verify::run(self.store).map_err(|error| error.to_string())?;
        if let Some(violation) = verified.violations.first() {
            return Err(format!("verify: {violation:?}"));
        }
        if self.is_whole {
            self.balances_are_the_oracles(now)?;
            // Not payable one second before a hold is over, payable at the second.
            let ends = self.expected.ends_of_holds();
            if let Some(end) = ends.get(usize::try_from(now).unwrap_or(0).checked_rem(ends.len()).unwrap_or(0)) {
                self.balances_are_the_oracles(end - 1)?;
                self.balances_are_the_oracles(*end)?;
            }
        }
        Ok(())
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        self.store.rows(sql, &[]).map_err(|error| error.to_string())
    }

    fn nothing_that_was_booked_is_gone_or_changed(&mut self) -> Result<(), String> {
        let mut now = BTreeMap::new();
        for Row(mut cells) in self.rows(TRANSFERS)? {
            let Value::Integer(id) = cells.remove(0) else { return Err("a transfer without a number".to_owned()) };
            now.insert(id, cells);
        }
        if let Some((id, cells)) = self.transfers.iter().find(|(id, cells)| now.get(id) != Some(cells)) {
            return Err(format!("transfer {id} was {cells:?} and is {:?}", now.get(id)));
        }
        self.transfers = now;
        Ok(())
    }

    /// All accounts of a currency add up to 0, and each is what decisions and postings say.
    fn accounts_add_up(&mut self) -> Result<(), String> {
        let booked = accounts(self.transfers.values().map(|cells| &cells[..4]))?;
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        booked.iter().for_each(|((_, currency), balance)| *sums.entry(currency).or_default() += balance);
        if let Some((currency, sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
            return Err(format!("accounts in {currency} add up to {sum}"));
        }
        // A killed night's decisions may not be booked yet.
        if self.is_whole {
            let mut rows = self.rows(LISTED)?;
            rows.extend(self.rows(BOOKED_TOGETHER)?);
            if let Some(row) = self.rows(BOOKED_OTHERWISE)?.first() {
                return Err(format!("decision {row:?} says other transfers than are booked"));
            }
            let listed = accounts(rows.iter().map(|Row(cells)| cells.as_slice()))?;
            if booked != listed {
                return Err(format!("accounts are {booked:?}, decisions and postings say {listed:?}"));
            }
        }
        Ok(())
    }

    /// A payout that was confirmed stays as it was, but that it may have come back; all are as somebody said.
    fn confirmed_payouts_stay(&mut self) -> Result<(), String> {
        let rows = self.rows(PAYOUTS)?;
        if rows.len() != self.expected.payouts.len() {
            return Err(format!("{} payouts, not {}", rows.len(), self.expected.payouts.len()));
        }
        for (number, (Row(mut cells), payout)) in rows.into_iter().zip(&self.expected.payouts).enumerate() {
            let state = match payout.state {
                State::Prepared => "prepared",
                State::Confirmed => "confirmed",
                State::Failed => "failed",
            };
            let found = cells.pop();
            if found != Some(state.into()) || cells[3] != payout.amount.into() {
                return Err(format!("payout {} is {found:?} {cells:?}, not {payout:?}", row(number)));
            }
            match self.confirmed.get(&row(number)) {
                Some(before) if *before != cells => {
                    return Err(format!("a confirmed payout was {before:?} and is {cells:?}"));
                }
                None if payout.state == State::Confirmed => {
                    self.confirmed.insert(row(number), cells);
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    fn balances_are_the_oracles(&mut self, as_of: i64) -> Result<(), String> {
        let found = payouts::balances(self.store, None, desk::instant(as_of)).map_err(|error| error.to_string())?;
        let mut booked = Balances::new();
        for Balance { account, currency, pending_minor, payable_minor, paid_minor } in found {
            let to = desk::receiver(account).ok_or("a balance of nobody")?;
            let currency = CURRENCIES.iter().position(|(code, _)| *code == currency.code()).ok_or("no currency")?;
            booked.insert((to, currency), (pending_minor.into(), payable_minor.into(), paid_minor.into()));
        }
        booked.retain(|_, balance| *balance != (0, 0, 0));
        let is_negative = booked.values().any(|(_, payable, _)| *payable < 0);
        self.saw("a negative balance", is_negative);
        let expected = self.expected.balances(as_of);
        if booked != expected {
            return Err(format!("as of {as_of} balances are {booked:?}, the oracle says {expected:?}"));
        }
        Ok(())
    }

    /// What happened, by what stands in the books in the end.
    pub(crate) fn look_back(&mut self) -> Result<(), String> {
        // Steps that nearly every decision has are stored as lists; those looked for here are objects.
        let words = "SELECT 'outcome ' || outcome || coalesce('/' || held, '') FROM decision
          UNION SELECT 'evidence ' || evidence FROM decision WHERE evidence IS NOT NULL
          UNION SELECT 'kind ' || kind FROM transfer
          UNION SELECT 'step ' || (step.value ->> 'step') FROM decision, json_each(steps) AS step
            WHERE step.type = 'object'";
        for row in self.rows(words)? {
            self.seen.insert(row.text(0).map_err(|error| error.to_string())?.to_owned());
        }
        Ok(())
    }

    /// A number for all that the history left.
    pub(crate) fn hash(&mut self) -> Result<u64, String> {
        let mut hasher = DefaultHasher::new();
        let decisions =
            "SELECT id, order_id, revision, decided_at, outcome, held, partner_id, evidence, steps FROM decision";
        let payouts = "SELECT id, account, currency, amount_minor, debt_minor, state, changed_at FROM payout";
        let transfers =
            "SELECT id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at FROM transfer";
        for sql in [decisions, payouts, transfers] {
            let rows = self.rows(&format!("{sql} ORDER BY id"))?;
            format!("{rows:?}").hash(&mut hasher);
        }
        Ok(hasher.finish())
    }
}
