//! Hooks and postbacks as who hears them gets them: signed, until they are heard, and to nobody's own network.

use std::collections::HashSet;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::Sha256;
use tributary_tests::client::Answer;
use tributary_tests::site::{Asked, Site};
use tributary_tests::worker::{Options, Worker};

use crate::people::{Household, OWNER};
use crate::stage::number;

/// A merchant of these tests' own: what happens to others is told here to nobody.
fn household() -> &'static Household {
    static HOUSEHOLD: OnceLock<Household> = OnceLock::new();
    HOUSEHOLD.get_or_init(Household::new)
}

/// Writes into a Worker's database beside it.
fn write(worker: &Worker, sql: &str) {
    let connection = Connection::open(worker.database().unwrap()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    connection.execute_batch(sql).unwrap();
}

/// Everything that waits and is not being tried is due, as if its pause and its endpoint's rest had passed.
fn time_passes(worker: &Worker) {
    write(
        worker,
        "UPDATE hook_delivery SET due_at = 1 WHERE sent_at IS NULL AND status IS NOT NULL; UPDATE hook_endpoint SET rests_until = 0;",
    );
}

/// An address on this machine where everything is answered with 200.
pub(crate) fn listener(site: &Site, path: &str) -> String {
    site.put(path, "heard");
    format!("http://localhost:{}{path}", site.port)
}

/// What came to a path.
pub(crate) fn came(site: &Site, path: &str) -> Vec<Asked> {
    site.asked().into_iter().filter(|asked| asked.path.split('?').next() == Some(path)).collect()
}

/// The body of a hook, once its signature is verified as Standard Webhooks says, without any code of ours.
fn verified(asked: &Asked, key: &str) -> Value {
    let header = |name: &str| asked.headers[name].as_str();
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&STANDARD.decode(key.strip_prefix("whsec_").unwrap()).unwrap()).unwrap();
    mac.update(format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), asked.body).as_bytes());
    let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert!(header("webhook-signature").split(' ').any(|given| given == wanted), "{asked:?}");
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(body["id"], header("webhook-id"));
    body
}

fn key_in(page: &Answer) -> String {
    let begin = page.body.find("whsec_").unwrap_or_else(|| panic!("no key: {}", page.body));
    page.body[begin..].split('"').next().unwrap().to_owned()
}

/// Adds an endpoint of the merchant's on his page; its number and its key.
fn add(household: &Household, session: &str, url: &str, events: &[&str]) -> (String, String) {
    let fields: Vec<(&str, &str)> =
        [("do", "add"), ("url", url)].into_iter().chain(events.iter().map(|event| ("event", *event))).collect();
    let page = household.send(session, "/admin/hooks", &fields);
    assert_eq!(page.status, 200, "{}", page.body);
    (id_of(household, url), key_in(&page))
}

pub(crate) fn id_of(household: &Household, url: &str) -> String {
    household.stage.number(&format!("SELECT id FROM hook_endpoint WHERE url = '{url}'")).to_string()
}

