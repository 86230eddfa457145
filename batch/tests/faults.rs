//! A night that breaks, dies or is overtaken at any point, and the next one: the same rows as if nothing had happened.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;
use std::sync::OnceLock;

use common::{
    Desk, Dice, Dump, Shop, Still, assert_same, assert_verified, database, dump, exported, import_settings, ledger,
    look, night, paid_at, reader, started, time,
};
use rusqlite::Connection;
use tributary_batch::error::Error;
use tributary_batch::import;
use tributary_batch::reconcile::{self, Settings, Watcher};
use tributary_batch::store::lease::Lease;
use tributary_batch::store::sqlite::Sqlite;
use tributary_batch::store::{Row, Store, StoreError, Value};
use tributary_shared::time::Timestamp;

/// Orders of the shop: a first night has decided 500 of them, so that three pages are left with what was refunded since.
const ORDERS: u64 = 2_600;

/// The orders that the first night decided.
const ORDERS_BEFORE: u64 = 500;

/// When everything has happened.
const AS_OF: &str = "2026-04-01T00:00:00Z";

/// When nights run; a minute and more apart, so that a lease of the one before has run out.
fn clock(night: i64) -> Timestamp {
    time("2026-04-01T03:00:00Z").plus_seconds(night * 120)
}

/// The shop in the evening: much to do, and a ledger from before.
fn evening() -> &'static [u8] {
    static EVENING: OnceLock<Vec<u8>> = OnceLock::new();
    EVENING.get_or_init(|| {
        let shop = Shop::of(ORDERS);
        database(|store| {
            shop.open(store);
            let sold = shop.sell(store).unwrap();
            assert_eq!((sold.changed, sold.bad), (ORDERS, vec![]));
            let first = night(store, paid_at(ORDERS_BEFORE), clock(-10)).unwrap();
            assert_eq!(first.decided, ORDERS_BEFORE);
            let given_back = shop.give_back(store).unwrap();
            assert_eq!((given_back.changed, given_back.bad), (ORDERS / 8, vec![]));
        })
    })
}

/// What an undisturbed night leaves, and how many writes it takes.
fn morning() -> &'static (Dump, u64) {
    static MORNING: OnceLock<(Dump, u64)> = OnceLock::new();
    MORNING.get_or_init(|| {
        let desk = Desk::with_database(evening());
        let mut store = Breaking::new(&desk, u64::MAX, When::BeforeTheWrite);
        let report = night(&mut store, time(AS_OF), clock(0)).unwrap();
        assert!(report.decided > 2_000, "three pages: {report:?}");
        assert!(report.totals.iter().any(|total| total.kind == "charity_reversal"), "{report:?}");
        let writes = store.writes;
        assert_verified(&mut store, "undisturbed");
        (ledger(&desk.database()), writes)
    })
}

/// Whether a statement writes: `RETURNING` is in the one that answers rows.
fn is_write(sql: &str) -> bool {
    sql.contains("RETURNING")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    BeforeTheWrite,
    /// It took effect, and nobody was told.
    AfterTheWrite,
}

/// A store that breaks at its n-th write, and stays broken.
struct Breaking {
    store: Sqlite,
    at: u64,
    when: When,
    writes: u64,
}

impl Breaking {
    fn new(desk: &Desk, at: u64, when: When) -> Self {
        Self { store: Sqlite::open(&desk.database()).unwrap(), at, when, writes: 0 }
    }

    fn broken(&self) -> StoreError {
        StoreError::Broken { writes: self.writes }
    }

    fn writing<T>(&mut self, write: impl FnOnce(&mut Sqlite) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.writes += 1;
        match self.when {
            _ if self.writes < self.at => write(&mut self.store),
            When::AfterTheWrite if self.writes == self.at => {
                write(&mut self.store)?;
                Err(self.broken())
            }
            When::BeforeTheWrite | When::AfterTheWrite => Err(self.broken()),
        }
    }
}

impl Store for Breaking {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        if is_write(sql) {
            return self.writing(|store| store.rows(sql, parameters));
        }
        if self.writes >= self.at { Err(self.broken()) } else { self.store.rows(sql, parameters) }
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        self.writing(|store| store.write(sql, parameters))
    }
}

fn is_broken<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Store(StoreError::Broken { .. })))
}

