//! The demo's story: from a click on a link to an explained commission.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tributary_tests::binary::Tributary;
use tributary_tests::client::Client;
use tributary_tests::worker::Worker;

/// Where the story plays.
pub(crate) struct Stage<'a> {
    /// The Worker.
    pub(crate) worker: &'a Worker,
    /// Its address as a browser knows it.
    pub(crate) worker_url: &'a str,
    /// The merchant's site.
    pub(crate) site_url: &'a str,
    /// The batch.
    pub(crate) batch: &'a Tributary,
    /// An API key.
    pub(crate) key: &'a str,
}

/// Plays it, and prints it.
pub(crate) fn play(stage: &Stage<'_>) -> Result<()> {
    let edge = stage.worker.client();
    let number = uuid::Uuid::new_v4().as_u128() % 1_000_000;
    let (order, email) = (format!("INV-{number:06}"), format!("berta.{number:06}@example.test"));
    let landing = format!("{}/tours/amalfi", stage.site_url);

    chapter(1, "Berta clicks the link of Anna, a travel blogger");
    say(&format!("GET {}/go/amalfi-anna", stage.worker_url));
    let click = edge.click("/go/amalfi-anna", &[])?;
    ensure!(click.status == 302, "the link answered {}: {}", click.status, stage.worker.log());
    say(&format!("302 → {}", click.location()));
    let cookie = click.cookie("__Secure-trb").context("the link set no cookie")?.to_owned();
    let shown = click.header("set-cookie").unwrap_or_default().replace(&cookie, &format!("{}…", &cookie[..16]));
    say(&format!("Set-Cookie: {shown}"));

    chapter(2, "The landing page has the counter");
    let page = Client::of(stage.site_url).send("GET", "/tours/amalfi", &[], &[])?;
    let snippet = page.body.lines().find(|line| line.contains("/t.js")).context("the page has no counter")?;
    say(snippet.trim());
    let cookie = format!("__Secure-trb={cookie}");
    let report = |body: serde_json::Value| {
        let headers =
            [("Cookie", cookie.as_str()), ("Origin", stage.site_url), ("User-Agent", tributary_tests::client::BROWSER)];
        edge.send("POST", "/collect", &headers, body.to_string().as_bytes())
    };
    let view = report(
        json!({ "event": "view", "url": format!("{landing}?utm_source=blog"), "referrer": "https://anna.example/" }),
    )?;
    say(&format!("POST /collect view → {}", view.status));

    chapter(3, "She leaves her address for the newsletter");
    let opt_in = report(json!({ "event": "identify", "url": landing, "email": email }))?;
    ensure!(opt_in.status == 200, "the opt-in answered {}: {}", opt_in.status, opt_in.body);
    say(&format!("POST /collect identify {email} → {}: she is Anna's contact now", opt_in.status));

    chapter(4, "Days later she books, with nothing but the same address");
    let booking = |status: &str| {
        json!({
            "external_id": order, "status": status, "currency": "EUR",
            "customer": { "email": email, "name": "Berta B." },
            "lines": [{ "sku": "AMALFI-7", "quantity": 1, "net": "1250.00" }],
        })
    };
    let placed = edge.post("/api/v1/orders", stage.key, &booking("pending"))?;
    ensure!(placed.status == 201, "the order answered {}: {}", placed.status, placed.body);
    say(&format!("POST /api/v1/orders {order} pending → {}: nothing is earned yet", placed.status));
    let paid = edge.post("/api/v1/orders", stage.key, &booking("paid"))?;
    ensure!(paid.status == 201, "the payment answered {}: {}", paid.status, paid.body);
    say(&format!("POST /api/v1/orders {order} paid → {}", paid.status));

    chapter(5, "The night: tributary reconcile --settle 0s");
    say_all(&stage.batch.ok(&["reconcile", "--settle", "0s"])?);

    chapter(6, &format!("Why? tributary explain {order}"));
    let explained = stage.batch.ok(&["explain", &order])?;
    ensure!(explained.contains("credited to partner 17 by contact"), "the order was not credited:\n{explained}");
    say_all(&explained);

    chapter(7, "And the ledger holds: tributary verify");
    say_all(&stage.batch.ok(&["verify"])?);
    Ok(())
}

fn chapter(number: u8, title: &str) {
    println!("\n\x1b[1m{number}. {title}\x1b[0m");
}

fn say(line: &str) {
    println!("   {line}");
}

fn say_all(lines: &str) {
    lines.trim_end().lines().for_each(say);
}
