//! What a test stands on: a Worker, the merchant's site, the batch, and a look into the database.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tributary_tests::binary::{Said, Tributary};
use tributary_tests::client::{Answer, Client};
use tributary_tests::site::Site;
use tributary_tests::worker::{Options, Worker};

/// The program that most partners are in: 10, 3 and 1 percent, 365 days, last touch, first binding.
const PROGRAM: &str = r#"
[program]
code = "main"
name = "Main"
currency = "EUR"
window_days = 365
[[program.tier]]
percent = "10"
[[program.tier]]
percent = "3"
[[program.tier]]
percent = "1"
"#;

/// What hooks of all providers are signed with.
pub(crate) const HOOK_SECRET: &str = "whsec_tests";

/// How long an event may take from the answer into the database.
const LANDING: Duration = Duration::from_secs(30);

/// A merchant on this machine.
pub(crate) struct Stage {
    pub(crate) worker: Worker,
    pub(crate) site: Site,
    pub(crate) client: Client,
    pub(crate) batch: Tributary,
    pub(crate) key: String,
    night: Mutex<()>,
}

/// Host names that browsers resolve to this machine by themselves, and treat as secure.
pub(crate) const SHOP: &str = "www.shop.localhost";
pub(crate) const LINKS: &str = "go.shop.localhost";
pub(crate) const COOKIE_DOMAIN: &str = "shop.localhost";
pub(crate) const OTHER: &str = "landing.other.localhost";

/// The Worker and the site that most tests share.
pub(crate) fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| Stage::new(|_| Options::default()))
}

impl Stage {
    /// A merchant of its own; `options` may use the site's port.
    pub(crate) fn new(options: impl FnOnce(u16) -> Options) -> Self {
        let site = Site::serve(0, [("/".to_owned(), "<!doctype html><title>Home</title>".to_owned())]).unwrap();
        let mut options = options(site.port);
        for (name, value) in [
            ("LANDING_URL", format!("http://{SHOP}:{}/", site.port)),
            ("TARGET_HOSTS", format!("{SHOP}:{0}, {OTHER}:{0}", site.port)),
            ("COOKIE_DOMAIN", COOKIE_DOMAIN.to_owned()),
            ("STRIPE_WEBHOOK_SECRETS", HOOK_SECRET.to_owned()),
            ("PADDLE_WEBHOOK_SECRETS", HOOK_SECRET.to_owned()),
            ("SHOPIFY_WEBHOOK_SECRETS", HOOK_SECRET.to_owned()),
            ("WOOCOMMERCE_WEBHOOK_SECRETS", format!("an older one\n{HOOK_SECRET}")),
            ("WOOCOMMERCE_WEBHOOK_SECRETS_ROME", format!("accept-test-events\n{HOOK_SECRET}-rome")),
            ("STRIPE_WEBHOOK_SECRETS_TRIAL", format!("{HOOK_SECRET}-trial\naccept-test-events")),
            ("POSTBACK_SECRETS", HOOK_SECRET.to_owned()),
            ("HOOKS_ALLOW_LOCAL", "true".to_owned()),
        ] {
            if !options.vars.iter().any(|(given, _)| given == name) {
                options.vars.push((name.to_owned(), value));
            }
        }
        let worker = Worker::start(&options).unwrap();
        let batch = worker.batch().unwrap();
        batch.import("program", PROGRAM).unwrap();
        let key = batch.ok(&["keys", "add", "tests"]).unwrap().trim().to_owned();
        Self { client: worker.client(), worker, site, batch, key, night: Mutex::new(()) }
    }

    /// A page of the shop.
    pub(crate) fn shop(&self, path: &str) -> String {
        format!("http://{SHOP}:{}{path}", self.site.port)
    }

    /// A page of a landing page's host that the cookie does not reach.
    pub(crate) fn other(&self, path: &str) -> String {
        format!("http://{OTHER}:{}{path}", self.site.port)
    }

    /// The address of a link, as a browser follows it.
    pub(crate) fn link(&self, code: &str) -> String {
        format!("http://{LINKS}:{}/go/{code}", self.worker.port)
    }