/// Ends the night of a desk, and compares.
fn assert_ends_well(desk: &Desk, now: Timestamp, what: &str) {
    let mut store = Sqlite::open(&desk.database()).unwrap();
    night(&mut store, time(AS_OF), now).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_same(&ledger(&desk.database()), &morning().0, what);
    assert_verified(&mut store, what);
    let again = night(&mut store, time(AS_OF), now).unwrap();
    assert_eq!((again.run, again.written), (None, 0), "{what}");
}

fn breaks_at_every_write(when: When) {
    let writes = morning().1;
    assert!(writes > 12, "lease, run, the unfinished, three pages, report and lease again: {writes}");
    for at in 1..=writes {
        let desk = Desk::with_database(evening());
        let outcome = night(&mut Breaking::new(&desk, at, when), time(AS_OF), clock(0));
        assert!(is_broken(&outcome), "write {at}: {outcome:?}");
        assert_ends_well(&desk, clock(1), &format!("broken {when:?} {at}"));
    }
}

#[test]
fn a_night_that_breaks_before_any_write_is_made_up_for_by_the_next() {
    breaks_at_every_write(When::BeforeTheWrite);
}

#[test]
fn a_night_whose_answer_is_lost_after_any_write_is_made_up_for_by_the_next() {
    breaks_at_every_write(When::AfterTheWrite);
}

#[test]
fn a_night_that_breaks_again_and_again_ends_as_if_it_had_not() {
    let writes = morning().1;
    for seed in 0..8 {
        let mut dice = Dice::new(seed);
        let desk = Desk::with_database(evening());
        let mut broken_at = Vec::new();
        for attempt in 0..5 {
            let when = if dice.below(2) == 0 { When::BeforeTheWrite } else { When::AfterTheWrite };
            let at = 1 + dice.below(writes);
            broken_at.push(at);
            let outcome = night(&mut Breaking::new(&desk, at, when), time(AS_OF), clock(attempt));
            assert!(outcome.is_ok() || is_broken(&outcome), "seed {seed}: {outcome:?}");
        }
        let mut store = Sqlite::open(&desk.database()).unwrap();
        night(&mut store, time(AS_OF), clock(5)).unwrap();
        assert_same(&ledger(&desk.database()), &morning().0, &format!("seed {seed}, broken at {broken_at:?}"));
        assert_verified(&mut store, &format!("seed {seed}, broken at {broken_at:?}"));
    }
}

#[test]
fn an_import_that_breaks_at_any_write_is_made_up_for_by_the_same_file() {
    let shop = Shop::of(1_200);
    let opened = database(|store| shop.open(store));
    let sell = |desk: &Desk, at| {
        let mut store = Breaking::new(desk, at, When::AfterTheWrite);
        (shop.sell(&mut store), store.writes)
    };
    let whole = Desk::with_database(&opened);
    let (report, writes) = sell(&whole, u64::MAX);
    assert_eq!(report.unwrap().changed, 1_200);
    for at in 1..=writes {
        let desk = Desk::with_database(&opened);
        let (outcome, _) = sell(&desk, at);
        assert!(is_broken(&outcome), "{outcome:?}");
        sell(&desk, u64::MAX).0.unwrap();
        assert_same(&dump(&desk.database()), &dump(&whole.database()), &format!("broken at {at}"));
    }
}

#[test]
fn first_rules_hold_for_ever_back_though_their_import_broke_at_any_write() {
    let shop = Shop::of(1);
    let empty = database(|_| {});
    let products = "sku,rates\nsku0,15;4\nsku1,\n";
    let open = |desk: &Desk, at| {
        let mut store = Breaking::new(desk, at, When::AfterTheWrite);
        let outcome = import::program::run(&mut store, &shop.program, import_settings())
            .and_then(|_| import::partners::run(&mut store, reader(&shop.partners), import_settings()))
            .and_then(|_| import::products::run(&mut store, reader(products), import_settings()));
        (outcome, store.writes)
    };
    let whole = Desk::with_database(&empty);
    let (outcome, writes) = open(&whole, u64::MAX);
    outcome.unwrap();
    let versions = "SELECT count(*) FROM rule_change WHERE valid_from = 0";
    assert_eq!(look(&whole.database()).query_row(versions, [], |row| row.get(0)), Ok(1 + 12 + 2));
    for at in 1..=writes {
        let desk = Desk::with_database(&empty);
        let (outcome, _) = open(&desk, at);
        assert!(is_broken(&outcome), "{outcome:?}");
        open(&desk, u64::MAX).0.unwrap();
        assert_same(&dump(&desk.database()), &dump(&whole.database()), &format!("broken at {at}"));
    }
}

