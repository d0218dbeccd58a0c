//! `tamis history`: tells an account's revisions.

use std::num::NonZeroU64;

use serde::Serialize;
use tamis_api::v1::{ListRevisionsRequest, Revision};
use tamis_engine::definition::yaml;

use crate::args::{DiffHistoryArgs, HistoryArgs, HistoryCommand, ListHistoryArgs, ShowHistoryArgs};
use crate::console::printable;
use crate::difference::Difference;
use crate::exit::Outcome;
use crate::{console, findings, output, remote, stored, table};

/// Revisions of one page.
const PAGE_SIZE_MAX: usize = 1_000;
/// Ids that a line tells before it counts the rest.
const IDS_TOLD: usize = 5;

/// Runs the command.
///
/// # Errors
/// The call failed.
pub(crate) fn run(args: &HistoryArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        HistoryCommand::List(args) => list(args),
        HistoryCommand::Show(args) => show(args),
        HistoryCommand::Diff(args) => diff(args),
    }
}

fn show(args: &ShowHistoryArgs) -> anyhow::Result<Outcome> {
    let stored = remote::block_on(async {
        stored::read(remote::connect(&args.server).await?, &args.account, args.revision.get()).await
    })?;
    console::print(&yaml::write(&stored.document))?;
    Ok(Outcome::Clean)
}

/// What is different between two revisions, as a program reads it.
#[derive(Serialize)]
struct Report<'a> {
    account_id: &'a str,
    from_revision: u64,
    to_revision: u64,
    #[serde(flatten)]
    difference: &'a Difference,
}

fn diff(args: &DiffHistoryArgs) -> anyhow::Result<Outcome> {
    let (from, to) = remote::block_on(async {
        let server = remote::connect(&args.server).await?;
        let from = stored::read(server.clone(), &args.account, args.from.get()).await?;
        let to = stored::read(server, &args.account, args.to.map_or(0, NonZeroU64::get)).await?;
        Ok((from, to))
    })?;
    let difference = Difference::between(Some(&from.document), &to.document);
    let (account_id, from_revision, to_revision) = (args.account.as_str(), from.revision, to.revision);
    let report = Report { account_id, from_revision, to_revision, difference: &difference };
    let told = output::record(args.told.output, &report, || {
        let summary =
            format!("{account_id}, from revision {from_revision} to {to_revision}: {}", difference.summary());
        let body = difference.render(findings::stdout_is_fancy());
        Ok(format!("{body}{}\n", printable(&summary)))
    });
    console::print(&told?)?;
    Ok(difference.outcome(args.told.exit_code))
}

fn list(args: &ListHistoryArgs) -> anyhow::Result<Outcome> {
    let found = remote::block_on(read(args))?;
    let told = found.iter().map(|revision| output::record(args.output, revision, || Ok(line(revision))));
    console::print(&told.collect::<anyhow::Result<String>>()?)?;
    Ok(Outcome::Clean)
}

async fn read(args: &ListHistoryArgs) -> anyhow::Result<Vec<Revision>> {
    let mut client = remote::audits(remote::connect(&args.server).await?);
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let wanted = args.limit.get() - found.len();
        let request = ListRevisionsRequest {
            account_id: args.account.clone(),
            page_size: i32::try_from(wanted.min(PAGE_SIZE_MAX)).unwrap_or(i32::MAX),
            page_token,
            ..ListRevisionsRequest::default()
        };
        let page = client.list_revisions(request).await.map_err(|status| remote::failure(&status))?;
        let page = page.into_inner();
        found.extend(page.revisions);
        if page.next_page_token.is_empty() || found.len() >= args.limit.get() {
            return Ok(found);
        }
        page_token = page.next_page_token;
    }
}

fn line(revision: &Revision) -> String {
    let mut what = Vec::new();
    if revision.account_put {
        what.push("account written".to_owned());
    }
    if revision.account_deleted {
        what.push("account deleted".to_owned());
    }
    for (verb, ids) in [("put", &revision.put_ids), ("deleted", &revision.deleted_ids)] {
        if !ids.is_empty() {
            let told: Vec<&str> = ids.iter().take(IDS_TOLD).map(String::as_str).collect();
            let more = match ids.len() - told.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            what.push(format!("{verb} {}{more}", told.join(", ")));
        }
    }
    if revision.ids_left_out > 0 {
        what.push(format!("{} more ids", revision.ids_left_out));
    }
    let time = table::instant_of(revision.time.as_ref());
    let line = format!(
        "{:>6}  {time}  {}  {}  {}",
        revision.revision,
        revision.operation,
        revision.actor,
        what.join("; ")
    );
    printable(&line).replace('\n', " ") + "\n"
}
