//! What the command line takes.

mod hooks;
mod keys;
mod mail;
mod payouts;
mod privacy;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tributary_batch::rulebook::Subject;
use tributary_batch::store::Location;
use tributary_shared::account::Role;
use tributary_shared::money::{Currency, Percent};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Month;

pub(crate) use hooks::HooksCommand;
pub(crate) use keys::KeysCommand;
pub(crate) use mail::MailCommand;
pub(crate) use payouts::PayoutsCommand;
pub(crate) use privacy::{PersonCommand, PruneArguments};

/// Turns paid orders into partners' commission and commission into payouts, and explains what it did.
///
/// Exit codes: 0 done; 1 something needs a look; 2 could not run; 3 another run holds the lease.
#[derive(Parser)]
#[command(version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Args)]
pub(crate) struct Common {
    /// The database: sqlite:PATH or d1:ACCOUNT/DATABASE; the local development database if not given
    #[arg(long, global = true, value_name = "DATABASE", env = "TRIBUTARY_DB")]
    pub(crate) db: Option<Location>,
    /// Judge and tell as of this instant (RFC 3339, or a day in the merchant's time zone); now if not given
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_time)]
    pub(crate) as_of: Option<String>,
    /// Say what would happen, and write nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Judge all orders that are not decided yet, and book what they earn
    Reconcile {
        /// How long an order's latest event must be past, so that clicks have landed: 0s, 15m, 2h, 1d
        #[arg(long, default_value = "15m", value_parser = parse_seconds)]
        settle: i64,
        /// Also judge decided orders again, and book what `diff` says; wants --by and --reason
        #[arg(long)]
        apply_diff: bool,
        #[command(flatten)]
        period: Period,
        #[command(flatten)]
        signed: SignedArguments,
        /// Check every invariant of the ledger afterwards, as `verify` does
        #[arg(long)]
        verify: bool,
    },
    /// Say who was credited with an order, and why
    Explain {
        /// The order, as the shop calls it
        order: String,
    },
    /// Judge decided orders again and say what would change; exit code 1 if anything would
    Diff(DiffArguments),
    /// Check every invariant of the ledger; exit code 1 if one is broken
    Verify,
    /// Say what is owed to whom
    Balances {
        /// Of one only: the partner's code, or charity:CODE
        partner: Option<String>,
    },
    /// Tell one partner's month: earned, taken back, on hold, paid; the next payment
    Statement {
        /// The partner's code, or charity:CODE
        partner: String,
        /// The month, as in 2026-11, in the merchant's time zone
        #[arg(long, value_parser = parse_month)]
        month: Month,
        /// The form
        #[arg(long, default_value = "csv")]
        form: StatementForm,
    },
    /// Take programs, partners, products, links, orders, refunds and more from a file
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write the ledger out
    #[command(subcommand)]
    Export(ExportCommand),
    /// Hold, release, refuse or move an order, or give it a charity; the next night judges with it
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// Move contacts between partners
    #[command(subcommand)]
    Contacts(ContactsCommand),
    /// Prepare, export, confirm and look at payouts
    #[command(subcommand)]
    Payouts(PayoutsCommand),
    /// Add to a partner's balance, or take from it (a negative amount)
    Adjust {
        /// The partner's code, or charity:CODE
        partner: String,
        /// How much, in major units
        #[arg(allow_hyphen_values = true)]
        amount: String,
        /// In what
        currency: Currency,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Say who changed which rule when
    Rules {
        /// What has the rules
        subject: SubjectArgument,
        /// Its code or SKU
        code: String,
    },
    /// Say who may log in
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// Send what waits in the outbox, and look at it
    #[command(subcommand)]
    Mail(MailCommand),
    /// Say who hears of what happens, and look at what was sent
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// Make and revoke keys for the API
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Move partners between programs
    #[command(subcommand)]
    Partners(PartnersCommand),
    /// Tell what is kept of a person, or forget him
    #[command(subcommand)]
    Person(PersonCommand),
    /// Delete raw events that are past their term
    Prune(PruneArguments),
}