    /// The counter's snippet, with more attributes.
    pub(crate) fn snippet(&self, attributes: &str) -> String {
        format!(r#"<script async src="http://{LINKS}:{}/t.js" {attributes}></script>"#, self.worker.port)
    }

    /// Partners, each under the one before: `["a", "b"]` makes b the parent of a.
    pub(crate) fn partners(&self, upline: &[&str]) {
        let rows: Vec<String> = upline
            .iter()
            .enumerate()
            .map(|(index, code)| {
                format!("{code},{code}@partners.example,{},main", upline.get(index + 1).unwrap_or(&""))
            })
            .collect();
        self.batch.import("partners", &format!("code,email,parent_code,program\n{}\n", rows.join("\n"))).unwrap();
    }

    /// A link of a partner.
    pub(crate) fn make_link(&self, code: &str, partner: &str, target: &str) {
        self.batch.import("links", &format!("code,partner,target\n{code},{partner},{target}\n")).unwrap();
    }

    /// A partner with a link to the shop's home, both by this name.
    pub(crate) fn partner_with_link(&self, name: &str) {
        self.partners(&[name]);
        self.make_link(name, name, &self.shop("/"));
    }

    /// Posts an order; more fields replace those of a paid one over 100.00 EUR.
    pub(crate) fn order(&self, external_id: &str, more: Value) -> Answer {
        let mut order = json!({
            "external_id": external_id, "status": "paid", "currency": "EUR",
            "lines": [{ "sku": "TOUR", "quantity": 1, "net": "100.00" }],
        });
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        self.client.post("/api/v1/orders", &self.key, &order).unwrap()
    }

    /// Runs a night as of an instant, once no other test's is at work.
    pub(crate) fn reconcile(&self, as_of: &str) -> Said {
        let _turn = self.turn();
        let said = self.batch.run(&["reconcile", "--settle", "0s", "--as-of", as_of, "--json", "--verify"]).unwrap();
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said
    }

    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.night.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reconciles far in the future and explains an order.
    pub(crate) fn explained(&self, order: &str) -> Value {
        self.reconcile("2040-01-01T00:00:00Z");
        self.batch.json(&["explain", order]).unwrap()
    }

    /// A number from the database.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        number(&self.worker, sql)
    }

    /// Waits until a number in the database is at least so large; says what it is then.
    pub(crate) fn wait_for(&self, sql: &str, least: i64) -> i64 {
        wait_for(&self.worker, sql, least)
    }

    /// Clicks a link as a person, and waits until the click is in the database. The answer, and the cookie it set.
    pub(crate) fn click(&self, code: &str) -> (Answer, String) {
        let sql =
            format!("SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code = '{code}'");
        let before = self.number(&sql);
        let answer = self.client.click(&format!("/go/{code}"), &[]).unwrap();
        assert_eq!(answer.status, 302);
        self.wait_for(&sql, before + 1);
        let cookie = answer.cookie("__Secure-trb").unwrap_or_default().to_owned();
        (answer, cookie)
    }
}

/// A number from a Worker's database, read beside it.
pub(crate) fn number(worker: &Worker, sql: &str) -> i64 {
    let connection = Connection::open_with_flags(worker.database().unwrap(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Waits until a number in a Worker's database is at least so large; says what it is then.
pub(crate) fn wait_for(worker: &Worker, sql: &str, least: i64) -> i64 {
    let began = Instant::now();
    loop {
        let found = number(worker, sql);
        if found >= least {
            return found;
        }
        assert!(began.elapsed() < LANDING, "{sql}: {found}, not {least}\n{}", worker.log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The tiers of an explanation's transfers: (partner, tier, amount).
pub(crate) fn earned(explained: &Value) -> Vec<(String, i64, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let transfers = explained["transfers"].as_array().unwrap();
    transfers.iter().map(|t| (text(&t["partner"]), t["tier"].as_i64().unwrap(), text(&t["amount"]))).collect()
}
