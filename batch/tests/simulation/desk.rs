//! How a history reaches the program: files, events and commands, as a merchant and his shop would send them.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use tributary_batch::import::{self, Report, Settings};
use tributary_batch::store::Store;
use tributary_batch::store::rules;
use tributary_shared::ledger::Account;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

use super::common::reader;
use super::history::{
    Back, Buyer, CHARITIES, CURRENCIES, GivenBack, Goods, Rate, Receiver, Rounding, Rules, Sale, Shop, Stands, Status,
    Terms, decimal, major, rates,
};

pub(crate) fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds)
}

/// What a receiver is called where people name one.
pub(crate) fn called(receiver: Receiver) -> String {
    match receiver {
        Receiver::Partner(number) => format!("p{number}"),
        Receiver::Charity(number) => format!("charity:c{number}"),
    }
}

/// The receiver of an account. Rows are numbered from 1 in order of their file, which `open` asserts.
pub(crate) fn receiver(account: Account) -> Option<Receiver> {
    let number = |row: i64| usize::try_from(row - 1).ok();
    match account {
        Account::Partner(id) => number(id.0).map(Receiver::Partner),
        Account::Charity(id) => number(id.0).map(Receiver::Charity),
        Account::Expense(_) | Account::Paid(_) | Account::Adjust => None,
    }
}

pub(crate) fn buyer(buyer: Buyer) -> String {
    match buyer {
        Buyer::Unknown => String::new(),
        Buyer::Contact(number) => format!("b{number}@example.test"),
        Buyer::Partner(number) => format!("p{number}@example.test"),
    }
}

fn settings(now: i64, valid_from: Option<i64>) -> Settings<'static> {
    Settings {
        zone: Zone::UTC,
        by: "Olga",
        now: instant(now),
        valid_from: valid_from.map(instant),
        dry_run: false,
        map: &[],
    }
}

/// An import in which all is good.
fn good(what: &str, report: Result<Report, tributary_batch::error::Error>) -> Result<Report, String> {
    match report {
        Ok(report) if report.bad.is_empty() => Ok(report),
        other => Err(format!("import of {what}: {other:?}")),
    }
}

fn rate(text: &mut String, rate: Rate, currency: usize) {
    let percent = rate.percent.map(|millionths| format!("percent = {}\n", decimal(millionths, 6)));
    let flat = rate.flat.map(|flat| format!("flat = \"{}\"\n", major(flat, currency)));
    text.extend(percent.into_iter().chain(flat));
}

pub(crate) fn program(
    store: &mut dyn Store,
    number: usize,
    currency: usize,
    rules: &Rules,
    now: i64,
    from: Option<i64>,
) -> Result<(), String> {
    let rounding = match rules.rounding {
        Rounding::HalfUp => "half_up",
        Rounding::HalfEven => "half_even",
        Rounding::Floor => "floor",
    };
    let mut text = format!(
        "[program]\ncode = \"g{number}\"\ncurrency = \"{}\"\nbinding = \"off\"\nhold_days = {}\nmin_payout = \"{}\"\n\
         rounding = \"{rounding}\"\ntier_base = \"{}\"\ncoupon_decides = {}\n",
        CURRENCIES[currency].0,
        rules.hold_days,
        major(rules.min_payout, currency),
        if rules.is_of_tier1 { "tier1" } else { "sale" },
        rules.coupon_decides,
    );
    if let Some(payments) = rules.payments {
        writeln!(text, "recurring = {{ payments = {payments} }}").expect("a text can be added to");
    }
    for tier in &rules.tiers {
        text.push_str("[[program.tier]]\n");
        rate(&mut text, *tier, currency);
    }
    if let Some((charity, of)) = rules.charity {
        write!(text, "[program.charity]\ncode = \"c{charity}\"\n").expect("a text can be added to");
        rate(&mut text, of, currency);
    }
    good("a program", import::program::run(store, &text, settings(now, from))).map(|_| ())
}

