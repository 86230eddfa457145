//! The merchant's pages, but those of partners.

use serde::Deserialize;
use tributary_shared::account::{Role, WELCOME_LINK_SECONDS};
use tributary_shared::contact::Email;
use tributary_shared::id::{Code, ExternalId, OrderId};
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::order::{EventBody, Order, OrderEvent, Ruling, Snapshot, Status, Word, event_id};
use tributary_shared::program::{Binding, Model, ProgramRules, rates_text};
use tributary_shared::rules::ProductTerms;
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use tributary_shared::trace::{lines, unpack};

use super::entries::{self, segment};
use super::sales;
use super::visit::Visit;
use super::{Refusal, Shown, html, to};
use crate::clock;
use crate::http::key::hex_hash;
use crate::pages::admin as pages;
use crate::pages::chart::{Bar, Chart};
use crate::pages::frame::Tone;
use crate::pages::texts::say;
use crate::store::accounts::Invitation;
use crate::store::desk::{self, CHART_DAYS, DayClicks, PAGE_ROWS};
use crate::store::people::{self, Change, Prepared, is_taken};
use crate::store::{diagnostics, number};

/// What of a night's report the first page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    decided: i64,
    credited: i64,
    refused: Vec<serde::de::IgnoredAny>,
    totals: Vec<ReportTotal>,
}

#[derive(Debug, Deserialize)]
struct ReportTotal {
    currency: Currency,
    kind: String,
    amount: String,
}

/// Clicks by day as a chart, days without any among them.
pub(super) fn clicks_chart(visit: &Visit<'_>, title: String, clicks: &[DayClicks]) -> Chart {
    let today = visit.now.unix_seconds() / DAY_SECONDS;
    let bars: Vec<Bar> = (today - CHART_DAYS + 1..=today)
        .map(|day| {
            let value = clicks.iter().find(|found| found.day == day).map_or(0, |found| found.clicks);
            let at = Timestamp::from_unix_seconds(day * DAY_SECONDS);
            let label = crate::pages::format::day(visit.language, &at.date());
            Bar { label, value, shown: crate::pages::format::count(visit.language, value) }
        })
        .collect();
    let total = bars.iter().map(|bar| bar.value).sum();
    Chart { title, total: crate::pages::format::count(visit.language, total), bars }
}

/// The first page.
pub(super) async fn home(visit: &Visit<'_>) -> Shown {
    let home = desk::home(visit.env, visit.now).await?;
    let reports: Vec<(&desk::Run, Report)> = home
        .runs
        .iter()
        .map(|run| {
            let report = run.report.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            (run, report)
        })
        .collect();
    let mut commission: Vec<(i64, Currency)> = Vec::new();
    for total in reports.iter().flat_map(|(_, report)| &report.totals) {
        let Ok(money) = tributary_shared::money::Money::parse(&total.amount, total.currency) else {
            continue;
        };
        let minor = if total.kind.ends_with("reversal") { -money.minor() } else { money.minor() };
        match commission.iter_mut().find(|(_, currency)| *currency == total.currency) {
            Some((sum, _)) => *sum += minor,
            None => commission.push((minor, total.currency)),
        }
    }
    let nights: Vec<Bar> = reports
        .iter()
        .rev()
        .map(|(run, report)| Bar {
            label: crate::pages::format::date(visit.language, visit.merchant.zone, run.started_at),
            value: report.credited,
            shown: crate::pages::format::count(visit.language, report.credited),
        })
        .collect();
    let credited = nights.iter().map(|bar| bar.value).sum();
    let mut looks = Vec::new();
    for (key, count, path) in [
        ("look-held", home.held, "/admin/orders?show=held"),
        ("look-pending", home.pending, "/admin/partners?status=pending"),
        ("look-missed", home.missed, "/admin/counter"),
        ("look-mail", home.unsent_mail, "/admin/mail"),
    ] {
        if count > 0 {
            looks.push(pages::Look { text: visit.t_count(key, count), path });
        }
    }
    let charts = vec![
        clicks_chart(visit, visit.t("home-chart-clicks"), &home.clicks),
        Chart {
            title: visit.t("home-chart-orders"),
            total: crate::pages::format::count(visit.language, credited),
            bars: nights,
        },
    ];
    let last_run = reports.first().map(|(run, report)| pages::LastRun {
        at: run.started_at,
        finished: run.finished_at.is_some(),
        decided: report.decided,
        credited: report.credited,
        refused: i64::try_from(report.refused.len()).unwrap_or(i64::MAX),
    });
    let page = pages::Home {
        frame: visit.frame(visit.t("home-title")),
        clicks: home.clicks.iter().map(|day| day.clicks).sum(),
        orders: credited,
        commission,
        payable: home.payable.iter().map(|sum| (sum.minor, sum.currency)).collect(),
        charts,
        last_run,
        looks,
        is_new: home.programs == 0,
    };
    Ok(html(200, &page)?)
}

