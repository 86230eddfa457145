//! `import partners FILE.csv`: partners, who stands above them, their rates and coupons.

use std::collections::HashMap;
use std::io::Read;

use serde_json::json;
use tributary_shared::contact::Email;
use tributary_shared::id::{Code, CouponCode, PartnerId, ProgramId};
use tributary_shared::partner::{PartnerStatus, PartnerTerms, UPLINE_DEPTH_MAX, check_upline};
use tributary_shared::program::{TierRates, parse_rates};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

use super::table::{Table, TableRow};
use super::{Report, Settings};
use crate::error::Error;
use crate::store::{Store, rules};

const COLUMNS: &[&str] =
    &["code", "name", "email", "parent_code", "parent_commission_until", "coupon", "program", "rates", "status"];

/// Rows of one statement.
const CHUNK_ROWS: usize = 2_000;

/// A good row. `None` where its column is missing: what is known stays.
struct Draft {
    line: u64,
    code: Code,
    name: Option<String>,
    email: Option<String>,
    parent: Option<Option<Code>>,
    until: Option<Option<Timestamp>>,
    coupons: Vec<CouponCode>,
    program: ProgramId,
    rates: Option<TierRates>,
    status: Option<PartnerStatus>,
}

/// Takes a file of partners; parents may come after their children.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let book = rules::read(store)?;
    let (drafts, mut report) = read(file, &book, settings.valid_from.unwrap_or(settings.now), settings.zone)?;
    if !settings.dry_run {
        write(store, &drafts, &book, settings, &mut report)?;
    }
    Ok(report)
}

/// The terms that a file would give to known partners from an instant on, for asking what that would mean.
pub fn terms_of_file(
    file: Box<dyn Read>,
    book: &Rulebook,
    from: Timestamp,
    zone: Zone,
) -> Result<(Vec<(PartnerId, PartnerTerms)>, Report), Error> {
    let (drafts, report) = read(file, book, from, zone)?;
    let known = |draft: &Draft| {
        let partner = book.partner_by_code(draft.code.as_str())?;
        Some((partner.id, terms(draft, partner.terms.at(from).map(|(_, terms)| terms), book)))
    };
    Ok((drafts.iter().filter_map(known).collect(), report))
}

fn read(file: Box<dyn Read>, book: &Rulebook, from: Timestamp, zone: Zone) -> Result<(Vec<Draft>, Report), Error> {
    let table = Table::open(file)?;
    table.require("code")?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut drafts: Vec<Draft> = Vec::new();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut coupons: HashMap<CouponCode, String> = HashMap::new();
    for row in table.rows(COLUMNS) {
        let row = match row {
            Ok(row) => row,
            Err((line, reason)) => {
                report.bad(line, reason);
                continue;
            }
        };
        match draft(&row, book, from, zone, &mut coupons) {
            Ok(draft) => match seen.insert(draft.code.to_string(), draft.line) {
                Some(first) => report.bad(draft.line, format!("partner {} stands in line {first} already", draft.code)),
                None => drafts.push(draft),
            },
            Err(reason) => report.bad(row.line, reason),
        }
    }
    refuse_bad_uplines(&mut drafts, book, &mut report);
    report.bad.sort_by_key(|bad| bad.line);
    report.good = drafts.len() as u64;
    Ok((drafts, report))
}