impl Cli {
    /// Whether the merchant's time zone matters.
    pub(crate) fn has_dates(&self) -> bool {
        // An instant says its zone itself: a night that is told one asks nobody.
        self.common.as_of.as_ref().is_some_and(|text| !text.contains(['T', 't', ' ']))
            || match &self.command {
                Command::Reconcile { period, .. } => period.is_given(),
                Command::Diff(arguments) => arguments.period.is_given(),
                Command::Import(_) => true,
                Command::Partners(PartnersCommand::Move { from, .. }) => from.is_some(),
                Command::Explain { .. }
                | Command::Verify
                | Command::Balances { .. }
                | Command::Statement { .. }
                | Command::Export(_)
                | Command::Orders(_)
                | Command::Contacts(_)
                | Command::Payouts(_)
                | Command::Adjust { .. }
                | Command::Rules { .. }
                | Command::Accounts(_)
                | Command::Mail(_)
                | Command::Hooks(_)
                | Command::Keys(_)
                | Command::Person(_)
                | Command::Prune(_) => false,
            }
    }
}

/// Orders by when they were paid.
#[derive(Args)]
pub(crate) struct Period {
    /// Orders that were paid from this instant or day on
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) from: Option<String>,
    /// Orders that were paid before this instant or day
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) to: Option<String>,
    /// Orders that were paid in this month, as in 2026-11
    #[arg(long, value_parser = parse_month, conflicts_with_all = ["from", "to"])]
    pub(crate) month: Option<Month>,
}

impl Period {
    const fn is_given(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.month.is_some()
    }
}

