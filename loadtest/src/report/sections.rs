//! From what was measured to what people read.

mod costs;
mod load;
mod nodes;
mod setting;

use super::document::{Block, Document, Section, Table};
use super::format::{bytes, number, percent, rate, time, whole};
use super::least_squares::LinearFit;
use super::model::{Latency, Part, Report};

/// The report for people.
pub(super) fn document(report: &Report) -> Document {
    let sections = vec![
        summary(report),
        load::ceiling(report),
        load::latency(report),
        load::scaling("connections", "Over connections", &report.connections),
        load::scaling("threads", "Over cores", &report.threads),
        costs::cost(report),
        costs::baselines(report),
        costs::memory(report),
        load::writes(report),
        load::ghz(report),
        nodes::plan(report),
        setting::workload(report),
        setting::machine(report),
        setting::points(report),
    ];
    Document {
        title: "Capacity report".to_owned(),
        subtitle: format!(
            "Tamis {} on {}, {}; {} workflows of {}",
            report.run.version,
            fact(report, "processor").unwrap_or("an unknown processor"),
            report.run.started_at,
            whole(report.workload.workflows),
            report.workload.workflows_from
        ),
        sections: sections.into_iter().filter(|section| !section.blocks.is_empty()).collect(),
    }
}

fn fact<'r>(report: &'r Report, name: &str) -> Option<&'r str> {
    report.machine.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What matters most, and what keeps it from being taken at its word.
fn summary(report: &Report) -> Section {
    let mut section = Section::new("summary", "In short");
    let mut figures = Vec::new();
    if let Some(ceiling) = report.ceiling.measured() {
        figures.push((
            rate(ceiling.rate_per_s.mean),
            "answered at most by this one node (closed loop)".to_owned(),
        ));
        if let Some(cpu) = &ceiling.server_cpu_us {
            figures
                .push((time(cpu.mean), "processor time of the server per call, at the ceiling".to_owned()));
        }
    }
    let level = report.latency.measured().and_then(|curve| {
        curve.levels.iter().min_by(|a, b| (a.share - 0.7).abs().total_cmp(&(b.share - 0.7).abs()))
    });
    if let Some(level) = level {
        let share = percent(level.share);
        figures.push((
            time(level.latency.p50_us),
            format!("median latency at {share} of the ceiling (open loop)"),
        ));
        figures.push((time(level.latency.p99_us), format!("99th percentile at {share} of the ceiling")));
    }
    if let Some(memory) = report.memory.measured() {
        // Not if it cannot be told apart from nothing.
        let of = |fit: &Option<LinearFit>, name: &str| {
            let found = fit.as_ref().and_then(|fit| fit.coefficient(name)).filter(|found| found.low > 0.0);
            found.map(|found| found.value)
        };
        if let Some(size) = of(&memory.process_fit, "workflows") {
            figures.push((bytes(size), "resident memory per workflow, definition included".to_owned()));
        }
    }
    let own = report.writes.measured().and_then(|writes| writes.sizes.first());
    if let Some(effect) = own.and_then(|writes| writes.effect) {
        figures.push((time(effect.p50_us), "from a save to a decision by it, median, under load".to_owned()));
    }
    if let Some(answer) = report.plan.measured().and_then(|plan| plan.asked.as_ref()) {
        figures.push(nodes::figure(answer));
    }
    if !figures.is_empty() {
        section.blocks.push(Block::Figures(figures));
    }
    if !report.run.optimised {
        section.blocks.push(Block::Caveat(
            "this is a build without optimisation (cargo run makes one unless it is given --release). Its figures say \
             nothing about the service; only the report's form can be judged by it."
                .to_owned(),
        ));
    }
    section.caveats(&report.machine.caveats);
    section.text(
        "Latency is taken in open loop: calls are due at random instants (Poisson) whether earlier ones have been \
         answered or not, and a call's latency counts from the instant at which it was due, so that waiting in the \
         client counts too. Intervals are of 95 %. Every figure is of this machine and of this workload alone.",
    );
    section
}

/// Why a part is missing, if it is.
fn missing<'p, T>(section: &mut Section, part: &'p Part<T>) -> Option<&'p T> {
    if let Part::Missing(reason) = part {
        section.text(format!("Not measured: {reason}."));
    }
    part.measured()
}

/// The headings of [`latency_cells`].
const LATENCY_HEAD: [&str; 5] = ["#p50", "#p90", "#p99", "#p99.9", "#max"];

fn latency_cells(latency: &Latency) -> [String; 5] {
    [latency.p50_us, latency.p90_us, latency.p99_us, latency.p999_us, latency.max_us].map(time)
}

/// The headings of a table with latencies between others.
fn head<'h>(before: &[&'h str], after: &[&'h str]) -> Vec<&'h str> {
    [before, &LATENCY_HEAD, after].concat()
}

/// Adds coefficients with their errors and intervals; each has a scale for its unit and the unit itself.
fn add_coefficients(
    section: &mut Section,
    caption: String,
    fit: &LinearFit,
    units: &[(&str, &str, f64, &str)],
) {
    let mut table =
        Table::new(caption, &["coefficient", "#value", "#standard error", "#95 % from", "#to", "unit"]);
    let mut undecided = Vec::new();
    for (name, meaning, scale, unit) in units {
        let Some(found) = fit.coefficient(name) else { continue };
        let cells =
            [found.value, found.standard_error, found.low, found.high].map(|value| number(value * scale));
        table.row([(*meaning).to_owned()].into_iter().chain(cells).chain([(*unit).to_owned()]));
        if found.low <= 0.0 && found.high >= 0.0 {
            undecided.push(*meaning);
        }
    }
    section.table(table);
    if !undecided.is_empty() {
        let told = format!("not told apart from 0 by what was measured: {}", undecided.join("; "));
        section.blocks.push(Block::Caveat(told));
    }
}
