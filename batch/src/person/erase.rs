//! A person is forgotten: the ledger keeps amounts, not people.
//!
//! His address becomes a pseudonym, the same everywhere: what was one customer's is still one's, so that nobody's commission
//! changes when his orders are judged again. Names and free texts go, and ids of visitors become others, which no cookie has.

use std::fmt;

use serde::Serialize;
use tributary_shared::contact::Email;
use tributary_shared::id::PartnerId;
use tributary_shared::ledger::Account;
use tributary_shared::time::Timestamp;
use tributary_shared::trace::{Step, pack, unpack};
use uuid::{Builder, Uuid, Version};

use super::export::{orders_of, visitors_of};
use super::words;
use crate::error::Error;
use crate::orders::Signed;
use crate::store::{Store, Value, payouts};
use tributary_shared::hash::hex_hash;

/// Whom to forget, by whose word and why.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// His address.
    pub email: &'a str,
    /// Who asks for it, and why: on record without the address.
    pub signed: Signed<'a>,
    /// Random bits, for a pseudonym that says nothing.
    pub random: [u8; 32],
    /// Whether only to say what would be forgotten.
    pub dry_run: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// What stands in his place; nothing, if nothing was kept of him.
    pub pseudonym: Option<String>,
    /// Where his address stood.
    pub places: Vec<String>,
    /// Whether it was only asked what would be.
    pub dry_run: bool,
}

impl fmt::Display for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.pseudonym, self.dry_run) {
            (_, true) => write!(f, "would be erased from: {}", self.places.join(", ")),
            (None, false) => write!(f, "nothing is kept of this person"),
            (Some(pseudonym), false) => {
                write!(f, "erased, and {pseudonym} from now on; it stood in: {}", self.places.join(", "))
            }
        }
    }
}

/// Forgets a person. Each step is harmless to repeat, and the last one ends it: one that broke off is ended by the next.
///
/// 1. Whether anything is kept of him; a partner who is owed money is paid first.
/// 2. That it has begun, with his pseudonym: from then on texts about people may be changed in what is never changed.
/// 3. His orders: visitors, customer, reasons, and what decisions say.
/// 4. His log-in, his mails, himself as a partner and as a contact.
/// 5. His address, wherever else it stands.
/// 6. That it was done, and by whom; the address itself is forgotten last.
pub fn erase(store: &mut dyn Store, wanted: Wanted<'_>) -> Result<Erased, Error> {
    // (1)
    let Wanted { signed, dry_run, .. } = wanted;
    signed.check()?;
    let email = Email::parse(wanted.email).map_err(|error| Error::Refused(error.to_string()))?;
    let email = email.as_str();
    if [signed.by, signed.reason].iter().any(|text| words::replaced(text, email, "").is_some()) {
        return Err(Error::Refused("--by and --reason are kept: they must not hold the address".to_owned()));
    }
    let now = signed.at;
    let found = words::find(store, email)?;
    let mut places: Vec<String> = found.iter().map(|found| format!("{}.{}", found.table, found.column)).collect();
    let has_begun = begun(store, email)?;
    if (found.is_empty() && has_begun.is_none()) || dry_run {
        return Ok(Erased { pseudonym: None, places, dry_run });
    }
    let partners = partners(store, email)?;
    for (partner, code) in &partners {
        refuse_if_owed(store, *partner, code)?;
    }
    // (2)
    let begun = match has_begun {
        Some(begun) => begun,
        None => begin(store, email, wanted.random, now)?,
    };
    // (3)
    erase_orders(store, email, &begun)?;
    // (4)
    let name = begun.name();
    for (sql, parameters) in [
        (include_str!("../store/sql/erase_account.sql"), vec![email.into(), now.unix_seconds().into()]),
        (include_str!("../store/sql/erase_sessions.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_login_links.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_login_failures.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_mails.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_series.sql"), vec![email.into(), name.into()]),
        (include_str!("../store/sql/erase_bindings.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_hooks.sql"), vec![email.into()]),
        (include_str!("../store/sql/erase_contact.sql"), vec![email.into(), name.into()]),
    ] {
        store.write(sql, &parameters)?;
    }
    for (partner, code) in &partners {
        erase_partner(store, *partner, code, &begun, now)?;
    }
    // (5)
    for found in words::find(store, email)? {
        words::replace(store, &found, email, &begun.pseudonym)?;
    }
    // (6)
    let line = [
        now.unix_seconds().into(),
        signed.by.trim().into(),
        begun.pseudonym.as_str().into(),
        signed.reason.trim().into(),
    ];
    store.write(include_str!("../store/sql/erase_audit.sql"), &line)?;
    store.write(include_str!("../store/sql/erasing_end.sql"), &[email.into()])?;
    places.dedup();
    Ok(Erased { pseudonym: Some(begun.pseudonym), places, dry_run })
}

/// An erasure that goes on.
struct Begun {
    secret: String,
    pseudonym: String,
}

impl Begun {
    /// What the shop calls him from now on.
    fn name(&self) -> &str {
        self.pseudonym.split('@').next().unwrap_or_default()
    }

