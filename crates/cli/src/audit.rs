//! `tamis audit`: tells who wrote what to an account, and when.

use tamis_api::v1::{ListRevisionsRequest, Revision};

use crate::args::AuditArgs;
use crate::exit::Outcome;
use crate::{console, output, remote, table};

/// Revisions of one page.
const PAGE_SIZE_MAX: usize = 1_000;
/// Ids that a line tells before it counts the rest.
const IDS_TOLD: usize = 5;

/// Runs the command.
///
/// # Errors
/// The call failed.
pub(crate) fn run(args: &AuditArgs) -> anyhow::Result<Outcome> {
    let found = remote::block_on(read(args))?;
    let told = found.iter().map(|revision| output::record(args.output, revision, || Ok(line(revision))));
    let text = told.collect::<anyhow::Result<String>>()?;
    console::print(&text)?;
    Ok(Outcome::Clean)
}

async fn read(args: &AuditArgs) -> anyhow::Result<Vec<Revision>> {
    let mut client = remote::audits(remote::connect(&args.server).await?);
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let wanted = args.limit.get() - found.len();
        let request = ListRevisionsRequest {
            account_id: args.account.clone(),
            page_size: i32::try_from(wanted.min(PAGE_SIZE_MAX)).unwrap_or(i32::MAX),
            page_token,
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
    console::printable(&line).replace('\n', " ") + "\n"
}