/// What a form of an endpoint sends beside what is pressed.
fn stamp(household: &Household, session: &str, path: &str, id: &str) -> String {
    let page = household.get(session, path).body;
    let form = page.split(&format!("name=\"id\" value=\"{id}\"")).nth(1).unwrap();
    form.split("name=\"stamp\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn what_happens_is_told_signed_and_again_until_it_is_heard() {
    let household = household();
    let stage = &household.stage;
    let owner = household.log_in(OWNER);
    let path = "/hooks/journey";
    let url = listener(&stage.site, path);
    let (_, key) = add(
        household,
        &owner,
        &url,
        &["partner.created", "contact.bound", "order.credited", "accrual.created", "accrual.payable"],
    );
    assert!(!household.get(&owner, "/admin/hooks").body.contains("whsec_"), "a key is shown once");
    stage.partner_with_link("out-eva");
    let (_, cookie) = stage.click("out-eva");
    let order = json!({ "trb": cookie, "customer": { "email": "out@example.test", "external_id": "C-OUT" } });
    assert_eq!(stage.order("OUT-1", order).status, 201);
    stage.explained("OUT-1");
    // The first two answers are no yes; a redirect is not followed.
    stage.site.answer_next(path, &[500, 307]);
    for _ in 0..4 {
        stage.worker.run_schedule().unwrap();
        time_passes(&stage.worker);
    }
    let came = came(&stage.site, path);
    let about = |body: &&Value| body["data"]["order"] == "OUT-1" || body["data"]["partner"] == "out-eva";
    let bodies: Vec<Value> = came.iter().map(|asked| verified(asked, &key)).collect();
    let kinds: HashSet<&str> = bodies.iter().filter(about).map(|body| body["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        HashSet::from(["partner.created", "contact.bound", "order.credited", "accrual.created", "accrual.payable"])
    );
    let credited =
        bodies.iter().find(|body| body["type"] == "order.credited" && body["data"]["order"] == "OUT-1").unwrap();
    let data = &credited["data"];
    assert_eq!(
        (&data["amount"], &data["commission"], &data["currency"]),
        (&json!("100.00"), &json!("10.00"), &json!("EUR"))
    );
    assert_eq!(data["partner"], "out-eva");
    assert!(data["click_id"].is_string() && data["link"] == "out-eva", "{data}");
    assert!(!bodies.iter().any(|body| body.to_string().contains("out@example.test")), "nobody's address is told");
    // Two came twice, each with its own id and the same body; everything else came once.
    let mut seen: Vec<(&str, &str)> =
        came.iter().map(|asked| (asked.headers["webhook-id"].as_str(), asked.body.as_str())).collect();
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(all - seen.len(), 2);
    let ids: HashSet<&str> = seen.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), seen.len(), "one id, one body");
    assert!(!stage.site.asked().iter().any(|asked| asked.path == "/elsewhere"), "a redirect is not followed");
    // The log says so, and the button sends one again.
    let log = household.get(&owner, "/admin/hooks").body;
    assert!(log.contains("order.credited") && log.contains("200, "), "{log}");
    let delivery = stage
        .number("SELECT max(id) FROM hook_delivery WHERE facts LIKE '%OUT-1%' AND kind = 'order.credited'")
        .to_string();
    assert_eq!(household.send(&owner, "/admin/hooks", &[("do", "resend"), ("delivery", &delivery)]).status, 303);
    stage.wait_for(&format!("SELECT sent_at IS NOT NULL FROM hook_delivery WHERE id = {delivery}"), 1);
    let again = self::came(&stage.site, path);
    assert_eq!(again.last().unwrap().headers["webhook-id"], credited["id"].as_str().unwrap());
}

#[test]
fn while_a_key_is_rolled_both_sign_and_the_old_one_is_taken_away() {
    let household = household();
    let owner = household.log_in(OWNER);
    let path = "/hooks/rolled";
    let url = listener(&household.stage.site, path);
    let (id, old) = add(household, &owner, &url, &["payout.failed"]);
    let press = |button: &str, stamp: &str| {
        household.send(&owner, "/admin/hooks", &[("do", button), ("id", &id), ("stamp", stamp)])
    };
    let first = stamp(household, &owner, "/admin/hooks", &id);
    let rolled = press("roll", &first);
    let new = key_in(&rolled);
    assert_ne!(new, old);
    assert_eq!(press("roll", &first).status, 303, "the same form again does nothing");
    let test = |count: usize| {
        assert_eq!(press("test", "").status, 303);
        household.stage.wait_for(
            &format!("SELECT count(*) FROM hook_delivery WHERE endpoint_id = {id} AND sent_at IS NOT NULL"),
            i64::try_from(count).unwrap(),
        );
        came(&household.stage.site, path).pop().unwrap()
    };
    let both = test(1);
    for key in [&old, &new] {
        assert_eq!(verified(&both, key)["type"], "test");
    }
    assert_eq!(press("retire", &stamp(household, &owner, "/admin/hooks", &id)).status, 303);
    let one = test(2);
    verified(&one, &new);
    assert_eq!(one.headers["webhook-signature"].split(' ').count(), 1);
}

