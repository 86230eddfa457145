//! What the tests of the batch share: a desk with a database and files, the binary, dumps, and a small generated shop.

#![allow(dead_code, reason = "every test file uses another part of this")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value as Json;
use tempfile::TempDir;
use tributary_batch::error::Error;
use tributary_batch::import::{self, Settings as ImportSettings};
use tributary_batch::reconcile::{self, Report, Settings, Watcher};
use tributary_batch::store::Store;
use tributary_batch::store::sqlite::Sqlite;
use tributary_batch::{export, verify};
use tributary_shared::time::Timestamp;

/// An instant.
pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("the test gives a time")
}

// ---------------------------------------------------------------- the binary

/// A folder with a database and the files that are imported into it.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What the binary said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The answer of `--json`.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// The lines of an export.
    pub(crate) fn lines(&self) -> Vec<Json> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("an export has one object a line")).collect()
    }

    /// What an import said of bad rows, as `line: reason`.
    pub(crate) fn bad(&self) -> Vec<String> {
        let report = self.json();
        let bad = report["bad"].as_array().expect("an import reports bad rows");
        bad.iter().map(|row| format!("{}: {}", row["line"], row["reason"].as_str().unwrap_or_default())).collect()
    }

    /// What an import counted: good, new or changed, bad.
    pub(crate) fn counts(&self) -> (u64, u64, usize) {
        let report = self.json();
        let count = |field: &str| report[field].as_u64().expect("an import counts");
        (count("good"), count("changed"), self.bad().len())
    }
}

impl Desk {
    /// An empty folder; the database is made by the first command.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A folder with a copy of a database.
    pub(crate) fn with_database(bytes: &[u8]) -> Self {
        let desk = Self::new();
        std::fs::write(desk.database(), bytes).expect("the folder can be written to");
        desk
    }

    /// A desk with a program of 10, 3 and 1 percent in EUR, and Cleo under Bert under Ann; each has a coupon.
    pub(crate) fn with_three_tiers() -> Self {
        let desk = Self::new();
        desk.import("program", program("tours", "EUR", "", &["10", "3", "1"]));
        desk.import(
            "partners",
            "code,name,email,parent_code,coupon\n\
             ann,Ann,ann@example.test,,ANN\nbert,Bert,bert@example.test,ann,BERT\ncleo,Cleo,cleo@example.test,bert,CLEO\n",
        );
        desk
    }

    /// The folder, as an argument.
    pub(crate) fn folder(&self) -> String {
        self.folder.path().to_str().expect("temporary folders have plain names").to_owned()
    }

    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("tributary.db")
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the folder can be written to");
        path
    }

    /// The binary with arguments, on this database, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = binary(self.folder.path());
        command.arg("--db").arg(format!("sqlite:{}", self.database().display())).args(arguments);
        command
    }

    /// Runs the binary.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments))
    }

    /// Runs the binary, which must end well.
    pub(crate) fn good(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "tributary {}: {said:?}", arguments.join(" "));
        said
    }

    /// Imports a text, whatever comes of it.
    pub(crate) fn try_import(&self, what: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Said {
        let extension = if matches!(what, "program" | "merchant") { "toml" } else { "csv" };
        let file = self.file(&format!("{what}.{extension}"), content);
        let file = file.to_str().expect("temporary folders have plain names");
        self.run(&[&["import", what, file, "--json"], more].concat())
    }

    /// Imports a text in which all is good.
    pub(crate) fn import(&self, what: &str, content: impl AsRef<[u8]>) -> Said {
        let said = self.try_import(what, content, &[]);
        assert_eq!((said.code, said.bad()), (0, vec![]), "import {what}: {said:?}");
        said
    }

    /// Reconciles with nothing to settle.
    pub(crate) fn night(&self, as_of: &str) -> Json {
        self.good(&["reconcile", "--json", "--settle", "0s", "--as-of", as_of]).json()
    }

    /// All transfers, as JSON.
    pub(crate) fn transfers(&self) -> Vec<Json> {
        self.good(&["export", "transfers", "--json"]).lines()
    }

    /// What an order earned whom: `tier 1 bert 2.50`, taken back what was taken back.
    pub(crate) fn earned(&self, order: &str) -> Vec<String> {
        let explained = self.good(&["explain", order, "--json"]).json();
        let transfers = explained["transfers"].as_array().cloned().expect("an explanation lists transfers");
        let text = |field: &Json| field.as_str().unwrap_or_default().to_owned();
        transfers
            .iter()
            .map(|transfer| {
                format!("tier {} {} {}", transfer["tier"], text(&transfer["partner"]), text(&transfer["amount"]))
            })
            .collect()
    }

    /// Everything in the database.
    pub(crate) fn dump(&self) -> Dump {
        dump(&self.database())
    }

    /// Asserts that no invariant is broken.
    pub(crate) fn assert_verified(&self) {
        let said = self.run(&["verify", "--json"]);
        assert_eq!((said.code, &said.json()["violations"]), (0, &serde_json::json!([])));
    }
}

