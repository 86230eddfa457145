//! `tributary reconcile`: the night.

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_shared::decision::Decision;
use tributary_shared::id::{DecisionId, OrderId};
use tributary_shared::ledger::{self, Kind, Transfer, transfer_id};
use tributary_shared::money::{Currency, Money};
use tributary_shared::order::{EventBody, Ruling, Word};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Span;

use crate::diff::{self, Question};
use crate::error::Error;
use crate::judge::judge;
use crate::orders::Signed;
use crate::store::drafts::Drafts;
use crate::store::lease::Lease;
use crate::store::ledger::{finish, next_id, total, write};
use crate::store::orders::{Case, Pages, any_undecided, count_undecided, page};
use crate::store::{Store, rules};
use crate::verify::{self, Violation};
use tributary_shared::hash::hex_hash;

/// Bytes of decisions of one transaction on a file. The more there are, the less often a page of the indexes by account is
/// written to; an order has about half a kilobyte.
const BULK_BYTES: usize = 30_000_000;

/// Judged pages that wait to be written: what is judged while a transaction is written.
const PAGES_AHEAD_MAX: usize = 8;

/// Orders of one statement that asks for another judgement.
const REPLAYS_OF_STATEMENT: usize = 5_000;

/// How a night is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The instant as of which orders are judged.
    pub as_of: Timestamp,
    /// How long an order's latest event must be past: so that clicks have landed.
    pub settle_seconds: i64,
    /// Whether to say what would be written, and write nothing.
    pub dry_run: bool,
}

/// That differences found by `diff` are to be booked.
#[derive(Debug, Clone)]
pub struct Apply<'a> {
    /// Orders that were paid in this span; all, if not given.
    pub paid_in: Option<Span>,
    /// By whose word, and why.
    pub signed: Signed<'a>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its number; none for a run that had nothing to do, or was dry.
    pub run: Option<i64>,
    /// As of when it judged.
    pub as_of: String,
    /// How many orders it looked at.
    pub orders: u64,
    /// How many it decided.
    pub decided: u64,
    /// How many of them credit a partner.
    pub credited: u64,
    /// How many transfers follow.
    pub transfers: u64,
    /// Why the others do not, and how many of each.
    pub skipped: BTreeMap<String, u64>,
    /// Sums of transfers by currency, tier and kind.
    pub totals: Vec<Total>,
    /// Rows written: decisions, transfers and marks.
    pub written: u64,
    /// Orders that were not booked because that would have broken an invariant of the ledger: for a person to look at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Violation>,
    /// How long it took, in seconds with three digits; filled in by whoever has a clock.
    pub seconds: serde_json::Number,
}

/// The sum of one kind of transfers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// The currency.
    pub currency: String,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// The kind.
    pub kind: &'static str,
    /// The sum, in major units.
    pub amount: String,
}

/// What the night tells whoever watches.
pub trait Watcher {
    /// The real time, for the lease.
    fn now(&self) -> Timestamp;
    /// Whether anybody looks on: only then orders are counted before they are judged.
    fn is_watched(&self) -> bool;
    /// How many orders there are to judge.
    fn begins(&mut self, orders: u64);
    /// How many more were judged.
    fn judged(&mut self, orders: u64);
}

#[derive(Default)]
struct Tally {
    orders: u64,
    credited: u64,
    transfers: u64,
    skipped: BTreeMap<String, u64>,
    totals: BTreeMap<(Currency, u8, Kind), i128>,
    written: u64,
    refused: Vec<Violation>,
}

/// Runs a night.
///
/// 1. Nothing undecided and settled: nothing is written, not even a lease.
/// 2. Take the lease; another run at work is an error with its own exit code.
/// 3. Complete what a killed run left.
/// 4. Page by page: judge, write decisions, book their transfers, mark the orders.
pub fn run(store: &mut dyn Store, settings: Settings, watcher: &mut dyn Watcher) -> Result<Report, Error> {
    run_with(store, settings, None, watcher)
}

/// Runs a night that also judges decided orders again where [`diff`] finds a difference, and books it as new transfers.
///
/// What is to be judged again is an event of the order, by a named person; it is written under the same lease, before the
/// orders are paged through. A kill in between leaves orders that the next night judges.
pub fn run_with(
    store: &mut dyn Store,
    settings: Settings,
    apply: Option<&Apply<'_>>,
    watcher: &mut dyn Watcher,
) -> Result<Report, Error> {
    let settled_until = settings.as_of.plus_seconds(-settings.settle_seconds);
    if let Some(apply) = apply {
        apply.signed.check()?;
    }
    let mut tally = Tally::default();
    // (1)
    if apply.is_none() && !any_undecided(store, settled_until)? {
        return Ok(report(None, settings, tally));
    }
    if settings.dry_run {
        let book = rules::read(store)?;
        begin(store, settled_until, watcher)?;
        for_each_page(store, &book, settled_until, |_, cases| {
            for case in cases {
                let decision = judge(case, &book);
                tally.add(decision.skipped(), &decision.transfers);
            }
            watcher.judged(cases.len() as u64);
            Ok(())
        })?;
        return Ok(report(None, settings, tally));
    }
    // (2)
    let mut lease = Lease::take(store, watcher.now())?;
    let outcome = night(store, &mut lease, settings, apply, &mut tally, watcher);
    let run = lease.token;
    match outcome {
        Ok(()) => {
            let report = report(Some(run), settings, tally);
            let text = serde_json::to_string(&report).unwrap_or_else(|_| "{}".to_owned());
            let finished_at = watcher.now().unix_seconds();
            let parameters = [run.into(), finished_at.into(), text.into()];
            if store.write(include_str!("store/sql/run_finish.sql"), &parameters)? == 0 {
                lease.check(store)?;
            }
            lease.give_back(store)?;
            Ok(report)
        }
        Err(error) => {
            // The lease may be lost and the store may be gone; the error that led here is the one to tell.
            let _ = lease.give_back(store);
            Err(error)
        }
    }
}

