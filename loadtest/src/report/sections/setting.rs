//! What was measured on what, and by what.

use super::super::document::{Block, Section, Table};
use super::super::format::{number, rate, time, whole};
use super::super::model::Report;
use super::{head, latency_cells};

/// Workflows and requests.
pub(super) fn workload(report: &Report) -> Section {
    let mut section = Section::new("workload", "Workload");
    let work = &report.workload;
    let mut table = Table::new("What was decided.", &["what", "value"]);
    let rows = [
        ("workflows from", work.workflows_from.clone()),
        ("account", work.account_id.clone()),
        ("workflows", whole(work.workflows)),
        ("conditions", whole(work.conditions)),
        ("phrases", whole(work.phrases)),
        ("requests from", work.requests_from.clone()),
        ("different requests", whole(work.requests)),
        ("bytes of text in a request, median", number(work.text_bytes_median)),
        ("bytes of a request on the wire, mean", number(work.request_bytes_mean)),
        ("bytes of an answer on the wire, mean", number(work.response_bytes_mean)),
        ("workflows that match a request, mean", number(work.matches_mean)),
    ];
    for (name, value) in rows {
        table.row([name.to_owned(), value]);
    }
    section.table(table);
    section
}

/// Machine, build and flags.
pub(super) fn machine(report: &Report) -> Section {
    let mut section = Section::new("machine", "Machine and build");
    let mut table = Table::new("What it was measured on, and by what.", &["what", "value"]);
    let run = &report.run;
    let commit = run.commit.clone().unwrap_or_else(|| "not known".to_owned());
    let build = if run.optimised { "optimised" } else { "without optimisation" };
    let own = [
        ("command", run.command.clone()),
        ("version", run.version.clone()),
        ("commit", commit),
        ("build", build.to_owned()),
        ("began", run.started_at.clone()),
        ("took", time(run.duration_s * 1e6)),
        ("extent", run.extent.clone()),
        ("seed", run.seed.to_string()),
    ];
    for (name, value) in own {
        table.row([name.to_owned(), value]);
    }
    for (name, value) in run.settings.iter().chain(&report.machine.facts) {
        table.row([name.clone(), value.clone()]);
    }
    section.table(table);
    section
}

/// Every run of load.
pub(super) fn points(report: &Report) -> Section {
    let mut section = Section::new("points", "Every run");
    let mut table = Table::new(
        "Every run of load, in order; the file raw/outcomes.jsonl has the whole of each, histogram included.",
        &head(
            &["run", "server", "#threads", "#aimed at", "#conns × calls", "#answered"],
            &["#server µs/call", "#n", "#failed", "generator"],
        ),
    );
    for point in &report.points {
        let load = &point.load;
        let before = [
            point.id.clone(),
            format!("{}, {}", point.server, load.call),
            whole(point.threads),
            load.target_per_s.map_or_else(|| "closed loop".to_owned(), rate),
            format!("{} × {}", load.connections, load.streams),
            rate(point.rate_per_s),
        ];
        let after = [
            point.server_cpu_us.map_or_else(|| "–".to_owned(), number),
            whole(point.calls),
            whole(point.errors),
            if point.generator_doubts.is_empty() { "fine" } else { "doubtful" }.to_owned(),
        ];
        table.row(before.into_iter().chain(latency_cells(&point.latency)).chain(after));
    }
    let doubtful = report.points.iter().filter(|point| !point.generator_doubts.is_empty()).count();
    if doubtful > 0 {
        section.blocks.push(Block::Caveat(format!(
            "in {} of {} runs the generator may have had a part in the figures, as it could not be sure of its processor; each \
             run's grounds are in the JSON",
            whole(doubtful),
            whole(report.points.len())
        )));
    }
    section.table(table);
    section
}
