//! What a key may do.

/// One thing that a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read everything, or what is one partner's.
    Read,
    /// Make partners, links, products, contacts and coupons.
    Write,
    /// Report orders, refunds and chargebacks: all that a shop needs.
    Orders,
}

impl Scope {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Orders];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Orders => "orders",
        }
    }
}

/// All that a key may do: at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

/// Why words are no scopes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: want read, write and orders, or some of them")]
pub struct ScopesError {
    text: String,
}

impl Scopes {
    /// Every scope there is.
    #[must_use]
    pub fn all() -> Self {
        Self(Scope::ALL.to_vec())
    }

    /// To read, and nothing else: what a partner's key may do.
    #[must_use]
    pub fn read_only() -> Self {
        Self(vec![Scope::Read])
    }

    /// Takes words with blanks or commas between them.
    pub fn parse(text: &str) -> Result<Self, ScopesError> {
        let refused = || ScopesError { text: text.to_owned() };
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let mut scopes = words
            .map(|word| Scope::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(refused))
            .collect::<Result<Vec<_>, _>>()?;
        scopes.sort();
        scopes.dedup();
        if scopes.is_empty() { Err(refused()) } else { Ok(Self(scopes)) }
    }

    /// Whether this is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// As they are stored.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_once_each_and_in_one_order() {
        assert_eq!(Scopes::parse("orders, read read").unwrap().text(), "read orders");
        assert_eq!(Scopes::all().text(), "read write orders");
        for text in ["", " , ", "reads", "read;write"] {
            assert!(Scopes::parse(text).is_err(), "{text}");
        }
    }
}