/// The binary in a folder where nothing else is, with nothing in the environment that it listens to.
pub(crate) fn binary(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command.current_dir(folder).stdin(Stdio::null());
    for name in
        ["TRIBUTARY_DB", "SIGNING_KEYS", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_BASE_URL", "SMTP_URL", "MAIL_FROM"]
    {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end.
pub(crate) fn said(mut command: Command) -> Said {
    let output = command.output().expect("the binary can be run");
    Said {
        // A process that a signal ended has no code.
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("the binary writes UTF-8"),
        err: String::from_utf8(output.stderr).expect("the binary writes UTF-8"),
    }
}

/// Starts a command whose words nobody reads.
pub(crate) fn started(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary can be run")
}

/// A program's file: `more` are lines of `[program]`, `tiers` percentages.
pub(crate) fn program(code: &str, currency: &str, more: &str, tiers: &[&str]) -> String {
    let mut text = format!("[program]\ncode = \"{code}\"\ncurrency = \"{currency}\"\n{more}\n");
    for percent in tiers {
        writeln!(text, "[[program.tier]]\npercent = {percent}").expect("a text can be added to");
    }
    text
}

// ---------------------------------------------------------------- dumps

/// The rows of every table, each as one text.
pub(crate) type Dump = BTreeMap<String, Vec<String>>;

/// A connection that only looks.
pub(crate) fn look(database: &Path) -> Connection {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database is there")
}

/// Everything in a database.
pub(crate) fn dump(database: &Path) -> Dump {
    let connection = look(database);
    let mut names = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .expect("the schema can be read");
    let names: Vec<String> =
        names.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("the schema can be read");
    names.into_iter().map(|name| (name.clone(), rows(&connection, &format!("SELECT * FROM {name}")))).collect()
}

/// What a night leaves: decisions (of whichever run), transfers and orders.
pub(crate) fn ledger(database: &Path) -> Dump {
    let connection = look(database);
    let decisions =
        "SELECT id, order_id, revision, decided_at, outcome, held, partner_id, evidence, steps, booked, booked_minor
      FROM decision";
    [("decision", decisions), ("transfer", "SELECT * FROM transfer"), ("orders", "SELECT * FROM orders")]
        .into_iter()
        .map(|(name, sql)| (name.to_owned(), rows(&connection, &format!("{sql} ORDER BY id"))))
        .collect()
}

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("the table can be read");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("the table can be read");
    let mut texts = Vec::new();
    while let Some(row) = rows.next().expect("the table can be read") {
        let cells = (0..columns).map(|column| match row.get_ref(column).expect("the column is there") {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => format!("{bytes:?}"),
        });
        texts.push(cells.collect::<Vec<_>>().join(" | "));
    }
    texts
}

/// Asserts that two dumps are one, and says where not rather than printing both.
pub(crate) fn assert_same(left: &Dump, right: &Dump, what: &str) {
    let tables = |dump: &Dump| dump.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(left), tables(right), "{what}");
    for (table, rows) in left {
        let others = &right[table];
        if let Some((row, other)) = rows.iter().zip(others).find(|(row, other)| row != other) {
            panic!("{what}: {table} differs:\n  {row}\n  {other}");
        }
        assert_eq!(rows.len(), others.len(), "{what}: rows of {table}");
    }
}

/// Asserts that no invariant is broken.
pub(crate) fn assert_verified(store: &mut dyn Store, what: &str) {
    let verified = verify::run(store).expect("the store answers");
    assert_eq!(verified.violations, [], "{what}");
}

// ---------------------------------------------------------------- the library

/// A watcher for whom time stands still.
pub(crate) struct Still(pub(crate) Timestamp);

impl Watcher for Still {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn is_watched(&self) -> bool {
        true
    }

    fn begins(&mut self, _: u64) {}

    fn judged(&mut self, _: u64) {}
}

/// A night with nothing to settle, on a clock that shows `now`.
pub(crate) fn night(store: &mut dyn Store, as_of: Timestamp, now: Timestamp) -> Result<Report, Error> {
    reconcile::run(store, Settings { as_of, settle_seconds: 0, dry_run: false }, &mut Still(now))
}

/// What `export transfers --json` writes.
pub(crate) fn exported(store: &mut dyn Store) -> Vec<Json> {
    let mut out = Vec::new();
    export::transfers(store, export::Form::Json, &mut out).expect("the store answers");
    String::from_utf8(out)
        .expect("an export is UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an export has one object a line"))
        .collect()
}

