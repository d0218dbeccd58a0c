//! What a call costs, in time and in memory.

use super::super::document::{Section, Table};
use super::super::format::{bytes, number, time, whole};
use super::super::model::{CostModel, Memory, Report};
use super::super::plot::{Axis, Form, Plot, Scale, Series};
use super::{add_coefficients, missing};

/// The cost model.
pub(super) fn cost(report: &Report) -> Section {
    let mut section = Section::new("cost", "What a call costs");
    let Some(cost) = missing(&mut section, &report.cost) else { return section };
    section.text(
        "Processor time of the server per call = transport + a · workflows + b · bytes of text + c · matches, by ordinary \
         least squares over a matrix: the account with more and more copies of its workflows, each copy with ids and phrases \
         of its own; texts cut or lengthened; and changes that match few, some and many workflows. Each cell is a run in \
         closed loop.",
    );
    section.caveats(&cost.caveats);
    if let Some(fit) = &cost.fit {
        let units = [
            ("transport", "transport: a call of nothing", 1.0, "µs"),
            ("workflows", "a: per 1,000 workflows", 1e3, "µs"),
            ("text_bytes", "b: per 1,000 bytes of text", 1e3, "µs"),
            ("matches", "c: per match", 1.0, "µs"),
        ];
        let caption = format!(
            "Coefficients from {} cells. R² = {:.4}; the residuals' standard deviation is {} µs.",
            fit.n,
            fit.r_squared,
            number(fit.residual_standard_deviation)
        );
        add_coefficients(&mut section, caption, fit, &units);
        section.plot(residuals(cost, fit));
    }
    let mut table = Table::new(
        "Each cell of the matrix.",
        &["#workflows", "#bytes of text", "#matches", "#measured", "#fitted", "#residual"],
    );
    for (place, row) in cost.rows.iter().enumerate() {
        let of = |values: Option<&Vec<f64>>| {
            values.and_then(|values| values.get(place)).map_or_else(|| "–".to_owned(), |us| time(*us))
        };
        table.row([
            number(row.workflows),
            number(row.text_bytes),
            number(row.matches),
            time(row.server_cpu_us),
            of(cost.fit.as_ref().map(|fit| &fit.fitted)),
            of(cost.fit.as_ref().map(|fit| &fit.residuals)),
        ]);
    }
    section.table(table);
    section
}

fn residuals(cost: &CostModel, fit: &super::super::least_squares::LinearFit) -> Plot {
    // One series for each number of workflows, so that a bend over workflows shows.
    let mut counts: Vec<f64> = cost.rows.iter().map(|row| row.workflows).collect();
    counts.sort_by(f64::total_cmp);
    counts.dedup();
    let series = counts.iter().map(|count| {
        let rows = cost.rows.iter().zip(fit.fitted.iter().zip(&fit.residuals));
        let own = rows.filter(|(row, _)| row.workflows == *count);
        let points = own.map(|(_, (fitted, left))| (*fitted, *left)).collect();
        Series { name: format!("{} workflows", number(*count)), form: Form::Points, points }
    });
    Plot {
        id: "cost-residuals",
        title: "What the cost model leaves over: measured less fitted, over fitted.".to_owned(),
        x: Axis { label: "fitted, µs per call", scale: Scale::Linear },
        y: Axis { label: "residual, µs", scale: Scale::Linear },
        series: series.collect(),
        marks: Vec::new(),
    }
}

/// What the same costs by plainer means.
pub(super) fn baselines(report: &Report) -> Section {
    let mut section = Section::new("baselines", "Baselines");
    let Some(baselines) = missing(&mut section, &report.baselines) else { return section };
    let own = baselines.first().map(|baseline| baseline.cpu_us);
    let mut table = Table::new(
        "Processor time per call. The first line is the call that the others are compared with.",
        &["what", "#µs per call", "#compared", "#n", "how"],
    );
    for baseline in baselines {
        let ratio = own.filter(|own| *own > 0.0).map(|own| format!("{} ×", number(baseline.cpu_us / own)));
        table.row([
            baseline.name.clone(),
            number(baseline.cpu_us),
            ratio.unwrap_or_else(|| "–".to_owned()),
            whole(baseline.n),
            baseline.how.clone(),
        ]);
    }
    section.table(table);
    section.text(
        "How the index compares with a plain loop over all workflows is measured without a server, where it shows: \
         cargo bench -p tamis-benches --bench plain_loop.",
    );
    section
}

/// Memory, build and start-up.
pub(super) fn memory(report: &Report) -> Section {
    let mut section = Section::new("memory", "Memory, build and start-up");
    let Some(memory) = missing(&mut section, &report.memory) else { return section };
    section.caveats(&memory.caveats);
    if let Some(fit) = &memory.index_fit {
        let caption = format!(
            "Bytes of an index by what is in it, definitions apart, as the engine counts them: least squares over {} \
             indexes, R² = {:.4}.",
            fit.n, fit.r_squared
        );
        let units = [
            ("account", "an account without workflows", 1.0, "bytes"),
            ("workflows", "per workflow", 1.0, "bytes"),
            ("phrases", "per phrase", 1.0, "bytes"),
        ];
        add_coefficients(&mut section, caption, fit, &units);
    }
    let mut table = Table::new(
        "Indexes that were built: size as the engine counts it, and time on one core.",
        &["#workflows", "#phrases", "#size", "#per workflow", "#build, mean", "#from", "#to", "#n"],
    );
    for row in &memory.indexes {
        let (size, workflows) = (exact(row.index_bytes), exact(row.workflows.max(1)));
        table.row([
            whole(row.workflows),
            whole(row.phrases),
            bytes(size),
            bytes(size / workflows),
            time(row.build_us.mean),
            time(row.build_us.min),
            time(row.build_us.max),
            whole(row.build_us.n),
        ]);
    }
    section.table(table);
    section_processes(&mut section, memory);
    section
}

fn section_processes(section: &mut Section, memory: &Memory) {
    if let Some(fit) = &memory.process_fit {
        let caption = format!(
            "Resident bytes of a process by what it serves, from /proc: least squares over {} processes, R² = {:.4}.",
            fit.n, fit.r_squared
        );
        let units = [
            ("process", "a process without accounts", 1.0, "bytes"),
            ("accounts", "per account", 1.0, "bytes"),
            ("workflows", "per workflow", 1.0, "bytes"),
        ];
        add_coefficients(section, caption, fit, &units);
    }
    let mut table = Table::new(
        "Processes that were started on a store that held so much: from the start until it serves, reading and building \
         included.",
        &[
            "#accounts",
            "#workflows in all",
            "#resident",
            "#store's file",
            "#start, mean",
            "#from",
            "#to",
            "#n",
        ],
    );
    for row in &memory.processes {
        table.row([
            whole(row.accounts),
            whole(row.workflows),
            bytes(exact(row.resident_bytes)),
            bytes(exact(row.store_bytes)),
            time(row.start_ms.mean * 1e3),
            time(row.start_ms.min * 1e3),
            time(row.start_ms.max * 1e3),
            whole(row.start_ms.n),
        ]);
    }
    section.table(table);
}

/// A size as a number to calculate with.
fn exact(size: impl TryInto<u32>) -> f64 {
    size.try_into().map_or(f64::NAN, f64::from)
}
