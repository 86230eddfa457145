//! What is mailed, and which fields each letter has.

/// What a letter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To a partner whom the merchant let in.
    Registered,
    /// To somebody who signed up himself: his link confirms the address.
    Confirm,
    /// To a partner's new address: his link confirms it.
    Address,
    /// A link to log in that was asked for.
    Link,
    /// To one of the merchant's people who may log in.
    Invite,
    /// To a partner who waited for approval.
    Approved,
    /// To one who is not approved.
    Refused,
    /// What a night booked for a partner.
    Accruals,
    /// Money went out to him.
    PayoutSent,
    /// It came back.
    PayoutFailed,
    /// He has earned, and nobody knows where to pay.
    Details,
    /// The night, for the merchant.
    Report,
    /// Orders that wait for his word.
    Held,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, as it stands between braces.
    pub name: &'static str,
    /// What stands there in a preview.
    pub sample: &'static str,
}

impl Field {
    /// All there are.
    pub const ALL: [Self; 17] = [
        Self { name: "merchant", sample: "Amalfi Tours" },
        Self { name: "name", sample: "Anna Bianchi" },
        Self { name: "code", sample: "anna" },
        Self { name: "login", sample: "anna@example.com" },
        Self { name: "link", sample: "https://go.example.com/login/…" },
        Self { name: "cabinet", sample: "https://go.example.com/partner" },
        Self { name: "settings", sample: "https://go.example.com/partner/settings" },
        Self { name: "admin", sample: "https://go.example.com/admin/orders" },
        Self { name: "count", sample: "2" },
        Self { name: "total", sample: "12.50 EUR" },
        Self { name: "amount", sample: "120.00 EUR" },
        Self { name: "method", sample: "PayPal" },
        Self { name: "day", sample: "2026-11-30" },
        Self { name: "orders", sample: "40" },
        Self { name: "credited", sample: "31" },
        Self { name: "held", sample: "2" },
        Self { name: "entries", sample: "- INV-1001: 10.00 EUR\n- INV-1002: 2.50 EUR" },
    ];

    /// Whether a field leads somewhere.
    #[must_use]
    pub fn is_link(name: &str) -> bool {
        matches!(name, "link" | "cabinet" | "settings" | "admin")
    }

    /// Whether a field may have several lines.
    #[must_use]
    pub fn is_list(name: &str) -> bool {
        name == "entries"
    }
}

impl Kind {
    /// All there are, as they are listed.
    pub const ALL: [Self; 13] = [
        Self::Registered,
        Self::Confirm,
        Self::Approved,
        Self::Refused,
        Self::Accruals,
        Self::PayoutSent,
        Self::PayoutFailed,
        Self::Details,
        Self::Address,
        Self::Link,
        Self::Invite,
        Self::Report,
        Self::Held,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Confirm => "confirm",
            Self::Address => "address",
            Self::Link => "link",
            Self::Invite => "invite",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Accruals => "accruals",
            Self::PayoutSent => "payout_sent",
            Self::PayoutFailed => "payout_failed",
            Self::Details => "details",
            Self::Report => "report",
            Self::Held => "held",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The names of its fields.
    #[must_use]
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Registered | Self::Confirm => &["merchant", "name", "code", "login", "link", "cabinet"],
            Self::Address => &["merchant", "name", "link"],
            Self::Link | Self::Invite => &["merchant", "link"],
            Self::Approved | Self::Refused => &["merchant", "name", "code", "cabinet"],
            Self::Accruals => &["merchant", "name", "code", "count", "total", "entries", "cabinet", "settings"],
            Self::PayoutSent | Self::PayoutFailed => {
                &["merchant", "name", "code", "amount", "method", "cabinet", "settings"]
            }
            Self::Details => &["merchant", "name", "code", "cabinet", "settings"],
            Self::Report => &["merchant", "day", "orders", "credited", "held", "total", "admin"],
            Self::Held => &["merchant", "count", "entries", "admin"],
        }
    }

    /// Whether it has a field.
    #[must_use]
    pub fn has(self, field: &str) -> bool {
        self.fields().contains(&field)
    }

    /// The field without which the letter is for nothing.
    #[must_use]
    pub const fn needs(self) -> Option<&'static str> {
        match self {
            Self::Registered | Self::Confirm | Self::Address | Self::Link | Self::Invite => Some("link"),
            // Whoever does not want it finds there how to be rid of it.
            Self::Accruals | Self::Details => Some("settings"),
            Self::Approved | Self::Refused | Self::PayoutSent | Self::PayoutFailed | Self::Report | Self::Held => None,
        }
    }

    /// Its fields with what stands in them in a preview.
    #[must_use]
    pub fn samples(self) -> Vec<(&'static str, &'static str)> {
        Field::ALL.into_iter().filter(|field| self.has(field.name)).map(|field| (field.name, field.sample)).collect()
    }
}