// ---------------------------------------------------------------- the lease

fn shown<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    outcome.map_or_else(|error| error.to_string(), |value| format!("{value:?}"))
}

/// A name as a run of this machine has it: this machine's name as it stands in a lease that was taken here.
fn holder(pid: u32, began: &str) -> String {
    let desk = Desk::with_database(evening());
    let here: String = look(&desk.database()).query_row("SELECT holder FROM lease", [], |row| row.get(0)).unwrap();
    format!("{}/{pid}/{began}", here.split('/').next().unwrap())
}

/// A desk whose lease somebody holds until a minute after the clock's first night.
fn leased(by: &str) -> Desk {
    let desk = Desk::with_database(evening());
    let until = clock(0).plus_seconds(60).unix_seconds();
    look(&desk.database()).execute("UPDATE lease SET token = 7, holder = ?1, until = ?2", (by, until)).unwrap();
    desk
}

#[test]
fn a_lease_that_is_held_is_refused_by_the_holders_name_until_it_runs_out() {
    let desk = leased("elsewhere/1/1");
    let before = dump(&desk.database());
    let mut store = Sqlite::open(&desk.database()).unwrap();
    for seconds in [0, 1, 59] {
        let taken = Lease::take(&mut store, clock(0).plus_seconds(seconds));
        assert!(matches!(&taken, Err(Error::LeaseHeld { holder }) if holder == "elsewhere/1/1"), "{}", shown(taken));
    }
    let report = night(&mut store, time(AS_OF), clock(0));
    assert_eq!(shown(report), "another run holds the lease (elsewhere/1/1); nothing was written by this one");
    assert_same(&dump(&desk.database()), &before, "a run without the lease");
    assert_eq!(Lease::take(&mut store, clock(0).plus_seconds(60)).unwrap().token, 8);
}

#[test]
fn a_second_taking_is_refused_by_the_name_of_the_first() {
    let desk = Desk::with_database(evening());
    let mut store = Sqlite::open(&desk.database()).unwrap();
    let first = Lease::take(&mut store, clock(0)).unwrap();
    let name: String = look(&desk.database()).query_row("SELECT holder FROM lease", [], |row| row.get(0)).unwrap();
    let second = Lease::take(&mut store, clock(0));
    assert!(matches!(&second, Err(Error::LeaseHeld { holder }) if *holder == name), "{}", shown(second));
    first.check(&mut store).unwrap();
}

#[test]
fn a_lease_that_is_given_back_is_free_at_once() {
    let desk = Desk::with_database(evening());
    let mut store = Sqlite::open(&desk.database()).unwrap();
    let lease = Lease::take(&mut store, clock(0)).unwrap();
    let token = lease.token;
    lease.give_back(&mut store).unwrap();
    assert_eq!(Lease::take(&mut store, clock(0)).unwrap().token, token + 1);
}

#[test]
fn a_lease_of_a_dead_process_of_this_machine_is_taken_over_at_once() {
    let mut dead = Command::new("true").spawn().unwrap();
    let pid = dead.id();
    dead.wait().unwrap();
    let desk = leased(&holder(pid, "12345"));
    let mut store = Sqlite::open(&desk.database()).unwrap();
    assert_eq!(Lease::take(&mut store, clock(0)).unwrap().token, 8);
    // The number of a process comes again; when it began does not.
    let desk = leased(&holder(std::process::id(), "1"));
    let mut store = Sqlite::open(&desk.database()).unwrap();
    assert_eq!(Lease::take(&mut store, clock(0)).unwrap().token, 8);
    // Of a process of another machine nobody here knows whether it lives.
    let desk = leased(&format!("another-machine/{pid}/12345"));
    let mut store = Sqlite::open(&desk.database()).unwrap();
    assert!(Lease::take(&mut store, clock(0)).is_err());
}

