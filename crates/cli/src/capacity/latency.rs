//! Latency at shares of the ceiling, and how many nodes follow from it.

use tamis_loadtest::report::knee;
use tamis_loadtest::report::model::{Latency, LatencyCurve, Level, Part, Plan, Point};
use tamis_loadtest::report::planner::{Ask, Node, Trial};
use tamis_loadtest::report::statistics::{Spread, mean};
use tamis_loadtest::{Schedule, Shape};

use super::bench::{Bench, Run};
use super::server::Server;
use super::throughput::{Concurrency, TAMIS};
use super::workload::{Workload, as_number};

/// Calls under way at most on each connection in open loop: enough that calls wait in the server, where they are its own, and
/// not in the client.
const STREAMS: usize = 100;
/// Connections in open loop, unless the ceiling has more.
const CONNECTIONS: usize = 8;

/// Rates and limits of the report's table.
const RATES_PER_S: [f64; 6] = [1_000.0, 10_000.0, 50_000.0, 100_000.0, 500_000.0, 1_000_000.0];
const LIMITS_US: [f64; 6] = [500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 50_000.0];

/// Seconds that [`curve`] takes.
pub(super) fn curve_s(bench: &Bench) -> f64 {
    let extent = &bench.settings.extent;
    as_number(extent.shares.len() * extent.repeats) * bench.run_s(extent.open_s)
}

/// Connections of an open loop, by those of the ceiling.
pub(super) fn connections((connections, _): Concurrency) -> usize {
    connections.max(CONNECTIONS)
}

/// A run in open loop, at instants as of many independent callers.
pub(super) fn open<'a>(
    bench: &Bench,
    id: String,
    server: &'a Server,
    workload: &'a Workload,
    calls_per_s: f64,
    connections: usize,
) -> Run<'a> {
    Run {
        id,
        what: TAMIS,
        server,
        requests: &workload.requests,
        schedule: Schedule::Poisson { calls_per_s },
        shape: Shape::Unary,
        connections,
        streams: STREAMS,
        seconds: bench.settings.extent.open_s,
        saves: None,
    }
}

/// Latency at shares of the ceiling. The repeats of one rate lie apart, with all other rates between them, so that what changes
/// slowly does not look like an effect of the rate.
///
/// # Errors
/// Those of [`Bench::run`].
pub(super) fn curve(
    bench: &Bench,
    server: &Server,
    workload: &Workload,
    ceiling_per_s: f64,
    concurrency: Concurrency,
) -> anyhow::Result<(LatencyCurve, Node)> {
    let extent = &bench.settings.extent;
    let mut runs: Vec<Vec<Point>> = extent.shares.iter().map(|_| Vec::new()).collect();
    for _ in 0..extent.repeats {
        for (share, points) in extent.shares.iter().zip(&mut runs) {
            let percent = share * 100.0;
            bench.part(&format!("latency at {percent:.0} % of the ceiling"), bench.run_s(extent.open_s));
            let id = format!("open {percent:.0} %");
            let rate = (share * ceiling_per_s).max(1.0);
            points.push(bench.run(open(bench, id, server, workload, rate, connections(concurrency)))?.0);
        }
    }
    let levels: Vec<Level> =
        extent.shares.iter().zip(&runs).filter_map(|(share, points)| level(*share, points)).collect();
    let over: Vec<(f64, f64)> =
        levels.iter().map(|level| (level.target_per_s, level.latency.p99_us)).collect();
    let trial = |point: &Point| Trial {
        rate_per_s: point.rate_per_s,
        latency_us_p99: if point.kept_up() { point.latency.p99_us } else { f64::INFINITY },
    };
    let trials = runs.iter().map(|points| points.iter().map(trial).collect()).collect();
    Ok((LatencyCurve { knee: knee::find(&over), levels }, Node::new(trials, bench.settings.seed)))
}

fn level(share: f64, points: &[Point]) -> Option<Level> {
    let latencies: Vec<Latency> = points.iter().map(|point| point.latency).collect();
    let of = |figure: fn(&Point) -> f64| points.iter().map(figure).collect::<Vec<f64>>();
    Some(Level {
        share,
        target_per_s: points.first()?.load.target_per_s?,
        latency: Latency::of_repeats(&latencies)?,
        p99_us: Spread::of(&of(|point| point.latency.p99_us))?,
        rate_per_s: mean(&of(|point| point.rate_per_s))?,
        kept_up: points.iter().all(Point::kept_up),
        points: points.iter().map(|point| point.id.clone()).collect(),
    })
}

/// How many nodes, for what the user asks and for a table of rates and limits.
pub(super) fn plan(bench: &Bench, node: &Node) -> Part<Plan> {
    let rates = RATES_PER_S.iter();
    let asks = rates.flat_map(|rate| LIMITS_US.map(|limit| Ask { rate_per_s: *rate, latency_us_p99: limit }));
    let table: Vec<_> = asks.filter_map(|ask| node.answer(ask)).collect();
    if table.is_empty() {
        return Part::Missing("there is no latency to plan by".to_owned());
    }
    let mut assumptions = vec![
        "It takes for granted that calls are spread evenly over nodes, that every node holds every account (which is so if they \
         share nothing but what they were loaded with), that callers are independent of one another, and that the network \
         between them costs nothing: on loopback it does not. Run nodes below the knee: a burst finds room there."
            .to_owned(),
    ];
    if bench.processors().apart.is_none() {
        assumptions.push(
            "The generator had a part of this node's processors, which a node in service has to itself, so that it carries \
             more than is said here. How much more was not measured."
                .to_owned(),
        );
    }
    let asked = bench.settings.asked.and_then(|ask| node.answer(ask));
    Part::Measured(Plan { asked, table, repeats: node.repeats(), assumptions })
}