const PARTNERS: &str = "code,email,parent_code,parent_commission_until,coupon,rates,status";

fn partner_row(number: usize, terms: &Terms) -> String {
    let parent = terms.parent.map_or(String::new(), |parent| format!("p{parent}"));
    let until = terms.until.map_or(String::new(), |until| instant(until).to_string());
    let status = match terms.status {
        Status::Active => "active",
        Status::Pending => "pending",
        Status::Blocked => "blocked",
    };
    format!("p{number},p{number}@example.test,{parent},{until},SAVE{number},{},{status}", rates(&terms.rates))
}

pub(crate) fn partner(store: &mut dyn Store, number: usize, terms: &Terms, now: i64, from: i64) -> Result<(), String> {
    let file = format!("{PARTNERS}\n{}\n", partner_row(number, terms));
    good("a partner", import::partners::run(store, reader(&file), settings(now, Some(from)))).map(|_| ())
}

const PRODUCTS: &str = "sku,participates,rates,hold_days,charity,charity_percent";

fn goods_row(number: usize, terms: &Goods) -> String {
    let days = terms.hold_days.map_or(String::new(), |days| days.to_string());
    let charity = terms.charity.map(|(charity, percent)| format!("c{charity},{}", decimal(percent, 6)));
    let charity = charity.unwrap_or_else(|| ",".to_owned());
    format!("s{number},{},{},{days},{charity}", terms.participates, rates(&terms.rates))
}

pub(crate) fn goods(store: &mut dyn Store, number: usize, terms: &Goods, now: i64, from: i64) -> Result<(), String> {
    let file = format!("{PRODUCTS}\n{}\n", goods_row(number, terms));
    good("a product", import::products::run(store, reader(&file), settings(now, Some(from)))).map(|_| ())
}

/// Takes everything that the shop has before its first order.
pub(crate) fn open(store: &mut dyn Store, shop: &Shop, now: i64) -> Result<(), String> {
    let charities: String = (0..CHARITIES).map(|charity| format!("c{charity}\n")).collect();
    good("charities", import::charities::run(store, reader(&format!("code\n{charities}")), settings(now, None)))?;
    for (number, (currency, rules)) in shop.programs.iter().enumerate() {
        program(store, number, *currency, rules, now, None)?;
    }
    let row = |(number, terms): (usize, &Terms)| format!("{},g{}\n", partner_row(number, terms), terms.program);
    let partners: String = shop.partners.iter().enumerate().map(row).collect();
    let file = format!("{PARTNERS},program\n{partners}");
    good("partners", import::partners::run(store, reader(&file), settings(now, None)))?;
    let products: String =
        shop.goods.iter().enumerate().map(|(number, terms)| goods_row(number, terms) + "\n").collect();
    let file = format!("{PRODUCTS}\n{products}");
    good("products", import::products::run(store, reader(&file), settings(now, None)))?;
    let row = |to: &Receiver| {
        format!("{},paypal,{},{}@example.test\n", called(*to), "Somebody", called(*to).replace(':', ""))
    };
    let requisites: String = shop.reachable.iter().map(row).collect();
    let file = format!("partner,method,name,email\n{requisites}");
    good("requisites", import::requisites::run(store, reader(&file), settings(now, None)))?;
    let book = rules::read(store).map_err(|error| error.to_string())?;
    for partner in book.partners() {
        let named = receiver(Account::Partner(partner.id)).map(called);
        assert_eq!(named.as_deref(), Some(partner.code.as_str()), "rows are numbered in order");
    }
    Ok(())
}