fn draft(
    row: &TableRow,
    book: &Rulebook,
    from: Timestamp,
    zone: Zone,
    coupons: &mut HashMap<CouponCode, String>,
) -> Result<Draft, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let code = Code::parse(row.text("code")).map_err(|error| error.to_string())?;
    let known = book.partner_by_code(code.as_str());
    let program = program(
        row.given("program"),
        known.and_then(|known| known.terms.at(from)).map(|(_, terms)| terms.program),
        &code,
        book,
    )?;
    let email = match row.cell("email") {
        None => None,
        Some("") => Some(String::new()),
        Some(email) => Some(Email::parse(email).map_err(|error| error.to_string())?.as_str().to_owned()),
    };
    let optional = |column: &str| row.cell(column);
    let parent = match optional("parent_code") {
        None => None,
        Some("") => Some(None),
        Some(parent) => Some(Some(Code::parse(parent).map_err(|error| format!("parent_code: {error}"))?)),
    };
    let until = match optional("parent_commission_until") {
        None => None,
        Some("") => Some(None),
        Some(until) => Some(Some(zone.parse_time(until).map_err(|error| format!("parent_commission_until: {error}"))?)),
    };
    let status = match row.given("status") {
        None => None,
        Some("active") => Some(PartnerStatus::Active),
        Some("pending") => Some(PartnerStatus::Pending),
        Some("blocked") => Some(PartnerStatus::Blocked),
        Some(other) => {
            return Err(format!("status: `{other}` is not active, pending or blocked"));
        }
    };
    let mut own_coupons = Vec::new();
    for coupon in row.text("coupon").split(';').map(str::trim).filter(|coupon| !coupon.is_empty()) {
        let coupon = CouponCode::parse(coupon).map_err(|error| error.to_string())?;
        let owner =
            book.coupon_owner(&coupon).and_then(|owner| book.partner(owner)).map(|owner| owner.code.to_string());
        let owner = owner.or_else(|| coupons.get(&coupon).cloned());
        if let Some(owner) = owner.filter(|owner| owner != code.as_str()) {
            return Err(format!("coupon {coupon} belongs to partner {owner}"));
        }
        own_coupons.push(coupon);
    }
    for coupon in &own_coupons {
        coupons.insert(coupon.clone(), code.to_string());
    }
    let name = row.cell("name").map(|name| if name.is_empty() { code.as_str() } else { name }.to_owned());
    let rates = row.cell("rates").map(parse_rates).transpose()?;
    Ok(Draft { line: row.line, code, name, email, parent, until, coupons: own_coupons, program, rates, status })
}

/// A partner belongs to one program: the one he is in, the one the row names, or the only one there is.
fn program(named: Option<&str>, current: Option<ProgramId>, code: &Code, book: &Rulebook) -> Result<ProgramId, String> {
    let named = match named {
        Some(named) => {
            let found = book.programs().iter().find(|program| program.code.as_str() == named);
            Some(found.ok_or_else(|| format!("program {named} is not known"))?)
        }
        None => None,
    };
    match (named, current, book.programs()) {
        (Some(named), Some(current), _) if named.id != current => {
            let current = book.program(current).map_or_else(|| current.to_string(), |program| program.code.to_string());
            Err(format!(
                "partner {code} is in program {current} and can be in one only: move it with `tributary partners move {code} --to {}`",
                named.code
            ))
        }
        (Some(named), _, _) => Ok(named.id),
        (None, Some(current), _) => Ok(current),
        (None, None, [only]) => Ok(only.id),
        (None, None, []) => Err("there is no program yet: import one first".to_owned()),
        (None, None, _) => Err("there are several programs: name one in the column `program`".to_owned()),
    }
}

/// Takes out rows whose parent is unknown, and rows whose upline would not end, until none is left.
fn refuse_bad_uplines(drafts: &mut Vec<Draft>, book: &Rulebook, report: &mut Report) {
    loop {
        let bad: Vec<(u64, String)> = {
            let by_code: HashMap<&str, &Draft> = drafts.iter().map(|draft| (draft.code.as_str(), draft)).collect();
            let known_parent = |code: &str| {
                let terms = book.partner_by_code(code)?.terms.latest()?;
                Some(book.partner(terms.parent?)?.code.as_str())
            };
            let parent_of = |code: &str| match by_code.get(code).and_then(|draft| draft.parent.as_ref()) {
                Some(parent) => parent.as_ref().map(Code::as_str),
                None => known_parent(code),
            };
            drafts
                .iter()
                .filter_map(|draft| {
                    let parent = parent_of(draft.code.as_str());
                    if let Some(parent) =
                        parent.filter(|parent| !by_code.contains_key(parent) && book.partner_by_code(parent).is_none())
                    {
                        return Some((draft.line, format!("parent {parent} is not known")));
                    }
                    check_upline(draft.code.as_str(), parent_of).err().map(|error| (draft.line, error.to_string()))
                })
                .chain(book.partners().filter(|known| !by_code.contains_key(known.code.as_str())).filter_map(|known| {
                    // Those below are not in the file, but what is put above them may be too much.
                    let error = check_upline(known.code.as_str(), parent_of).err()?;
                    let upline = std::iter::successors(Some(known.code.as_str()), |code| parent_of(code));
                    let changed = upline.take(UPLINE_DEPTH_MAX + 2).find_map(|code| by_code.get(code))?;
                    Some((changed.line, error.to_string()))
                }))
                .collect()
        };
        if bad.is_empty() {
            return;
        }
        drafts.retain(|draft| !bad.iter().any(|(line, _)| *line == draft.line));
        for (line, reason) in bad {
            if !report.bad.iter().any(|known| known.line == line) {
                report.bad(line, reason);
            }
        }
    }
}

