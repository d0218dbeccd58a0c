//! Options of `rollback`.

use std::num::NonZeroU64;

use clap::Args;
use tonic::metadata::AsciiMetadataValue;

use crate::args::ServerArgs;

const ROLLBACK_HELP: &str = "\
The account, its directory and its workflows become what they were, in a new revision: nothing of
what was written since is lost, and a rollback can be rolled back too. An account that was deleted
comes back.

Examples:
  tamis history diff 12 --account shop
  tamis rollback --account shop --to 12 --dry-run
  tamis rollback --account shop --to 12 --expected-revision 15

Exit codes:
  0  rolled back, or with --dry-run: could be
  1  the call failed, or what was breaks the rules of today; nothing was written
  2  the command line is wrong";

/// Options of `rollback`.
#[derive(Debug, Args)]
#[command(after_help = ROLLBACK_HELP)]
pub(crate) struct RollbackArgs {
    /// Account to roll back.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// Revision to go back to.
    #[arg(long, value_name = "REVISION")]
    pub(crate) to: NonZeroU64,
    /// Roll back only if the account is still at this revision.
    #[arg(long, value_name = "N")]
    pub(crate) expected_revision: Option<NonZeroU64>,
    /// Check everything, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Who writes, or on whose behalf, for the account's revisions; at most 200 ASCII characters.
    #[arg(long, value_name = "NAME", env = "TAMIS_ACTOR", default_value = "tamis rollback")]
    pub(crate) actor: AsciiMetadataValue,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}