#[test]
fn a_lease_of_a_process_that_died_and_was_not_buried_is_taken_over_at_once() {
    let mut dead = Command::new("true").spawn().unwrap();
    let stat = || std::fs::read_to_string(format!("/proc/{}/stat", dead.id())).unwrap();
    // Until it is waited for it stays in the list of processes, as the children of a container's first process may.
    let began = loop {
        let stat = stat();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        if fields[0] == "Z" {
            break fields[19].to_owned();
        }
        std::thread::yield_now();
    };
    let desk = leased(&holder(dead.id(), &began));
    let mut store = Sqlite::open(&desk.database()).unwrap();
    let taken = Lease::take(&mut store, clock(0));
    dead.wait().unwrap();
    assert_eq!(shown(taken.map(|lease| lease.token)), "8");
}

/// A store in which another run takes the lease over after the n-th write.
struct Overtaken {
    store: Sqlite,
    other: Connection,
    after: u64,
    writes: u64,
    then: Option<Dump>,
}

impl Overtaken {
    fn wrote(&mut self) {
        self.writes += 1;
        if self.writes == self.after {
            let until = clock(9).unix_seconds();
            let take = "UPDATE lease SET token = token + 1, holder = 'elsewhere/1/1', until = ?1";
            assert_eq!(self.other.execute(take, [until]).unwrap(), 1);
            self.then = Some(dump(self.other.path().unwrap().as_ref()));
        }
    }
}

impl Store for Overtaken {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.store.rows(sql, parameters)?;
        if is_write(sql) {
            self.wrote();
        }
        Ok(rows)
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let changed = self.store.write(sql, parameters)?;
        self.wrote();
        Ok(changed)
    }
}

#[test]
fn a_run_whose_lease_was_taken_over_writes_nothing_more_and_says_so() {
    let writes = morning().1;
    // After the last but one write, the run's report, there is nothing left to be stopped.
    for after in 1..writes - 1 {
        let desk = Desk::with_database(evening());
        let other = look(&desk.database());
        let mut store =
            Overtaken { store: Sqlite::open(&desk.database()).unwrap(), other, after, writes: 0, then: None };
        let outcome = night(&mut store, time(AS_OF), clock(0));
        let then = store.then.expect("the run came so far");
        assert_same(&dump(&desk.database()), &then, &format!("overtaken after write {after}"));
        let expected = "another run holds the lease (elsewhere/1/1); nothing was written by this one";
        assert_eq!(shown(outcome), expected, "overtaken after write {after}");
        // Whoever took over finishes it.
        assert_ends_well(&desk, clock(10), &format!("overtaken after write {after}"));
    }
}

/// A clock that goes twenty seconds at every look.
#[derive(Clone)]
struct Late(Rc<Cell<i64>>);

impl Watcher for Late {
    fn now(&self) -> Timestamp {
        self.0.set(self.0.get() + 20);
        clock(0).plus_seconds(self.0.get())
    }

    fn is_watched(&self) -> bool {
        true
    }

    fn begins(&mut self, _: u64) {}

    fn judged(&mut self, _: u64) {}
}

/// A store that lets nobody write on a lease that has run out by that clock.
struct Punctual(Sqlite, Late);

impl Store for Punctual {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.0.rows(sql, parameters)
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let until = self.0.rows("SELECT until FROM lease", &[])?[0].integer(0)?;
        assert!(until > clock(0).plus_seconds(self.1.0.get()).unix_seconds(), "{sql}");
        self.0.write(sql, parameters)
    }
}

#[test]
fn a_lease_is_kept_while_the_night_goes_on() {
    let desk = Desk::with_database(evening());
    let mut late = Late(Rc::default());
    let mut store = Punctual(Sqlite::open(&desk.database()).unwrap(), late.clone());
    let settings = Settings { as_of: time(AS_OF), settle_seconds: 0, dry_run: false };
    reconcile::run(&mut store, settings, &mut late).unwrap();
    assert!(late.0.get() >= 100, "longer than a lease lasts by itself");
    assert_same(&ledger(&desk.database()), &morning().0, "a long night");
}

#[test]
fn a_dry_run_needs_no_lease_and_breaks_nobodys() {
    let desk = leased("elsewhere/1/1");
    let before = dump(&desk.database());
    let mut store = Sqlite::open(&desk.database()).unwrap();
    let settings = Settings { as_of: time(AS_OF), settle_seconds: 0, dry_run: true };
    let report = reconcile::run(&mut store, settings, &mut Still(clock(0))).unwrap();
    assert!(report.orders > 2_000 && report.written == 0, "{report:?}");
    assert_same(&dump(&desk.database()), &before, "a dry run");
}

// ---------------------------------------------------------------- the binary

