//! What `tributary mail` takes.

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum MailCommand {
    /// Send what is due by SMTP, and end
    Send {
        /// The mail server: smtps://USER:PASSWORD@HOST, or smtp://…?tls=required. It has a password: set it as a variable
        #[arg(long, value_name = "URL", env = "SMTP_URL", hide_env_values = true)]
        smtp: String,
        /// The address that mail is from, as in "Amalfi Tours <partners@merchant.example>"
        #[arg(long, value_name = "ADDRESS", env = "MAIL_FROM")]
        from: String,
        /// Send what is due now, which is the default
        #[arg(long)]
        once: bool,
    },
    /// The newest hundred mails as they stand, without their texts
    List {
        /// All that failed for good, and no others
        #[arg(long)]
        failed: bool,
    },
    /// Make mails due again that failed for good
    Retry {
        /// Their numbers
        #[arg(required_unless_present = "failed")]
        ids: Vec<i64>,
        /// All that failed
        #[arg(long, conflicts_with = "ids")]
        failed: bool,
    },
}
