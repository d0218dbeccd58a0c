//! `tamis import`: rules of other helpdesks, as workflows and a report of what became of each part.

mod chatwoot;
mod logic;
mod report;
mod rule;
mod text;
mod values;
mod zammad;
mod zendesk;

use std::collections::HashMap;

use anyhow::Context as _;
use serde_json::Value;
use tamis_engine::check::{self, Checker};
use tamis_engine::definition::yaml::{self, Document};

use crate::args::{Helpdesk, ImportArgs, ReportFormat};
use crate::exit::{Outcome, misuse};
use crate::import::report::Report;
use crate::import::rule::Rule;
use crate::{console, local};

/// Bytes of an export: thousands of rules fit, and a dump of the whole helpdesk is no export of rules.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// What holds of every import.
const SNAPSHOT_NOTE: &str = "all workflows are judged against the ticket as it is after the change: one sees what another sets only if \
     the backend asks for a chain";

/// Runs the command.
///
/// # Errors
/// The file cannot be read, is too large, is not JSON or no export, or a result cannot be written.
pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<Outcome> {
    let account = args.account.as_deref().map(local::default_account);
    if let Some(account) = &account
        && let Some(finding) = check::account(account, "account").first()
    {
        return Err(misuse(format!("--account: {}: {}", finding.message, finding.help)));
    }
    let name = console::name(&args.file);
    let text = console::read_at_most(&args.file, FILE_BYTES_MAX)?;
    let file: Value =
        serde_json::from_str(&text).map_err(|error| misuse(format!("{name} is not JSON: {error}")))?;
    let helpdesk = args.from.map_or_else(|| guess(&file, name), Ok)?;
    let (rules, mut notes) = rules(&file, helpdesk).ok_or_else(|| misuse(no_export(name, helpdesk)))?;
    notes.push(SNAPSHOT_NOTE.to_owned());
    let checked_against = account.clone().unwrap_or_else(|| local::default_account("import"));
    let checker = Checker::new(&checked_against);
    let mut taken = HashMap::new();
    let mut document = Document { account, ..Document::default() };
    let mut reports = Vec::with_capacity(rules.len());
    for rule in rules {
        let (mut workflows, report) = rule.finish(title(helpdesk), &checker, &mut taken);
        document.workflows.append(&mut workflows);
        reports.push(report);
    }
    let report = Report::new(helpdesk, notes, reports);
    tell(&report, args)?;
    let yaml = yaml::write(&document);
    match &args.output {
        None => console::print(&yaml)?,
        Some(file) => console::write(file, &yaml)?,
    }
    Ok(if report.counts.not_translated == 0 { Outcome::Clean } else { Outcome::Findings })
}

fn rules(file: &Value, helpdesk: Helpdesk) -> Option<(Vec<Rule>, Vec<String>)> {
    match helpdesk {
        Helpdesk::Zendesk => zendesk::rules(file),
        Helpdesk::Chatwoot => chatwoot::rules(file),
        Helpdesk::Zammad => zammad::rules(file),
    }
}

/// The one helpdesk whose rules the file can hold.
fn guess(file: &Value, name: &str) -> anyhow::Result<Helpdesk> {
    let all = [Helpdesk::Zendesk, Helpdesk::Chatwoot, Helpdesk::Zammad];
    let fitting: Vec<Helpdesk> =
        all.into_iter().filter(|helpdesk| rules(file, *helpdesk).is_some()).collect();
    match fitting.as_slice() {
        [helpdesk] => Ok(*helpdesk),
        [] => Err(misuse(format!(
            "{name} holds no rules of Zendesk, Chatwoot or Zammad: export them as JSON, as the helpdesk's API lists them"
        ))),
        _ => Err(misuse(format!("{name} may be an export of several helpdesks: name one with --from"))),
    }
}

fn title(helpdesk: Helpdesk) -> &'static str {
    match helpdesk {
        Helpdesk::Zendesk => "Zendesk",
        Helpdesk::Chatwoot => "Chatwoot",
        Helpdesk::Zammad => "Zammad",
    }
}

fn no_export(name: &str, helpdesk: Helpdesk) -> String {
    let wanted = match helpdesk {
        Helpdesk::Zendesk => {
            "an object with `triggers` or `automations`, or a list of rules with `conditions`"
        }
        Helpdesk::Chatwoot => "an object with a `payload`, or a list, of rules with an `event_name`",
        Helpdesk::Zammad => "a list of triggers with a `perform`, or an object with `assets` that hold them",
    };
    format!("{name} is no export of {}: {wanted} is wanted", title(helpdesk))
}

fn tell(report: &Report, args: &ImportArgs) -> anyhow::Result<()> {
    let text = match args.report {
        ReportFormat::Text => report.text(),
        ReportFormat::Json => {
            serde_json::to_string_pretty(report).context("cannot write the report as JSON")? + "\n"
        }
    };
    match &args.report_file {
        None => console::note(text.trim_end_matches('\n')),
        Some(file) => console::write(file, &text)?,
    }
    Ok(())
}
