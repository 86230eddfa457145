//! D1 over a bad connection: whatever gets lost, late or doubled on the way, the end is the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "d1/mail.rs"]
mod mail;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use common::{
    Desk, Dice, Dump, Shop, assert_same, assert_verified, binary, database, exported, import_settings, ledger, look,
    night, paid_at, reader, said, time,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value as Json, json};
use tributary_batch::error::Error;
use tributary_batch::import;
use tributary_batch::store::Store;
use tributary_batch::store::d1::D1;
use tributary_batch::store::sqlite::Sqlite;
use tributary_shared::time::Timestamp;

// ---------------------------------------------------------------- the stub

/// What may go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The statement took effect, and the connection ends before the answer.
    AnswerLost,
    /// Too many calls.
    Busy429,
    /// Trouble on the way: not even JSON.
    Broken500,
    /// The statement took effect, and half the answer comes.
    CutJson,
    /// It takes a while.
    Slow,
    /// The statement comes twice; the answer is that of either.
    Duplicate,
    /// The answer is what stood there before the last write.
    StaleRead,
    /// The connection is reset before the statement is read.
    Reset,
}

const FAULTS: [Fault; 8] = [
    Fault::AnswerLost,
    Fault::Busy429,
    Fault::Broken500,
    Fault::CutJson,
    Fault::Slow,
    Fault::Duplicate,
    Fault::StaleRead,
    Fault::Reset,
];

/// Which calls have a fault.
enum Luck {
    /// None.
    Good,
    /// One in three, by the dice.
    Bad(Dice),
    /// The n-th, the first being 1.
    Once(u64, Fault),
}

/// A database behind HTTP, as D1's REST API answers it: `POST …/raw` with `{sql, params}`.
struct Stub {
    address: SocketAddr,
    calls: Arc<AtomicU64>,
    is_done: Arc<AtomicBool>,
    served: Option<JoinHandle<Met>>,
}

