//! Entries of accounts and steps of decisions, as pages show them.

use tributary_shared::ledger::Kind;
use tributary_shared::time::Timestamp;

use crate::pages::admin::{EntryRow, LinkRow};
use crate::store::PAGE_ROWS;
use crate::store::cabinet;

/// A name as one segment of an address: what is neither letter nor digit is escaped.
pub(super) fn segment(name: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => escaped.push(char::from(byte)),
            // Writing to a text cannot fail.
            other => drop(write!(escaped, "%{other:02X}")),
        }
    }
    escaped
}

/// Leaves of a page and one more the page; its last row, if there is another page.
pub(super) fn page_of<T>(rows: &mut Vec<T>) -> Option<&T> {
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    rows.last().filter(|_| more)
}

/// The word of a kind; one of a later version is shown as an adjustment.
pub(super) fn kind(word: &str) -> &'static str {
    Kind::parse(word).unwrap_or(Kind::Adjustment).as_str()
}

/// Entries as rows.
pub(super) fn rows(entries: Vec<cabinet::Entry>, now: Timestamp) -> Vec<EntryRow> {
    entries
        .into_iter()
        .map(|entry| EntryRow {
            at: entry.created_at,
            kind: kind(&entry.kind),
            tier: entry.tier,
            segment: entry.external_id.as_deref().map(segment).unwrap_or_default(),
            order: entry.external_id,
            amount: (entry.amount, entry.currency),
            payable_from: entry.payable_from,
            is_held: entry.payable_from > now,
            note: entry.reason,
        })
        .collect()
}

/// Links as rows; `base` is this host.
pub(super) fn links(links: Vec<(cabinet::LinkRow, i64)>, base: &str) -> Vec<LinkRow> {
    links
        .into_iter()
        .map(|(link, clicks)| LinkRow {
            url: format!("{base}/go/{}", link.code),
            code: link.code,
            target: link.target,
            clicks,
            is_active: link.active != 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        assert_eq!(segment("INV-7_a"), "INV-7_a");
        assert_eq!(segment("a/b?c#d%e é."), "a%2Fb%3Fc%23d%25e%20%C3%A9%2E");
    }
}