#[test]
fn who_is_gone_hears_nothing_until_he_is_let_and_then_what_he_missed() {
    let household = household();
    let stage = &household.stage;
    let owner = household.log_in(OWNER);
    let path = "/hooks/gone";
    let url = listener(&stage.site, path);
    let (id, key) = add(household, &owner, &url, &["partner.created"]);
    stage.site.answer_next(path, &[410]);
    let press = |button: &str| household.send(&owner, "/admin/hooks", &[("do", button), ("id", &id)]);
    assert_eq!(press("test").status, 303);
    stage.wait_for(&format!("SELECT is_gone FROM hook_endpoint WHERE id = {id}"), 1);
    assert!(household.get(&owner, "/admin/hooks").body.contains("it answered 410"));
    stage.partners(&["out-missed"]);
    stage.worker.run_schedule().unwrap();
    assert_eq!(came(&stage.site, path).len(), 1);
    assert_eq!(press("resume").status, 303);
    stage.worker.run_schedule().unwrap();
    let told: Vec<Value> = came(&stage.site, path).iter().skip(1).map(|asked| verified(asked, &key)).collect();
    assert_eq!(told.iter().filter(|body| body["data"]["partner"] == "out-missed").count(), 1, "{told:?}");
}

#[test]
fn nothing_is_sent_into_anybodys_own_network() {
    let household = household();
    let owner = household.log_in(OWNER);
    let eva = household.log_in("house-look");
    for url in [
        "http://10.0.0.1/",
        "https://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/",
        "https://0x0a.1/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://127.0.0.1.nip.io/",
        "http://hooks.example.com/",
        "https://user@example.com/",
        "https://example.com:8443/",
        "file:///etc/passwd",
        "nothing",
    ] {
        for (session, path) in [(&owner, "/admin/hooks"), (&eva, "/partner/postbacks")] {
            let page = household.send(session, path, &[("do", "add"), ("url", url), ("event", "order.credited")]);
            assert_eq!(page.status, 422, "{url}");
            assert!(page.body.contains("This address is not taken"), "{url}");
        }
        assert_eq!(household.stage.number(&format!("SELECT count(*) FROM hook_endpoint WHERE url = '{url}'")), 0);
    }
    for url in
        ["https://{partner}.example.com/", "https://t.example.com/?x={nothing}", "https://t.example.com/?x={order"]
    {
        let page =
            household.send(&eva, "/partner/postbacks", &[("do", "add"), ("url", url), ("event", "order.credited")]);
        assert_eq!(page.status, 422, "{url}");
    }
    // What stands in the database, however it came there, is checked again before it is asked for.
    let worker = Worker::start(&Options::default()).unwrap();
    let outside = listener(&household.stage.site, "/hooks/inside");
    write(&worker, &format!(
        "INSERT INTO hook_endpoint (id, url, events, secrets, created_by, created_at, told_partner, told_change, told_contact, told_decision, told_transfer, told_payout)
        VALUES (1, '{outside}', '[]', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x', 0, 0, 0, 0, 0, 0, 0);
        INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at) VALUES (1, 'evt_test_1', 'test', 0, '{{}}', 0);"
    ));
    worker.run_schedule().unwrap();
    assert_eq!(
        number(
            &worker,
            "SELECT count(*) FROM hook_delivery WHERE tries = 1 AND status = 0 AND answer LIKE '%not a public name%'"
        ),
        1
    );
    assert_eq!(came(&household.stage.site, "/hooks/inside").len(), 0);
}

