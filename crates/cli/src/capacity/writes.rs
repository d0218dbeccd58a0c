//! Writes under load, and reads beside them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tamis_api::v1::UpdateAccountRequest;
use tamis_engine::{Account, Workflow};
use tamis_loadtest::report::model::{Beside, Latency, Point, Writes, WritesAt};
use tamis_loadtest::report::statistics::Spread;
use tamis_loadtest::{SavedWorkflow, Saves, SavesOutcome};
use tamis_server::offline;

use super::bench::{Bench, Run};
use super::latency::{connections, open};
use super::machine;
use super::server::{Server, Serves, import, new_store};
use super::throughput::Concurrency;
use super::workload::{Workload, as_number, with_phrases};
use crate::remote;

/// Share of the ceiling at which changes are decided meanwhile: there is room for the writes.
const SHARE: f64 = 0.4;
/// Between two account updates, or two imports.
const PAUSE: Duration = Duration::from_millis(50);
/// How often it is looked whether the reads are over.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What happens beside the reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Nothing,
    Saves,
    AccountUpdates,
    Imports,
}

impl What {
    const ALL: [Self; 4] = [Self::Nothing, Self::Saves, Self::AccountUpdates, Self::Imports];

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing else",
            Self::Saves => "saves of single workflows",
            Self::AccountUpdates => "updates of the account: the index is built anew",
            Self::Imports => "imports that change every workflow with a phrase",
        }
    }
}

/// What was seen beside one of them.
#[derive(Debug, Default)]
struct Seen {
    points: Vec<Point>,
    took_us: Vec<f64>,
    saves: Vec<SavesOutcome>,
}

/// Seconds that [`measure`] takes for a user who has so many workflows.
pub(super) fn measure_s(bench: &Bench, workflows: usize) -> f64 {
    let extent = &bench.settings.extent;
    let runs = What::ALL.len() * repeats(bench);
    as_number(runs * sizes(bench, workflows).len()) * bench.run_s(extent.open_s) + 2.0
}

/// Half of the repeats that rates have: there are several kinds of writes, and two sizes.
fn repeats(bench: &Bench) -> usize {
    bench.settings.extent.repeats.div_ceil(2)
}

/// The user's own size, and the largest.
fn sizes(bench: &Bench, workflows: usize) -> Vec<usize> {
    let largest =
        bench.settings.extent.sizes_for(workflows).last().copied().filter(|largest| *largest != workflows);
    [workflows].into_iter().chain(largest).collect()
}

/// Reads at a share of the ceiling, beside each kind of write.
///
/// # Errors
/// A server cannot be started or put under load, or refuses a write.
pub(super) fn measure(
    bench: &Bench,
    workload: &Workload,
    ceiling_per_s: f64,
    concurrency: Concurrency,
) -> anyhow::Result<Writes> {
    let mut measured = Vec::new();
    for size in sizes(bench, workload.workflows.len()) {
        measured.push(at(bench, workload, size, (ceiling_per_s * SHARE).max(1.0), concurrency)?);
    }
    Ok(Writes { store_on: machine::file_system(&bench.folder), sizes: measured })
}

fn at(
    bench: &Bench,
    workload: &Workload,
    size: usize,
    rate_per_s: f64,
    concurrency: Concurrency,
) -> anyhow::Result<WritesAt> {
    let workflows = workload.sized(size);
    let store = new_store(bench, &format!("writes-{size}"));
    let server = Server::start(bench, Serves::Store(&store), bench.server_threads())?;
    server.import(&workload.account, &workflows)?;
    let mut seen = What::ALL.map(|what| (what, Seen::default()));
    for _ in 0..repeats(bench) {
        for (what, seen) in &mut seen {
            let name = format!("{size} workflows, reads beside {}", what.name());
            bench.part(&name, bench.run_s(bench.settings.extent.open_s));
            let id = format!("writes {size}: {}", what.name());
            let mut run = open(bench, id, &server, workload, rate_per_s, connections(concurrency));
            if *what == What::Saves {
                let saved = SavedWorkflow { account_id: workload.account.id.clone(), workflow_id: None };
                run.saves =
                    Some(Saves { saves_per_s: bench.settings.extent.saves_per_s, workflows: vec![saved] });
            }
            seen.add(beside(bench, *what, run, &workload.account, &workflows)?);
        }
    }
    let all_saves = || seen.iter().flat_map(|(_, seen)| &seen.saves);
    let save: Vec<Latency> = all_saves().map(|saves| Latency::from(&saves.acknowledged)).collect();
    let effect: Vec<Latency> = all_saves().map(|saves| Latency::from(&saves.effect)).collect();
    Ok(WritesAt {
        workflows: size,
        rate_per_s,
        save: Latency::of_repeats(&save).filter(|latency| latency.n > 0),
        effect: Latency::of_repeats(&effect).filter(|latency| latency.n > 0),
        beside: seen.iter().filter_map(|(what, seen)| seen.summed_up(*what)).collect(),
    })
}

