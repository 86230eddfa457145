//! `cargo xtask bench data`: a shop of any size, in the real tables, with what ought to come of it beside it.
//!
//! Rules, partners and products go in by the binary's own imports, so the tables are those of its migrations. Orders, their
//! events, contacts and touches are written straight into the file, as intake would have left them. `FILE.truth` holds who
//! is to be credited with what, for the reference in SQL and for the oracle.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, params};
use tributary_tests::root;

use super::sale::{Evidence, FIRST_PAID_AT, SECOND_RULES_AT, Sale, YEAR_SECONDS, coupon, partner_code, sku};
use crate::tools::{self, cargo, step};

/// Everything has settled by then: 2026-07-01, a month after the last sale.
pub(crate) const AS_OF: &str = "2026-07-01T00:00:00Z";

/// How large the shop is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) orders: u64,
    pub(crate) partners: u64,
    pub(crate) products: u64,
    /// Touches of visitors who bought nothing, beside those of the orders.
    pub(crate) touches: u64,
}

impl Size {
    /// The shop: 10,000 partners in a tree, 1,000 products.
    pub(crate) const fn of(orders: u64) -> Self {
        Self { orders, partners: 10_000, products: 1_000, touches: 0 }
    }

    /// Reads `--orders N [--partners N] [--products N] [--touches N] FILE`.
    pub(crate) fn parse(arguments: &[String]) -> Result<(Self, PathBuf)> {
        let (mut size, mut file) = (Self::of(100_000), None);
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let field = match argument.as_str() {
                "--orders" => &mut size.orders,
                "--partners" => &mut size.partners,
                "--products" => &mut size.products,
                "--touches" => &mut size.touches,
                path if !path.starts_with("--") => {
                    file = Some(PathBuf::from(path));
                    continue;
                }
                other => bail!(
                    "`cargo xtask bench data` takes --orders, --partners, --products, --touches and a file, not `{other}`"
                ),
            };
            let number = arguments.next().with_context(|| format!("{argument} wants a number"))?;
            *field = number
                .replace('_', "")
                .parse()
                .with_context(|| format!("{argument} wants a number, not `{number}`"))?;
        }
        if size.partners < 2 {
            bail!("a shop needs two partners: touches of one are tried against those of another");
        }
        Ok((size, file.context("which file?")?))
    }
}

/// The binary as it is shipped, built if it is not.
pub(crate) fn binary() -> Result<PathBuf> {
    tools::run(&mut cargo(&["build", "--release", "--quiet", "-p", "tributary-batch"]))?;
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("this program is in a target folder")?;
    Ok(target.join("release").join(format!("tributary{}", std::env::consts::EXE_SUFFIX)))
}

/// Where the truth of a database is.
pub(crate) fn truth_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".truth");
    PathBuf::from(name)
}

/// Makes a database that is not there yet, with the binary for its rules.
pub(crate) fn make(size: Size, file: &Path, binary: &Path) -> Result<()> {
    if file.exists() {
        bail!("{} is there already", file.display());
    }
    let began = Instant::now();
    step(&format!("{} orders, {} partners, {} products", size.orders, size.partners, size.products));
    import_rules(size, binary, file)?;
    let mut connection = Connection::open(file)?;
    // A database that is made anew needs no protection while it is.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")?;
    let ids = partner_ids(&connection)?;
    write_sales(&mut connection, size, &ids)?;
    write_idle_touches(&mut connection, size)?;
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    drop(connection);
    write_truth(size, &ids, &truth_of(file))?;
    println!("  made in {} s", began.elapsed().as_secs());
    Ok(())
}

