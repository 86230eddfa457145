//! Who may see and change what: every route of the pages, for everybody who might ask.

use std::fs;

use tributary_tests::root;
use tributary_tests::worker::Options;

use crate::people::{Household, OWNER, PASSWORD, household, session_of};

/// A route as the router's own table has it.
pub(crate) struct Route {
    pub(crate) path: String,
    takes_posts: bool,
    /// Whether there is a page at it.
    pub(crate) is_looked_at: bool,
    pub(crate) needs: String,
}

/// The router's own table: a new route cannot be forgotten here.
pub(crate) fn routes() -> Vec<Route> {
    let source = fs::read_to_string(root().join("edge/src/http/site/routes.rs")).unwrap();
    let routes: Vec<Route> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("route(\"")?.strip_suffix("),"))
        .map(|line| {
            let (path, rest) = line.split_once("\", ").unwrap();
            let mut parts = rest.split(", ");
            let methods = parts.next().unwrap();
            Route {
                path: path.to_owned(),
                takes_posts: methods != "LOOK",
                is_looked_at: methods != "CHANGE",
                needs: parts.next().unwrap().to_owned(),
            }
        })
        .collect();
    assert!(routes.len() >= 35, "{} routes: was the table moved?", routes.len());
    routes
}

/// The path of a route for a thing that is there, and for one that is not.
pub(crate) fn paths(route: &Route) -> [String; 2] {
    let there = if route.path == "/admin/{}.csv" {
        "partners"
    } else if route.path == "/admin/payouts/{}" {
        "1"
    } else if route.path == "/admin/payouts/files/{}" {
        "payouts-2026-11-25-paypal-EUR.csv"
    } else if route.path.contains("orders") {
        "HOUSE-1"
    } else if route.path.contains("links/{}") {
        "house-ann"
    } else if route.path.contains("import/{}") {
        // Files come and go: their own tests send some.
        "nothing-yet"
    } else if route.path.contains("programs") {
        "main"
    } else if route.path.contains("products/{}") {
        "TOUR"
    } else if route.path.contains("contacts/{}") {
        "1"
    } else {
        "house-ben"
    };
    [route.path.replace("{}", there), route.path.replace("{}", "nothing-of-this-name")]
}

