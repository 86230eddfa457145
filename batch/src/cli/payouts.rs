//! What `tributary payouts` takes.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use tributary_batch::payouts::Format;
use tributary_batch::payouts::pain001::Version;
use tributary_batch::store::payouts::State;
use tributary_shared::money::Currency;
use tributary_shared::payout::Method;

use super::{SignedArguments, parse_time};

#[derive(Subcommand)]
pub(crate) enum PayoutsCommand {
    /// Propose a payout for each balance, prefilled with what is payable
    Prepare {
        /// For this partner only (CODE or charity:CODE), whatever the least payout
        #[arg(long)]
        partner: Option<String>,
        /// This much instead: less leaves the rest, more leaves a negative balance that is carried
        #[arg(long, requires = "partner")]
        amount: Option<String>,
        /// In this currency only
        #[arg(long)]
        currency: Option<Currency>,
        /// By this method: bank, paypal, wise, emoney or cash; by the newest requisites if not given
        #[arg(long, value_parser = parse_method)]
        method: Option<Method>,
        /// Who prepares
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Change the amount of a prepared payout, up or down
    Edit {
        /// Its number
        id: i64,
        /// The new amount
        #[arg(long)]
        amount: String,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Payouts as they stand
    List {
        /// Only these: prepared, confirmed or failed
        #[arg(long, value_parser = parse_state)]
        state: Option<State>,
    },
    /// Write files of what is prepared. Changes nothing
    #[command(disable_version_flag = true)]
    Export {
        /// The form
        #[arg(long)]
        format: FormatArgument,
        /// The version of pain.001
        #[arg(long, default_value = "09")]
        version: VersionArgument,
        /// The folder
        #[arg(long, default_value = ".")]
        out: PathBuf,
        /// In this currency only
        #[arg(long)]
        currency: Option<Currency>,
        /// What the lot is called, in names of files and ids of messages; payouts-DAY if not given
        #[arg(long)]
        batch: Option<String>,
        /// The day on which the bank shall pay; today if not given
        #[arg(long, value_name = "DAY", value_parser = parse_time)]
        execute_on: Option<String>,
        /// Write over files of the same name
        #[arg(long)]
        replace: bool,
    },
    /// Book payouts as sent
    Confirm {
        /// Their numbers
        #[arg(required_unless_present = "all")]
        ids: Vec<i64>,
        /// All that are prepared
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// With --all: in this currency only
        #[arg(long, requires = "all")]
        currency: Option<Currency>,
        /// With --all: by this method only
        #[arg(long, requires = "all", value_parser = parse_method)]
        method: Option<Method>,
        /// Who confirms
        #[arg(long, value_name = "NAME")]
        by: String,
        /// The bank's or the file's reference
        #[arg(long)]
        reference: Option<String>,
    },
    /// Say that a payout is not sent, or that one that was has come back
    Fail {
        /// Its number
        id: i64,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Everything that became of payouts
    History {
        /// Of this partner only (CODE or charity:CODE)
        #[arg(long)]
        partner: Option<String>,
    },
    /// Where a partner wants his money, and wanted it before
    Requisites {
        /// The partner's code, or charity:CODE
        partner: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatArgument {
    Paypal,
    Wise,
    Pain001,
    Csv,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum VersionArgument {
    #[value(name = "09")]
    V09,
    #[value(name = "03")]
    V03,
}

impl FormatArgument {
    pub(crate) const fn with_version(self, version: VersionArgument) -> Format {
        match (self, version) {
            (Self::Paypal, _) => Format::Paypal,
            (Self::Wise, _) => Format::Wise,
            (Self::Csv, _) => Format::Plain,
            (Self::Pain001, VersionArgument::V09) => Format::Pain001(Version::V09),
            (Self::Pain001, VersionArgument::V03) => Format::Pain001(Version::V03),
        }
    }
}

fn parse_method(text: &str) -> Result<Method, String> {
    Method::parse(text).ok_or_else(|| format!("`{text}` is not bank, paypal, wise, emoney or cash"))
}

fn parse_state(text: &str) -> Result<State, String> {
    State::parse(text).ok_or_else(|| format!("`{text}` is not prepared, confirmed or failed"))
}
