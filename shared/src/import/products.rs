//! Products of a file: whether they take part, in which programs, and their rates.

use super::{Pairs, Report, Table, TableRow};
use crate::id::{ProgramId, Sku};
use crate::program::{CharityRule, HOLD_DAYS_MAX, Rate, TierRates, parse_rates};
use crate::rules::{Product, ProductTerms, Rulebook};

/// Columns that mean something.
pub const COLUMNS: &[&str] =
    &["sku", "name", "participates", "programs", "shown", "rates", "hold_days", "charity", "charity_percent"];

/// Those that must be there.
pub const REQUIRED: &[&str] = &["sku"];

/// A good row. `None` where its column is missing: what is known stays.
#[derive(Debug)]
pub struct Draft {
    /// Its line.
    pub line: u64,
    /// Which product.
    pub sku: Sku,
    name: Option<String>,
    participates: Option<bool>,
    /// An empty cell lets it take part in all.
    programs: Option<Vec<ProgramId>>,
    shown: Option<bool>,
    rates: Option<TierRates>,
    /// An empty cell takes the hold away.
    hold_days: Option<Option<u32>>,
    charity: Option<Option<CharityRule>>,
}

/// Reads a file's rows; `book` knows the programs and the charities.
#[must_use]
pub fn read(table: Table<'_>, book: &Rulebook) -> (Vec<Draft>, Report) {
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut drafts: Vec<Draft> = Vec::new();
    let mut seen = Pairs::new();
    for row in table.rows(COLUMNS) {
        match draft(&row, book) {
            Ok(draft) => match seen.insert(draft.sku.to_string(), draft.line.to_string()) {
                Some(first) => report.bad(draft.line, format!("product {} stands in line {first} already", draft.sku)),
                None => drafts.push(draft),
            },
            Err(reason) => report.bad(row.line, reason),
        }
    }
    report.good = drafts.len() as u64;
    (drafts, report)
}

fn draft(row: &TableRow, book: &Rulebook) -> Result<Draft, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let yes_or_no = |column: &str| match row.given(column).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(None),
        Some("true" | "yes" | "1") => Ok(Some(true)),
        Some("false" | "no" | "0") => Ok(Some(false)),
        Some(other) => Err(format!("{column}: `{other}` is not true or false")),
    };
    Ok(Draft {
        line: row.line,
        sku: Sku::parse(row.text("sku")).map_err(|error| error.to_string())?,
        name: row.given("name").map(str::to_owned),
        participates: yes_or_no("participates")?,
        programs: row.cell("programs").map(|codes| programs(codes, book)).transpose()?,
        shown: yes_or_no("shown")?,
        rates: row.cell("rates").map(parse_rates).transpose()?,
        hold_days: row.cell("hold_days").map(hold_days).transpose()?,
        charity: row.cell("charity").map(|code| charity(code, row.text("charity_percent"), book)).transpose()?,
    })
}

fn programs(codes: &str, book: &Rulebook) -> Result<Vec<ProgramId>, String> {
    let mut programs = Vec::new();
    for code in codes.split(';').map(str::trim).filter(|code| !code.is_empty()) {
        let found = book.programs().iter().find(|program| program.code.as_str() == code);
        programs.push(found.ok_or_else(|| format!("program {code} is not known"))?.id);
    }
    Ok(programs)
}

fn hold_days(text: &str) -> Result<Option<u32>, String> {
    match (text, text.parse::<u32>()) {
        ("", _) => Ok(None),
        (_, Ok(days)) if days <= HOLD_DAYS_MAX => Ok(Some(days)),
        _ => Err(format!("hold_days: `{text}` is not a number from 0 to {HOLD_DAYS_MAX}")),
    }
}

fn charity(code: &str, percent: &str, book: &Rulebook) -> Result<Option<CharityRule>, String> {
    if code.is_empty() {
        return Ok(None);
    }
    let receiver = book.charity_by_code(code).ok_or_else(|| format!("charity {code} is not known"))?;
    let percent = percent.parse().map_err(|error| format!("charity_percent: {error}"))?;
    Ok(Some(CharityRule { receiver, rate: Rate::percent(percent) }))
}

impl Draft {
    /// What it is called: what is known stays where the file says nothing.
    #[must_use]
    pub fn name(&self, known: Option<&Product>) -> String {
        let said = || known.map_or_else(|| self.sku.to_string(), |known| known.name.clone());
        self.name.clone().unwrap_or_else(said)
    }

    /// What holds for it from now on: what the row leaves out stays as it is.
    #[must_use]
    pub fn terms(&self, latest: Option<&ProductTerms>) -> ProductTerms {
        ProductTerms {
            participates: self.participates.or(latest.map(|terms| terms.participates)).unwrap_or(true),
            programs: self.programs.clone().or_else(|| latest.map(|terms| terms.programs.clone())).unwrap_or_default(),
            shown: self.shown.or(latest.map(|terms| terms.shown)).unwrap_or(true),
            rates: self.rates.clone().or_else(|| latest.map(|terms| terms.rates.clone())).unwrap_or_default(),
            hold_days: self.hold_days.unwrap_or_else(|| latest.and_then(|terms| terms.hold_days)),
            charity: self.charity.unwrap_or_else(|| latest.and_then(|terms| terms.charity)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str) -> (Vec<Draft>, Vec<String>) {
        let (drafts, report) = read(Table::open(file), &Rulebook::default());
        (drafts, report.bad.iter().map(|bad| format!("{}: {}", bad.line, bad.reason)).collect())
    }

    #[test]
    fn a_row_says_what_holds_and_leaves_the_rest_as_it_is() {
        let (drafts, bad) = told("sku,shown,hold_days\nA,no,14\nB,,\n");
        assert!(bad.is_empty(), "{bad:?}");
        let known = ProductTerms {
            participates: false,
            programs: vec![ProgramId(7)],
            shown: true,
            rates: parse_rates("10;2").unwrap(),
            hold_days: Some(30),
            charity: None,
        };
        let (first, second) = (drafts[0].terms(Some(&known)), drafts[1].terms(Some(&known)));
        assert_eq!(first, ProductTerms { shown: false, hold_days: Some(14), ..known.clone() });
        assert_eq!(second, ProductTerms { hold_days: None, ..known });
        let new = drafts[1].terms(None);
        assert!(new.participates && new.shown && new.rates.is_empty());
        assert_eq!(drafts[1].name(None), "B");
    }

    #[test]
    fn bad_rows_are_named() {
        let file = "sku,participates,rates,hold_days,charity\n,,,,\nA,maybe,,,\nB,,101,,\nC,,,-1,\nD,,,,sea\nE,,,,\nE,,,,\nF\n";
        let (drafts, bad) = told(file);
        assert_eq!(drafts.len(), 1);
        assert_eq!(bad.len(), 7, "{bad:?}");
        assert!(bad.contains(&"3: participates: `maybe` is not true or false".to_owned()), "{bad:?}");
        assert!(bad.contains(&"6: charity sea is not known".to_owned()), "{bad:?}");
        assert!(bad.contains(&"8: product E stands in line 7 already".to_owned()), "{bad:?}");
    }
}