fn write(
    store: &mut dyn Store,
    drafts: &[Draft],
    book: &Rulebook,
    settings: Settings<'_>,
    report: &mut Report,
) -> Result<(), Error> {
    for chunk in drafts.chunks(CHUNK_ROWS) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|draft| {
                let known = book.partner_by_code(draft.code.as_str());
                let name = draft
                    .name
                    .clone()
                    .unwrap_or_else(|| known.map_or(draft.code.to_string(), |known| known.name.clone()));
                let email =
                    draft.email.clone().unwrap_or_else(|| known.map_or(String::new(), |known| known.email.clone()));
                json!({ "code": draft.code, "name": name, "email": email })
            })
            .collect();
        store.write(
            include_str!("../store/sql/partners_upsert.sql"),
            &[json!(rows).to_string().into(), settings.now.unix_seconds().into()],
        )?;
    }
    // Now every parent has a row.
    let with_rows = rules::read(store)?;
    let mut versions = Vec::new();
    let mut coupons = Vec::new();
    for draft in drafts {
        let Some(partner) = with_rows.partner_by_code(draft.code.as_str()) else {
            continue;
        };
        let from = settings.valid_from.unwrap_or(settings.now);
        let latest = partner.terms.at(from).map(|(_, terms)| terms);
        let terms = terms(draft, latest, &with_rows);
        let details = book.partner_by_code(draft.code.as_str()).map(|known| (&known.name, &known.email));
        let mut is_changed = details != Some((&partner.name, &partner.email));
        if latest != Some(&terms) {
            let valid_from = match latest {
                None => Timestamp::FIRST,
                Some(_) => from,
            };
            versions.push(json!({ "partner": partner.id, "valid_from": valid_from, "terms": terms }));
            is_changed = true;
        }
        for coupon in &draft.coupons {
            if book.coupon_owner(coupon).is_none() {
                coupons.push(json!({ "code": coupon, "partner": partner.id }));
                is_changed = true;
            }
        }
        report.changed += u64::from(is_changed);
    }
    for chunk in versions.chunks(CHUNK_ROWS) {
        store.write(
            include_str!("../store/sql/partner_versions_insert.sql"),
            &[json!(chunk).to_string().into(), settings.by.into(), settings.now.unix_seconds().into()],
        )?;
    }
    for chunk in coupons.chunks(CHUNK_ROWS) {
        store.write(include_str!("../store/sql/coupons_insert.sql"), &[json!(chunk).to_string().into()])?;
    }
    Ok(())
}

fn terms(draft: &Draft, latest: Option<&PartnerTerms>, book: &Rulebook) -> PartnerTerms {
    let id = |code: &Code| -> Option<PartnerId> { book.partner_by_code(code.as_str()).map(|partner| partner.id) };
    PartnerTerms {
        program: draft.program,
        parent: match &draft.parent {
            Some(parent) => parent.as_ref().and_then(id),
            None => latest.and_then(|terms| terms.parent),
        },
        parent_commission_until: match draft.until {
            Some(until) => until,
            None => latest.and_then(|terms| terms.parent_commission_until),
        },
        rates: match &draft.rates {
            Some(rates) => rates.clone(),
            None => latest.map(|terms| terms.rates.clone()).unwrap_or_default(),
        },
        status: draft.status.unwrap_or_else(|| latest.map(|terms| terms.status).unwrap_or_default()),
    }
}