/// Who decides, and why: on record for ever.
#[derive(Args)]
pub(crate) struct SignedArguments {
    /// Who decides this
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Why
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

#[derive(Args)]
pub(crate) struct DiffArguments {
    #[command(flatten)]
    pub(crate) period: Period,
    /// Judge by this program's file instead: what would it have cost?
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Vec<PathBuf>,
    /// Judge by this file of products instead
    #[arg(long, value_name = "FILE")]
    pub(crate) products: Option<PathBuf>,
    /// Judge by this file of partners instead
    #[arg(long, value_name = "FILE")]
    pub(crate) partners: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StatementForm {
    Csv,
    Json,
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SubjectArgument {
    Program,
    Partner,
    Product,
}

impl From<SubjectArgument> for Subject {
    fn from(argument: SubjectArgument) -> Self {
        match argument {
            SubjectArgument::Program => Self::Program,
            SubjectArgument::Partner => Self::Partner,
            SubjectArgument::Product => Self::Product,
        }
    }
}

#[derive(Args)]
pub(crate) struct ImportFile {
    /// The file
    pub(crate) file: PathBuf,
    /// From when on changed rules hold (RFC 3339, or a day); now if not given. First rules hold for ever back
    #[arg(long, value_parser = parse_time)]
    pub(crate) valid_from: Option<String>,
    /// Who takes it, for the history of rules
    #[arg(long, default_value = "import")]
    pub(crate) by: String,
    /// Where a CSV file has one of our columns under another name, as in `net=Subtotal`; once for each
    #[arg(long, value_name = "OURS=THEIRS", value_parser = parse_map)]
    pub(crate) map: Vec<(String, String)>,
}

fn parse_map(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.trim().is_empty() && !theirs.trim().is_empty() => {
            Ok((ours.trim().to_owned(), theirs.trim().to_owned()))
        }
        _ => Err("want our column and the file's, as in net=Subtotal".to_owned()),
    }
}

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// A program and its rules (TOML)
    Program(ImportFile),
    /// The merchant: name, time zone, payday, bank (TOML)
    Merchant(ImportFile),
    /// Partners: code,name,email,parent_code,parent_commission_until,coupon,program,rates,status (CSV)
    Partners(ImportFile),
    /// Products: sku,name,participates,programs,shown,rates,hold_days,charity,charity_percent (CSV)
    Products(ImportFile),
    /// Charities: code,name (CSV)
    Charities(ImportFile),
    /// Where partners want their money: partner,method,holder,name,iban,bic,account,email,… (CSV)
    Requisites(ImportFile),
    /// Links: code,partner,target,product,active (CSV)
    Links(ImportFile),
    /// Orders: external_id,status,currency,paid_at,email,sku,quantity,net,coupon,partner,trb,refunded_net,… (CSV)
    Orders(ImportFile),
    /// Refunds and chargebacks: external_id,refund_id,at,amount,kind,sku (CSV)
    Refunds(ImportFile),
}

impl ImportCommand {
    pub(crate) const fn arguments(&self) -> &ImportFile {
        let (Self::Program(file)
        | Self::Merchant(file)
        | Self::Partners(file)
        | Self::Products(file)
        | Self::Charities(file)
        | Self::Requisites(file)
        | Self::Links(file)
        | Self::Orders(file)
        | Self::Refunds(file)) = self;
        file
    }
}

#[derive(Subcommand)]
pub(crate) enum ExportCommand {
    /// All transfers, in order of writing, one a line: CSV, or JSON with --json
    Transfers {
        /// CSV, which is the default
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum OrdersCommand {
    /// Hold an order: nothing is earned until it is released; or, with --days, let it be payable so long after payment
    Hold {
        /// The order, as the shop calls it
        order: String,
        /// The order's own hold in days from its payment, in place of its products' and its program's
        #[arg(long)]
        days: Option<u32>,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// End a hold, whoever's: what is earned is booked
    Release {
        /// The order, as the shop calls it
        order: String,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Refuse an order: it earns no partner anything
    Refuse {
        /// The order, as the shop calls it
        order: String,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Move an order to another partner
    Assign {
        /// The order, as the shop calls it
        order: String,
        /// The partner's code
        #[arg(long)]
        to: String,
        #[command(flatten)]
        signed: SignedArguments,
    },
    /// Let an order serve a charity
    Charity {
        /// The order, as the shop calls it
        order: String,
        /// The charity's code
        #[arg(long)]
        to: String,
        /// Its percentage; the products' or the program's for charity, if not given
        #[arg(long)]
        percent: Option<Percent>,
        #[command(flatten)]
        signed: SignedArguments,
    },
}

#[derive(Subcommand)]
pub(crate) enum ContactsCommand {
    /// Bind a contact to a partner by hand, for what he orders from now (or --as-of) on
    Assign {
        /// The contact's e-mail address, or what the shop calls him
        contact: String,
        /// The partner's code
        #[arg(long)]
        to: String,
        #[command(flatten)]
        signed: SignedArguments,
    },
}

#[derive(Subcommand)]
pub(crate) enum AccountsCommand {
    /// Let somebody in: his link to log in is shown this once, and works once
    Add {
        /// His e-mail address
        email: String,
        /// owner, manager, agent, reader or partner
        #[arg(long, default_value = "owner", value_parser = role)]
        role: Role,
        /// The partner whose cabinet it opens, with --role partner
        #[arg(long)]
        partner: Option<String>,
        /// The address of the Worker, as in `https://go.merchant.example`
        #[arg(long, default_value = "")]
        url: String,
    },
    /// List who may log in
    List,
    /// Shut somebody out, at once
    Close {
        /// His e-mail address
        email: String,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "want owner, manager, agent, reader or partner".to_owned())
}

#[derive(Subcommand)]
pub(crate) enum PartnersCommand {
    /// Move a partner to another program, for what is paid from now (or --from) on
    Move {
        /// The partner's code
        partner: String,
        /// The program's code
        #[arg(long)]
        to: String,
        /// From when on (RFC 3339, or a day)
        #[arg(long, value_parser = parse_time)]
        from: Option<String>,
        /// Who moves him, for the record
        #[arg(long, default_value = "command line")]
        by: String,
    },
}

/// A time is checked here, and read once the merchant's time zone is known.
fn parse_time(text: &str) -> Result<String, String> {
    Timestamp::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_month(text: &str) -> Result<Month, String> {
    Month::parse(text).map_err(|error| error.to_string())
}

fn parse_seconds(text: &str) -> Result<i64, String> {
    let refused = || format!("`{text}` is not a duration: want a number and s, m, h or d, as in 15m");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(refused()),
    };
    let number: i64 = number.parse().map_err(|_| refused())?;
    number.checked_mul(seconds).filter(|total| (0..=315_360_000).contains(total)).ok_or_else(refused)
}