#[test]
fn whoever_has_no_right_to_a_page_cannot_tell_it_from_one_that_is_not_there() {
    let household = household();
    let sessions = [OWNER, "manager@shop.example", "reader@shop.example", "agent@shop.example", "house-ben"]
        .map(|name| (name, household.log_in(name)));
    let mut wrong = Vec::new();
    for route in &routes() {
        for path in paths(route) {
            for (name, session) in &sessions {
                let may = match route.needs.as_str() {
                    "ADMIN" => ["owner", "manager", "reader"].iter().any(|role| name.starts_with(role)),
                    "CHANGES" => ["owner", "manager"].iter().any(|role| name.starts_with(role)),
                    "PEOPLE" => name.starts_with("owner"),
                    "CABINET" => *name == "house-ben",
                    // A partner has his own desk alone: what he asks for here is another's.
                    "SALES" if route.path == "/sales" => continue,
                    "SALES" => !name.starts_with("reader"),
                    _ => continue,
                };
                let answer = household.get(session, &path);
                if route.is_looked_at {
                    let is_there = !["nothing", "house-ann", "HOUSE-1"].iter().any(|name| path.contains(name));
                    let wanted = if may { 200 } else { 404 };
                    if (is_there || !may) && answer.status != wanted {
                        wrong.push(format!("{name} gets {} for {path}", answer.status));
                    }
                } else {
                    // What takes forms alone has nothing to be looked at.
                    assert_eq!(answer.status, 405, "{path}");
                }
            }
            if ["ADMIN", "CHANGES", "PEOPLE", "CABINET", "SALES"].contains(&route.needs.as_str()) && route.is_looked_at
            {
                let answer = household.get("", &path);
                if answer.status != 303 || !answer.location().starts_with("/login?next=") {
                    wrong.push(format!("nobody gets {} for {path}", answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_another_partners_is_not_there() {
    let household = household();
    let ben = household.log_in("house-ben");
    let link = household.link_of("house-ann");
    for (foreign, missing) in [
        (format!("/partner/links/{link}"), "/partner/links/nothing".to_owned()),
        (format!("/partner/links/{link}/affiliate.html"), "/partner/links/nothing/affiliate.html".to_owned()),
        ("/partner/orders/HOUSE-1".to_owned(), "/partner/orders/nothing".to_owned()),
    ] {
        let (foreign_answer, missing_answer) = (household.get(&ben, &foreign), household.get(&ben, &missing));
        assert_eq!((foreign_answer.status, missing_answer.status), (404, 404), "{foreign}");
        let without_path = |body: &str, path: &str| body.replace(path, "");
        assert_eq!(
            without_path(&foreign_answer.body, &foreign),
            without_path(&missing_answer.body, &missing),
            "{foreign}"
        );
    }
    // His own order is, with nobody else's name.
    let own = household.get(&ben, "/partner/orders/HOUSE-2");
    assert_eq!(own.status, 200);
    assert!(own.body.contains("self-referral") && !own.body.contains("house-ann"), "{}", own.body);
}

#[test]
fn nothing_changes_without_a_token_or_from_another_site() {
    let household = household();
    let owner = household.log_in(OWNER);
    let ben = household.log_in("house-ben");
    let reader = household.log_in("reader@shop.example");
    let fields = [
        ("code", "intruder"),
        ("name", "Intruder"),
        ("program", "main"),
        ("email", "intruder@example.test"),
        ("do", "block"),
        ("word", "refuse"),
        ("reason", "an intruder says so"),
        ("sku", "TOUR"),
        ("role", "owner"),
        ("target", "http://www.shop.localhost/intruder"),
        ("method", "paypal"),
        ("new", "another password"),
        ("old", PASSWORD),
        ("kind", "link"),
        ("language", "en"),
        ("subject", "intruder"),
        ("body", "intruder {link}"),
    ];
    for route in routes().iter().filter(|route| route.takes_posts) {
        for path in paths(route) {
            if ["Needs::Nothing"].contains(&route.needs.as_str()) {
                let answer = household.post_from("https://elsewhere.example", &path, "", &fields);
                assert_eq!(answer.status, 403, "{path} from elsewhere");
                continue;
            }
            for session in [&owner, &ben] {
                assert_eq!(household.post(&path, session, &fields).status, 403, "{path} without a token");
                let token = household.token(session);
                let with_token: Vec<(&str, &str)> = std::iter::once(("csrf", token.as_str())).chain(fields).collect();
                let answer = household.post_from("https://elsewhere.example", &path, session, &with_token);
                assert_eq!(answer.status, 403, "{path} from elsewhere");
            }
            assert_eq!(household.post(&path, "", &fields).status, 403, "{path} by nobody");
            if route.path.starts_with("/admin") {
                assert_eq!(household.send(&reader, &path, &fields).status, 404, "{path} by whoever may only look");
            }
        }
    }
    assert_eq!(household.left_by_an_intruder(), 0);
    let still = household
        .text("SELECT terms FROM partner_version JOIN partner ON partner.id = partner_id WHERE code = 'house-ben'");
    assert!(!still.contains("blocked"), "{still}");
}

#[test]
fn a_session_is_new_at_every_log_in_and_dead_after_the_log_out() {
    let household = household();
    let entered = household.post("/login", "", &[("name", OWNER), ("password", PASSWORD), ("by", "password")]);
    let cookie = entered.headers.iter().find(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone()).unwrap();
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let (first, second) = (session_of(&entered), household.log_in(OWNER));
    assert_ne!(first, second);
    // 256 bits, of which nothing but the hash is in the database.
    let secret = first.split('=').nth(1).unwrap();
    assert_eq!(secret.len(), 43);
    assert_eq!(household.stage.number(&format!("SELECT count(*) FROM session WHERE hash = '{secret}'")), 0);
    assert_eq!(household.get(&first, "/admin").status, 200);
    assert_eq!(household.send(&first, "/logout", &[]).status, 303);
    assert_eq!(household.get(&first, "/admin").location(), "/login?next=%2Fadmin");
    assert_eq!(household.get(&second, "/admin").status, 200);
}

#[test]
fn the_sixth_wrong_password_is_refused_whoever_has_the_name() {
    let household = household();
    for name in ["victim@shop.example", "nobody@shop.example", "house-victim"] {
        let enter = |password: &str| {
            household.post("/login", "", &[("name", name), ("password", password), ("by", "password")])
        };
        for _ in 0..5 {
            let answer = enter("wrong wrong wrong");
            assert_eq!(answer.status, 403, "{name}");
            assert!(answer.body.contains("do not belong together"), "{}", answer.body);
        }
        assert_eq!(enter("wrong wrong wrong").status, 429, "{name}");
        assert_eq!(enter(PASSWORD).status, 429, "{name}: a right one neither");
    }
}

#[test]
fn who_is_known_is_not_told_by_the_time_that_a_wrong_password_takes() {
    /// Pairs of tries before anything is concluded, and at most.
    const PAIRS: [usize; 2] = [30, 400];
    /// How far the two may be apart, as a part of what a try takes. Without a look at a password it is nine tenths.
    const APART_PERCENT_MAX: i64 = 10;
    // Of its own, and by the time that it is at work: whatever else the machine does makes no difference.
    let household = Household::with(Options { counts: true, ..Options::default() });
    household.open("timed@shop.example", "reader", None);
    let enter = |name: &str| {
        let fields = [("name", name), ("password", "wrong wrong wrong"), ("by", "password")];
        let answer = household.post("/login", "", &fields);
        assert_eq!(answer.status, 403, "{name}");
        answer.header("x-trips").unwrap().to_owned()
    };
    assert_eq!(enter("timed@shop.example"), enter("untimed@shop.example"), "ways to the database");
    let cost = |name: &str| {
        let before = household.stage.worker.cpu_micros().unwrap();
        enter(name);
        household.stage.worker.cpu_micros().unwrap() - before
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    loop {
        // Five tries a name are answered by a look at the password.
        household.change("DELETE FROM login_failure WHERE name LIKE '%timed@shop.example'");
        // Known and unknown in turn, each as often first.
        for turn in 0..5 {
            if turn % 2 == 0 {
                known.push(cost("timed@shop.example"));
            }
            unknown.push(cost("untimed@shop.example"));
            if turn % 2 != 0 {
                known.push(cost("timed@shop.example"));
            }
        }
        let pairs = known.len();
        if pairs < PAIRS[0] {
            continue;
        }
        // What is between the two of a pair has its median between these, but for one time in 370, whatever the noise is like:
        // three deviations of as many tosses of a coin, each of half the root of their number.
        let apart = sorted(known.iter().zip(&unknown).map(|(known, unknown)| unknown - known));
        let deviations = (9 * pairs).isqrt().div_ceil(2);
        let (low, high) = (apart[pairs / 2 - deviations], apart[pairs / 2 + deviations]);
        let (one, other) = (sorted(known.iter().copied())[pairs / 2], sorted(unknown.iter().copied())[pairs / 2]);
        let bound = one * APART_PERCENT_MAX / 100;
        let said = format!(
            "{pairs} pairs: {one} µs for a known name, {other} µs for an unknown one, apart by {low} to {high}"
        );
        if -bound < low && high < bound {
            println!("a wrong password, {said}");
            return;
        }
        assert!(low < bound && -bound < high, "they differ: {said}");
        assert!(pairs < PAIRS[1], "it cannot be told whether they differ: {said}");
    }
}

fn sorted(all: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut all: Vec<i64> = all.collect();
    all.sort_unstable();
    all
}

#[test]
fn a_mailed_link_logs_in_once_and_by_a_press_of_its_button_alone() {
    let household = household();
    let mails = "SELECT count(*) FROM mail WHERE recipient = 'manager@shop.example'";
    let before = household.stage.number(mails);
    let asked = household.post("/login", "", &[("name", "MANAGER@shop.example"), ("by", "link")]);
    let unknown = household.post("/login", "", &[("name", "stranger@shop.example"), ("by", "link")]);
    assert_eq!((asked.status, &asked.body), (200, &unknown.body), "who is known is not told");
    assert_eq!(household.stage.number(mails), before + 1);
    let path = household.mailed_link("manager@shop.example");
    for _ in 0..2 {
        assert_eq!(household.get("", &path).status, 200, "a look does not use it up");
    }
    let entered = household.post(&path, "", &[]);
    assert_eq!((entered.status, entered.location()), (303, "/admin"));
    assert_eq!(household.get(&session_of(&entered), "/admin").status, 200);
    assert_eq!(household.post(&path, "", &[]).status, 410, "the second time it does nothing");
    // Whoever is logged in already follows another by the form that he is shown.
    let session = session_of(&entered);
    household.post("/login", "", &[("name", "manager@shop.example"), ("by", "link")]);
    let another = household.mailed_link("manager@shop.example");
    let page = household.get(&session, &another).body;
    let token =
        page.split("action=\"/login/").nth(1).and_then(|form| form.split("name=\"csrf\" value=\"").nth(1)).unwrap();
    let token = token.split('"').next().unwrap();
    assert_eq!(household.post(&another, &session, &[("csrf", token)]).status, 303);
    assert_eq!(household.get("", &path).status, 410);
}

#[test]
fn a_log_in_leads_to_the_page_that_was_asked_for_and_nowhere_else() {
    let household = household();
    household.open("returns@shop.example", "reader", None);
    let asked = household.get("", "/admin/orders?show=held");
    assert_eq!((asked.status, asked.location()), (303, "/login?next=%2Fadmin%2Forders%3Fshow%3Dheld"));
    let hidden = "name=\"next\" value=\"/admin/orders?show=held\"";
    assert!(household.get("", asked.location()).body.contains(hidden));
    let enter = |next: &str, password: &str| {
        let fields = [("name", "returns@shop.example"), ("password", password), ("by", "password"), ("next", next)];
        household.post("/login", "", &fields)
    };
    assert!(enter("/admin/orders?show=held", "wrong wrong").body.contains(hidden), "a wrong password forgets nothing");
    assert_eq!(enter("/admin/orders?show=held", PASSWORD).location(), "/admin/orders?show=held");
    for elsewhere in
        ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/admin\nx", "/%2Felsewhere"]
    {
        assert_eq!(enter(elsewhere, PASSWORD).location(), "/admin", "{elsewhere}");
    }
    for not_his in ["/admin/people", "/partner", "/sales", "/logout", "/login", "/admin/nothing"] {
        assert_eq!(enter(not_his, PASSWORD).location(), "/admin", "{not_his}");
    }
    // By a mailed link, too; and whoever is logged in already is led on at once.
    household.post("/login", "", &[("name", "returns@shop.example"), ("by", "link"), ("next", "/admin/audit")]);
    let link = household.mailed_link("returns@shop.example");
    assert!(link.ends_with("?next=%2Fadmin%2Faudit"), "{link}");
    let mailed = household.get("", &link).body;
    assert!(mailed.contains("name=\"next\" value=\"/admin/audit\""));
    let back = format!("name=\"back\" value=\"{link}\"");
    assert!(mailed.contains(&back), "another language forgets nothing: {mailed}");
    let entered = household.post(&link, "", &[("next", "/admin/audit")]);
    assert_eq!(entered.location(), "/admin/audit");
    let session = session_of(&entered);
    assert_eq!(household.get(&session, "/login?next=%2Fadmin%2Faudit").location(), "/admin/audit");
    let set = household.send(&session, "/password", &[("new", PASSWORD), ("next", "/admin/orders?show=held")]);
    assert_eq!(set.location(), "/admin/orders?show=held&said=password-set");
    // Whoever sets his first password goes on from there.
    let path = household.stage.batch.ok(&["accounts", "add", "first@shop.example", "--role", "reader"]).unwrap();
    let first = household.post(path.trim(), "", &[("next", "/admin/audit")]);
    assert_eq!(first.location(), "/password?next=%2Fadmin%2Faudit");
    let page = household.get(&session_of(&first), first.location()).body;
    assert!(page.contains("href=\"/admin/audit\">"), "later is a way there, too: {page}");
    assert!(page.contains("name=\"back\" value=\"/password?next=%2Fadmin%2Faudit\""), "{page}");
}

#[test]
fn every_page_has_the_headers_that_keep_others_out() {
    let household = household();
    let owner = household.log_in(OWNER);
    for path in ["/login", "/admin", "/admin/orders/HOUSE-1", "/admin/nothing", "/assets/app.css"] {
        let answer = household.get(&owner, path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert!(
            answer.header("strict-transport-security").is_some_and(|value| value.contains("includeSubDomains")),
            "{path}"
        );
        assert!(answer.header("referrer-policy").is_some(), "{path}");
    }
}

#[test]
fn whoever_forgot_his_password_sets_another_by_a_link_and_nobody_else_does() {
    let household = household();
    household.open("forgetful@shop.example", "reader", None);
    let session = household.log_in("forgetful@shop.example");
    let new = [("new", "a quite different one"), ("old", "not it at all")];
    assert_eq!(household.send(&session, "/password", &new).status, 422, "logged in by password he must know it");
    household.post("/login", "", &[("name", "forgetful@shop.example"), ("by", "link")]);
    let path = household.mailed_link("forgetful@shop.example");
    let by_link = session_of(&household.post(&path, "", &[]));
    assert_eq!(household.send(&by_link, "/password", &[("new", "a quite different one")]).status, 303);
    assert_eq!(household.get(&session, "/admin").location(), "/login?next=%2Fadmin", "every other session is over");
    let old =
        household.post("/login", "", &[("name", "forgetful@shop.example"), ("password", PASSWORD), ("by", "password")]);
    assert_eq!(old.status, 403);
}

#[test]
fn a_log_in_is_closed_at_once_and_may_be_opened_again_but_never_the_last_owner() {
    let household = household();
    let owner = household.log_in(OWNER);
    household.open("leaver@shop.example", "manager", None);
    let leaver = household.log_in("leaver@shop.example");
    let id =
        |email: &str| household.stage.number(&format!("SELECT id FROM account WHERE email = '{email}'")).to_string();
    let close = |email: &str| household.send(&owner, "/admin/people", &[("do", "close"), ("id", &id(email))]);
    assert_eq!(close("leaver@shop.example").status, 303);
    assert_eq!(household.get(&leaver, "/admin").location(), "/login?next=%2Fadmin");
    let invite = |email: &str| {
        household.send(&owner, "/admin/people", &[("do", "invite"), ("email", email), ("role", "reader")])
    };
    assert_eq!(invite("leaver@shop.example").status, 303, "opened again");
    assert_eq!(invite("leaver@shop.example").status, 422, "it is open");
    let closings = "SELECT count(*) FROM audit WHERE what = 'account.closed' AND subject = 'owner@shop.example'";
    assert_eq!(close(OWNER).status, 422);
    assert_eq!(household.stage.number(closings), 0, "what did not happen is not in the history");
}