impl Stub {
    /// Serves a database on a port of its own.
    fn serve(database: &Path, luck: Luck) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (calls, is_done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let now = look(database);
        // Nobody turns the power off here.
        now.pragma_update(None, "synchronous", "OFF").unwrap();
        let mut served = Served { now, before: look(database), luck, calls: 0, met: Met::default() };
        let (counted, done) = (calls.clone(), is_done.clone());
        let served = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                // One connection at a time, for as many calls as it lives; a client that goes away is its own affair.
                while !done.load(Ordering::SeqCst) && matches!(stream.peek(&mut [0]), Ok(1)) {
                    counted.fetch_add(1, Ordering::SeqCst);
                    if !served.answer(&stream).unwrap_or(false) {
                        break;
                    }
                }
                if done.load(Ordering::SeqCst) {
                    break;
                }
            }
            served.met
        });
        Self { address, calls, is_done, served: Some(served) }
    }

    fn url(&self) -> String {
        format!("http://{}/client/v4/accounts/a/d1/database/d/raw", self.address)
    }

    fn d1(&self) -> D1 {
        D1::at(self.url(), None, vec![0; 20])
    }

    fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Ends the service; what the calls were.
    fn end(mut self) -> Met {
        self.stop().unwrap()
    }

    fn stop(&mut self) -> Option<Met> {
        let served = self.served.take()?;
        self.is_done.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        served.join().ok()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the calls were.
#[derive(Default)]
struct Met {
    /// Call by call, whether it was a write; not of calls that were not understood.
    writes: Vec<bool>,
    faults: Vec<Fault>,
}

/// The database, as it is and as it was before the last write.
struct Served {
    now: Connection,
    before: Connection,
    luck: Luck,
    calls: u64,
    met: Met,
}

impl Served {
    fn fault(&mut self) -> Option<Fault> {
        self.calls += 1;
        let fault = match &mut self.luck {
            Luck::Good => None,
            Luck::Bad(dice) => (dice.below(3) == 0).then(|| FAULTS[usize::try_from(dice.below(8)).unwrap()]),
            Luck::Once(call, fault) => (self.calls == *call).then_some(*fault),
        }?;
        self.met.faults.push(fault);
        Some(fault)
    }

    /// Answers a call; whether the connection lives on.
    fn answer(&mut self, stream: &TcpStream) -> std::io::Result<bool> {
        let fault = self.fault();
        if fault == Some(Fault::Reset) {
            // To close with something unread resets the connection (RFC 2525, 2.17).
            return Ok(false);
        }
        let request = request(stream)?;
        self.met.writes.push(is_write(&self.now, &request));
        match fault {
            None | Some(Fault::Reset) => respond(stream, "200 OK", &self.execute(&request)),
            Some(Fault::Slow) => {
                std::thread::sleep(Duration::from_millis(2));
                respond(stream, "200 OK", &self.execute(&request))
            }
            Some(Fault::AnswerLost) => {
                self.execute(&request);
                Ok(false)
            }
            Some(Fault::Busy429) => {
                let error =
                    json!({ "code": 10429, "message": "Please wait and consider throttling your request speed" });
                let answer = json!({ "success": false, "errors": [error], "result": null });
                respond(stream, "429 Too Many Requests", &answer.to_string())
            }
            Some(Fault::Broken500) => respond(stream, "500 Internal Server Error", "<html>error code: 520</html>"),
            Some(Fault::CutJson) => {
                let answer = self.execute(&request);
                let cut = &answer[..answer.floor_char_boundary(answer.len() / 2)];
                // Either the length says that more was to come, or it does not.
                if answer.len().is_multiple_of(2) {
                    respond(stream, "200 OK", cut)
                } else {
                    break_off(stream, cut, answer.len())
                }
            }
            Some(Fault::Duplicate) => {
                let (first, second) = (self.execute(&request), self.execute(&request));
                respond(stream, "200 OK", if self.met.faults.len().is_multiple_of(2) { &second } else { &first })
            }
            Some(Fault::StaleRead) => {
                let is_write = is_write(&self.now, &request);
                let answer = if is_write { self.execute(&request) } else { query(&self.before, &request) };
                respond(stream, "200 OK", &answer)
            }
        }
    }

    fn execute(&mut self, request: &Json) -> String {
        let is_write =
            self.now.prepare(request["sql"].as_str().unwrap_or_default()).is_ok_and(|write| !write.readonly());
        if is_write {
            // From here on the other connection sees what is there now, until the next write.
            let _ = self.before.execute_batch("ROLLBACK");
            self.before.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").unwrap();
            let _: i64 = self.before.query_row("SELECT count(*) FROM lease", [], |row| row.get(0)).unwrap();
        }
        query(&self.now, request)
    }
}

fn is_write(connection: &Connection, request: &Json) -> bool {
    connection.prepare_cached(request["sql"].as_str().unwrap_or_default()).is_ok_and(|statement| !statement.readonly())
}

fn request(stream: &TcpStream) -> std::io::Result<Json> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body).unwrap())
}

fn respond(mut stream: &TcpStream, status: &str, body: &str) -> std::io::Result<bool> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    Ok(true)
}

fn break_off(mut stream: &TcpStream, part: &str, length: usize) -> std::io::Result<bool> {
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{part}")?;
    Ok(false)
}

/// Runs one statement and answers as D1 does.
fn query(connection: &Connection, request: &Json) -> String {
    match try_query(connection, request) {
        Ok((columns, rows, changes)) => {
            let result = json!({ "results": { "columns": columns, "rows": rows }, "success": true, "meta": { "changes": changes } });
            json!({ "success": true, "errors": [], "messages": [], "result": [result] }).to_string()
        }
        Err(error) => {
            let error = json!({ "code": 7500, "message": format!("{error}: SQLITE_ERROR") });
            json!({ "success": false, "errors": [error], "result": [] }).to_string()
        }
    }
}

fn try_query(connection: &Connection, request: &Json) -> rusqlite::Result<(Vec<String>, Vec<Json>, u64)> {
    // The API takes texts and nothing else, a hundred of them, and D1 none above 2 MB.
    let parameters: Vec<&str> =
        request["params"].as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect();
    if parameters.len() > 100 || parameters.iter().any(|text| text.len() > 2_000_000) {
        return Err(rusqlite::Error::ToSqlConversionFailure("string or blob too big".into()));
    }
    let mut statement = connection.prepare_cached(request["sql"].as_str().unwrap_or_default())?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let is_write = !statement.readonly();
    let mut answer = Vec::new();
    let mut rows = statement.query(params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        let cells = (0..columns.len()).map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Integer(number) => json!(number),
                ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
                _ => Json::Null,
            })
        });
        answer.push(Json::Array(cells.collect::<rusqlite::Result<_>>()?));
    }
    drop(rows);
    Ok((columns, answer, if is_write { connection.changes() } else { 0 }))
}

