//! Partners of a file: who stands above them, their rates and coupons.

use super::{Pairs, Report, Table, TableRow};
use crate::contact::Email;
use crate::id::{Code, CouponCode, ProgramId};
use crate::partner::{Partner, PartnerStatus, PartnerTerms, UPLINE_DEPTH_MAX, check_upline};
use crate::program::{TierRates, parse_rates};
use crate::rules::Rulebook;
use crate::sorted::sort_by;
use crate::time::{Timestamp, TimestampError};

/// Columns that mean something.
pub const COLUMNS: &[&str] =
    &["code", "name", "email", "parent_code", "parent_commission_until", "coupon", "program", "rates", "status"];

/// Those that must be there.
pub const REQUIRED: &[&str] = &["code"];

/// Reads a time in the merchant's zone.
pub type ReadTime<'a> = &'a dyn Fn(&str) -> Result<Timestamp, TimestampError>;

/// A good row. `None` where its column is missing: what is known stays.
#[derive(Debug)]
pub struct Draft {
    /// Its line.
    pub line: u64,
    /// Who.
    pub code: Code,
    name: Option<String>,
    email: Option<String>,
    /// Who stands above him; the inner `None` is nobody.
    pub parent: Option<Option<Code>>,
    until: Option<Option<Timestamp>>,
    /// Coupons that are his from now on.
    pub coupons: Vec<CouponCode>,
    program: ProgramId,
    rates: Option<TierRates>,
    status: Option<PartnerStatus>,
}

/// Reads a file's rows by the rules that are known; parents may come after their children.
#[must_use]
pub fn read(table: Table<'_>, book: &Rulebook, from: Timestamp, time: ReadTime<'_>) -> (Vec<Draft>, Report) {
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut drafts: Vec<Draft> = Vec::new();
    let (mut seen, mut coupons) = (Pairs::new(), Pairs::new());
    for row in table.rows(COLUMNS) {
        match draft(&row, book, from, time, &mut coupons) {
            Ok(draft) => match seen.insert(draft.code.to_string(), draft.line.to_string()) {
                Some(first) => report.bad(draft.line, format!("partner {} stands in line {first} already", draft.code)),
                None => drafts.push(draft),
            },
            Err(reason) => report.bad(row.line, reason),
        }
    }
    refuse_bad_uplines(&mut drafts, book, &mut report);
    sort_by(&mut report.bad, |one, other| one.line.cmp(&other.line));
    report.good = drafts.len() as u64;
    (drafts, report)
}

fn draft(
    row: &TableRow,
    book: &Rulebook,
    from: Timestamp,
    time: ReadTime<'_>,
    coupons: &mut Pairs,
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
        Some(until) => Some(Some(time(until).map_err(|error| format!("parent_commission_until: {error}"))?)),
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
        let owner = owner.or_else(|| coupons.get(coupon.as_str()).cloned());
        if let Some(owner) = owner.filter(|owner| owner != code.as_str()) {
            return Err(format!("coupon {coupon} belongs to partner {owner}"));
        }
        own_coupons.push(coupon);
    }
    for coupon in &own_coupons {
        coupons.insert(coupon.to_string(), code.to_string());
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
    let known_parent = |code: &str| {
        let parent = book.partner_by_code(code)?.terms.latest()?.parent?;
        Some(book.partner(parent)?.code.to_string())
    };
    loop {
        // Everybody with whoever would stand above him; nobody is an empty text.
        let mut parents = Pairs::new();
        for partner in book.partners() {
            parents.insert(partner.code.to_string(), known_parent(partner.code.as_str()).unwrap_or_default());
        }
        for draft in drafts.iter() {
            let parent = match &draft.parent {
                Some(parent) => parent.as_ref().map(Code::to_string),
                None => known_parent(draft.code.as_str()),
            };
            parents.insert(draft.code.to_string(), parent.unwrap_or_default());
        }
        let parent_of = |code: &str| parents.get(code).map(String::as_str).filter(|parent| !parent.is_empty());
        let mut bad = Vec::new();
        for draft in drafts.iter() {
            let code = draft.code.as_str();
            match parent_of(code).filter(|parent| !parents.contains_key(*parent)) {
                Some(parent) => bad.push((draft.line, format!("parent {parent} is not known"))),
                None => bad.extend(check_upline(code, parent_of).err().map(|error| (draft.line, error.to_string()))),
            }
        }
        // Those below are not in the file, but what is put above them may be too much.
        for known in book.partners() {
            let Err(error) = check_upline(known.code.as_str(), parent_of) else { continue };
            let mut above = Some(known.code.as_str());
            for _ in 0..UPLINE_DEPTH_MAX + 2 {
                let Some(code) = above else { break };
                if let Some(changed) = drafts.iter().find(|draft| draft.code.as_str() == code) {
                    bad.push((changed.line, error.to_string()));
                    break;
                }
                above = parent_of(code);
            }
        }
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

impl Draft {
    /// What he is called: what is known stays where the file says nothing.
    #[must_use]
    pub fn name(&self, known: Option<&Partner>) -> String {
        let said = || known.map_or_else(|| self.code.to_string(), |known| known.name.clone());
        self.name.clone().unwrap_or_else(said)
    }

    /// His address.
    #[must_use]
    pub fn email(&self, known: Option<&Partner>) -> String {
        self.email.clone().unwrap_or_else(|| known.map_or_else(String::new, |known| known.email.clone()))
    }

    /// What holds for him from now on. A parent who is not in the book yet is nobody here.
    #[must_use]
    pub fn terms(&self, latest: Option<&PartnerTerms>, book: &Rulebook) -> PartnerTerms {
        let id = |code: &Code| book.partner_by_code(code.as_str()).map(|partner| partner.id);
        PartnerTerms {
            program: self.program,
            parent: match &self.parent {
                Some(parent) => parent.as_ref().and_then(id),
                None => latest.and_then(|terms| terms.parent),
            },
            parent_commission_until: match self.until {
                Some(until) => until,
                None => latest.and_then(|terms| terms.parent_commission_until),
            },
            rates: match &self.rates {
                Some(rates) => rates.clone(),
                None => latest.map(|terms| terms.rates.clone()).unwrap_or_default(),
            },
            status: self.status.unwrap_or_else(|| latest.map(|terms| terms.status).unwrap_or_default()),
        }
    }
}
