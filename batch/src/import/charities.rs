//! `import charities FILE.csv`: charities that orders, products and programs may serve.

use std::io::Read;

use tributary_shared::id::Code;

use super::table::TableRow;
use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

const COLUMNS: &[&str] = &["code", "name"];

/// Takes a file of charities.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, &["code"], settings.map)?;
    let book = rules::read(store)?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    for row in table.rows(COLUMNS) {
        let (line, draft) = (row.line, draft(&row));
        match draft {
            Ok((code, name)) => {
                report.good += 1;
                report.changed += u64::from(book.charity_by_code(code.as_str()).is_none());
                if !settings.dry_run {
                    let parameters = [code.as_str().into(), name.into()];
                    store.write(include_str!("../store/sql/charity_upsert.sql"), &parameters)?;
                }
            }
            Err(reason) => report.bad(line, reason),
        }
    }
    Ok(report)
}

fn draft(row: &TableRow) -> Result<(Code, String), String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let code = Code::parse(row.text("code")).map_err(|error| error.to_string())?;
    let name = row.given("name").unwrap_or(code.as_str()).to_owned();
    Ok((code, name))
}