/// An amount in major units with two digits, as minor units.
pub(crate) fn cents(amount: &str) -> i64 {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "00"));
    assert_eq!(fraction.len(), 2, "{amount}");
    format!("{whole}{fraction}").parse().expect("an amount is digits")
}

/// The name of a receiver's account without what it is: `partner:ann` is `ann`.
pub(crate) fn receiver(account: &str) -> Option<&str> {
    account.strip_prefix("partner:").or_else(|| account.starts_with("charity:").then_some(account))
}

/// Sums of exported transfers by order, tier and receiver, in minor units; what was taken back counts against.
pub(crate) fn sums(transfers: &[Json]) -> BTreeMap<(String, u64, String), i64> {
    let mut sums = BTreeMap::new();
    for transfer in transfers {
        let text = |field: &str| transfer[field].as_str().expect("the field is a text");
        let (account, sign) = match (receiver(text("credit")), receiver(text("debit"))) {
            (Some(account), None) => (account, 1),
            (None, Some(account)) => (account, -1),
            other => panic!("a transfer between {other:?}"),
        };
        let tier = transfer["tier"].as_u64().expect("a tier is a number");
        *sums.entry((text("order").to_owned(), tier, account.to_owned())).or_insert(0) += sign * cents(text("amount"));
    }
    sums
}

// ---------------------------------------------------------------- a small generated shop

/// Numbers that only look random (Knuth's MMIX constants): the same for one seed everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1));
        dice.below(2);
        dice
    }

    /// A number from 0 up to, and without, `sides`.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Puts a list into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            let other = self.below(index as u64 + 1);
            list.swap(index, usize::try_from(other).expect("an index fits"));
        }
    }
}

/// The files of a shop: a program with charity and hold, 12 partners up to 4 deep, orders of every kind, refunds.
pub(crate) struct Shop {
    pub(crate) program: String,
    pub(crate) partners: String,
    pub(crate) orders: String,
    pub(crate) refunds: String,
}

/// When the shop's first order is paid; one follows every ten minutes.
pub(crate) const OPENED_AT: Timestamp = Timestamp::from_unix_seconds(1_767_225_600);

/// When the n-th order is paid.
pub(crate) fn paid_at(number: u64) -> Timestamp {
    OPENED_AT.plus_seconds(i64::try_from(number).expect("orders are few") * 600)
}

