//! Random journeys, and an oracle that shares no code with the rest.

use tributary_shared::attribution::EvidenceKind;
use tributary_shared::id::{PartnerId, TouchId};
use tributary_shared::program::{Model, ProgramRules};
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use tributary_shared::touch::{Touch, TouchKind};
use uuid::Uuid;

use super::common::{Case, Dice, PAID_AT, order, rules};
use super::{held, two_programs};

/// A touch as the oracle below sees it: plain numbers.
#[derive(Debug, Clone, Copy)]
struct Plain {
    partner: i64,
    number: u128,
    at: i64,
    is_click: bool,
    is_carried: bool,
    is_stored: bool,
}

/// A journey: days of the two windows, whether the two programs take the first touch, when the order was placed, touches.
#[derive(Debug)]
struct Journey {
    windows: [i64; 2],
    first: [bool; 2],
    ordered: i64,
    touches: Vec<Plain>,
}

const PAID: i64 = PAID_AT.unix_seconds();

impl Journey {
    fn thrown(dice: &mut Dice) -> Self {
        let windows = [dice.one_of(&[1, 7, 30]), dice.one_of(&[30, 90, 365])];
        let first = [dice.once_in(2), dice.once_in(2)];
        let ordered = if dice.once_in(3) { PAID - dice.throw(0, 3 * DAY_SECONDS) } else { PAID };
        let touches = (0..dice.throw(0, 8))
            .map(|_| {
                let before = match dice.throw(0, 5) {
                    0 => dice.throw(0, 121),
                    1 => windows[0] * DAY_SECONDS + dice.throw(-2, 3),
                    2 => windows[1] * DAY_SECONDS + dice.throw(-2, 3),
                    3 => dice.throw(-100, 40 * DAY_SECONDS),
                    _ => dice.throw(-100, 400 * DAY_SECONDS),
                };
                let where_kept = dice.throw(0, 5);
                Plain {
                    partner: dice.throw(1, 6),
                    number: u128::try_from(dice.throw(1, 1 << 30)).expect("above 0"),
                    at: ordered - before,
                    is_click: !dice.once_in(4),
                    is_carried: where_kept < 3,
                    is_stored: where_kept >= 2,
                }
            })
            .collect();
        Self { windows, first, ordered, touches }
    }

    fn program(&self, model_and_window: usize) -> ProgramRules {
        let window_days = u32::try_from(self.windows[model_and_window]).expect("days are above 0");
        let model = if self.first[model_and_window] { Model::First } else { Model::Last };
        ProgramRules { window_days, model, ..rules("10") }
    }

    fn case(&self) -> Case {
        let mut case = order().placed_at(Timestamp::from_unix_seconds(self.ordered));
        for plain in &self.touches {
            let touch = Touch {
                id: TouchId(Uuid::from_u128(plain.number)),
                kind: if plain.is_click { TouchKind::Click } else { TouchKind::Visit },
                partner: PartnerId(plain.partner),
                link: None,
                at: Timestamp::from_unix_seconds(plain.at),
            };
            case = if plain.is_carried { case.carrying(touch) } else { case };
            case = if plain.is_stored { case.stored(touch) } else { case };
        }
        case
    }

    /// 0 or 1 by the partner's program; partner 5 is in none.
    fn program_of(partner: i64) -> Option<usize> {
        match partner {
            1 | 2 => Some(0),
            3 | 4 => Some(1),
            _ => None,
        }
    }

    fn counts(&self, touch: &Plain) -> bool {
        let Some(program) = Self::program_of(touch.partner) else {
            return false;
        };
        let end = touch.at + self.windows[program] * 24 * 60 * 60;
        touch.at <= self.ordered && self.ordered <= end
    }

    /// Who should be credited, by what, and whether he should be held: found by scanning, without sorting.
    fn oracle(&self) -> Option<(i64, EvidenceKind, bool)> {
        for round in 0..2 {
            let mut newest: Option<Plain> = None;
            let mut oldest: Option<Plain> = None;
            for touch in &self.touches {
                let asked = if round == 0 { touch.is_carried } else { !touch.is_carried };
                if !asked || !self.counts(touch) {
                    continue;
                }
                let is_newer = |than: Plain| touch.at > than.at || touch.at == than.at && touch.number > than.number;
                if newest.is_none_or(is_newer) {
                    newest = Some(*touch);
                }
                if oldest.is_none_or(|than| !is_newer(than)) {
                    oldest = Some(*touch);
                }
            }
            let (Some(newest), Some(oldest)) = (newest, oldest) else {
                continue;
            };
            let taken = match Self::program_of(newest.partner) {
                Some(program) if self.first[program] => oldest,
                _ => newest,
            };
            let mut victims = 0;
            for other in &self.touches {
                if other.partner != taken.partner && other.at < taken.at && self.counts(other) {
                    victims += 1;
                }
            }
            let held = taken.is_click && self.ordered - taken.at <= 59 && victims > 0;
            let by = if round == 0 { EvidenceKind::Touch } else { EvidenceKind::StoredTouch };
            return Some((taken.partner, by, held));
        }
        None
    }
}

#[test]
fn ten_thousand_random_journeys_are_credited_as_an_independent_oracle_says() {
    let mut dice = Dice::seeded(20_261_103);
    let mut seen = [0_usize; 5];
    for number in 0..10_000 {
        let journey = Journey::thrown(&mut dice);
        let book = two_programs(journey.program(0), journey.program(1));
        let decision = journey.case().judged(&book);
        let found =
            decision.partner.zip(decision.evidence).map(|(partner, by)| (partner.0, by, held(&decision).is_some()));
        let expected = journey.oracle();
        assert_eq!(found, expected, "journey {number}: {journey:?}");
        seen[0] += usize::from(matches!(expected, Some((_, EvidenceKind::Touch, false))));
        seen[1] += usize::from(matches!(expected, Some((_, EvidenceKind::StoredTouch, false))));
        seen[2] += usize::from(matches!(expected, Some((_, _, true))));
        seen[3] += usize::from(expected.is_none() && !journey.touches.is_empty());
        let last_wins = Journey { first: [false; 2], touches: journey.touches.clone(), ..journey };
        seen[4] += usize::from(last_wins.oracle() != expected);
    }
    // By a carried touch, by a stored one, held, by none of the touches, and otherwise than the last touch would.
    assert!(seen.iter().all(|&count| count >= 500), "the journeys are too much alike: {seen:?}");
}
