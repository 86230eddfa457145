//! `tributary accounts add|list|close`: who may log in. The first owner is let in here; he lets others in on his pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use tributary_shared::account::{Role, WELCOME_LINK_SECONDS};
use tributary_shared::contact::Email;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, Value};
use tributary_shared::hash::hex_hash;

/// Whom to let in.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// His e-mail address.
    pub email: &'a str,
    /// As what.
    pub role: Role,
    /// Whose cabinet it opens, if he is a partner.
    pub partner: Option<&'a str>,
}

/// A log-in that was opened, or an account that has one already and gets another link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// His e-mail address.
    pub email: String,
    /// As what he may log in.
    pub role: Role,
    /// Where, on the merchant's host: it logs in once, within seven days.
    pub path: String,
}

/// Opens a log-in, or makes another link for one that is open. Shown once; only the link's hash is kept.
pub fn open(store: &mut dyn Store, opening: Opening<'_>, random: [u8; 32], now: Timestamp) -> Result<Opened, Error> {
    let email = Email::parse(opening.email).map_err(|error| Error::Refused(error.to_string()))?;
    if (opening.role == Role::Partner) != opening.partner.is_some() {
        return Err(Error::Refused("--partner CODE goes with --role partner, and with no other".to_owned()));
    }
    let partner = match opening.partner {
        None => Value::Null,
        Some(code) => {
            let rows = store.rows(include_str!("store/sql/partner_id.sql"), &[code.into()])?;
            let found = rows.first().map(|row| row.integer(0)).transpose()?;
            found.ok_or_else(|| Error::Refused(format!("partner {code} is not known")))?.into()
        }
    };
    let at = now.unix_seconds();
    let parameters = [email.as_str().into(), opening.role.as_str().into(), partner, at.into()];
    store.write(include_str!("store/sql/account_insert.sql"), &parameters)?;
    let token = URL_SAFE_NO_PAD.encode(random);
    let until = now.plus_seconds(WELCOME_LINK_SECONDS).unix_seconds();
    let parameters = [
        hex_hash(&token).into(),
        email.as_str().into(),
        at.into(),
        until.into(),
        opening.role.as_str().into(),
        opening.partner.unwrap_or_default().into(),
    ];
    if store.write(include_str!("store/sql/login_link_insert.sql"), &parameters)? == 0 {
        return Err(Error::Refused(format!(
            "{} cannot be let in as {}: the address, or the partner, has another log-in already, or a closed one",
            email.as_str(),
            opening.role.as_str()
        )));
    }
    record(store, "account.opened", email.as_str(), opening.role.as_str(), now)?;
    Ok(Opened { email: email.as_str().to_owned(), role: opening.role, path: format!("/login/{token}") })
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// His e-mail address.
    pub email: String,
    /// As what he may log in.
    pub role: String,
    /// The partner whose cabinet it opens.
    pub partner: Option<String>,
    /// Whether it opens anything.
    pub open: bool,
}

/// All accounts, in order of their addresses.
pub fn list(store: &mut dyn Store) -> Result<Vec<Listed>, Error> {
    let rows = store.rows(include_str!("store/sql/accounts.sql"), &[])?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                email: row.text(0)?.to_owned(),
                role: row.text(1)?.to_owned(),
                partner: row.optional_text(2)?.map(str::to_owned),
                open: row.optional_integer(3)?.is_none(),
            })
        })
        .collect()
}

/// Closes a log-in: it opens nothing any more, and whoever is logged in by it is not.
pub fn close(store: &mut dyn Store, email: &str, now: Timestamp) -> Result<bool, Error> {
    let email = Email::parse(email).map_err(|error| Error::Refused(error.to_string()))?;
    let closed = store
        .write(include_str!("store/sql/account_close.sql"), &[email.as_str().into(), now.unix_seconds().into()])?;
    store.write(include_str!("store/sql/sessions_of_closed_delete.sql"), &[email.as_str().into()])?;
    if closed > 0 {
        record(store, "account.closed", email.as_str(), "", now)?;
    }
    Ok(closed > 0)
}

/// Writes a line of the history, as the pages do for what is done there.
fn record(store: &mut dyn Store, what: &str, subject: &str, after: &str, now: Timestamp) -> Result<(), Error> {
    let parameters = [now.unix_seconds().into(), what.into(), subject.into(), after.into()];
    store.write(include_str!("store/sql/audit_insert.sql"), &parameters)?;
    Ok(())
}

/// Accounts as a table for people.
#[must_use]
pub fn table(accounts: &[Listed]) -> String {
    let mut lines = vec![format!("{:<32} {:<8} {:<20} {}", "e-mail", "role", "partner", "state")];
    for account in accounts {
        let state = if account.open { "open" } else { "closed" };
        let partner = account.partner.as_deref().unwrap_or_default();
        lines.push(format!("{:<32} {:<8} {partner:<20} {state}", account.email, account.role));
    }
    lines.join("\n")
}
