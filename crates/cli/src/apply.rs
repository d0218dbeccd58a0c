//! `tamis apply`: writes a file's workflows to a server, all at once or not at all.

use std::num::NonZeroU64;

use tamis_api::v1::ImportWorkflowsResponse;

use crate::args::ApplyArgs;
use crate::exit::Outcome;
use crate::sending::{Draft, Sending};
use crate::{console, remote};

/// Runs the command.
///
/// # Errors
/// The file cannot be read, there is no account to write to, or the call failed.
pub(crate) fn run(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let draft = Draft::read(&args.draft)?;
    remote::block_on(apply(args, draft))
}

async fn apply(args: &ApplyArgs, draft: Draft) -> anyhow::Result<Outcome> {
    let account_id = draft.account_id.clone();
    let Some(ready) = draft.check(&args.draft).await? else { return Ok(Outcome::Findings) };
    ready.checked.show()?;
    let sending = Sending {
        merge: args.draft.merge,
        expected_revision: args.expected_revision.map_or(0, NonZeroU64::get),
        validate_only: args.dry_run,
    };
    let messages = tokio_stream::iter(ready.messages(&account_id, sending));
    let response = ready.send(remote::by(&args.actor, messages)).await?;
    ready.checked.show_also(&ready.news_of(&response))?;
    let ImportWorkflowsResponse { revision, created, updated, unchanged, deleted, .. } = response;
    console::print(&summary(args.dry_run, [created, updated, unchanged, deleted], revision))?;
    Ok(Outcome::Clean)
}

/// What a write of a whole account did, on one line: workflows created, updated, unchanged and deleted.
pub(crate) fn summary(dry_run: bool, counts: [u32; 4], revision: u64) -> String {
    let would = if dry_run { "would be " } else { "" };
    let [created, updated, unchanged, deleted] = counts;
    format!(
        "{would}{created} created, {updated} updated, {unchanged} unchanged, {deleted} deleted; revision {revision}\n"
    )
}
