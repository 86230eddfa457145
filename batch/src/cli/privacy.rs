//! `tributary person` and `tributary prune`.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum PersonCommand {
    /// Write out all that is kept of a person, as JSON
    Export {
        /// His e-mail address
        email: String,
    },
    /// Forget a person: the ledger keeps amounts, not people; twice is harmless
    Erase {
        /// His e-mail address
        email: String,
        /// Why, for the record; without the address
        #[arg(long)]
        reason: String,
        /// Who decides this
        #[arg(long, value_name = "NAME", default_value = "command line")]
        by: String,
    },
}

/// How long raw events are kept.
#[derive(Args)]
pub(crate) struct PruneArguments {
    /// Clicks: afterwards only how many, by link and day. Charts look back two months
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(u32).range(62..=3650))]
    pub(crate) clicks: u32,
    /// Touches beyond the longest window, for refunds of that time
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(u32).range(0..=3650))]
    pub(crate) touches: u32,
    /// Codes that led nowhere
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) missed: u32,
    /// Mails that were sent, or failed for good
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) mails: u32,
    /// Orders that browsers reported
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) reports: u32,
}
