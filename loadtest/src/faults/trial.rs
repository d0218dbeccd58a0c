//! Those who write and ask while something fails, and what they find afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tonic::Status;

use crate::client::{Answer, Client, is_overload};
use crate::ledger::{Ledger, State};
use crate::report::Row;

/// Those who write at once, each to an account of its own, so that commits share a flush.
const WRITERS: usize = 4;
/// How often each one who asks does so: as often as a helpdesk, and not as often as the machine can.
const ASK_PERIOD: Duration = Duration::from_millis(2);
/// How long a service may take until it takes writes again.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(60);

/// What is known while one kind of fault is tried.
#[derive(Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) row: &'a mut Row,
    pub(crate) random: ChaCha8Rng,
    pub(crate) ledgers: Vec<Ledger>,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(seed: u64, row: &'a mut Row) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let ledgers = (0..WRITERS).map(|writer| {
            Ledger::new(format!("writer-{writer}"), ChaCha8Rng::seed_from_u64(random.next_u64()))
        });
        Self { ledgers: ledgers.collect(), row, random }
    }

    /// A length of time, up to so many milliseconds.
    pub(crate) fn up_to_ms(&mut self, most: u64) -> Duration {
        Duration::from_micros(self.up_to(most * 1_000))
    }

    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        self.random.random_range(0..=most)
    }

    /// Makes the accounts, each with a workflow.
    pub(crate) async fn begin(&mut self, client: &Client) -> anyhow::Result<()> {
        for ledger in &mut self.ledgers {
            client.create_account(&ledger.account_id).await?;
            ledger.acknowledge(State { revision: 1, ..State::default() });
            client.write(ledger).await?;
        }
        Ok(())
    }

    /// Looks at every account through every client, after a start or while the service runs.
    pub(crate) async fn look(&mut self, clients: &[Client]) -> anyhow::Result<()> {
        for ledger in &mut self.ledgers {
            for client in clients {
                let seen = client.look(&ledger.account_id, 0).await;
                self.row.compare(ledger, seen.context("an account cannot be looked at")?);
            }
        }
        Ok(())
    }

    /// The same once nothing can be under way any more.
    pub(crate) async fn settle(&mut self, clients: &[Client]) -> anyhow::Result<()> {
        self.look(clients).await?;
        self.ledgers.iter_mut().for_each(|ledger| ledger.possible.clear());
        Ok(())
    }

    /// The same for replicas of one database: what was under way is settled by a write to each account, through one of them,
    /// and then looked for through all of them.
    pub(crate) async fn catch_up(&mut self, clients: &[Client]) -> anyhow::Result<()> {
        for (ledger, client) in self.ledgers.iter_mut().zip(clients.iter().cycle()) {
            let until = Instant::now() + RECOVERY_PATIENCE;
            let revision = loop {
                match client.rename(ledger).await? {
                    Ok(revision) => break revision,
                    Err(answer) => wait_to_repeat(answer, until).await?,
                }
            };
            self.row.acknowledged += 1;
            for client in clients {
                let seen = client.look(&ledger.account_id, revision).await;
                self.row.compare(ledger, seen.context("an account cannot be looked at")?);
            }
            ledger.possible.clear();
        }
        Ok(())
    }

    /// The account that those ask about who only want decisions.
    pub(crate) fn account_id(&self) -> &str {
        self.ledgers.first().map(|ledger| &*ledger.account_id).unwrap_or_default()
    }

    /// Has everybody write, each through the next of the clients.
    pub(crate) fn start_writers(&mut self, clients: &[Client], after_refusal: AfterRefusal) -> Writers {
        let stop = Arc::new(AtomicBool::new(false));
        let writers = std::mem::take(&mut self.ledgers).into_iter().zip(clients.iter().cycle());
        let tasks = writers.map(|(ledger, client)| {
            tokio::spawn(write_on(client.clone(), ledger, stop.clone(), after_refusal))
        });
        Writers { tasks: tasks.collect(), stop }
    }

    /// Waits until all who write have ended, and returns what they were told.
    pub(crate) async fn join(&mut self, writers: Writers) -> anyhow::Result<Told> {
        let mut told = Told::default();
        for task in writers.tasks {
            let (ledger, one) = task.await??;
            self.ledgers.push(ledger);
            told.acknowledged += one.acknowledged;
            told.refused.extend(one.refused);
            told.in_doubt.extend(one.in_doubt);
        }
        self.row.acknowledged += told.acknowledged;
        Ok(told)
    }

    /// Waits until every account takes a write again, each through the next of the clients.
    pub(crate) async fn write_again(&mut self, clients: &[Client]) -> anyhow::Result<()> {
        let until = Instant::now() + RECOVERY_PATIENCE;
        for (ledger, client) in self.ledgers.iter_mut().zip(clients.iter().cycle()) {
            loop {
                match client.write(ledger).await? {
                    Answer::Acknowledged => break,
                    other => wait_to_repeat(other, until).await?,
                }
            }
            self.row.acknowledged += 1;
        }
        Ok(())
    }
}

