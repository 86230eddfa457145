//! Rulings: what a named person decided about an order, kept as events beside those of the shop.

use serde::{Deserialize, Serialize};

use super::OrderCharity;
use crate::id::Code;
use crate::time::Timestamp;

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Nothing is earned until somebody has looked.
    Hold,
    /// A hold is over: what is earned is booked.
    Release,
    /// The order earns no partner anything.
    Refuse,
    /// The order is another partner's.
    Assign {
        /// Whose.
        partner: Code,
    },
    /// The order's own hold, in days from its payment.
    HoldDays(u32),
    /// The charity that the order carries.
    Charity(OrderCharity),
    /// The order is to be judged again, with all that is known now.
    Replay,
}

/// A word, whose it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What was decided.
    pub word: Word,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What holds of all rulings: the latest on each matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ruled {
    /// The latest of hold, release and refusal.
    pub hold: Option<Ruling>,
    /// The latest assignment.
    pub assigned: Option<Ruling>,
    /// The latest on the order's own hold.
    pub hold_days: Option<Ruling>,
    /// The latest on its charity.
    pub charity: Option<Ruling>,
    /// The latest replay.
    pub replay: Option<Ruling>,
}

impl Ruled {
    /// Takes a ruling; those of one second in order of arrival.
    pub fn hear(&mut self, ruling: &Ruling) {
        let place = match &ruling.word {
            Word::Hold | Word::Release | Word::Refuse => &mut self.hold,
            Word::Assign { .. } => &mut self.assigned,
            Word::HoldDays(_) => &mut self.hold_days,
            Word::Charity(_) => &mut self.charity,
            Word::Replay => &mut self.replay,
        };
        if place.as_ref().is_none_or(|heard| heard.at <= ruling.at) {
            *place = Some(ruling.clone());
        }
    }

    /// The partner whom the merchant named.
    #[must_use]
    pub fn partner(&self) -> Option<&Code> {
        match self.assigned.as_ref().map(|ruling| &ruling.word) {
            Some(Word::Assign { partner }) => Some(partner),
            _ => None,
        }
    }

    /// The order's own hold.
    #[must_use]
    pub fn hold_days(&self) -> Option<u32> {
        match self.hold_days.as_ref().map(|ruling| &ruling.word) {
            Some(Word::HoldDays(days)) => Some(*days),
            _ => None,
        }
    }

    /// The charity that the merchant named.
    #[must_use]
    pub fn charity(&self) -> Option<&OrderCharity> {
        match self.charity.as_ref().map(|ruling| &ruling.word) {
            Some(Word::Charity(charity)) => Some(charity),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(word: Word, seconds: i64) -> Ruling {
        Ruling { word, by: "Olga".to_owned(), reason: "seen".to_owned(), at: Timestamp::from_unix_seconds(seconds) }
    }

    #[test]
    fn the_latest_word_on_each_matter_holds_whatever_the_order_of_arrival() {
        let words =
            [ruling(Word::Hold, 1), ruling(Word::Release, 3), ruling(Word::Refuse, 2), ruling(Word::HoldDays(7), 9)];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 2, 0, 3]] {
            let mut ruled = Ruled::default();
            order.iter().for_each(|index| ruled.hear(&words[*index]));
            assert_eq!(ruled.hold.as_ref().map(|ruling| &ruling.word), Some(&Word::Release), "{order:?}");
            assert_eq!(ruled.hold_days(), Some(7));
        }
    }

    #[test]
    fn a_ruling_is_stored_like_this() {
        let assigned = ruling(Word::Assign { partner: Code::parse("ANN").unwrap() }, 5);
        assert_eq!(
            serde_json::to_string(&assigned).unwrap(),
            r#"{"word":{"assign":{"partner":"ANN"}},"by":"Olga","reason":"seen","at":5}"#
        );
        assert_eq!(
            serde_json::to_string(&ruling(Word::Release, 5)).unwrap(),
            r#"{"word":"release","by":"Olga","reason":"seen","at":5}"#
        );
    }
}