const NIGHT: [&str; 6] = ["reconcile", "--json", "--settle", "0s", "--as-of", AS_OF];

/// Waits for what another process does; fails rather than for ever.
fn wait_until(mut is_so: impl FnMut() -> bool, what: &str) {
    let began = std::time::Instant::now();
    while !is_so() {
        assert!(began.elapsed().as_secs() < 60, "waited a minute until {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_night_that_is_killed_at_any_moment_is_made_up_for_by_the_next() {
    let expected = {
        let desk = Desk::with_database(evening());
        desk.good(&NIGHT);
        exported(&mut Sqlite::open(&desk.database()).unwrap())
    };
    let mut kills = 0;
    for seed in 0..10 {
        let mut dice = Dice::new(seed);
        let desk = Desk::with_database(evening());
        for _ in 0..4 {
            let watch = look(&desk.database());
            let version = || watch.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
            let mut child = started(desk.command(&NIGHT));
            // So many changes are seen before the kill; several at once count as one.
            let mut seen = version();
            let mut changes = 1 + dice.below(morning().1);
            let mut code = None;
            wait_until(
                || {
                    let now = version();
                    changes -= u64::from(now != seen);
                    seen = now;
                    code = child.try_wait().unwrap();
                    changes == 0 || code.is_some()
                },
                "the night writes or ends",
            );
            if code.is_none() {
                child.kill().unwrap();
                kills += 1;
            }
            let status = child.wait().unwrap();
            // Killed, or done before that: the lease of the one killed before never stood in its way.
            assert!(matches!(status.code(), None | Some(0)), "seed {seed}: {status}");
        }
        desk.good(&NIGHT);
        assert_eq!(exported(&mut Sqlite::open(&desk.database()).unwrap()), expected, "seed {seed}");
        assert_same(&ledger(&desk.database()), &morning().0, &format!("seed {seed}"));
        desk.assert_verified();
    }
    assert!(kills > 0, "every night was too quick to be killed");
}

#[test]
fn of_two_runs_at_once_one_works_and_the_other_ends_with_code_3() {
    let signal = |name: &str, pid: u32| {
        assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
    };
    let (desk, mut first) = loop {
        let desk = Desk::with_database(evening());
        let watch = look(&desk.database());
        watch.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        let is_leased = || watch.query_row("SELECT until > 0 FROM lease", [], |row| row.get::<_, bool>(0)).unwrap();
        assert!(!is_leased());
        let mut first = started(desk.command(&NIGHT));
        wait_until(|| is_leased() || first.try_wait().unwrap().is_some(), "the first run has the lease");
        // The first run is stopped where it is, and where it cannot hold a lock: while we hold it.
        watch.execute_batch("BEGIN IMMEDIATE").unwrap();
        if is_leased() {
            signal("-STOP", first.id());
            let state = || std::fs::read_to_string(format!("/proc/{}/stat", first.id())).unwrap();
            let is_still = || state().rsplit_once(')').unwrap().1.trim_start().starts_with('T');
            wait_until(is_still, "the first run stands still");
            watch.execute_batch("ROLLBACK").unwrap();
            break (desk, first);
        }
        // It was done before we looked: once more.
        watch.execute_batch("ROLLBACK").unwrap();
        first.wait().unwrap();
    };
    let before = dump(&desk.database());
    let second = desk.run(&NIGHT);
    let after = dump(&desk.database());
    signal("-CONT", first.id());
    let status = first.wait().unwrap();
    assert_eq!((second.code, second.out.as_str()), (3, ""), "{second:?}");
    assert!(
        second.err.contains("another run holds the lease") && second.err.contains(&format!("/{}/", first.id())),
        "{second:?}"
    );
    assert_same(&after, &before, "the second run writes nothing");
    assert_eq!(status.code(), Some(0));
    assert_same(&ledger(&desk.database()), &morning().0, "the first run is not disturbed");
}

#[test]
fn many_runs_at_once_end_in_the_same_rows() {
    let desk = Desk::with_database(evening());
    let mut runs: Vec<_> = (0..4).map(|_| started(desk.command(&NIGHT))).collect();
    let codes: Vec<Option<i32>> = runs.iter_mut().map(|run| run.wait().unwrap().code()).collect();
    // One that comes when all is done has nothing to do, and that is well too.
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 3))), "{codes:?}");
    assert_same(&ledger(&desk.database()), &morning().0, "four runs at once");
    desk.assert_verified();
}
