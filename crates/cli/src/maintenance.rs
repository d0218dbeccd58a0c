//! `tamis migrate`, `tamis backup` and `tamis restore`: what is done to a store without serving it.

use std::future::Future;

use anyhow::Context as _;
use tamis_server::maintenance::{self, MaintenanceError};

use crate::args::{BackupArgs, MigrateArgs, RestoreArgs};
use crate::console;
use crate::exit::{Outcome, misuse};

/// Brings a store to this version's format.
///
/// # Errors
/// The store cannot be opened or migrated.
pub(crate) fn migrate(args: &MigrateArgs) -> anyhow::Result<Outcome> {
    let location = args.store.store.location()?;
    let migrated = run(maintenance::migrate(&location))?;
    let text = match migrated.from {
        from if from == migrated.to => format!("{location}: has format {from} already\n"),
        0 => format!("{location}: made, with format {}\n", migrated.to),
        from => format!("{location}: migrated from format {from} to {}\n", migrated.to),
    };
    console::print(&text)?;
    Ok(Outcome::Clean)
}

/// Writes all of a store into a file.
///
/// # Errors
/// The store cannot be read, or the file not written.
pub(crate) fn backup(args: &BackupArgs) -> anyhow::Result<Outcome> {
    let copied = run(maintenance::backup(&args.store.store.location()?, &args.file))?;
    let (accounts, revisions, file) = (copied.accounts, copied.revisions, args.file.display());
    console::print(&format!("{file}: accounts {accounts}, revisions {revisions}\n"))?;
    Ok(Outcome::Clean)
}

/// Makes all of a store again from a file.
///
/// # Errors
/// The file is not a whole backup, the store is not empty, or it cannot be written.
pub(crate) fn restore(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let location = args.store.store.location()?;
    let copied = run(maintenance::restore(&args.file, &location))?;
    let (accounts, revisions) = (copied.accounts, copied.revisions);
    console::print(&format!("{location}: accounts {accounts}, revisions {revisions}\n"))?;
    Ok(Outcome::Clean)
}

fn run<T>(work: impl Future<Output = Result<T, MaintenanceError>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.context("cannot start the runtime")?.block_on(work);
    done.map_err(|error| match error {
        // What the command line names is not what it should be.
        MaintenanceError::Open(_) | MaintenanceError::File { .. } => misuse(error.to_string()),
        _ => error.into(),
    })
}
