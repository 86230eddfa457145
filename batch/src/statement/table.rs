//! A statement as CSV and as a page to print.

use askama::Template;

use super::{InCurrency, Line, Statement};
use crate::error::Error;
use tributary_shared::cells::harmless;

/// The columns of the CSV.
const HEADER: [&str; 12] =
    ["at", "kind", "tier", "order", "buyer", "amount", "currency", "payable_from", "held", "balance", "note", "month"];

/// A statement as CSV (RFC 4180): for each currency the opening balance, the lines, and the closing balance.
pub fn csv(statement: &Statement) -> Result<String, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Unable(format!("the statement cannot be written: {error}"));
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(HEADER).map_err(|error| failed(&error))?;
    let mut record = |cells: [&str; 12]| out.write_record(cells).map_err(|error| failed(&error));
    let month = statement.month.as_str();
    for InCurrency { currency, opening, entries, closing, .. } in &statement.currencies {
        record([&statement.from, "opening", "", "", "", "", currency, "", "", opening, "", month])?;
        for line in entries {
            let tier = if line.tier == 0 { String::new() } else { line.tier.to_string() };
            let text = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
            record([
                &line.at,
                line.kind,
                &tier,
                &text(&line.order),
                &text(&line.buyer),
                &line.amount,
                currency,
                line.payable_from.as_deref().unwrap_or_default(),
                if line.held { "yes" } else { "no" },
                &line.balance,
                &text(&line.note),
                month,
            ])?;
        }
        record([&statement.as_of, "closing", "", "", "", "", currency, "", "", closing, "", month])?;
    }
    let bytes = out.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

#[derive(Template)]
#[template(path = "statement.html")]
struct Page<'a> {
    statement: &'a Statement,
}

/// A statement as a page of its own: it asks for nothing else, and prints on paper.
pub fn html(statement: &Statement) -> Result<String, Error> {
    Page { statement }.render().map_err(|error| Error::Unable(format!("the statement cannot be written: {error}")))
}

impl Line {
    /// What it is, for people.
    fn title(&self) -> String {
        let kind = match self.kind {
            "accrual" => "Commission",
            "reversal" => "Commission taken back",
            "charity" => "Charity",
            "charity_reversal" => "Charity taken back",
            "payout" => "Paid out",
            "payout_return" => "Payment came back",
            _ => "Adjustment",
        };
        if self.tier == 0 { kind.to_owned() } else { format!("{kind}, tier {}", self.tier) }
    }
}
