//! Touches: evidence that a partner brought a visitor.

use serde::{Deserialize, Serialize};

use crate::id::{LinkId, PartnerId, TouchId};
use crate::time::Timestamp;

/// How the visitor was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// He came through a link of the partner.
    Click,
    /// He came to a page with the partner's code in its address.
    Visit,
}

impl TouchKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::Visit => "visit",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "click" => Some(Self::Click),
            "visit" => Some(Self::Visit),
            _ => None,
        }
    }
}

/// One touch of a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Touch {
    /// Its id, [`TouchId::NONE`] where none may be kept.
    pub id: TouchId,
    /// How.
    pub kind: TouchKind,
    /// By whom.
    pub partner: PartnerId,
    /// Through which link, if through one.
    pub link: Option<LinkId>,
    /// When.
    pub at: Timestamp,
}

/// Bytes of a touch on the wire: kind 1, id 16, partner 6, link 6, seconds 5.
pub(crate) const TOUCH_BYTES: usize = 34;

impl Touch {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(match self.kind {
            TouchKind::Click => 1,
            TouchKind::Visit => 2,
        });
        bytes.extend(self.id.0.as_bytes());
        bytes.extend(&self.partner.0.to_be_bytes()[2..]);
        bytes.extend(&self.link.map_or(0, |link| link.0).to_be_bytes()[2..]);
        bytes.extend(&self.at.unix_seconds().to_be_bytes()[3..]);
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != TOUCH_BYTES {
            return None;
        }
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0_i64, |sum, &byte| sum << 8 | i64::from(byte));
        let kind = match bytes[0] {
            1 => TouchKind::Click,
            2 => TouchKind::Visit,
            _ => return None,
        };
        let id = TouchId(uuid::Uuid::from_slice(&bytes[1..17]).ok()?);
        let link = number(23..29);
        Some(Self {
            id,
            kind,
            partner: PartnerId(number(17..23)),
            link: (link != 0).then_some(LinkId(link)),
            at: Timestamp::from_unix_seconds(number(29..34)),
        })
    }
}
