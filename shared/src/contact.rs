//! Contacts: persons known by e-mail or external id, and the partner they are bound to.

use serde::{Deserialize, Serialize};

use crate::cookie::is_inside;
use crate::id::PartnerId;
use crate::program::{Binding, Model};
use crate::rules::Rulebook;
use crate::sorted::sort_by_key;
use crate::time::Timestamp;

/// The longest e-mail address: 254 characters (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_CHARACTERS_MAX: usize = 254;

/// An e-mail address as contacts are known by it: without blanks around it, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an e-mail address")]
pub struct EmailError {
    text: String,
}

impl Email {
    /// Takes an address; asks for one `@` with something on both sides and no blanks or controls, not for more.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let email = text.trim().to_lowercase();
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',' | ';');
        match email.rsplit_once('@') {
            Some((local, host))
                if !local.is_empty()
                    && !host.is_empty()
                    && !local.contains('@')
                    && email.chars().count() <= EMAIL_CHARACTERS_MAX
                    && email.chars().all(is_plain) =>
            {
                Ok(Self(email))
            }
            _ => Err(EmailError { text: text.chars().filter(|c| !c.is_control()).take(64).collect() }),
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mailbox behind the address: what `+tag` says and, at Gmail, dots is cut off.
    ///
    /// For telling whether two addresses are one person's, never for knowing a contact by.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let Some((local, host)) = self.0.rsplit_once('@') else {
            return self.0.clone();
        };
        let local = local.split('+').next().unwrap_or(local);
        match host {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            _ => format!("{local}@{host}"),
        }
    }

    /// Whether a text, taken as an address, could be one of the same mailbox by what stands behind its `@`.
    ///
    /// For sparing what [`Email::mailbox`] costs: `false` is certain, `true` is not.
    #[must_use]
    pub fn may_share_host(&self, text: &str) -> bool {
        let host = |text| str::rsplit_once(text, '@').map(|(_, host): (&str, _)| host);
        let (Some(own), Some(other)) = (host(self.0.as_str()), host(text.trim())) else {
            return false;
        };
        let is_gmail =
            |host: &str| host.eq_ignore_ascii_case("gmail.com") || host.eq_ignore_ascii_case("googlemail.com");
        // Letters beyond ASCII have other lower cases than this one comparison knows.
        !other.is_ascii() || own.eq_ignore_ascii_case(other) || (is_gmail(own) && is_gmail(other))
    }

    /// The address as a stranger may see it: `b…@example.test`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, host) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        format!("{}…@{host}", local.chars().next().unwrap_or('…'))
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// How a partner came to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundBy {
    /// The contact opted in after a touch of the partner.
    OptIn,
    /// The contact ordered with a coupon of the partner.
    Coupon,
    /// The contact ordered after a touch of the partner.
    Touch,
    /// The contact's order said that it was the partner's.
    Order,
    /// The merchant bound him by hand.
    Hand,
}

impl BoundBy {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OptIn => "opt_in",
            Self::Coupon => "coupon",
            Self::Touch => "touch",
            Self::Order => "order",
            Self::Hand => "hand",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::OptIn, Self::Coupon, Self::Touch, Self::Order, Self::Hand].into_iter().find(|by| by.as_str() == text)
    }
}

/// One piece of evidence that a contact is a partner's: kept for ever, judged when an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactTouch {
    /// The partner.
    pub partner: PartnerId,
    /// How.
    pub by: BoundBy,
    /// When the contact did what binds him.
    pub at: Timestamp,
    /// When the touch behind it was, if there was one.
    pub touched_at: Option<Timestamp>,
}

/// Whom a contact is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The partner.
    pub partner: PartnerId,
    /// How.
    pub by: BoundBy,
    /// Since when.
    pub since: Timestamp,
}

