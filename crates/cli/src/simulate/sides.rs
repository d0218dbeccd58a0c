//! What is compared: what is live, by a server or a file, and the draft.

use std::sync::Arc;

use tamis_engine::definition::yaml::Document;
use tamis_engine::definition::{Account, Workflow};
use tamis_engine::{Index, compile};

use crate::args::SimulateArgs;
use crate::exit::misuse;
use crate::local::{self, AccountSource, Source};
use crate::{console, findings, remote, sending, stored};

/// Both sides, compiled.
#[derive(Debug)]
pub(super) struct Sides {
    pub(super) live: Index,
    /// The account's revision at the server; 0 of a file.
    pub(super) live_revision: u64,
    pub(super) draft: Index,
}

/// The account's id where no file, and nobody else, names one.
const NAMELESS: &str = "offline";

/// Reads and compiles both. What is wrong with a file is shown, and nothing is to be compared then.
///
/// # Errors
/// A file cannot be read, or the server cannot be asked.
pub(super) fn load(args: &SimulateArgs) -> anyhow::Result<Option<Sides>> {
    let draft = Source::read(&args.draft.file)?;
    let Some((live, live_revision)) = live(args, &draft)? else { return Ok(None) };
    let account = live.account.clone().unwrap_or_else(|| local::default_account(NAMELESS));
    let Some(live_index) = compiled(&account, &live.workflows) else { return Ok(None) };
    let source = if draft.account().is_some() {
        AccountSource::FileOr(&account.id)
    } else {
        AccountSource::Given(&account)
    };
    let checked = draft.check(source);
    checked.show()?;
    let Some(index) = checked.index.filter(|_| !findings::has_errors(&checked.findings)) else {
        return Ok(None);
    };
    if index.account().id != account.id {
        return Err(misuse(format!(
            "{} is of the account `{}`, and what is live of `{}`",
            checked.name,
            index.account().id,
            account.id
        )));
    }
    let draft = if args.draft.merge {
        compiled(index.account(), &stored::after(&checked.document, Some(&live), true).workflows)
    } else {
        Some(index)
    };
    Ok(draft.map(|draft| Sides { live: live_index, live_revision, draft }))
}

/// What is live, with its revision; `None` if its file has errors.
fn live(args: &SimulateArgs, draft: &Source) -> anyhow::Result<Option<(Document, u64)>> {
    if let Some(file) = &args.live {
        let named =
            args.draft.account.as_deref().or_else(|| draft.account().map(|account| account.id.as_str()));
        let mut checked = local::load(file, AccountSource::FileOr(named.unwrap_or(NAMELESS)))?;
        checked.show()?;
        let Some(index) = &checked.index else { return Ok(None) };
        checked.document.account = Some(Account::clone(index.account()));
        return Ok(Some((checked.document, 0)));
    }
    let account_id = sending::account_id(args.draft.account.as_deref(), draft)?;
    let stored = remote::block_on(async {
        stored::read(remote::connect(&args.draft.server).await?, &account_id, 0).await
    })?;
    Ok(Some((stored.document, stored.revision)))
}

/// The workflows of an account, compiled; what keeps them from it is told.
fn compiled(account: &Account, workflows: &[Workflow]) -> Option<Index> {
    let workflows: Vec<Arc<Workflow>> = workflows.iter().cloned().map(Arc::new).collect();
    let index = compile(Arc::new(account.clone()), &workflows);
    index
        .map_err(|found| {
            for finding in found {
                console::note(&format!("error: {finding}"));
            }
        })
        .ok()
}