fn night(
    store: &mut dyn Store,
    lease: &mut Lease,
    settings: Settings,
    apply: Option<&Apply<'_>>,
    tally: &mut Tally,
    watcher: &mut dyn Watcher,
) -> Result<(), Error> {
    let started_at = watcher.now().unix_seconds();
    let parameters = [lease.token.into(), settings.as_of.unix_seconds().into(), started_at.into()];
    store.write(include_str!("store/sql/run_insert.sql"), &parameters)?;
    // (3)
    let mut next = next_id(store)?;
    tally.written += finish(store, lease, next)?;
    if let Some(apply) = apply {
        ask_again(store, lease, apply)?;
    }
    // (4)
    let settled_until = settings.as_of.plus_seconds(-settings.settle_seconds);
    let book = rules::read(store)?;
    // A page's decisions follow each other, and no page waits for the one before it to be written.
    let Some(mut reader) = store.reader()? else {
        begin(store, settled_until, watcher)?;
        for_each_page(store, &book, settled_until, |store, cases| {
            lease.keep(store, watcher.now())?;
            let judged = judge_page(cases, &book, &mut next);
            tally.book(store, lease, vec![judged], settings.as_of, watcher)
        })?;
        return total(store, lease);
    };
    store.durable(false)?;
    let (send, receive) = std::sync::mpsc::sync_channel(PAGES_AHEAD_MAX);
    let written = std::thread::scope(|scope| {
        let book = &book;
        scope.spawn(move || {
            let sent = for_each_page(reader.as_mut(), book, settled_until, |_, cases| {
                // Whoever does not receive any more has its own error to tell.
                send.send(Ok(judge_page(cases, book, &mut next))).map_err(|_| Error::Unable("nobody writes".to_owned()))
            });
            if let Err(error) = sent {
                let _ = send.send(Err(error));
            }
        });
        // While the first pages are read.
        begin(store, settled_until, watcher)?;
        let (mut waiting, mut bytes) = (Vec::new(), 0);
        for judged in receive {
            let judged = judged?;
            bytes += judged.drafts.bytes();
            waiting.push(judged);
            if bytes >= BULK_BYTES {
                lease.keep(store, watcher.now())?;
                tally.book(store, lease, std::mem::take(&mut waiting), settings.as_of, watcher)?;
                total(store, lease)?;
                bytes = 0;
            }
        }
        lease.keep(store, watcher.now())?;
        tally.book(store, lease, waiting, settings.as_of, watcher)?;
        total(store, lease)
    });
    store.durable(true)?;
    written
}

/// Tells whoever looks on how many orders there are: as many looks into their table as it has undecided ones.
fn begin(store: &mut dyn Store, settled_until: Timestamp, watcher: &mut dyn Watcher) -> Result<(), Error> {
    if watcher.is_watched() {
        watcher.begins(count_undecided(store, settled_until)?);
    }
    Ok(())
}

/// What became of the orders of a page.
#[derive(Default)]
struct Judged {
    drafts: Drafts,
    refused: Vec<Violation>,
}

fn judge_page(cases: &[Case], book: &Rulebook, next: &mut DecisionId) -> Judged {
    let mut judged = Judged::default();
    for case in cases {
        let decision = judge(case, book);
        if let Some(violation) = broken(case, &decision, book) {
            judged.refused.push(violation);
            continue;
        }
        judged.drafts.push(*next, case.order.id, case.order.revision, &decision);
        *next = DecisionId(next.0 + 1);
    }
    judged
}

/// Marks every decided order that would come out otherwise now as to be judged again.
fn ask_again(store: &mut dyn Store, lease: &Lease, apply: &Apply<'_>) -> Result<(), Error> {
    let Apply { paid_in, signed } = apply;
    let found = diff::run(store, &Question { paid_in: *paid_in, instead: None })?;
    let ruling = EventBody::Ruling(Ruling {
        word: Word::Replay,
        by: signed.by.trim().to_owned(),
        reason: signed.reason.trim().to_owned(),
        at: signed.at,
    });
    let body = serde_json::to_string(&ruling).map_err(|error| Error::Refused(error.to_string()))?;
    let hash = hex_hash(&body);
    for chunk in found.differences.chunks(REPLAYS_OF_STATEMENT) {
        let asked: Vec<(OrderId, u32)> = chunk.iter().map(|found| (found.id, found.revision)).collect();
        let parameters = [
            serde_json::json!(asked).to_string().into(),
            signed.at.unix_seconds().into(),
            hash.as_str().into(),
            body.as_str().into(),
            lease.token.into(),
        ];
        if store.write(include_str!("store/sql/replays_insert.sql"), &parameters)? == 0 {
            lease.check(store)?;
        }
    }
    Ok(())
}