// ---------------------------------------------------------------- the night

/// Orders of the small shop.
const ORDERS: u64 = 40;

fn clock(night: i64) -> Timestamp {
    time("2026-04-01T03:00:00Z").plus_seconds(night * 120)
}

/// The small shop before it has sold anything.
fn opened() -> &'static (Shop, Vec<u8>) {
    static OPENED: OnceLock<(Shop, Vec<u8>)> = OnceLock::new();
    OPENED.get_or_init(|| {
        let shop = Shop::of(ORDERS);
        let bytes = database(|store| shop.open(store));
        (shop, bytes)
    })
}

/// The ledger after sales, a night, refunds and another night.
fn undisturbed() -> &'static Dump {
    static UNDISTURBED: OnceLock<Dump> = OnceLock::new();
    UNDISTURBED.get_or_init(|| {
        let desk = Desk::with_database(&opened().1);
        let mut store = Sqlite::open(&desk.database()).unwrap();
        let nights = life(&mut store);
        assert_eq!(nights, 2);
        assert_verified(&mut store, "undisturbed");
        ledger(&desk.database())
    })
}

/// Runs a night again as long as it says that it could not; how often it ran.
fn nights(store: &mut dyn Store, as_of: Timestamp, first: i64) -> i64 {
    for attempt in 0..8 {
        match night(store, as_of, clock(first + attempt)) {
            Ok(_) => return attempt + 1,
            Err(Error::LeaseHeld { .. } | Error::Store(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("eight nights could not run");
}

/// Sales, a night, refunds and another night; how many runs that took.
fn life(store: &mut dyn Store) -> i64 {
    let shop = &opened().0;
    shop.sell(store).unwrap();
    let first = nights(store, paid_at(ORDERS), 0);
    shop.give_back(store).unwrap();
    first + nights(store, paid_at(3 * ORDERS), 100)
}

/// Lives over a connection of some luck, and a night more, on the file; asserts the one end state. How many runs it took
/// over the connection, and what the calls were.
fn live(luck: Luck, what: &str) -> (i64, Met) {
    let desk = Desk::with_database(&opened().1);
    let stub = Stub::serve(&desk.database(), luck);
    let runs = life(&mut stub.d1());
    let met = stub.end();
    let mut store = Sqlite::open(&desk.database()).unwrap();
    // An answer from before the last write may have hidden a refund from a night: it is the next one's.
    nights(&mut store, paid_at(3 * ORDERS), 200);
    assert_same(&ledger(&desk.database()), undisturbed(), what);
    assert_verified(&mut store, what);
    (runs, met)
}

#[test]
fn two_hundred_bad_connections_end_in_one_state() {
    let live_all = |seeds: std::ops::Range<u64>| -> (i64, Vec<Fault>) {
        let lives: Vec<(i64, Met)> =
            seeds.map(|seed| live(Luck::Bad(Dice::new(seed)), &format!("seed {seed}"))).collect();
        (lives.iter().map(|(runs, _)| runs).sum(), lives.into_iter().flat_map(|(_, met)| met.faults).collect())
    };
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| live_all(0..100));
        (live_all(100..200), first.join().unwrap())
    });
    for fault in FAULTS {
        let count = first.1.iter().chain(&second.1).filter(|met| **met == fault).count();
        assert!(count > 200, "{fault:?} came {count} times");
    }
    assert_eq!(first.0 + second.0, 400, "no night had to be run again");
}

#[test]
fn a_fault_at_any_single_call_is_as_if_it_had_not_been() {
    let (_, met) = live(Luck::Good, "no faults");
    let calls: Vec<(u64, bool)> = (1..).zip(met.writes).collect();
    assert!(calls.iter().filter(|(_, is_write)| *is_write).count() > 15, "{calls:?}");
    for (call, is_write) in calls {
        let faults: &[Fault] = if is_write { &[Fault::AnswerLost, Fault::Duplicate] } else { &[Fault::StaleRead] };
        for &fault in faults {
            let what = format!("{fault:?} at call {call}");
            assert_eq!(live(Luck::Once(call, fault), &what).0, 2, "{what}");
        }
    }
}

#[test]
fn an_order_of_d1_that_stays_refused_is_an_error_with_its_words() {
    let desk = Desk::with_database(&opened().1);
    let stub = Stub::serve(&desk.database(), Luck::Good);
    let refused = stub.d1().rows("SELECT 1 FROM nowhere", &[]).unwrap_err().to_string();
    assert!(refused.starts_with("D1 refused: status 200: no such table: nowhere"), "{refused}");
    assert_eq!(stub.calls(), 1, "what is refused for good is not asked again");
    let url = stub.url();
    stub.end();
    let gone = D1::at(url, None, vec![0; 3]).rows("SELECT 1", &[]).unwrap_err().to_string();
    assert!(gone.starts_with("D1 did not answer after 4 tries: "), "{gone}");
}

#[test]
fn a_thousand_orders_cost_six_calls_and_an_idle_night_one() {
    let calls = |orders: u64| {
        let shop = Shop::of(orders);
        let desk = Desk::with_database(&database(|store| {
            shop.open(store);
            shop.sell(store).unwrap();
        }));
        let stub = Stub::serve(&desk.database(), Luck::Good);
        let report = night(&mut stub.d1(), paid_at(orders), clock(0)).unwrap();
        assert_eq!(report.decided, orders);
        let calls = stub.calls();
        let again = night(&mut stub.d1(), paid_at(orders), clock(1)).unwrap();
        assert_eq!((again.run, stub.calls() - calls), (None, 1));
        calls
    };
    let (of_one, of_three) = (calls(1_000), calls(3_000));
    // D1's API allows 1,200 calls in five minutes (https://developers.cloudflare.com/fundamentals/api/reference/limits/).
    assert!(of_three - of_one <= 2 * 6, "{of_one} calls for 1,000 orders, {of_three} for 3,000");
    assert!(of_one <= 6 + 20, "{of_one} calls for 1,000 orders: lease, rules and report cost the rest");
}

#[test]
fn orders_of_many_lines_go_in_within_what_d1_takes_at_once() {
    let desk = Desk::with_database(&opened().1);
    let stub = Stub::serve(&desk.database(), Luck::Good);
    let mut orders = "external_id,paid_at,sku,net,coupon\n".to_owned();
    for row in 0..600 * 60 {
        writeln!(orders, "o{},2026-01-01,a-product-{row},1.00,SAVE1", row / 60).unwrap();
    }
    let report = import::orders::run(&mut stub.d1(), reader(&orders), None, import_settings());
    assert_eq!(report.map(|report| report.changed).map_err(|error| error.to_string()), Ok(600));
    assert_eq!(night(&mut stub.d1(), time("2026-02-01"), clock(0)).unwrap().decided, 600);
}

#[test]
fn the_binary_does_with_d1_what_it_does_with_a_file() {
    let bytes = database(|store| {
        opened().0.open(store);
        opened().0.sell(store).unwrap();
    });
    let desk = Desk::with_database(&bytes);
    let stub = Stub::serve(&desk.database(), Luck::Good);
    let folder = tempfile::tempdir().unwrap();
    let over_d1 = |arguments: &[&str]| {
        let mut command = binary(folder.path());
        let base = stub.url();
        let base = base.split_once("/accounts").unwrap().0;
        command
            .env("CLOUDFLARE_API_BASE_URL", base)
            .env("CLOUDFLARE_API_TOKEN", "secret")
            .args(["--db", "d1:a/d"])
            .args(arguments);
        said(command)
    };
    let file = Desk::with_database(&bytes);
    let as_of = paid_at(ORDERS).to_string();
    let night = ["reconcile", "--settle", "0s", "--as-of", &as_of];
    assert_eq!((over_d1(&night).code, file.run(&night).code), (0, 0));
    for arguments in [
        &["export", "transfers", "--json"] as &[&str],
        &["export", "transfers", "--csv"],
        &["balances", "--json", "--as-of", &as_of],
        &["explain", "o7", "--json"],
        &["verify", "--json"],
        &["diff", "--json"],
        &["mail", "list", "--json"],
        &["mail", "retry", "--failed", "--json"],
    ] {
        let (remote, local) = (over_d1(arguments), file.run(arguments));
        assert_eq!((remote.code, remote.out), (local.code, local.out), "{arguments:?}: {}", remote.err);
    }
    assert_same(&ledger(&desk.database()), &ledger(&file.database()), "D1 and a file");
    assert_eq!(exported(&mut stub.d1()), exported(&mut Sqlite::open(&file.database()).unwrap()));
}
