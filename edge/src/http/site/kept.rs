//! What is made of a stored description, made anew only when that changes.

use std::cell::RefCell;

/// The latest description of its kind in this isolate, and what was made of it.
pub(super) struct Kept<T>(RefCell<Option<(String, T)>>);

impl<T: Clone> Kept<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// What is made of a description.
    pub(super) fn of(&self, details: &str, make: impl FnOnce(&str) -> T) -> T {
        let mut kept = self.0.borrow_mut();
        match &*kept {
            Some((known, made)) if known == details => made.clone(),
            _ => {
                let made = make(details);
                *kept = Some((details.to_owned(), made.clone()));
                made
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_anew_only_when_the_description_changes() {
        let (kept, made) = (Kept::new(), RefCell::new(0));
        let of = |details: &str| {
            kept.of(details, |details| {
                *made.borrow_mut() += 1;
                details.len()
            })
        };
        assert_eq!((of("a"), of("a"), of("bb"), of("a")), (1, 1, 2, 1));
        assert_eq!(made.into_inner(), 3);
    }
}