#[test]
fn a_sender_that_is_killed_loses_nothing_and_the_next_sends_the_same() {
    let site = Site::serve(0, []).unwrap();
    let state = tempfile::tempdir().unwrap();
    let options = || Options {
        state: Some(state.path().to_owned()),
        vars: vec![("HOOKS_ALLOW_LOCAL".to_owned(), "true".to_owned())],
        ..Options::default()
    };
    let path = "/hooks/killed";
    let url = listener(&site, path);
    let key = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let worker = Worker::start(&options()).unwrap();
    write(&worker, &format!(
        "INSERT INTO hook_endpoint (id, url, events, secrets, created_by, created_at, told_partner, told_change, told_contact, told_decision, told_transfer, told_payout)
        VALUES (1, '{url}', '[\"partner.created\"]', '{key}', 'x', 0, 0, 0, 0, 0, 0, 0);
        INSERT INTO partner (code, name, created_at) VALUES ('ann', 'Ann', 0), ('ben', 'Ben', 0);"
    ));
    // Nobody answers: it is killed while it waits.
    site.answer_next(path, &[0, 0]);
    let client = worker.client();
    let sending = std::thread::spawn(move || client.send("GET", "/cdn-cgi/handler/scheduled", &[], &[]).is_ok());
    while came(&site, path).len() < 2 {
        std::thread::yield_now();
    }
    drop(worker);
    let _ = sending.join();
    let worker = Worker::start(&options()).unwrap();
    assert_eq!(number(&worker, "SELECT count(*) FROM hook_delivery WHERE sent_at IS NULL AND tries = 1"), 2);
    // Its lease ends.
    write(&worker, "UPDATE hook_delivery SET due_at = 1");
    worker.run_schedule().unwrap();
    assert_eq!(number(&worker, "SELECT count(*) FROM hook_delivery WHERE sent_at IS NOT NULL"), 2);
    let came = came(&site, path);
    let mut bodies: Vec<String> = came.iter().map(|asked| verified(asked, key).to_string()).collect();
    assert_eq!(bodies.len(), 4, "{bodies:?}");
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 2, "each came twice, with the same id");
}

#[test]
fn who_answers_late_was_not_heard_and_hurts_nobody_beside_him() {
    let site = Site::serve(0, []).unwrap();
    let worker = Worker::start(&Options {
        vars: vec![("HOOKS_ALLOW_LOCAL".to_owned(), "true".to_owned())],
        ..Options::default()
    })
    .unwrap();
    let (late, prompt) = ("/hooks/late", "/hooks/prompt");
    let key = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    write(&worker, &format!(
        "INSERT INTO hook_endpoint (id, url, events, secrets, created_by, created_at, told_partner, told_change, told_contact, told_decision, told_transfer, told_payout)
        VALUES (1, '{}', '[\"partner.created\"]', '{key}', 'x', 0, 0, 0, 0, 0, 0, 0), (2, '{}', '[\"partner.created\"]', '{key}', 'x', 0, 0, 0, 0, 0, 0, 0);
        INSERT INTO partner (code, name, created_at) VALUES ('ann', 'Ann', 0);",
        listener(&site, late),
        listener(&site, prompt)
    ));
    // It would answer 200, after more than the five seconds that it has.
    site.answer_late(late, std::time::Duration::from_secs(8));
    worker.run_schedule().unwrap();
    let deliveries = |of: &str| number(&worker, &format!("SELECT count(*) FROM hook_delivery WHERE {of}"));
    let heard = "sent_at IS NOT NULL AND status = 200";
    assert_eq!(deliveries(&format!("endpoint_id = 2 AND {heard} AND tries = 1 AND millis < 4900")), 1);
    let waits = "sent_at IS NULL AND failed_at IS NULL AND status = 0 AND tries = 1";
    assert_eq!(deliveries(&format!("endpoint_id = 1 AND {waits} AND millis >= 4900")), 1);
    time_passes(&worker);
    worker.run_schedule().unwrap();
    assert_eq!(deliveries(&format!("endpoint_id = 1 AND {heard} AND tries = 2")), 1);
    let ids = |path: &str| -> Vec<Value> {
        came(&site, path).iter().map(|asked| verified(asked, key)["id"].clone()).collect()
    };
    let tries = ids(late);
    assert_eq!((tries.len(), &tries[0]), (2, &tries[1]), "again with the same id");
    assert_eq!(ids(prompt).len(), 1, "who has heard is not told again");
}