/// Whom a contact is bound to at `now`, by all that is known of him; a pure function of the evidence, in any order.
///
/// The binding rule is that of the partner who holds the contact: he keeps him (`first`) or loses him to the next who
/// brings him (`last`). What the merchant did by hand always holds.
#[must_use]
pub fn bound(touches: &[ContactTouch], book: &Rulebook, now: Timestamp) -> Option<Bound> {
    let mut occasions: Vec<&ContactTouch> = touches
        .iter()
        .filter(|touch| touch.at <= now && is_valid(touch, book) && !is_poached(touch, touches))
        .collect();
    // One opt-in may rest on several touches: they stand together, by the time of the touch.
    sort_by_key(&mut occasions, |touch| (touch.at, touch.touched_at, touch.by, touch.partner));
    let mut holder: Option<Bound> = None;
    let mut index = 0;
    while index < occasions.len() {
        let at = occasions[index].at;
        let together = occasions[index..].iter().take_while(|touch| touch.at == at).count();
        let candidate = choose(&occasions[index..index + together], book);
        index += together;
        let goes_over = match &holder {
            None => true,
            Some(_) if candidate.by == BoundBy::Hand => true,
            Some(holder) => {
                match book.rules_for(holder.partner, at).map(|(_, _, rules)| (rules.binding, rules.binding_days)) {
                    Some((_, days)) if has_ended(holder.since, days, at) => true,
                    Some((Binding::Last, _)) => holder.by != BoundBy::Hand && holder.partner != candidate.partner,
                    Some((Binding::First | Binding::Off, _)) => false,
                    None => true,
                }
            }
        };
        if goes_over {
            holder = Some(Bound { partner: candidate.partner, by: candidate.by, since: at });
        }
    }
    holder.filter(|holder| {
        let days = book.rules_for(holder.partner, now).and_then(|(_, _, rules)| rules.binding_days);
        !has_ended(holder.since, days, now)
    })
}

fn has_ended(since: Timestamp, binding_days: Option<u32>, now: Timestamp) -> bool {
    binding_days.is_some_and(|days| !is_inside(days, since, now))
}

/// Whether evidence could bind at all when it came about, by the rules of its partner's program then.
fn is_valid(touch: &ContactTouch, book: &Rulebook) -> bool {
    let Some((_, _, rules)) = book.rules_for(touch.partner, touch.at) else {
        return false;
    };
    if rules.binding == Binding::Off && touch.by != BoundBy::Hand {
        return false;
    }
    match touch.by {
        BoundBy::Hand | BoundBy::Order => true,
        BoundBy::Coupon => rules.coupon_decides,
        BoundBy::OptIn | BoundBy::Touch => {
            touch.touched_at.is_none_or(|touched| is_inside(rules.window_days, touched, touch.at))
        }
    }
}

/// Whether a touch came so close before the order that it is held for it: then it binds nobody either.
fn is_poached(touch: &ContactTouch, all: &[ContactTouch]) -> bool {
    let earlier = |clicked: Timestamp| {
        let is_of_another = |other: &&ContactTouch| other.at == touch.at && other.partner != touch.partner;
        all.iter().filter(is_of_another).any(|other| other.touched_at.is_some_and(|touched| touched < clicked))
    };
    touch.by == BoundBy::Touch
        && touch.touched_at.is_some_and(|clicked| {
            touch.at.seconds_since(clicked) < crate::attribution::POACHING_SECONDS && earlier(clicked)
        })
}

/// Of evidence of one instant (several touches behind one opt-in), the one that the program's model takes.
fn choose<'a>(together: &[&'a ContactTouch], book: &Rulebook) -> &'a ContactTouch {
    let last = together[together.len() - 1];
    let rules = book.rules_for(last.partner, last.at).map(|(_, _, rules)| rules.model);
    if let Some(by_hand) = together.iter().find(|touch| touch.by == BoundBy::Hand) {
        return by_hand;
    }
    match rules {
        Some(Model::First) => together[0],
        Some(Model::Last) | None => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_in_lower_case_and_shown_masked() {
        let email = Email::parse(" Berta@Example.TEST ").unwrap();
        assert_eq!(email.as_str(), "berta@example.test");
        assert_eq!(email.masked(), "b…@example.test");
    }

    #[test]
    fn two_addresses_of_one_mailbox_are_told() {
        let mailbox = |text: &str| Email::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("a.n.n+shop@googlemail.com"), mailbox("ann@gmail.com"));
        assert_eq!(mailbox("ann+x@example.test"), mailbox("ann@example.test"));
        assert_ne!(mailbox("a.nn@example.test"), mailbox("ann@example.test"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b\r\nBcc: d@e", "<a@b>"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}