/// Two versions of one program; partners in a tree of ten children each; products, of which some have terms of their own.
fn import_rules(size: Size, binary: &Path, file: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let import = |kind: &str, text: &str, more: &[&str]| -> Result<()> {
        let extension = if kind == "program" { "toml" } else { "csv" };
        let path = folder.path().join(format!("{kind}.{extension}"));
        std::fs::write(&path, text)?;
        tools::run(
            Command::new(binary)
                .arg("--db")
                .arg(format!("sqlite:{}", file.display()))
                .args(["import", kind])
                .arg(&path)
                .args(more)
                .current_dir(root())
                .stdout(std::process::Stdio::null()),
        )
    };
    let program = |tiers: [&str; 3]| {
        let tiers: String =
            tiers.iter().map(|percent| format!("[[program.tier]]\npercent = \"{percent}\"\n")).collect();
        format!("[program]\ncode = \"tours\"\nname = \"Tours\"\ncurrency = \"EUR\"\nhold_days = 30\n{tiers}")
    };
    import("program", &program(["10", "3", "1"]), &[])?;
    import("program", &program(["12", "4", "1.5"]), &["--valid-from", &instant(SECOND_RULES_AT)])?;
    let mut products = String::from("sku,name,participates,shown,rates\n");
    for product in 0..size.products {
        let terms = Product::of(product);
        let rates = if terms.has_rates { "8;2;1" } else { "" };
        writeln!(products, "{},Tour {product},{},true,{rates}", sku(product), terms.participates)?;
    }
    import("products", &products, &[])?;
    let mut partners = String::from("code,name,email,parent_code,parent_commission_until,coupon,program,rates\n");
    for partner in 0..size.partners {
        let terms = Partner::of(partner);
        writeln!(
            partners,
            "{},Partner {partner},partner{partner}@partners.example,{},{},{},tours,{}",
            partner_code(partner),
            terms.parent.map(partner_code).unwrap_or_default(),
            terms.until.map(instant).unwrap_or_default(),
            coupon(partner),
            if terms.has_rate { "15" } else { "" },
        )?;
    }
    import("partners", &partners, &[])
}

/// What is special about a partner.
struct Partner {
    parent: Option<u64>,
    /// When his parent stops earning by him: 1 of 20, in the third quarter of the year.
    until: Option<i64>,
    /// Whether he has a rate of his own at tier 1: 1 of 50.
    has_rate: bool,
}

impl Partner {
    fn of(partner: u64) -> Self {
        // The first hundred stand at the top; the rest below, ten under each.
        let parent = partner.checked_sub(100).map(|below| below / 10);
        let until = parent.filter(|_| partner % 20 == 7).map(|_| FIRST_PAID_AT + YEAR_SECONDS / 4 * 3);
        Self { parent, until, has_rate: partner % 50 == 3 }
    }
}

/// What is special about a product.
struct Product {
    /// All but 1 of 100.
    participates: bool,
    /// Whether it has rates of its own: 1 of 10.
    has_rates: bool,
}

impl Product {
    const fn of(product: u64) -> Self {
        Self { participates: product % 100 != 99, has_rates: product % 10 == 5 }
    }
}