/// The first invariant that booking a decision would break: such an order is left for a person to look at.
fn broken(case: &Case, decision: &Decision, book: &Rulebook) -> Option<Violation> {
    let after = if case.transfers.is_empty() {
        ledger::booked(&decision.transfers)
    } else {
        let all: Vec<Transfer> = case.transfers.iter().chain(&decision.transfers).copied().collect();
        ledger::booked(&all)
    };
    verify::broken(case, &after, book).into_iter().next()
}

fn for_each_page(
    store: &mut dyn Store,
    book: &Rulebook,
    settled_until: Timestamp,
    mut judge_page: impl FnMut(&mut dyn Store, &[Case]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = OrderId(0);
    loop {
        let cases = page(store, book, Pages::Undecided(settled_until), after)?;
        let Some(last) = cases.last() else {
            return Ok(());
        };
        after = last.order.id;
        judge_page(store, &cases)?;
    }
}

impl Tally {
    /// Writes what became of the orders of some pages, and counts it.
    fn book(
        &mut self,
        store: &mut dyn Store,
        lease: &Lease,
        judged: Vec<Judged>,
        decided_at: Timestamp,
        watcher: &mut dyn Watcher,
    ) -> Result<(), Error> {
        let (pages, refused): (Vec<Drafts>, Vec<_>) =
            judged.into_iter().map(|judged| (judged.drafts, judged.refused)).unzip();
        self.written += write(store, lease, &pages, decided_at)?;
        for draft in pages.iter().flat_map(Drafts::iter) {
            self.add(draft.head.outcome.skipped(draft.head.held), draft.transfers);
        }
        let orders = pages.iter().map(Drafts::len).sum::<usize>() + refused.iter().map(Vec::len).sum::<usize>();
        watcher.judged(orders as u64);
        self.refused.extend(refused.into_iter().flatten());
        Ok(())
    }

    /// Counts an order: why nothing is earned of it, or what is booked for it.
    fn add(&mut self, skipped: Option<&str>, transfers: &[Transfer]) {
        self.orders += 1;
        match skipped {
            Some(reason) => *self.skipped.entry(reason.to_owned()).or_default() += 1,
            None => self.credited += 1,
        }
        self.transfers += transfers.len() as u64;
        for transfer in transfers {
            let key = (transfer.currency, transfer.tier, transfer.kind);
            *self.totals.entry(key).or_default() += i128::from(transfer.amount_minor);
        }
    }
}

fn report(run: Option<i64>, settings: Settings, tally: Tally) -> Report {
    let total = |((currency, tier, kind), sum): ((Currency, u8, Kind), i128)| {
        let amount = i64::try_from(sum).ok().and_then(|minor| Money::from_minor(minor, currency).ok());
        Total {
            currency: currency.to_string(),
            tier,
            kind: kind.as_str(),
            amount: amount.map_or_else(|| "more than can be counted".to_owned(), Money::amount),
        }
    };
    Report {
        run,
        as_of: settings.as_of.to_string(),
        orders: tally.orders + tally.refused.len() as u64,
        decided: tally.orders,
        credited: tally.credited,
        transfers: tally.transfers,
        skipped: tally.skipped,
        totals: tally.totals.into_iter().map(total).collect(),
        written: tally.written,
        refused: tally.refused,
        seconds: 0.into(),
    }
}

// Transfers are numbered in SQL as they are here; a decision has at most as many as fit.
const _: () =
    assert!(transfer_id(DecisionId(1), tributary_shared::ledger::TRANSFERS_MAX - 1) < transfer_id(DecisionId(2), 0));

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.run {
            Some(run) => writeln!(f, "run {run} as of {}", self.as_of)?,
            None => writeln!(f, "as of {}: nothing written", self.as_of)?,
        }
        writeln!(f, "  orders         {:>9}", self.orders)?;
        writeln!(f, "  credited       {:>9}", self.credited)?;
        for (reason, count) in &self.skipped {
            writeln!(f, "  {:<14} {count:>9}", reason.replace('_', " "))?;
        }
        writeln!(f, "  transfers      {:>9}", self.transfers)?;
        writeln!(f, "  rows           {:>9}", self.written)?;
        for total in &self.totals {
            let tier = if total.tier == 0 { "charity".to_owned() } else { format!("tier {}", total.tier) };
            let kind = total.kind.replace('_', " ");
            writeln!(f, "  {:<14} {:>9} {}  {kind}", tier, total.amount, total.currency)?;
        }
        for violation in &self.refused {
            writeln!(f, "  NOT BOOKED     {}: {}: {}", violation.rule, violation.subject, violation.detail)?;
        }
        write!(f, "  seconds        {:>9}", self.seconds)
    }
}
