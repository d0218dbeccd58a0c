//! Options of `keys`.

use clap::{Args, Subcommand};
use tamis_server::Role;
use tonic::metadata::AsciiMetadataValue;

use crate::args::{Output, ServerArgs, StoreAddress};

const KEYS_HELP: &str = "\
A key is a text that a caller presents as `authorization: Bearer …`. It is shown when it is made, and
never again: the service keeps a hash of it.

Examples:
  tamis keys create --store tamis.db --role admin --all-accounts --name 'First key'
  tamis keys create --role evaluate --account shop --name Backend --expires 90d > backend.key
  tamis keys list
  tamis keys revoke 3f2a9c0d41e87b65

With --store, the store is written directly. No service may have a file open meanwhile.

Exit codes:
  0  it is done
  1  the call failed, or the store refused
  2  the command line is wrong, or the store cannot be opened";

const CREATE_HELP: &str = "\
Examples:
  tamis keys create --store tamis.db --role admin --all-accounts --name 'First key' > admin.key
  tamis keys create --role evaluate --account shop --name Backend --expires 90d > backend.key

Exit codes:
  0  it is done
  1  the call failed, or the store refused
  2  the command line is wrong, or the store cannot be opened";

const LIST_HELP: &str = "\
Examples:
  tamis keys list
  tamis keys list --store tamis.db --output json

Exit codes:
  0  it is done
  1  the call failed, or the store refused
  2  the command line is wrong, or the store cannot be opened";

const REVOKE_HELP: &str = "\
Examples:
  tamis keys revoke 3f2a9c0d41e87b65

Exit codes:
  0  it is done
  1  the call failed, or the store refused
  2  the command line is wrong, or the store cannot be opened";

/// Options of `keys`.
#[derive(Debug, Args)]
#[command(after_help = KEYS_HELP)]
pub(crate) struct KeysArgs {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key, and write its text to standard output.
    Create(CreateKeyArgs),
    /// List the keys, without their texts.
    List(ListKeysArgs),
    /// End a key: the next call that presents it is refused.
    Revoke(RevokeKeyArgs),
}

/// Where the keys are.
#[derive(Debug, Args)]
pub(crate) struct KeysPlace {
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// File of a store that no service has open, in place of a server, made if there is none; or
    /// `postgres://user:password@host/database`, which services may serve meanwhile.
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<StoreAddress>,
    /// Who writes, or on whose behalf, for the revisions; at most 200 ASCII characters.
    #[arg(long, value_name = "NAME", env = "TAMIS_ACTOR", default_value = "tamis keys")]
    pub(crate) actor: AsciiMetadataValue,
}

/// Options of `keys create`.
#[derive(Debug, Args)]
#[command(after_help = CREATE_HELP)]
pub(crate) struct CreateKeyArgs {
    /// What its bearer may do: `evaluate`, `edit` or `admin`.
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Role,
    /// Account that it is good for. May be repeated.
    #[arg(long = "account", value_name = "ID", required_unless_present = "all_accounts")]
    pub(crate) accounts: Vec<String>,
    /// It is good for all accounts, those included that are made later.
    #[arg(long, conflicts_with = "accounts")]
    pub(crate) all_accounts: bool,
    /// A name for people.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) name: String,
    /// How long it is good for, such as `90d` or `12h`. [default: until it is revoked]
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) expires: Option<jiff::SignedDuration>,
    /// Where to make it.
    #[command(flatten)]
    pub(crate) place: KeysPlace,
}

/// A time above 0, in which a day is 24 hours.
fn span(text: &str) -> Result<jiff::SignedDuration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    let hours = days.and_then(|days| days.checked_mul(24));
    let time = hours.map(jiff::SignedDuration::from_hours).or_else(|| text.parse().ok());
    let time = time.filter(jiff::SignedDuration::is_positive);
    time.ok_or_else(|| "must be a time above 0 such as `90d`, `12h` or `30m`".to_owned())
}

/// Options of `keys list`.
#[derive(Debug, Args)]
#[command(after_help = LIST_HELP)]
pub(crate) struct ListKeysArgs {
    /// How they are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
    /// Where they are.
    #[command(flatten)]
    pub(crate) place: KeysPlace,
}

/// Options of `keys revoke`.
#[derive(Debug, Args)]
#[command(after_help = REVOKE_HELP)]
pub(crate) struct RevokeKeyArgs {
    /// Id of the key: the second part of its text, and the first column of the list.
    #[arg(value_name = "ID")]
    pub(crate) key_id: String,
    /// Where it is.
    #[command(flatten)]
    pub(crate) place: KeysPlace,
}
