//! `tamis rollback`: brings an account back to what it was at a revision.

use std::num::NonZeroU64;

use tamis_api::v1::{RollbackWorkflowsRequest, RollbackWorkflowsResponse};

use crate::args::RollbackArgs;
use crate::console::printable;
use crate::exit::Outcome;
use crate::{apply, console, remote};

/// Runs the command.
///
/// # Errors
/// The call failed.
pub(crate) fn run(args: &RollbackArgs) -> anyhow::Result<Outcome> {
    let request = RollbackWorkflowsRequest {
        account_id: args.account.clone(),
        to_revision: args.to.get(),
        expected_revision: args.expected_revision.map_or(0, NonZeroU64::get),
        validate_only: args.dry_run,
    };
    let answer = remote::block_on(async {
        let mut client = remote::workflows(remote::connect(&args.server).await?);
        let answer = client.rollback_workflows(remote::by(&args.actor, request)).await;
        answer.map_err(|status| remote::failure(&status))
    })?;
    let RollbackWorkflowsResponse { revision, created, updated, unchanged, deleted, warnings } =
        answer.into_inner();
    for warning in warnings {
        console::note(&printable(&format!("warning: {}: {}", warning.field, warning.message)));
    }
    console::print(&apply::summary(args.dry_run, [created, updated, unchanged, deleted], revision))?;
    Ok(Outcome::Clean)
}
