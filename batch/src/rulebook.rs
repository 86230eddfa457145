//! `tributary rules KIND CODE`: every version of a rule as it was written, by whom and when.

use serde::Serialize;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, rules};

/// What has rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A program.
    Program,
    /// A partner's terms.
    Partner,
    /// A product's terms.
    Product,
}

impl Subject {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Partner => "partner",
            Self::Product => "product",
        }
    }
}

/// One version of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// From when on it holds; `1970-01-01T00:00:00Z` is for ever back.
    pub valid_from: String,
    /// Who wrote it.
    pub changed_by: String,
    /// When.
    pub changed_at: String,
    /// What it says.
    pub terms: serde_json::Value,
}

/// Every version of one rule, in order of writing. One that was replaced before it held is here, too.
pub fn history(store: &mut dyn Store, subject: Subject, code: &str) -> Result<Vec<Change>, Error> {
    let book = rules::read(store)?;
    let id = match subject {
        Subject::Program => {
            book.programs().iter().find(|program| program.code.as_str() == code).map(|program| program.id.0)
        }
        Subject::Partner => book.partner_by_code(code).map(|partner| partner.id.0),
        Subject::Product => book.product(code).map(|product| product.id.0),
    };
    let id = id.ok_or_else(|| Error::Refused(format!("{} {code} is not known", subject.as_str())))?;
    let rows = store.rows(include_str!("store/sql/rule_changes.sql"), &[subject.as_str().into(), id.into()])?;
    rows.iter()
        .map(|row| {
            Ok(Change {
                valid_from: Timestamp::from_unix_seconds(row.integer(0)?).to_string(),
                terms: serde_json::from_str(row.text(1)?).unwrap_or_default(),
                changed_by: row.text(2)?.to_owned(),
                changed_at: Timestamp::from_unix_seconds(row.integer(3)?).to_string(),
            })
        })
        .collect()
}

/// A history as lines for people.
#[must_use]
pub fn table(changes: &[Change]) -> String {
    let line = |change: &Change| {
        let from = if change.valid_from == Timestamp::FIRST.to_string() { "the beginning" } else { &change.valid_from };
        format!("written {} by {}, valid from {from}\n  {}", change.changed_at, change.changed_by, change.terms)
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}