fn instant(seconds: i64) -> String {
    // Days are enough: all instants here are the first second of one (2025-06-01 and quarters of 365 days after it, cut).
    let output = Command::new("date").args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// The rows of partners by their numbers.
fn partner_ids(connection: &Connection) -> Result<Vec<i64>> {
    let mut statement = connection.prepare("SELECT id FROM partner ORDER BY code")?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

fn row_of(ids: &[i64], partner: u64) -> i64 {
    usize::try_from(partner).ok().and_then(|partner| ids.get(partner)).copied().unwrap_or_default()
}

fn write_sales(connection: &mut Connection, size: Size, ids: &[i64]) -> Result<()> {
    let writing = connection.transaction()?;
    {
        let mut order = writing.prepare("INSERT INTO orders (id, external_id) VALUES (?1, ?2)")?;
        let mut event = writing.prepare(
            "INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
             VALUES (?1, 'api', ?2, ?3, ?3, ?4, ?5)",
        )?;
        let mut contact = writing.prepare("INSERT INTO contact (id, email, created_at) VALUES (?1, ?2, ?3)")?;
        let mut contact_touch = writing.prepare(
            "INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, touched_at, source)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut touch = writing.prepare(
            "INSERT INTO touch (visitor, at, id, kind, partner_id, link_id) VALUES (?1, ?2, ?3, 'click', ?4, ?4)",
        )?;
        for number in 0..size.orders {
            let sale = Sale::of(number, size.orders, size.partners, size.products);
            let row = i64::try_from(number)? + 1;
            let name = sale.external_id();
            order.execute(params![row, name])?;
            let body = sale.body(|partner| row_of(ids, partner), partner_code).to_string();
            let hash = format!("{number:064x}");
            event.execute(params![row, format!("order/{name}/paid"), sale.paid_at, hash, body])?;
            if sale.refunded_minor > 0 {
                let amount = format!("{}.{:02}", sale.refunded_minor / 100, sale.refunded_minor % 100);
                let at = sale.refunded_at();
                let body = serde_json::json!({ "kind": "refund", "refund_id": format!("r{number}"), "at": at, "amount": amount });
                event.execute(params![row, format!("refund/{name}/r{number}"), at, hash, body.to_string()])?;
            }
            contact.execute(params![row, sale.email(), sale.paid_at])?;
            for (at, bound_by, partner, touched_at, source) in sale.contact_touches() {
                contact_touch.execute(params![row, at, bound_by, row_of(ids, partner), touched_at, source])?;
            }
            let visitor = sale.visitor().to_string();
            for (id, partner, at) in sale.touches() {
                touch.execute(params![visitor, at, id.to_string(), row_of(ids, partner)])?;
            }
        }
    }
    Ok(writing.commit()?)
}

/// Touches of those who bought nothing, in order of their visitors: a large table is made in minutes.
fn write_idle_touches(connection: &mut Connection, size: Size) -> Result<()> {
    let sql = "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?1)
        INSERT INTO touch (visitor, at, id, kind, partner_id, link_id)
        SELECT printf('ffffffff-0000-4000-8000-%012x', n / 4), ?2 + n % 31000000, printf('01970000-0000-7000-9000-%012x', n),
          'click', 1 + n % ?3, 1 + n % ?3
        FROM number";
    if size.touches > 0 {
        connection.execute(sql, params![i64::try_from(size.touches)?, FIRST_PAID_AT, i64::try_from(size.partners)?])?;
    }
    Ok(())
}

/// Who is to be credited with what, in plain tables: what the reference and the oracle start from.
fn write_truth(size: Size, ids: &[i64], file: &Path) -> Result<()> {
    let _ = std::fs::remove_file(file);
    let mut connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    connection.execute_batch(&std::fs::read_to_string(root().join("benches/batch/truth.sql"))?)?;
    let by_row: HashMap<u64, i64> = (0..size.partners).map(|partner| (partner, row_of(ids, partner))).collect();
    let writing = connection.transaction()?;
    {
        let mut partner = writing.prepare("INSERT INTO partner VALUES (?1, ?2, ?3, ?4)")?;
        for number in 0..size.partners {
            let terms = Partner::of(number);
            let parent = terms.parent.and_then(|parent| by_row.get(&parent));
            partner.execute(params![by_row[&number], parent, terms.until, terms.has_rate.then_some(1_500)])?;
        }
        let mut product = writing.prepare("INSERT INTO product VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for number in 0..size.products {
            let terms = Product::of(number);
            let rate = |basis_points: i64| terms.has_rates.then_some(basis_points);
            let id = i64::try_from(number)?;
            product.execute(params![id, terms.participates, rate(800), rate(200), rate(100)])?;
        }
        let mut rate = writing.prepare("INSERT INTO rate VALUES (?1, ?2, ?3)")?;
        for (from, rates) in [(0, [1_000, 300, 100]), (SECOND_RULES_AT, [1_200, 400, 150])] {
            for (tier, basis_points) in (1..).zip(rates) {
                rate.execute(params![from, tier, basis_points])?;
            }
        }
        let mut sale = writing.prepare("INSERT INTO sale VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for number in 0..size.orders {
            let one = Sale::of(number, size.orders, size.partners, size.products);
            let credited = (one.evidence != Evidence::Nothing).then(|| by_row[&one.partner]);
            let product = i64::try_from(one.product)?;
            let left_minor = one.net_minor - one.refunded_minor;
            sale.execute(params![i64::try_from(number)? + 1, credited, product, left_minor, one.paid_at])?;
        }
    }
    Ok(writing.commit()?)
}