impl Shop {
    /// A shop with so many orders.
    pub(crate) fn of(orders: u64) -> Self {
        let mut dice = Dice::new(orders);
        let mut shop = Self {
            program: program(
                "tours",
                "EUR",
                "binding = \"last\"\nhold_days = 14\ncharity = { code = \"trees\", percent = 0.5 }",
                &["10", "3", "1"],
            ),
            partners: "code,email,parent_code,parent_commission_until,coupon\n".to_owned(),
            orders: "external_id,status,currency,paid_at,email,sku,quantity,net,coupon,partner,refunded_net\n"
                .to_owned(),
            refunds: "external_id,refund_id,at,amount\n".to_owned(),
        };
        let add = |text: &mut String, line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        for number in 1..=12 {
            let parent = if number > 3 { format!("p{}", number - 3) } else { String::new() };
            let until = if number == 7 { paid_at(orders / 2).to_string() } else { String::new() };
            add(&mut shop.partners, &format!("p{number},p{number}@example.test,{parent},{until},SAVE{number}"));
        }
        for number in 1..=orders {
            let paid = paid_at(number);
            let status = if number % 41 == 0 { "cancelled" } else { "paid" };
            // Buyer 7 of partner 7 is partner 7 himself now and then.
            let email = if number % 97 == 0 {
                "p7@example.test".to_owned()
            } else {
                format!("c{}@example.test", dice.below(orders))
            };
            let coupon = if dice.below(3) > 0 { format!("SAVE{}", 1 + dice.below(12)) } else { String::new() };
            let partner = if dice.below(11) == 0 { format!("p{}", 1 + dice.below(12)) } else { String::new() };
            for line in 0..=dice.below(3) / 2 {
                let net = dice.below(50_000);
                let refunded = if dice.below(9) == 0 { dice.below(net + 1).to_string() } else { String::new() };
                let major = |minor: u64| format!("{}.{:02}", minor / 100, minor % 100);
                let refunded = refunded.parse().map_or(String::new(), major);
                let net = major(net);
                add(
                    &mut shop.orders,
                    &format!("o{number},{status},EUR,{paid},{email},sku{line},2,{net},{coupon},{partner},{refunded}"),
                );
            }
            if number % 8 == 0 {
                // Far above any order now and then: that is all of it.
                let amount = if number % 16 == 0 { "100000.00" } else { "1.37" };
                add(&mut shop.refunds, &format!("o{number},r{number},{},{amount}", paid_at(orders + number)));
            }
        }
        shop
    }

    /// Imports program and partners.
    pub(crate) fn open(&self, store: &mut dyn Store) {
        let program = import::program::run(store, &self.program, import_settings());
        assert_eq!(program.expect("the program is good").bad, []);
        let partners = import::partners::run(store, reader(&self.partners), import_settings());
        assert_eq!(partners.expect("the partners are good").bad, []);
    }

    /// Imports the orders.
    pub(crate) fn sell(&self, store: &mut dyn Store) -> Result<import::Report, Error> {
        import::orders::run(store, reader(&self.orders), None, import_settings())
    }

    /// Imports the refunds.
    pub(crate) fn give_back(&self, store: &mut dyn Store) -> Result<import::Report, Error> {
        import::refunds::run(store, reader(&self.refunds), import_settings())
    }
}

/// As files are imported: in a year when everything has happened.
pub(crate) fn import_settings() -> ImportSettings<'static> {
    ImportSettings {
        zone: tributary_shared::zone::Zone::UTC,
        by: "import",
        now: time("2030-01-01"),
        valid_from: None,
        dry_run: false,
        map: &[],
    }
}

/// A text as a file to import.
pub(crate) fn reader(text: &str) -> Box<dyn std::io::Read> {
    Box::new(std::io::Cursor::new(text.to_owned().into_bytes()))
}

/// The bytes of a database that `fill` has filled.
pub(crate) fn database(fill: impl FnOnce(&mut Sqlite)) -> Vec<u8> {
    let desk = Desk::new();
    let mut store = Sqlite::open(&desk.database()).expect("a database can be made");
    fill(&mut store);
    // The last connection takes what is in the log back into the file.
    drop(store);
    std::fs::read(desk.database()).expect("the database is there")
}
