//! How many nodes.

use super::super::document::{Block, Section, Table};
use super::super::format::{rate, time, whole};
use super::super::model::Report;
use super::super::planner::{Answer, Nodes, Verdict};
use super::missing;

/// What a planner needs.
pub(super) fn plan(report: &Report) -> Section {
    let mut section = Section::new("plan", "How many nodes");
    let Some(plan) = missing(&mut section, &report.plan) else { return section };
    if let Some(answer) = &plan.asked {
        section.blocks.push(Block::Figures(vec![figure(answer)]));
        section.text(sentence(answer));
        section.caveats(&answer.extrapolates);
    }
    let mut limits: Vec<f64> = plan.table.iter().map(|answer| answer.ask.latency_us_p99).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    let heads: Vec<String> = limits.iter().map(|limit| format!("#p99 below {}", time(*limit))).collect();
    let head: Vec<&str> = ["#calls/s"].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let mut table = Table::new(
        "Nodes of this kind, of which one may fail. In brackets the interval of 95 %, if it is more than one number. An \
         asterisk: beyond what was measured. A dash: not even the lightest load that was measured stays below the limit.",
        &head,
    );
    let mut rates: Vec<f64> = plan.table.iter().map(|answer| answer.ask.rate_per_s).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    for asked in rates {
        let cells = limits.iter().map(|limit| {
            let is_it =
                |answer: &&Answer| answer.ask.rate_per_s == asked && answer.ask.latency_us_p99 == *limit;
            plan.table.iter().find(is_it).map_or_else(|| "–".to_owned(), cell)
        });
        table.row([rate(asked)].into_iter().chain(cells));
    }
    section.table(table);
    let carried = limits.iter().filter_map(|limit| {
        let one = plan.table.iter().find(|answer| answer.ask.latency_us_p99 == *limit)?;
        let Verdict::Nodes(nodes) = one.verdict else { return None };
        Some([
            time(*limit),
            rate(nodes.node_rate_per_s),
            rate(nodes.node_rate_per_s_low),
            rate(nodes.node_rate_per_s_high),
        ])
    });
    let mut table = Table::new(
        format!(
            "What one node carries within each limit, along straight lines between the rates that were measured; the \
             interval by bootstrap over the {} repeats of each rate.",
            plan.repeats
        ),
        &["#p99 below", "#carries", "#95 % from", "#to"],
    );
    for row in carried {
        table.row(row);
    }
    section.table(table);
    for assumption in &plan.assumptions {
        section.text(assumption.clone());
    }
    section
}

/// The answer in short, and what was asked.
pub(super) fn figure(answer: &Answer) -> (String, String) {
    (headline(answer), question(answer))
}

fn question(answer: &Answer) -> String {
    let ask = &answer.ask;
    format!("for {} with p99 below {}", rate(ask.rate_per_s), time(ask.latency_us_p99))
}

fn headline(answer: &Answer) -> String {
    match &answer.verdict {
        Verdict::Nodes(nodes) => format!("{} nodes", whole(nodes.nodes)),
        Verdict::NotMet { .. } => "Not by any number of nodes".to_owned(),
    }
}

fn sentence(answer: &Answer) -> String {
    match &answer.verdict {
        Verdict::Nodes(nodes) => format!(
            "{} carry it, and one more may fail. One node carries {} within the limit ({} to {} with 95 %), which makes \
             {}.",
            whole(nodes.nodes.saturating_sub(1)),
            rate(nodes.node_rate_per_s),
            rate(nodes.node_rate_per_s_low),
            rate(nodes.node_rate_per_s_high),
            in_all(nodes),
        ),
        Verdict::NotMet { latency_us_p99: Some(latency), rate_per_s } => format!(
            "Even at {}, the lightest load that was measured, the 99th percentile is {}.",
            rate(*rate_per_s),
            time(*latency)
        ),
        Verdict::NotMet { latency_us_p99: None, rate_per_s } => {
            format!("Not even {}, the lightest load that was measured, was kept up.", rate(*rate_per_s))
        }
    }
}

fn cell(answer: &Answer) -> String {
    let Verdict::Nodes(nodes) = &answer.verdict else { return "–".to_owned() };
    let star = if answer.extrapolates.is_empty() { "" } else { " *" };
    if nodes.nodes_low == nodes.nodes_high {
        return format!("{}{star}", whole(nodes.nodes));
    }
    format!("{} ({}){star}", whole(nodes.nodes), span(nodes))
}

fn in_all(nodes: &Nodes) -> String {
    if nodes.nodes_low == nodes.nodes_high {
        return format!("{} nodes in all, at either end", whole(nodes.nodes));
    }
    format!("{} nodes in all", span(nodes))
}

fn span(nodes: &Nodes) -> String {
    let most = if nodes.nodes_high == u64::MAX { "no bound".to_owned() } else { whole(nodes.nodes_high) };
    format!("{} – {most}", whole(nodes.nodes_low))
}