    /// The id of a visitor from now on: the same for the same, for whoever knows the secret. One that is new stays.
    fn visitor(&self, old: &str) -> Option<String> {
        let known = Uuid::parse_str(old).ok()?;
        if known.get_version() == Some(Version::Custom) {
            return None;
        }
        let digits = hex_hash(format!("{}/{old}", self.secret));
        let bits = u128::from_str_radix(digits.get(..32)?, 16).ok()?;
        Some(Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid().to_string())
    }
}

fn begun(store: &mut dyn Store, email: &str) -> Result<Option<Begun>, Error> {
    let rows = store.rows(include_str!("../store/sql/erasing_find.sql"), &[email.into()])?;
    let read = |row: &crate::store::Row| -> Result<Begun, Error> {
        Ok(Begun { secret: row.text(0)?.to_owned(), pseudonym: row.text(1)?.to_owned() })
    };
    rows.first().map(read).transpose()
}

fn begin(store: &mut dyn Store, email: &str, random: [u8; 32], now: Timestamp) -> Result<Begun, Error> {
    let (name, secret) = random.split_at(8);
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let pseudonym = format!("erased-{}@erased.invalid", digits(name));
    let parameters = [email.into(), digits(secret).into(), pseudonym.into(), now.unix_seconds().into()];
    store.write(include_str!("../store/sql/erasing_begin.sql"), &parameters)?;
    begun(store, email)?.ok_or_else(|| Error::Unable("the erasure could not begin".to_owned()))
}

fn partners(store: &mut dyn Store, email: &str) -> Result<Vec<(PartnerId, String)>, Error> {
    let rows = store.rows(include_str!("../store/sql/person_partner.sql"), &[email.into()])?;
    rows.iter().map(|row| Ok((PartnerId(row.integer(0)?), row.text(1)?.to_owned()))).collect()
}

fn refuse_if_owed(store: &mut dyn Store, partner: PartnerId, code: &str) -> Result<(), Error> {
    let account = Account::Partner(partner);
    let open = store.rows(include_str!("../store/sql/payouts_open_of_account.sql"), &[account.number().into()])?;
    let is_open = open.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0) > 0;
    let balances = payouts::balances(store, Some(account), Timestamp::LAST)?;
    if is_open || balances.iter().any(|balance| balance.payable_minor != 0) {
        return Err(Error::Refused(format!(
            "partner {code} has a balance or an open payout: pay it or adjust it to nothing first, then erase him"
        )));
    }
    Ok(())
}

fn erase_orders(store: &mut dyn Store, email: &str, begun: &Begun) -> Result<(), Error> {
    let orders: Value = orders_of(store, email)?.into();
    for old in visitors_of(store, orders.clone())? {
        // Touches first: an order whose visitor is another's already finds them all.
        if let Some(new) = begun.visitor(&old) {
            store.write(include_str!("../store/sql/erase_touches.sql"), &[old.as_str().into(), new.as_str().into()])?;
            let parameters = [orders.clone(), old.into(), new.into()];
            store.write(include_str!("../store/sql/erase_order_visitor.sql"), &parameters)?;
        }
    }
    let parameters = [orders.clone(), begun.pseudonym.as_str().into(), begun.name().into()];
    store.write(include_str!("../store/sql/erase_orders.sql"), &parameters)?;
    store.write(include_str!("../store/sql/erase_reports.sql"), std::slice::from_ref(&orders))?;
    let masked = Email::parse(&begun.pseudonym).map(|email| email.masked()).unwrap_or_default();
    for row in store.rows(include_str!("../store/sql/erase_steps_read.sql"), &[orders])? {
        let id = row.integer(0)?;
        let mut steps = unpack(row.text(1)?)
            .map_err(|error| Error::Corrupt { subject: format!("decision {id}"), problem: error.to_string() })?;
        for step in &mut steps {
            if let Step::Evidence { contact: Some(contact), .. } = step {
                contact.clone_from(&masked);
            } else if let Step::Ruled { reason, .. } = step {
                "erased".clone_into(reason);
            }
        }
        store.write(include_str!("../store/sql/erase_steps.sql"), &[id.into(), pack(&steps).into()])?;
    }
    Ok(())
}

fn erase_partner(
    store: &mut dyn Store,
    partner: PartnerId,
    code: &str,
    begun: &Begun,
    now: Timestamp,
) -> Result<(), Error> {
    let account: Value = Account::Partner(partner).number().into();
    let id: Value = partner.0.into();
    let pseudonym: Value = begun.pseudonym.as_str().into();
    for (sql, parameters) in [
        (include_str!("../store/sql/erase_partner_terms.sql"), vec![id.clone(), now.unix_seconds().into()]),
        (include_str!("../store/sql/erase_requisites.sql"), vec![account.clone(), pseudonym.clone()]),
        (include_str!("../store/sql/erase_payouts.sql"), vec![account.clone(), pseudonym]),
        (include_str!("../store/sql/erase_payout_history.sql"), vec![account]),
        (include_str!("../store/sql/erase_partner_history.sql"), vec![code.into()]),
        (include_str!("../store/sql/erase_keys.sql"), vec![id.clone(), now.unix_seconds().into()]),
        (include_str!("../store/sql/erase_partner.sql"), vec![id]),
    ] {
        store.write(sql, &parameters)?;
    }
    Ok(())
}
