//! `tributary keys`.

use clap::Subcommand;
use tributary_shared::api::scope::Scopes;

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key; it is shown this once, and only its hash is kept
    Add {
        /// What it is for
        name: String,
        /// What it may do: read, write, orders, with commas between them; all of it, if not given
        #[arg(long, value_parser = scopes)]
        scope: Option<Scopes>,
        /// The one partner whom it sees, by his code: such a key reads, and nothing else
        #[arg(long)]
        partner: Option<String>,
    },
    /// List all keys: what each may do, whose it is, and when it was revoked
    List,
    /// Revoke the keys of a name: they open nothing any more
    Revoke {
        /// What they were made for
        name: String,
    },
}

fn scopes(text: &str) -> Result<Scopes, String> {
    Scopes::parse(text).map_err(|error| error.to_string())
}