/// Waits a little before a write is repeated.
///
/// # Errors
/// It has taken too long.
async fn wait_to_repeat(answer: Answer, until: Instant) -> anyhow::Result<()> {
    match answer {
        Answer::Refused(status) | Answer::InDoubt(status) if Instant::now() > until => {
            Err(status).context("writes are still refused")
        }
        _ => {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(())
        }
    }
}

/// What one who writes does when a write is not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterRefusal {
    End,
    GoOn,
}

/// Those who write.
#[derive(Debug)]
pub(crate) struct Writers {
    tasks: Vec<JoinHandle<anyhow::Result<(Ledger, Told)>>>,
    stop: Arc<AtomicBool>,
}

impl Writers {
    /// Lets them end with the write that each is about.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What those who write were told of their writes.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// They were acknowledged.
    pub(crate) acknowledged: u64,
    /// Nothing was stored.
    pub(crate) refused: Vec<Status>,
    /// It is there whole or not at all.
    pub(crate) in_doubt: Vec<Status>,
}

async fn write_on(
    client: Client,
    mut ledger: Ledger,
    stop: Arc<AtomicBool>,
    after_refusal: AfterRefusal,
) -> anyhow::Result<(Ledger, Told)> {
    let mut told = Told::default();
    while !stop.load(Ordering::Relaxed) {
        match client.write(&mut ledger).await? {
            Answer::Acknowledged => {
                told.acknowledged += 1;
                continue;
            }
            Answer::Refused(status) => told.refused.push(status),
            Answer::InDoubt(status) => told.in_doubt.push(status),
        }
        if after_refusal == AfterRefusal::End {
            break;
        }
    }
    Ok((ledger, told))
}

/// Those who only want decisions, of accounts that nobody writes meanwhile or that somebody does.
#[derive(Debug)]
pub(crate) struct Askers {
    tasks: Vec<JoinHandle<Asked>>,
    stop: Arc<AtomicBool>,
}

/// What one who only wants decisions has got.
#[derive(Debug, Default)]
struct Asked {
    decisions: u64,
    failed: u64,
    turned_away: u64,
    /// The first one that failed.
    failure: Option<String>,
}

impl Askers {
    /// Asks through every client all the time.
    pub(crate) fn start(clients: &[Client], account_id: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = clients
            .iter()
            .map(|client| tokio::spawn(ask_on(client.clone(), account_id.to_owned(), stop.clone())));
        Self { tasks: tasks.collect(), stop }
    }

    /// Ends, and counts the decisions and those that failed.
    pub(crate) async fn stop(mut self, row: &mut Row) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks.drain(..) {
            let asked = task.await?;
            row.decisions += asked.decisions;
            row.failed_decisions += asked.failed;
            row.decisions_turned_away += asked.turned_away;
            if let Some(failure) = asked.failure {
                eprintln!("{} decisions failed: {failure}", asked.failed);
            }
        }
        Ok(())
    }
}

impl Drop for Askers {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn ask_on(client: Client, account_id: String, stop: Arc<AtomicBool>) -> Asked {
    let mut asked = Asked::default();
    let mut ticks = interval(ASK_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut revision = 0;
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        asked.decisions += 1;
        let failure = match client.decide(&account_id, 0).await {
            // A decision by a state before one that has decided already is as bad as none.
            Ok(decided) if decided.revision < revision => format!("revision {} came back", decided.revision),
            Ok(decided) => {
                revision = decided.revision;
                continue;
            }
            // The machine has more to do than it can. Who asks is told to repeat it, and does.
            Err(error) if is_overload(&error) => {
                asked.turned_away += 1;
                continue;
            }
            Err(error) => format!("{error:#}"),
        };
        asked.failed += 1;
        asked.failure.get_or_insert(failure);
    }
    asked
}
