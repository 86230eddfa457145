//! Claims: texts of an order that may tell who brought the buyer, believed only after a look at them.

use url::Url;

use crate::id::Code;
use crate::signing::KeyRing;
use crate::token;
use crate::utm;
use crate::visit::{self, Carried, PARTNER_PARAMETERS};

/// The key of metadata, attributes and the like under which a merchant's server names the partner.
pub(crate) const PARTNER_KEY: &str = "trb_partner";

/// A text that may be a token or a cookie of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The text.
    pub text: String,
    /// Whether it stood where only a token of ours stands: then one that nobody signed is worth a note.
    pub is_named: bool,
}

/// All claims of one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Texts that may be tokens.
    pub tokens: Vec<Claim>,
    /// A partner's code in the address that the buyer came to. Whoever made the address put it there, signed by nobody:
    /// it counts like a visit with such an address, no more.
    pub via: Option<Code>,
}

impl Claims {
    /// Adds what stands under our own name: a token.
    pub(crate) fn named(&mut self, text: Option<&str>) {
        self.add(text, true);
    }

    /// Adds what stands in a field that others use, too.
    pub(crate) fn unnamed(&mut self, text: Option<&str>) {
        self.add(text, false);
    }

    /// Adds what an address says that the buyer came to; a path will do.
    pub(crate) fn address(&mut self, address: Option<&str>) {
        let Some(address) = address else { return };
        let query = match Url::parse(address) {
            Ok(url) => url.query().unwrap_or_default().to_owned(),
            Err(_) => {
                let path = address.split('#').next().unwrap_or_default();
                path.split_once('?').map_or("", |(_, query)| query).to_owned()
            }
        };
        self.named(utm::first(&query, token::PARAMETER).as_deref());
        if self.via.is_none() {
            self.via = PARTNER_PARAMETERS
                .iter()
                .find_map(|name| utm::first(&query, name))
                .and_then(|code| Code::parse(&code).ok());
        }
    }

    fn add(&mut self, text: Option<&str>, is_named: bool) {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return };
        match self.tokens.iter_mut().find(|claim| claim.text == text) {
            Some(claim) => claim.is_named |= is_named,
            None => self.tokens.push(Claim { text: text.to_owned(), is_named }),
        }
    }

    /// Opens all of them: every touch once, and a refusal only if none of ours was among them.
    #[must_use]
    pub fn open(&self, keys: &KeyRing) -> Carried {
        let mut all = Carried::default();
        let mut refused = false;
        for claim in &self.tokens {
            let carried = visit::open(&claim.text, keys);
            refused |= carried.refused && claim.is_named;
            all.visitor = all.visitor.or(carried.visitor);
            for touch in carried.touches {
                if !all.touches.contains(&touch) {
                    all.touches.push(touch);
                }
            }
        }
        all.refused = refused && all.touches.is_empty();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{LinkId, PartnerId, TouchId};
    use crate::time::Timestamp;
    use crate::touch::{Touch, TouchKind};

    fn keys() -> KeyRing {
        KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").unwrap()
    }

    fn sealed() -> String {
        let touch = Touch {
            id: TouchId::NONE,
            kind: TouchKind::Click,
            partner: PartnerId(17),
            link: Some(LinkId(4)),
            at: Timestamp::from_unix_seconds(1_785_542_400),
        };
        token::seal(&touch, &keys())
    }

    #[test]
    fn a_token_is_found_in_a_field_of_others_whose_other_values_are_nothing_to_us() {
        let mut claims = Claims::default();
        claims.unnamed(Some("cart-4711"));
        assert_eq!(claims.open(&keys()), Carried::default());
        claims.unnamed(Some(&sealed()));
        assert_eq!(claims.open(&keys()).touches.len(), 1);
    }

    #[test]
    fn what_stands_under_our_name_and_nobody_signed_is_refused_unless_a_better_one_is_there() {
        let mut claims = Claims::default();
        claims.named(Some("forged"));
        assert!(claims.open(&keys()).refused);
        claims.address(Some(&format!("/tours?trb={}#top", sealed())));
        let carried = claims.open(&keys());
        assert_eq!((carried.refused, carried.touches.len()), (false, 1));
    }

    #[test]
    fn an_address_tells_token_and_partner() {
        for address in ["https://shop.example/?utm_source=x&via=P001&trb=abc", "/tours?via=P001&trb=abc#top"] {
            let mut claims = Claims::default();
            claims.address(Some(address));
            assert_eq!(claims.tokens, [Claim { text: "abc".to_owned(), is_named: true }], "{address}");
            assert_eq!(claims.via.map(String::from), Some("P001".to_owned()));
        }
        let mut claims = Claims::default();
        claims.address(Some("MGH-App"));
        assert_eq!(claims, Claims::default());
    }
}