#[test]
fn a_partners_tracker_hears_of_his_own_orders_and_nobody_else_touches_it() {
    let household = household();
    let stage = &household.stage;
    let (ann, ben) = (household.log_in("house-ann"), household.log_in("house-ben"));
    let path = "/postbacks/ann";
    listener(&stage.site, path);
    let url = format!(
        "http://localhost:{}{path}?o={{order}}&p={{commission}}&c={{currency}}&cid={{click_id}}&e={{event}}&s={{sub_id}}",
        stage.site.port
    );
    let added = household.send(
        &ann,
        "/partner/postbacks",
        &[("do", "add"), ("url", &url), ("event", "order.credited"), ("event", "partner.created")],
    );
    assert_eq!((added.status, added.location()), (303, "/partner/postbacks?said=hooks-done"), "{}", added.body);
    let id = id_of(household, &url);
    assert_eq!(
        household.text(&format!("SELECT events FROM hook_endpoint WHERE id = {id}")),
        r#"["order.credited"]"#,
        "what is not his he cannot hear of"
    );
    for (order, partner) in [("OUT A/1&x=2", "house-ann"), ("OUT-BEN", "house-ben")] {
        let paid = json!({ "partner": partner, "paid_at": "2030-01-01T00:00:00Z", "customer": { "email": "somebody@example.test" } });
        assert_eq!(stage.order(order, paid).status, 201);
    }
    stage.reconcile("2040-01-01T00:00:00Z");
    stage.worker.run_schedule().unwrap();
    let paths: Vec<String> =
        came(&stage.site, path).into_iter().map(|asked| asked.path).filter(|path| path.contains("OUT")).collect();
    assert_eq!(paths, [format!("{path}?o=OUT%20A%2F1%26x%3D2&p=10.00&c=EUR&cid=&e=order.credited&s=")]);
    // Another partner neither sees nor touches it, and cannot tell it from one that is not there.
    assert!(!household.get(&ben, "/partner/postbacks").body.contains(path));
    let delivery = stage.number(&format!("SELECT max(id) FROM hook_delivery WHERE endpoint_id = {id}")).to_string();
    for fields in [
        [("do", "delete"), ("id", id.as_str())],
        [("do", "pause"), ("id", &id)],
        [("do", "test"), ("id", &id)],
        [("do", "roll"), ("id", &id)],
        [("do", "resend"), ("delivery", &delivery)],
    ] {
        assert_eq!(household.send(&ben, "/partner/postbacks", &fields).status, 404, "{fields:?}");
        assert_eq!(household.send(&ben, "/admin/hooks", &fields).status, 404, "{fields:?}");
    }
    assert_eq!(stage.number(&format!("SELECT count(*) FROM hook_endpoint WHERE id = {id} AND paused_at IS NULL")), 1);
    // The merchant sees it and may stop it; whoever may only look may not.
    let reader = household.log_in("reader@shop.example");
    assert_eq!(household.send(&reader, "/admin/hooks", &[("do", "pause"), ("id", &id)]).status, 404);
    let owner = household.log_in(OWNER);
    assert!(household.get(&owner, "/admin/hooks").body.contains(path));
    assert_eq!(household.send(&owner, "/admin/hooks", &[("do", "pause"), ("id", &id)]).status, 303);
    assert_eq!(household.send(&ann, "/partner/postbacks", &[("do", "delete"), ("id", &id)]).status, 303);
    assert_eq!(stage.number(&format!("SELECT (SELECT count(*) FROM hook_endpoint WHERE id = {id}) + (SELECT count(*) FROM hook_delivery WHERE endpoint_id = {id})")), 0);
    let audited = stage.number("SELECT count(*) FROM audit WHERE what IN ('hook.added', 'hook.paused', 'hook.deleted') AND subject LIKE '%/postbacks/ann'");
    assert_eq!(audited, 3, "each change has its line, without what may be a secret");
}
