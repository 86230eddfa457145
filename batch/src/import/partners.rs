//! `import partners FILE.csv`: partners, who stands above them, their rates and coupons.

use std::io::Read;

use serde_json::json;
use tributary_shared::id::PartnerId;
use tributary_shared::import::partners::{COLUMNS, Draft, REQUIRED, read};
use tributary_shared::partner::PartnerTerms;
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

/// Rows of one statement.
const CHUNK_ROWS: usize = 2_000;

/// Takes a file of partners; parents may come after their children.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let book = rules::read(store)?;
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, REQUIRED, settings.map)?;
    let time = |text: &str| settings.zone.parse_time(text);
    let (drafts, mut report) = read(table, &book, settings.valid_from.unwrap_or(settings.now), &time);
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
    let text = table::text(file)?;
    let (drafts, report) = read(table::open(&text, COLUMNS, REQUIRED, &[])?, book, from, &|text| zone.parse_time(text));
    let known = |draft: &Draft| {
        let partner = book.partner_by_code(draft.code.as_str())?;
        Some((partner.id, draft.terms(partner.terms.at(from).map(|(_, terms)| terms), book)))
    };
    Ok((drafts.iter().filter_map(known).collect(), report))
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
                json!({ "code": draft.code, "name": draft.name(known), "email": draft.email(known) })
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
        let terms = draft.terms(latest, &with_rows);
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
