//! The click token: the parameter `trb` of a URL, and the value of hidden form fields.
//!
//! It carries one touch and its tag, and nothing about a person. Its name is on no list of tracking parameters that
//! browsers strip (Brave's, ClearURLs'): keep it so.

use crate::signing::{KeyRing, Purpose};
use crate::touch::Touch;

/// The name of the URL parameter and of the hidden form field.
pub const PARAMETER: &str = "trb";

const VERSION: u8 = 1;

/// Writes a touch as a token.
#[must_use]
pub fn seal(touch: &Touch, keys: &KeyRing) -> String {
    let mut payload = Vec::with_capacity(crate::touch::TOUCH_BYTES);
    touch.write(&mut payload);
    keys.seal(Purpose::Token, VERSION, &payload)
}

/// Reads a token; `None` if it was not made by one of the keys.
#[must_use]
pub fn open(token: &str, keys: &KeyRing) -> Option<Touch> {
    Touch::read(&keys.open(Purpose::Token, VERSION, token)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{LinkId, PartnerId, TouchId};
    use crate::time::Timestamp;
    use crate::touch::TouchKind;

    fn touch() -> Touch {
        Touch {
            id: TouchId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
            kind: TouchKind::Click,
            partner: PartnerId(17),
            link: Some(LinkId(4)),
            at: Timestamp::from_unix_seconds(1_785_542_400),
        }
    }

    fn keys() -> KeyRing {
        KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").unwrap()
    }

    #[test]
    fn the_wire_form_is_this() {
        let token = seal(&touch(), &keys());
        assert_eq!(token, "AQEBAZAAAAAAcACAAAAAAAAAAQAAAAAAEQAAAAAABABqbTcAupspUMzOXWx_Lr6SQG9Fcw");
        assert_eq!(open(&token, &keys()), Some(touch()));
    }

    #[test]
    fn a_token_without_link_or_id_comes_back_as_it_was() {
        let bare = Touch { link: None, id: TouchId::NONE, kind: TouchKind::Visit, ..touch() };
        assert_eq!(open(&seal(&bare, &keys()), &keys()), Some(bare));
    }

    #[test]
    fn a_token_with_any_character_changed_is_refused() {
        let token = seal(&touch(), &keys());
        for index in 0..token.len() {
            for other in b"AaZz09-_ =+/" {
                let mut changed = token.clone().into_bytes();
                if changed[index] == *other {
                    continue;
                }
                changed[index] = *other;
                assert_eq!(open(&String::from_utf8(changed).unwrap(), &keys()), None, "character {index}");
            }
        }
        for text in ["", "AQ", "not a token", "trb", &format!("{token}A"), &token[1..]] {
            assert_eq!(open(text, &keys()), None);
        }
    }
}