/// The list of orders.
pub(super) async fn orders(visit: &Visit<'_>) -> Shown {
    let (search, is_held, after) = (visit.query("q"), visit.query("show") == "held", visit.query_number("after"));
    let mut rows = desk::orders(visit.env, &search, is_held, after).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let next = rows.last().filter(|_| more && search.is_empty()).map(|row| row.id);
    let rows = rows.into_iter().map(order_row).collect();
    let frame = visit.frame(visit.t("orders-title"));
    Ok(html(200, &pages::Orders { frame, search, is_held, rows, after: next, is_later: after.is_some() })?)
}

fn order_row(row: desk::OrderRow) -> pages::OrderRow {
    let body = row.body.as_deref().and_then(|text| serde_json::from_str::<EventBody>(text).ok());
    let snapshot = match &body {
        Some(EventBody::Order(snapshot)) => Some(snapshot),
        Some(EventBody::Refund(_) | EventBody::Chargeback(_) | EventBody::ChargebackWon(_) | EventBody::Ruling(_))
        | None => None,
    };
    let is_current = row.decided_revision == row.revision;
    pages::OrderRow {
        segment: segment(&row.external_id),
        external_id: row.external_id,
        at: row.at,
        status: snapshot.map(|snapshot| snapshot.status.as_str()),
        net: snapshot.map(|snapshot| (snapshot.net_minor(), snapshot.currency)),
        outcome: row.outcome.filter(|_| is_current).unwrap_or_else(|| "undecided".to_owned()),
        partner: row.partner.filter(|_| is_current),
    }
}

/// One order.
pub(super) async fn order(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t1("order-title", "order", &visit.segment));
    show_order(visit, 200, frame).await
}

/// Folds an order's events, as the night does.
pub(super) fn folded(external_id: &str, events: &[desk::EventRow]) -> Option<(Order, Vec<OrderEvent>)> {
    let id = OrderId(events.first()?.id);
    let external_id = ExternalId::parse(external_id).ok()?;
    let events: Vec<OrderEvent> = events
        .iter()
        .filter_map(|row| {
            let body = serde_json::from_str(&row.body).ok()?;
            Some(OrderEvent { arrival: row.arrival, source: row.source.clone(), at: row.at, body })
        })
        .collect();
    Some((Order::fold(id, external_id, &events), events))
}

