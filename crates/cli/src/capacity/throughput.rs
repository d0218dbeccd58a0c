//! What can be answered at most, over connections and over threads.

use tamis_loadtest::report::model::{Ceiling, Part, Point, Scaling};
use tamis_loadtest::report::statistics::{Spread, mean};
use tamis_loadtest::report::{least_squares::FitError, usl};
use tamis_loadtest::{Schedule, Shape};

use super::bench::{Bench, Run};
use super::server::{Server, Serves};
use super::workload::{Workload, as_number};

/// What the report calls a service of decisions.
pub(super) const TAMIS: &str = "tamis";

/// Connections, and calls under way on each.
pub(super) type Concurrency = (usize, usize);

/// Seconds that [`ceiling`] takes.
pub(super) fn ceiling_s(bench: &Bench) -> f64 {
    let extent = &bench.settings.extent;
    let runs = extent.connections.len() + extent.shapes.len() + extent.repeats;
    as_number(runs) * bench.run_s(extent.closed_s)
}

/// A run in closed loop.
///
/// # Errors
/// Those of [`Bench::run`].
pub(super) fn closed(
    bench: &Bench,
    id: &str,
    server: &Server,
    workload: &Workload,
    (connections, streams): Concurrency,
) -> anyhow::Result<Point> {
    let run = Run {
        id: format!("{id} {connections}x{streams}"),
        what: TAMIS,
        server,
        requests: &workload.requests,
        schedule: Schedule::ClosedLoop,
        shape: Shape::Unary,
        connections,
        streams,
        seconds: bench.settings.extent.closed_s,
        saves: None,
    };
    Ok(bench.run(run)?.0)
}

/// Looks for the ceiling, and takes throughput over connections on the way.
///
/// # Errors
/// Those of [`Bench::run`].
pub(super) fn ceiling(
    bench: &Bench,
    server: &Server,
    workload: &Workload,
) -> anyhow::Result<(Vec<Point>, Scaling)> {
    let extent = &bench.settings.extent;
    let single = extent.connections.iter().map(|connections| (*connections, 1));
    let mut points = Vec::new();
    for concurrency in single.clone().chain(extent.shapes.iter().copied()) {
        let (connections, streams) = concurrency;
        let name = format!("throughput: {connections} connections of {streams}");
        bench.part(&name, bench.run_s(extent.closed_s));
        points.push(closed(bench, "closed", server, workload, concurrency)?);
    }
    let over = points.iter().zip(single).map(|(point, (n, _))| (as_number(n), point.rate_per_s)).collect();
    let scaling = scaling("connections", over, Vec::new());
    let best = best(&points);
    for _ in 0..extent.repeats {
        bench.part("ceiling, once more", bench.run_s(extent.closed_s));
        points.push(closed(bench, "ceiling", server, workload, best)?);
    }
    Ok((points, scaling))
}

/// The concurrency at which the most was answered.
pub(super) fn best(points: &[Point]) -> Concurrency {
    let most = points.iter().max_by(|a, b| a.rate_per_s.total_cmp(&b.rate_per_s));
    most.map_or((1, 1), |point| (point.load.connections, point.load.streams))
}

/// The repeats of a run, summed up; absent if there are none.
pub(super) fn summed_up(points: &[Point], concurrency: Concurrency) -> Option<Ceiling> {
    let is_repeat = |point: &&Point| point.id.starts_with("ceiling");
    let of = |figure: fn(&Point) -> Option<f64>| -> Vec<f64> {
        points.iter().filter(is_repeat).filter_map(figure).collect()
    };
    Some(Ceiling {
        connections: concurrency.0,
        streams: concurrency.1,
        rate_per_s: Spread::of(&of(|point| Some(point.rate_per_s)))?,
        server_cpu_us: Spread::of(&of(|point| point.server_cpu_us)),
        server_cpus: mean(&of(|point| point.server_cpus)),
        generator_cpus: mean(&of(|point| point.generator_cpus)),
        points: points.iter().map(|point| point.id.clone()).collect(),
    })
}

/// Numbers of threads that are tried: powers of two, and all that there are.
fn thread_counts(processors: usize) -> Vec<usize> {
    let powers = std::iter::successors(Some(1), |count: &usize| count.checked_mul(2));
    let mut counts: Vec<usize> = powers.take_while(|count| *count < processors).collect();
    counts.push(processors);
    counts
}

/// Seconds that [`threads`] takes.
pub(super) fn threads_s(bench: &Bench) -> f64 {
    let counts = thread_counts(bench.server_threads()).len();
    if counts < 2 {
        0.0
    } else {
        as_number(counts) * (0.3 + 2.0 * bench.run_s(bench.settings.extent.closed_s))
    }
}

/// Throughput over the number of the server's threads.
///
/// # Errors
/// Those of [`Bench::run`] and [`Server::start`].
pub(super) fn threads(
    bench: &Bench,
    store: &std::path::Path,
    workload: &Workload,
    concurrency: Concurrency,
) -> anyhow::Result<Part<Scaling>> {
    let counts = thread_counts(bench.server_threads());
    if counts.len() < 2 {
        return Ok(Part::Missing(
            "the server has one processor, so that there is nothing to compare".to_owned(),
        ));
    }
    let seconds = 0.3 + 2.0 * bench.run_s(bench.settings.extent.closed_s);
    let mut over = Vec::new();
    for count in counts {
        bench.part(&format!("throughput: {count} threads"), seconds);
        let server = Server::start(bench, Serves::Store(store), count)?;
        for _ in 0..2 {
            let point = closed(bench, &format!("threads {count}:"), &server, workload, concurrency)?;
            over.push((as_number(count), point.rate_per_s));
        }
    }
    let mut caveats = Vec::new();
    if bench.processors().apart.is_none() {
        caveats.push(
            "the generator shares the processors, so that throughput with as many threads as there are processors is held \
             down by it"
                .to_owned(),
        );
    }
    Ok(Part::Measured(scaling("threads", over, caveats)))
}

/// The points with the law, if it means anything for them.
fn scaling(of: &str, points: Vec<(f64, f64)>, mut caveats: Vec<String>) -> Scaling {
    let fit = match usl::fit(&points) {
        Ok(fit) => Some(fit),
        Err(FitError::TooFewRows { rows, .. }) => {
            let most = points.iter().map(|point| point.0).fold(0.0, f64::max);
            caveats.push(format!(
                "{rows} numbers of {of} do not determine the three parameters of the Universal Scalability Law, so none is \
                 fitted, and nothing is said beyond {most} {of}"
            ));
            None
        }
        Err(error) => {
            caveats.push(format!("the Universal Scalability Law was not fitted: {error}"));
            None
        }
    };
    Scaling { of: of.to_owned(), points, fit, caveats }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_doubled_up_to_all_that_there_are() {
        let cases: [(usize, &[usize]); 5] =
            [(1, &[1]), (2, &[1, 2]), (4, &[1, 2, 4]), (6, &[1, 2, 4, 6]), (9, &[1, 2, 4, 8, 9])];
        for (processors, wanted) in cases {
            assert_eq!(thread_counts(processors), wanted);
        }
    }

    #[test]
    fn two_cores_determine_no_law() {
        let scaling = scaling("threads", vec![(1.0, 10.0), (1.0, 11.0), (2.0, 18.0)], Vec::new());
        assert_eq!(scaling.fit, None);
        let [told] = scaling.caveats.as_slice() else { panic!("{:?}", scaling.caveats) };
        assert!(told.starts_with("2 numbers of threads do not determine"), "{told}");
        assert!(told.ends_with("nothing is said beyond 2 threads"), "{told}");
    }
}
