//! One sort for all lists.
//!
//! The standard library's is compiled anew for each type and each order, some 6 KB a time: together they were a twentieth of
//! the Worker. Nearly all lists here are short: lines and touches of an order, the tiers of a program.

use std::cmp::Ordering;

/// Up to this many are sorted by insertion, which is as quick for so few, and short.
const FEW: usize = 20;

/// Sorts a list; what compares equal stays in its order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if items.len() <= FEW {
        for next in 1..items.len() {
            let mut place = next;
            while place > 0 && compare(&items[place - 1], &items[place]).is_gt() {
                items.swap(place - 1, place);
                place -= 1;
            }
        }
        return;
    }
    let mut places: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut places, &|left, right| compare(&items[left], &items[right]));
    rearrange(items, &mut places);
}

/// Sorts a list by something of each; what has the same stays in its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |left, right| key(left).cmp(&key(right)));
}

/// The one place where the standard library's sort is.
fn sort_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|left, right| compare(*left, *right));
}

/// Puts into each place what `from` names for it, cycle by cycle.
fn rearrange<T>(items: &mut [T], from: &mut [usize]) {
    for start in 0..items.len() {
        let mut place = start;
        loop {
            let source = std::mem::replace(&mut from[place], place);
            if source == start || source == place {
                break;
            }
            items.swap(place, source);
            place = source;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_are_sorted_as_the_standard_library_does(list in prop::collection::vec((0_u8..40, any::<u16>()), 0..200)) {
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut sorted = list;
            sort_by_key(&mut sorted, |(key, _)| *key);
            prop_assert_eq!(sorted, expected);
        }
    }
}
