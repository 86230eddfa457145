//! `tributary contacts assign`: a contact goes to another partner by the merchant's word, from an instant on.

use tributary_shared::contact::Email;
use tributary_shared::id::ExternalId;

use crate::error::Error;
use crate::orders::Signed;
use crate::store::{Store, rules};

/// Binds a contact (by e-mail address, or as the shop calls him) to a partner by hand, and says so.
///
/// What he orders from that instant on is the partner's. Orders before it stay as they were judged; `diff` does not touch
/// them either, because evidence counts from its own time on.
pub fn assign(
    store: &mut dyn Store,
    contact: &str,
    partner: &str,
    signed: Signed<'_>,
    dry_run: bool,
) -> Result<String, Error> {
    signed.check()?;
    let book = rules::read(store)?;
    let partner =
        book.partner_by_code(partner).ok_or_else(|| Error::Refused(format!("partner {partner} is not known")))?;
    let name = match Email::parse(contact) {
        Ok(email) => email.as_str().to_owned(),
        Err(_) => ExternalId::parse(contact).map_err(|error| Error::Refused(error.to_string()))?.to_string(),
    };
    let known = store.rows(include_str!("store/sql/contact_by_name.sql"), &[name.as_str().into()])?;
    if known.is_empty() && !name.contains('@') {
        return Err(Error::Refused(format!("contact {name} is not known")));
    }
    if !dry_run {
        let at = signed.at.unix_seconds();
        if known.is_empty() {
            store.write(include_str!("store/sql/contact_create.sql"), &[name.as_str().into(), at.into()])?;
        }
        let source = format!("{}: {}", signed.by.trim(), signed.reason.trim());
        let parameters = [name.as_str().into(), at.into(), partner.id.0.into(), source.into()];
        store.write(include_str!("store/sql/contact_hand_insert.sql"), &parameters)?;
    }
    Ok(format!("contact {name} is partner {}'s for what he orders from {} on", partner.code, signed.at))
}
