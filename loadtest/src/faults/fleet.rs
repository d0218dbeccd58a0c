//! Replicas on a database, of which one or the other is killed again and again.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use tamis_loadtest::service::{Service, Starting};

use crate::Settings;
use crate::client::Client;
use crate::postgres::Postgres;
use crate::report::{Row, percentile};
use crate::trial::{AfterRefusal, Askers, Trial};

const REPLICAS: usize = 3;
/// When something is killed at the latest, after those who write have begun.
const LATEST_MS: u64 = 150;

/// Replicas of one service.
struct Fleet<'a> {
    settings: &'a Settings,
    postgres: Postgres,
    services: Vec<Service>,
    clients: Vec<Client>,
}

impl<'a> Fleet<'a> {
    /// Starts a database and replicas on it, and makes accounts; `None` without a database, which the row then says.
    async fn start(settings: &'a Settings, trial: &mut Trial<'_>) -> anyhow::Result<Option<Self>> {
        let Some(programs) = settings.postgres_bin.clone().or_else(Postgres::find) else {
            let reason =
                "PostgreSQL's `initdb` and `pg_ctl` are not found; `--postgres-bin` names their folder";
            trial.row.not_run = Some(reason.to_owned());
            return Ok(None);
        };
        let postgres = Postgres::start(&programs)?;
        let mut fleet = Self { settings, postgres, services: Vec::new(), clients: Vec::new() };
        for _ in 0..REPLICAS {
            let (service, client) = fleet.replica(trial).await?;
            fleet.services.push(service);
            fleet.clients.push(client);
        }
        let first = fleet.clients.first().context("there is no replica")?;
        trial.begin(first).await?;
        trial.catch_up(&fleet.clients).await?;
        Ok(Some(fleet))
    }

    async fn replica(&self, trial: &mut Trial<'_>) -> anyhow::Result<(Service, Client)> {
        let arguments = ["--log", "off", "--store", &self.postgres.url()].map(PathBuf::from);
        let service = Starting::begin(&self.settings.server, arguments)?.ready()?;
        trial.row.starts.push(service.start);
        let client = Client::connect(service.address).await?;
        Ok((service, client))
    }
}

/// Kills the database, or the process of one connection, whereupon it starts anew by itself.
pub(crate) async fn database_kills(settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
    let mut trial = Trial::new(settings.seed, row);
    let Some(fleet) = Fleet::start(settings, &mut trial).await? else { return Ok(()) };
    let (mut in_doubt, mut backends, mut back) = (0, 0, Vec::new());
    for round in 0..settings.fleet_kills {
        let askers = Askers::start(&fleet.clients, trial.account_id());
        let writers = trial.start_writers(&fleet.clients, AfterRefusal::End);
        tokio::time::sleep(trial.up_to_ms(LATEST_MS)).await;
        let is_whole = round % 2 == 0;
        let killed = Instant::now();
        if is_whole {
            fleet.postgres.kill()?;
        } else {
            fleet.postgres.kill_a_backend(trial.up_to(u64::MAX))?;
            backends += 1;
        }
        writers.stop();
        in_doubt += trial.join(writers).await?.in_doubt.len();
        if is_whole {
            fleet.postgres.start_again()?;
        }
        trial.catch_up(&fleet.clients).await?;
        back.push(killed.elapsed());
        askers.stop(trial.row).await?;
        tell_progress(round, &trial);
    }
    row.done = format!(
        "{} × `kill -9` under {REPLICAS} replicas, {backends} of one connection's process and the others of all processes; of \
         {in_doubt} writes in doubt {} were there, whole; all accounts were written again, and decided so in all replicas, p50 {:.0}, \
         p99 {:.0} ms after the kill",
        settings.fleet_kills,
        row.completed,
        percentile(&mut back, 50),
        percentile(&mut back, 99),
    );
    Ok(())
}

/// Kills one replica after the other.
pub(crate) async fn replica_kills(settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
    let mut trial = Trial::new(settings.seed, row);
    let Some(mut fleet) = Fleet::start(settings, &mut trial).await? else { return Ok(()) };
    let mut in_doubt = 0;
    for round in 0..settings.fleet_kills {
        let victim = round % REPLICAS;
        let mut others = fleet.clients.clone();
        others.remove(victim);
        let askers = Askers::start(&others, trial.account_id());
        let writers = trial.start_writers(&fleet.clients, AfterRefusal::End);
        tokio::time::sleep(trial.up_to_ms(LATEST_MS)).await;
        drop(fleet.services.remove(victim));
        writers.stop();
        in_doubt += trial.join(writers).await?.in_doubt.len();
        // The others write what the one that was killed was about to, and another one takes its place.
        trial.catch_up(&others).await?;
        let (service, client) = fleet.replica(&mut trial).await?;
        fleet.services.insert(victim, service);
        fleet.clients.splice(victim..=victim, [client]);
        trial.catch_up(&fleet.clients).await?;
        askers.stop(trial.row).await?;
        tell_progress(round, &trial);
    }
    row.done = format!(
        "{} × `kill -9` of one of {REPLICAS} replicas; of {in_doubt} writes under way {} were there, whole",
        settings.fleet_kills, row.completed
    );
    Ok(())
}

fn tell_progress(round: usize, trial: &Trial<'_>) {
    if round % 50 == 49 {
        eprintln!("  {} kills, {} writes acknowledged", round + 1, trial.row.acknowledged);
    }
}
