//! `import requisites FILE.csv`: where partners and charities want their money.

use std::io::Read;

use tributary_shared::ledger::Account;
use tributary_shared::payout::{Requisites, RequisitesRequest};
use tributary_shared::rules::Rulebook;

use super::table::TableRow;
use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

/// Whose they are and how he is paid, and what that needs.
const COLUMNS: &[&str] = &{
    let mut columns = ["partner"; 2 + RequisitesRequest::FIELDS.len()];
    columns[1] = "method";
    let mut place = 0;
    while place < RequisitesRequest::FIELDS.len() {
        columns[2 + place] = RequisitesRequest::FIELDS[place];
        place += 1;
    }
    columns
};

/// Takes a file of requisites. What a receiver had before stays on record.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, &["partner", "method"], settings.map)?;
    let book = rules::read(store)?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    for row in table.rows(COLUMNS) {
        let (line, draft) = (row.line, draft(&row, &book));
        match draft {
            Ok((account, requisites)) => {
                report.good += 1;
                report.changed += set(store, account, &requisites, settings)?;
            }
            Err(reason) => report.bad(line, reason),
        }
    }
    Ok(report)
}

/// Sets the requisites of an account; says whether they are new.
fn set(store: &mut dyn Store, account: Account, requisites: &Requisites, settings: Settings<'_>) -> Result<u64, Error> {
    if settings.dry_run {
        return Ok(0);
    }
    let details = serde_json::to_string(requisites).map_err(|error| Error::Refused(error.to_string()))?;
    let parameters = [account.number().into(), details.into(), settings.by.into(), settings.now.unix_seconds().into()];
    Ok(store.write(include_str!("../store/sql/requisites_insert.sql"), &parameters)?)
}

fn draft(row: &TableRow, book: &Rulebook) -> Result<(Account, Requisites), String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let account = receiver(row.text("partner"), book)?;
    let text = |column: &str| row.text(column).to_owned();
    let request = RequisitesRequest {
        method: text("method"),
        holder: row.given("holder").unwrap_or("person").to_owned(),
        name: row.given("name").map_or_else(|| holder_name(account, book), str::to_owned),
        iban: text("iban"),
        bic: text("bic"),
        account: text("account"),
        email: text("email"),
        recipient_id: text("recipient_id"),
        channel: text("channel"),
        street: text("street"),
        building: text("building"),
        postcode: text("postcode"),
        town: text("town"),
        country: text("country"),
        note: text("note"),
    };
    let requisites = request.check().map_err(|error| error.to_string())?;
    Ok((account, requisites))
}

/// The account of `CODE` or `charity:CODE`.
pub(crate) fn receiver(text: &str, book: &Rulebook) -> Result<Account, String> {
    match text.trim().strip_prefix("charity:") {
        Some(code) => {
            book.charity_by_code(code).map(Account::Charity).ok_or_else(|| format!("charity {code} is not known"))
        }
        None => book
            .partner_by_code(text.trim())
            .map(|partner| Account::Partner(partner.id))
            .ok_or_else(|| format!("partner {} is not known", text.trim())),
    }
}

fn holder_name(account: Account, book: &Rulebook) -> String {
    match account {
        Account::Partner(id) => book.partner(id).map(|partner| partner.name.clone()).unwrap_or_default(),
        Account::Charity(_) | Account::Expense(_) | Account::Paid(_) | Account::Adjust => String::new(),
    }
}
