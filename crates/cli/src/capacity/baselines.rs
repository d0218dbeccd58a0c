//! What the same costs without a decision, and by other means.

use tamis_loadtest::report::model::Baseline;
use tamis_loadtest::report::statistics::median;
use tamis_loadtest::{Schedule, Shape};

use super::bench::{Bench, Run};
use super::server::{Server, Serves};
use super::throughput::{Concurrency, TAMIS};
use super::workload::{Workload, as_number};

/// Changes in one batch, and under way at once in a stream.
const TOGETHER: usize = 64;
/// Calls under way on each connection where a call holds many changes.
const STREAMS_OF_MANY: usize = 2;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Evaluate,
    OwnEmpty,
    TonicEmpty,
    Batch,
    Stream,
}

impl Subject {
    const ALL: [Self; 5] = [Self::Evaluate, Self::OwnEmpty, Self::TonicEmpty, Self::Batch, Self::Stream];

    fn name(self) -> &'static str {
        match self {
            Self::Evaluate => "Evaluate of this workload",
            Self::OwnEmpty => "an empty call on the same server",
            Self::TonicEmpty => "an empty call on tonic's defaults",
            Self::Batch => "EvaluateBatch of 64, per change",
            Self::Stream => "EvaluateStream, 64 changes at once, per change",
        }
    }

    /// What the report calls the server.
    fn served_by(self) -> &'static str {
        match self {
            Self::Evaluate | Self::Batch | Self::Stream => TAMIS,
            Self::OwnEmpty => "tamis without decisions",
            Self::TonicEmpty => "tonic's defaults",
        }
    }

    fn how(self) -> &'static str {
        match self {
            Self::Evaluate => "tamis serve",
            Self::OwnEmpty => "tamis baseline --kind empty, the same requests",
            Self::TonicEmpty => "tamis baseline --kind tonic-defaults, the same requests",
            Self::Batch | Self::Stream => "tamis serve, the same requests",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Batch => Shape::Batch { size: TOGETHER },
            Self::Stream => Shape::Stream { window: TOGETHER },
            _ => Shape::Unary,
        }
    }
}

/// Seconds that [`measure`] takes.
pub(super) fn measure_s(bench: &Bench) -> f64 {
    as_number(Subject::ALL.len() * repeats(bench)) * bench.run_s(bench.settings.extent.closed_s) + 1.0
}

/// Two repeats tell whether the figures are worth anything; more are better spent elsewhere.
fn repeats(bench: &Bench) -> usize {
    bench.settings.extent.repeats.min(2)
}

/// Processor time of each, all of them in turn, and again.
///
/// # Errors
/// A server cannot be started or put under load.
pub(super) fn measure(
    bench: &Bench,
    server: &Server,
    workload: &Workload,
    (connections, streams): Concurrency,
) -> anyhow::Result<Vec<Baseline>> {
    let own_empty = Server::start(bench, Serves::Baseline("empty"), bench.server_threads())?;
    let tonic = Server::start(bench, Serves::Baseline("tonic-defaults"), bench.server_threads())?;
    let mut seen = Subject::ALL.map(|subject| (subject, Vec::new()));
    for _ in 0..repeats(bench) {
        for (subject, seen) in &mut seen {
            bench
                .part(&format!("baselines: {}", subject.name()), bench.run_s(bench.settings.extent.closed_s));
            let server = match subject {
                Subject::OwnEmpty => &own_empty,
                Subject::TonicEmpty => &tonic,
                Subject::Evaluate | Subject::Batch | Subject::Stream => server,
            };
            let holds_many = subject.shape() != Shape::Unary;
            let (point, outcome) = bench.run(Run {
                id: format!("baseline: {}", subject.name()),
                what: subject.served_by(),
                server,
                requests: &workload.requests,
                schedule: Schedule::ClosedLoop,
                shape: subject.shape(),
                connections,
                streams: if holds_many { STREAMS_OF_MANY.min(streams) } else { streams },
                seconds: bench.settings.extent.closed_s,
                saves: None,
            })?;
            let cpu_us = outcome.server_cpu.map(|cpu| cpu.cpu_us_per_decision);
            seen.extend(cpu_us.filter(|us| us.is_finite() && *us > 0.0).map(|cpu_us| (cpu_us, point)));
        }
    }
    Ok(seen
        .into_iter()
        .filter_map(|(subject, seen)| {
            let cpu_us = median(&seen.iter().map(|(cpu_us, _)| *cpu_us).collect::<Vec<f64>>())?;
            let decisions = subject.shape().decisions();
            Some(Baseline {
                name: subject.name().to_owned(),
                how: format!("{}; the median of repeats in closed loop: {}", subject.how(), seen.len()),
                cpu_us,
                n: seen.iter().map(|(_, point)| point.calls * decisions).sum(),
                point: seen.last().map(|(_, point)| point.id.clone()),
            })
        })
        .collect())
}