/// An order as a file's rows.
pub(crate) fn order(store: &mut dyn Store, number: usize, stands: Stands, sale: &Sale, now: i64) -> Result<(), String> {
    let (status, paid_at) = match stands {
        Stands::Pending => ("pending", String::new()),
        Stands::Paid => ("paid", instant(sale.paid_at).to_string()),
        // When it was paid is for the event to say that it was.
        Stands::Refunded => ("refunded", String::new()),
        Stands::Cancelled => ("cancelled", String::new()),
    };
    let coupon = sale.coupon.map_or(String::new(), |owner| format!("SAVE{owner}"));
    let partner = sale.partner.map_or(String::new(), |partner| format!("p{partner}"));
    let days = sale.hold_days.map_or(String::new(), |days| days.to_string());
    let charity = sale.charity.map_or(String::new(), |(charity, _)| format!("c{charity}"));
    let percent = sale.charity.and_then(|(_, percent)| percent).map_or(String::new(), |percent| decimal(percent, 6));
    let mut file =
        "external_id,status,currency,placed_at,paid_at,email,sku,quantity,net,coupon,partner,hold_days,charity,\
                    charity_percent\n"
            .to_owned();
    for (goods, quantity, net) in &sale.lines {
        writeln!(
            file,
            "o{number},{status},{},{},{paid_at},{},s{goods},{quantity},{},{coupon},{partner},{days},{charity},{percent}",
            CURRENCIES[sale.currency].0,
            instant(sale.placed_at),
            buyer(sale.buyer),
            major(*net, sale.currency),
        )
        .expect("a text can be added to");
    }
    good("an order", import::orders::run(store, reader(&file), None, settings(now, None))).map(|_| ())
}

/// A refund or a chargeback as a file's row: refused where its order is not known, or where it was told otherwise.
pub(crate) fn back_by_file(store: &mut dyn Store, order: usize, back: &GivenBack, now: i64) -> Result<(), String> {
    let kind = match back.kind {
        Back::Refund => "refund",
        Back::Chargeback => "chargeback",
    };
    let goods = back.goods.map_or(String::new(), |goods| format!("s{goods}"));
    let amount = major(back.amount, back.currency);
    let row = format!("o{order},r{},{},{amount},{kind},{goods}", back.id, instant(back.at));
    refunds(store, &row, now)
}

pub(crate) fn won(store: &mut dyn Store, order: usize, id: usize, at: i64, now: i64) -> Result<(), String> {
    refunds(store, &format!("o{order},r{id},{},0,chargeback_won,", instant(at)), now)
}

fn refunds(store: &mut dyn Store, row: &str, now: i64) -> Result<(), String> {
    let file = format!("external_id,refund_id,at,amount,kind,sku\n{row}\n");
    let report = import::refunds::run(store, reader(&file), settings(now, None)).map_err(|error| error.to_string())?;
    let expected = ["is not known", "is known with another"];
    match report.bad.iter().find(|bad| !expected.iter().any(|reason| bad.reason.contains(reason))) {
        Some(bad) => Err(format!("import of a refund: {bad:?}")),
        None => Ok(()),
    }
}

/// A refund or a chargeback as the Worker writes it: before its order, too.
pub(crate) fn back_by_api(store: &mut dyn Store, order: usize, back: &GivenBack, now: i64) -> Result<(), String> {
    let kind = match back.kind {
        Back::Refund => "refund",
        Back::Chargeback => "chargeback",
    };
    let amount = major(back.amount, back.currency);
    let mut body = json!({ "kind": kind, "refund_id": format!("r{}", back.id), "at": back.at });
    match back.goods {
        Some(goods) => body["lines"] = json!([{ "sku": format!("s{goods}"), "net": amount }]),
        None => body["amount"] = Json::from(amount),
    }
    let event = json!([{
        "order": format!("o{order}"), "source": "api", "event_id": format!("{kind}/o{order}/r{}", back.id),
        "at": back.at, "received_at": now, "hash": "0".repeat(64), "body": body,
    }])
    .to_string();
    for sql in [
        include_str!("../../src/store/sql/orders_insert.sql"),
        include_str!("../../src/store/sql/order_events_insert.sql"),
    ] {
        store.write(sql, &[event.as_str().into()]).map_err(|error| error.to_string())?;
    }
    Ok(())
}
