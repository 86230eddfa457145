//! What `tributary hooks` takes.

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum HooksCommand {
    /// Let an address hear of what happens; prints the key that signs, once
    Add {
        /// Where hooks go: https, a public name
        url: String,
        /// An event, as in payout.sent; all of them if none is named
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<String>,
    },
    /// All endpoints, partners' postbacks too
    List,
    /// Forget an endpoint with its log
    Remove {
        /// Its number
        id: i64,
    },
    /// The newest hundred deliveries as they stand
    Log {
        /// Those that were given up, and no others
        #[arg(long)]
        failed: bool,
    },
    /// Make deliveries due again; the Worker sends them within a minute
    Resend {
        /// Their numbers
        #[arg(required_unless_present = "failed")]
        ids: Vec<i64>,
        /// All that were given up
        #[arg(long, conflicts_with = "ids")]
        failed: bool,
    },
}