/// Reads, with the account updates or the imports done meanwhile by another thread.
fn beside(
    bench: &Bench,
    what: What,
    run: Run<'_>,
    account: &Account,
    workflows: &[Workflow],
) -> anyhow::Result<(Point, Option<SavesOutcome>, Vec<f64>)> {
    let server = run.server;
    let done = AtomicBool::new(false);
    let (read, written) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| match what {
            What::Nothing | What::Saves => Ok(Vec::new()),
            What::AccountUpdates => remote::block_on(update_until(&done, server, account)),
            What::Imports => remote::block_on(import_until(&done, server, account, workflows)),
        });
        let read = bench.run(run);
        done.store(true, Ordering::Relaxed);
        (read, writer.join())
    });
    let (point, outcome) = read?;
    let written = written.map_err(|_| anyhow::anyhow!("the thread that writes came to an end by a fault"))?;
    Ok((point, outcome.saves, written?))
}

/// Updates the account over and over; returns how long each took, in µs.
async fn update_until(done: &AtomicBool, server: &Server, account: &Account) -> anyhow::Result<Vec<f64>> {
    let mut client = remote::accounts(server.connect().await?);
    let mut took_us = Vec::new();
    for number in 1.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let renamed = Account { display_name: format!("Update {number}"), ..account.clone() };
        let request = UpdateAccountRequest {
            account: Some(offline::account_to_wire(&renamed)),
            ..UpdateAccountRequest::default()
        };
        let started = Instant::now();
        client.update_account(request).await.map_err(|status| remote::failure(&status))?;
        took_us.push(started.elapsed().as_secs_f64() * 1e6);
        pause(done).await;
    }
    Ok(took_us)
}

/// Imports the workflows over and over, with one phrase more and with one less; returns how long each took, in µs.
async fn import_until(
    done: &AtomicBool,
    server: &Server,
    account: &Account,
    workflows: &[Workflow],
) -> anyhow::Result<Vec<f64>> {
    let channel = server.connect().await?;
    let others = with_phrases(workflows, 2);
    let mut took_us = Vec::new();
    for number in 1_usize.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let next = if number.is_multiple_of(2) { workflows } else { &others };
        let started = Instant::now();
        import(channel.clone(), account, next).await?;
        took_us.push(started.elapsed().as_secs_f64() * 1e6);
        pause(done).await;
    }
    Ok(took_us)
}

/// Waits a while, or until the reads are over.
async fn pause(done: &AtomicBool) {
    let until = Instant::now() + PAUSE;
    while Instant::now() < until && !done.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

impl Seen {
    fn add(&mut self, (point, saves, took_us): (Point, Option<SavesOutcome>, Vec<f64>)) {
        self.points.push(point);
        self.saves.extend(saves);
        self.took_us.extend(took_us);
    }

    fn summed_up(&self, what: What) -> Option<Beside> {
        let reads: Vec<Latency> = self.points.iter().map(|point| point.latency).collect();
        let p99: Vec<f64> = reads.iter().map(|latency| latency.p99_us).collect();
        let took = match what {
            What::Saves => {
                let acknowledged: Vec<Latency> =
                    self.saves.iter().map(|saves| Latency::from(&saves.acknowledged)).collect();
                Latency::of_repeats(&acknowledged)
            }
            _ => Latency::of_times(&self.took_us),
        };
        Some(Beside {
            what: what.name().to_owned(),
            done: took.map_or(0, |took| took.n),
            took,
            reads: Latency::of_repeats(&reads)?,
            reads_p99_us: Spread::of(&p99)?,
            points: self.points.iter().map(|point| point.id.clone()).collect(),
        })
    }
}
