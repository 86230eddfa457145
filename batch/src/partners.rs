//! `tributary partners move CODE --to PROGRAM`: the one way from one program to another.
//!
//! A partner is in one program at a time. What was paid before the move stays judged by the program he was in then; what
//! is paid from then on is judged by the new one. Nothing booked changes.

use serde_json::json;
use tributary_shared::partner::PartnerTerms;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::import::program::update_links;
use crate::store::{Store, rules};

/// A move.
pub struct Move<'a> {
    /// Whose: the partner's code.
    pub partner: &'a str,
    /// Whereto: the program's code.
    pub program: &'a str,
    /// From when on.
    pub from: Timestamp,
    /// Who moves him, for the record.
    pub by: &'a str,
}

/// Moves a partner, and says so; a dry run only says so.
pub fn run(store: &mut dyn Store, movement: &Move<'_>, now: Timestamp, dry_run: bool) -> Result<String, Error> {
    let Move { partner, program, from, by } = movement;
    let book = rules::read(store)?;
    let partner =
        book.partner_by_code(partner).ok_or_else(|| Error::Refused(format!("partner {partner} is not known")))?;
    let target = book.programs().iter().find(|known| known.code.as_str() == *program);
    let target = target.ok_or_else(|| Error::Refused(format!("program {program} is not known")))?;
    let current = partner.terms.at(*from).map(|(_, terms)| terms);
    let current = current.ok_or_else(|| Error::Refused(format!("partner {} is in no program", partner.code)))?;
    if current.program == target.id {
        return Err(Error::Refused(format!("partner {} is in program {} already", partner.code, target.code)));
    }
    if !dry_run {
        // What else is planned for later stays, in the new program.
        let versions = std::iter::once((*from, current)).chain(partner.terms.after(*from));
        let moved = |terms: &PartnerTerms| PartnerTerms { program: target.id, ..terms.clone() };
        let versions: Vec<_> = versions
            .map(
                |(valid_from, terms)| json!({ "partner": partner.id, "valid_from": valid_from, "terms": moved(terms) }),
            )
            .collect();
        let parameters = [json!(versions).to_string().into(), (*by).into(), now.unix_seconds().into()];
        store.write(include_str!("store/sql/partner_versions_insert.sql"), &parameters)?;
        if let Some((_, rules)) = target.rules.at(now).filter(|_| *from <= now) {
            update_links(store, &target.code, rules, now)?;
        }
    }
    Ok(format!("partner {} is in program {} for what is paid from {from} on", partner.code, target.code))
}