async fn show_order(visit: &Visit<'_>, status: u16, frame: crate::pages::frame::Frame) -> Shown {
    let known = desk::order(visit.env, &visit.segment).await?;
    let (order, events) = folded(&visit.segment, &known.events).ok_or(Refusal::NotFound)?;
    let first = known.events.first().ok_or(Refusal::NotFound)?;
    let decision = known.decision.filter(|decision| decision.revision == first.revision);
    let trace = decision.as_ref().and_then(|decision| unpack(&decision.steps).ok()).map(|steps| lines(&steps));
    let snapshot = order.known.as_ref();
    let currency = snapshot.map(|snapshot| snapshot.currency);
    let customer = snapshot.map_or(String::new(), |snapshot| {
        let customer = &snapshot.customer;
        let parts = [
            customer.name.clone(),
            customer.email.as_ref().map(|email| email.as_str().to_owned()),
            customer.external_id.as_ref().map(|id| id.as_str().to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let page = pages::OrderCard {
        frame,
        segment: segment(&visit.segment),
        status: snapshot.map(|snapshot| snapshot.status.as_str()),
        placed_at: snapshot.and_then(|snapshot| snapshot.placed_at),
        paid_at: snapshot.and_then(|snapshot| snapshot.paid_at),
        net: snapshot.map(|snapshot| (snapshot.net_minor(), snapshot.currency)),
        left: snapshot
            .filter(|snapshot| snapshot.left_minor() != snapshot.net_minor())
            .map(|snapshot| (snapshot.left_minor(), snapshot.currency)),
        customer,
        placed_by: snapshot.and_then(|snapshot| snapshot.placed_by.clone()).unwrap_or_default(),
        service_date: snapshot.and_then(|snapshot| snapshot.service_date.clone()).unwrap_or_default(),
        next: next_of(visit, snapshot, &events),
        coupons: snapshot.map_or(String::new(), |snapshot| {
            snapshot.coupons.iter().map(|coupon| coupon.as_str()).collect::<Vec<_>>().join(", ")
        }),
        outcome: decision.as_ref().map_or("undecided", |decision| decision.outcome.as_str()).to_owned(),
        partner: decision.as_ref().and_then(|decision| decision.partner.clone()),
        evidence: decision.as_ref().and_then(|decision| decision.evidence.clone()),
        decided_at: decision.as_ref().map(|decision| decision.decided_at),
        lines: snapshot.map_or_else(Vec::new, |snapshot| {
            let line = |line: &tributary_shared::order::Line| pages::LineRow {
                sku: line.sku.to_string(),
                quantity: i64::from(line.quantity),
                net: (line.net_minor, snapshot.currency),
            };
            snapshot.lines.iter().map(line).collect()
        }),
        events: events
            .iter()
            .zip(&known.events)
            .map(|(event, row)| event_row(visit, event, row.received_at, currency))
            .collect(),
        trace: trace.unwrap_or_default(),
        transfers: known.transfers.into_iter().map(transfer_row).collect(),
    };
    Ok(html(status, &page)?)
}

fn event_row(
    visit: &Visit<'_>,
    event: &OrderEvent,
    received_at: Timestamp,
    currency: Option<Currency>,
) -> pages::EventRow {
    let amount = |text: &str| match currency.map(|currency| tributary_shared::money::Money::parse(text, currency)) {
        Some(Ok(money)) => crate::pages::format::money(visit.language, money.minor(), money.currency()),
        Some(Err(_)) | None => text.to_owned(),
    };
    let refund = |refund: &tributary_shared::order::Refund| {
        let lines = refund.lines.iter().map(|line| format!("{} {}", line.sku, amount(&line.net)));
        let parts = refund.amount.iter().map(|text| amount(text)).chain(lines).collect::<Vec<_>>().join(", ");
        format!("{} {parts} {}", refund.refund_id, refund.reason.as_deref().unwrap_or_default())
    };
    let (kind, detail) = match &event.body {
        EventBody::Order(snapshot) => {
            let status = say(visit.language, &format!("status-{}", snapshot.status.as_str()), &[]);
            (
                "order",
                format!(
                    "{status} · {}",
                    crate::pages::format::money(visit.language, snapshot.net_minor(), snapshot.currency)
                ),
            )
        }
        EventBody::Refund(body) => ("refund", refund(body)),
        EventBody::Chargeback(body) => ("chargeback", refund(body)),
        EventBody::ChargebackWon(body) => ("chargeback_won", body.chargeback_id.to_string()),
        EventBody::Ruling(ruling) => {
            ("ruling", format!("{} · {}: {}", word_of(&ruling.word), ruling.by, ruling.reason))
        }
    };
    // A ruling stands at the time of the order's latest event; what people want to know is when it was said.
    let at = match &event.body {
        EventBody::Ruling(ruling) => ruling.at,
        EventBody::Order(_) | EventBody::Refund(_) | EventBody::Chargeback(_) | EventBody::ChargebackWon(_) => {
            event.at.min(received_at)
        }
    };
    pages::EventRow { at, source: event.source.clone(), kind, detail: detail.trim().to_owned() }
}

fn word_of(word: &Word) -> String {
    match word {
        Word::Hold => "hold".to_owned(),
        Word::Release => "release".to_owned(),
        Word::Refuse => "refuse".to_owned(),
        Word::Assign { partner } => format!("assign {partner}"),
        Word::HoldDays(days) => format!("hold {days} d"),
        Word::Charity(charity) => format!("charity {}", charity.code),
        Word::Replay => "judge again".to_owned(),
    }
}

fn transfer_row(row: desk::TransferRow) -> pages::TransferRow {
    // What leaves a receiver's account was taken back.
    let is_taken = matches!(Account::from_number(row.debit), Some(Account::Partner(_) | Account::Charity(_)));
    pages::TransferRow {
        receiver: row.receiver,
        tier: row.tier,
        kind: entries::kind(&row.kind),
        amount: (if is_taken { -row.amount_minor } else { row.amount_minor }, row.currency),
        payable_from: row.payable_from,
        at: row.created_at,
    }
}

/// What may become of an order, if all that is known of it comes from the sales desk: of others their shop tells.
fn next_of(visit: &Visit<'_>, snapshot: Option<&Snapshot>, events: &[OrderEvent]) -> &'static [&'static str] {
    let is_placed_here = events.iter().all(|event| event.source == sales::SOURCE || event.source == "merchant");
    match (snapshot, &visit.session) {
        (Some(snapshot), Some(session)) if is_placed_here => sales::next(snapshot, session.role),
        _ => &[],
    }
}

/// Marks an order of the sales desk as paid, or calls it off; what was paid for it is given back with that.
async fn becomes(visit: &Visit<'_>, state: &str) -> Shown {
    let known = desk::order(visit.env, &visit.segment).await?;
    let (order, events) = folded(&visit.segment, &known.events).ok_or(Refusal::NotFound)?;
    let allowed = next_of(visit, order.known.as_ref(), &events).contains(&state);
    let (Some(snapshot), Some(status)) = (order.known.filter(|_| allowed), Status::parse(state)) else {
        return Err(Refusal::NotFound);
    };
    let paid_at = if status == Status::Paid { Some(visit.now) } else { snapshot.paid_at };
    let before = snapshot.status.as_str();
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "order.marked",
        subject: &visit.segment,
        before: before.to_owned(),
        after: state.to_owned(),
    };
    // If somebody was quicker, it is on record by his name.
    sales::store_snapshot(visit, &visit.segment, Snapshot { status, paid_at, ..snapshot }, &change).await?;
    Ok(to(&format!("/admin/orders/{}?said=order-marked", segment(&visit.segment)), &[])?)
}

/// Records what somebody decided about an order.
pub(super) async fn rule(visit: &Visit<'_>) -> Shown {
    let state = visit.field("becomes");
    if !state.is_empty() {
        return becomes(visit, state).await;
    }
    let reason = visit.field("reason").to_owned();
    let refuse = |text: String| visit.frame_saying(visit.t1("order-title", "order", &visit.segment), Tone::Bad, text);
    if reason.is_empty() || reason.chars().count() > 500 || reason.contains(char::is_control) {
        return show_order(visit, 422, refuse(visit.t("order-reason-missing"))).await;
    }
    let word = match visit.field("word") {
        "hold" => Word::Hold,
        "release" => Word::Release,
        "refuse" => Word::Refuse,
        "assign" => {
            let given = visit.field("partner");
            let known = crate::store::partners::by_code(visit.env, given).await?;
            match Code::parse(given).ok().filter(|_| known.is_some()) {
                Some(partner) => Word::Assign { partner },
                None => return show_order(visit, 422, refuse(visit.t1("order-partner-unknown", "code", given))).await,
            }
        }
        _ => return Err(Refusal::NotFound),
    };
    let known = desk::order(visit.env, &visit.segment).await?;
    if known.events.is_empty() {
        return Err(Refusal::NotFound);
    }
    let shown = word_of(&word);
    let ruling = EventBody::Ruling(Ruling { word, by: visit.who().to_owned(), reason, at: visit.now });
    let body = serde_json::to_string(&ruling).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let hash = hex_hash(body.as_bytes());
    let id = event_id("ruling", &[&visit.segment, &hash]);
    let statements: [Prepared; 1] = [(
        include_str!("../../store/sql/ruling_insert.sql"),
        vec![
            visit.segment.as_str().into(),
            id.into(),
            number(visit.now.unix_seconds()),
            hash.into(),
            body.as_str().into(),
        ],
    )];
    let before = known.decision.map_or(String::new(), |decision| decision.outcome);
    let change =
        Change { at: visit.now, who: visit.who(), what: "order.ruled", subject: &visit.segment, before, after: shown };
    people::change(visit.env, &statements, None, &change).await?;
    Ok(to(&format!("/admin/orders/{}?said=order-recorded", segment(&visit.segment)), &[])?)
}

/// Products with their two check boxes.
pub(super) async fn products(visit: &Visit<'_>) -> Shown {
    let mut rows = desk::products(visit.env, visit.now, &visit.query("after")).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let after = rows.last().filter(|_| more).map(|row| row.sku.clone());
    let rows = rows
        .into_iter()
        .filter_map(|row| {
            let terms: ProductTerms = serde_json::from_str(&row.terms).ok()?;
            Some(pages::ProductRow {
                sku: row.sku,
                name: row.name,
                participates: terms.participates,
                shown: terms.shown,
                rates: rates_text(&terms.rates),
            })
        })
        .collect();
    Ok(html(200, &pages::Products { frame: visit.frame(visit.t("products-title")), rows, after })?)
}

/// Saves the boxes of the products that were shown; those that did not change get no version.
pub(super) async fn save_products(visit: &Visit<'_>) -> Shown {
    let skus: Vec<String> = visit.fields("sku").map(str::to_owned).collect();
    let participating: Vec<&str> = visit.fields("participates").collect();
    let shown: Vec<&str> = visit.fields("shown").collect();
    let at = number(visit.now.unix_seconds());
    let mut statements: Vec<Prepared> = Vec::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for row in desk::products_named(visit.env, visit.now, &skus).await? {
        let Ok(terms) = serde_json::from_str::<ProductTerms>(&row.terms) else { continue };
        let wanted = ProductTerms {
            participates: participating.contains(&row.sku.as_str()),
            shown: shown.contains(&row.sku.as_str()),
            ..terms.clone()
        };
        if wanted != terms {
            let text = serde_json::to_string(&wanted).map_err(|error| worker::Error::RustError(error.to_string()))?;
            before.push(format!("{}: {}", row.sku, row.terms));
            after.push(format!("{}: {text}", row.sku));
            statements.push((
                include_str!("../../store/sql/product_version_put.sql"),
                vec![number(row.id.0), at.clone(), text.into(), visit.who().into(), at.clone()],
            ));
        }
    }
    if !statements.is_empty() {
        let change = Change {
            at: visit.now,
            who: visit.who(),
            what: "products.changed",
            subject: "",
            before: before.join("\n"),
            after: after.join("\n"),
        };
        people::change(visit.env, &statements, None, &change).await?;
    }
    Ok(to("/admin/products?said=products-saved", &[])?)
}

/// The counter's tag for pages of this host.
fn snippet(visit: &Visit<'_>) -> String {
    format!(r#"<script async src="{}"></script>"#, visit.absolute("/t.js"))
}

/// Programs and the guide.
pub(super) async fn programs(visit: &Visit<'_>) -> Shown {
    let (programs, done, pages_seen) = desk::guide(visit.env, visit.now).await?;
    let has_program = !programs.is_empty();
    let rows = programs
        .into_iter()
        .filter_map(|row| {
            let rules: ProgramRules = serde_json::from_str(&row.rules).ok()?;
            let tiers = (1..)
                .zip(&rules.tiers)
                .map(|(tier, rate)| pages::TierRow {
                    tier,
                    percent: rate.and_then(|rate| rate.percent).map(String::from),
                    flat: rate.and_then(|rate| rate.flat_minor).map(|minor| (minor, row.currency)),
                })
                .collect();
            Some(pages::ProgramRow {
                join_url: visit.absolute(&format!("/join?program={}", segment(&row.code))),
                code: row.code,
                name: row.name,
                valid_from: Some(row.valid_from).filter(|at| *at > Timestamp::FIRST),
                window_days: i64::from(rules.window_days),
                hold_days: i64::from(rules.hold_days),
                model: match rules.model {
                    Model::Last => "last",
                    Model::First => "first",
                },
                binding: match rules.binding {
                    Binding::First => "bind-first",
                    Binding::Last => "bind-last",
                    Binding::Off => "bind-off",
                },
                min_payout: (rules.min_payout_minor, row.currency),
                tiers,
            })
        })
        .collect();
    let page = pages::Programs {
        frame: visit.frame(visit.t("programs-title")),
        rows,
        snippet: snippet(visit),
        done: [pages_seen, has_program, done.partners != 0, done.links != 0, done.transfers != 0],
    };
    Ok(html(200, &page)?)
}

/// Balances and payouts.
pub(super) async fn balances(visit: &Visit<'_>) -> Shown {
    let (rows, after, payouts) = desk::balances(visit.env, visit.now, &visit.query("after")).await?;
    let rows = rows
        .into_iter()
        .map(|row| pages::BalanceRow {
            partner: row.code,
            name: row.name,
            pending: row.pending,
            payable: row.payable,
            paid: row.paid,
            currency: row.currency,
        })
        .collect();
    let payouts = payouts
        .into_iter()
        .map(|row| pages::PayoutRow {
            id: row.id,
            partner: row.receiver,
            amount: (row.amount_minor, row.currency),
            state: row.state,
            method: row.method.unwrap_or_default(),
            by: row.who,
            at: row.at,
            note: row.note,
        })
        .collect();
    Ok(html(200, &pages::Balances { frame: visit.frame(visit.t("balances-title")), rows, after, payouts })?)
}

/// The counter.
pub(super) async fn counter(visit: &Visit<'_>) -> Shown {
    let found = diagnostics::read(visit.env).await?;
    let page = pages::Counter {
        frame: visit.frame(visit.t("counter-title")),
        snippet: snippet(visit),
        pages: found
            .pages
            .into_iter()
            .map(|page| pages::PageRow {
                address: format!("{}{}", page.host, page.path),
                is_listed: page.listed,
                hits: page.hits,
                last_at: page.last_at,
            })
            .collect(),
        silent: found.silent_targets.into_iter().map(|silent| (silent.target, silent.links)).collect(),
        missed: found
            .missed_codes
            .into_iter()
            .map(|missed| pages::MissedCode { code: missed.code, hits: missed.hits, last_at: missed.last_at })
            .collect(),
    };
    Ok(html(200, &page)?)
}

/// Mail.
pub(super) async fn mail(visit: &Visit<'_>) -> Shown {
    let rows = desk::mails(visit.env)
        .await?
        .into_iter()
        .map(|row| pages::MailRow {
            at: row.created_at,
            to: row.recipient,
            subject: row.subject,
            // A link that logs in is for whoever it was mailed to. In the demo, and in tests, there is nobody else.
            body: if is_local(visit) { row.body } else { without_links(&row.body) },
            state: match (row.sent_at, row.failed_at) {
                (Some(_), _) => "sent",
                (None, Some(_)) => "failed",
                (None, None) => "waiting",
            },
            problem: row.problem,
        })
        .collect();
    Ok(html(200, &pages::Mail { frame: visit.frame(visit.t("mail-title")), rows })?)
}

/// Whether this is a Worker on somebody's own machine.
fn is_local(visit: &Visit<'_>) -> bool {
    visit.url.host_str().is_some_and(|host| host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost"))
}

fn without_links(body: &str) -> String {
    body.lines().map(|line| if line.contains("/login/") { "…/login/…" } else { line }).collect::<Vec<_>>().join("\n")
}

/// The history.
pub(super) async fn audit(visit: &Visit<'_>) -> Shown {
    let mut rows = desk::audit(visit.env, visit.query_number("before")).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let before = rows.last().filter(|_| more).map(|row| row.id);
    let rows = rows
        .into_iter()
        .map(|row| pages::AuditRow {
            at: row.at,
            who: row.who,
            what: row.what,
            subject: row.subject,
            before: row.before,
            after: row.after,
        })
        .collect();
    Ok(html(200, &pages::Audit { frame: visit.frame(visit.t("audit-title")), rows, before })?)
}

/// Who may log in.
pub(super) async fn people(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("people-title"));
    show_people(visit, 200, frame).await
}

async fn show_people(visit: &Visit<'_>, status: u16, frame: crate::pages::frame::Frame) -> Shown {
    let own = visit.session.as_ref().map(|session| session.id);
    let rows = desk::people(visit.env)
        .await?
        .into_iter()
        .map(|row| pages::PersonRow {
            id: row.id,
            email: row.email,
            role: row.role,
            is_open: row.closed_at.is_none(),
            is_self: own == Some(row.id),
        })
        .collect();
    Ok(html(status, &pages::People { frame, rows })?)
}

/// Lets somebody in, or shuts him out.
pub(super) async fn change_people(visit: &Visit<'_>) -> Shown {
    let refuse = |problem: String| {
        visit.frame_saying(visit.t("people-title"), Tone::Bad, visit.t1("people-refused", "problem", &problem))
    };
    let at = number(visit.now.unix_seconds());
    if visit.field("do") == "close" {
        let id = visit.field("id").parse::<i64>().map_err(|_| Refusal::NotFound)?;
        let known = desk::people(visit.env).await?;
        let person = known.iter().find(|person| person.id == id).ok_or(Refusal::NotFound)?;
        let owners = known.iter().filter(|person| person.role == Role::Owner.as_str() && person.closed_at.is_none());
        if person.role == Role::Owner.as_str() && owners.count() < 2 {
            return show_people(visit, 422, refuse(person.email.clone())).await;
        }
        let statements: [Prepared; 2] = [
            (include_str!("../../store/sql/account_close.sql"), vec![number(id), at]),
            (include_str!("../../store/sql/sessions_of_closed_delete.sql"), vec![number(id)]),
        ];
        let change = Change {
            at: visit.now,
            who: visit.who(),
            what: "account.closed",
            subject: &person.email,
            before: person.role.clone(),
            after: String::new(),
        };
        people::change(visit.env, &statements, None, &change).await?;
        return Ok(to("/admin/people?said=people-closed-done", &[])?);
    }
    let role = match Role::parse(visit.field("role")) {
        Some(role @ (Role::Owner | Role::Manager | Role::Agent | Role::Reader)) => role,
        Some(Role::Partner) | None => return Err(Refusal::NotFound),
    };
    let email = match Email::parse(visit.field("email")) {
        Ok(email) => email,
        Err(error) => return show_people(visit, 422, refuse(error.to_string())).await,
    };
    let token = clock::secret();
    let hash = hex_hash(token.as_bytes());
    let url = visit.absolute(&format!("/login/{token}"));
    let invitation = Invitation {
        hash: &hash,
        email: email.as_str(),
        until: visit.now.plus_seconds(WELCOME_LINK_SECONDS),
        subject: say(visit.language, "mail-invite-subject", &[]),
        body: say(visit.language, "mail-invite-body", &[("url", url.into())]),
    };
    let statements: [Prepared; 1] = [(
        include_str!("../../store/sql/account_insert.sql"),
        vec![
            email.as_str().into(),
            role.as_str().into(),
            wasm_bindgen::JsValue::NULL,
            visit.language.code().into(),
            at,
        ],
    )];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "account.opened",
        subject: email.as_str(),
        before: String::new(),
        after: role.as_str().to_owned(),
    };
    match people::change(visit.env, &statements, Some(&invitation), &change).await {
        Ok(_) => Ok(to("/admin/people?said=people-invited", &[])?),
        Err(error) if is_taken(&error) => {
            let problem = visit.t("partner-account-taken");
            show_people(visit, 422, refuse(problem.trim_end_matches('.').to_owned())).await
        }
        Err(error) => Err(error.into()),
    }
}
