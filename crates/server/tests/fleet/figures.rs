//! Figures that are printed: from a write through one service to its effect in another, and how long a start takes.

use std::time::{Duration, Instant};

use prost::Message as _;
use tamis_api::well_known;
use tamis_server::{Catalog, Location};
use tamis_store::{Change, Commit, Store};

use crate::cluster::{Cluster, until};
use crate::harness::{account, workflow};
use crate::replica::{decide, replica, save};

/// Writes that are measured, unless this says otherwise.
const WRITES: &str = "TAMIS_FLEET_WRITES";
/// Accounts that are stored before the start is measured, unless this says otherwise; each has [`WORKFLOWS`].
const ACCOUNTS: &str = "TAMIS_FLEET_ACCOUNTS";
const WORKFLOWS: usize = 50;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |number| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn from_a_write_through_one_to_its_effect_in_another() {
    let cluster = Cluster::start();
    let mut first = replica(cluster.location()).await;
    first.account("acme").await;
    let second = replica(cluster.location()).await;
    let (mut acknowledged, mut by_itself, mut asked_for) = (Vec::new(), Vec::new(), Vec::new());
    for nth in 0..setting(WRITES, 40) {
        let id = format!("w{nth}");
        let begun = Instant::now();
        let revision = save(&first, "acme", &id).await.unwrap();
        acknowledged.push(begun.elapsed());
        let took = if nth % 2 == 0 {
            // Without asking for the revision: the other service learns of it by itself.
            let decision = until("the other service follows", async || {
                Some(decide(&second, "acme", &id, 0).await.unwrap()).filter(|told| told.revision >= revision)
            });
            assert_eq!(decision.await.matches.len(), 1);
            &mut by_itself
        } else {
            assert_eq!(decide(&second, "acme", &id, revision).await.unwrap().matches.len(), 1);
            &mut asked_for
        };
        took.push(begun.elapsed());
    }
    report("acknowledged by the first service", acknowledged);
    report("decides in the second, which nobody asks for the revision", by_itself);
    report("decides in the second, which is asked for the revision", asked_for);
    first.stop().await;
    second.stop().await;
}

fn report(what: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let at = |share: f64| {
        let place = ((durations.len() as f64 * share) as usize).min(durations.len() - 1);
        durations[place].as_secs_f64() * 1e3
    };
    let (count, p50, p99) = (durations.len(), at(0.5), at(0.99));
    println!("{what}: p50 {p50:.2} ms, p99 {p99:.2} ms, max {:.2} ms, of {count}", at(1.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn a_start_with_many_accounts() {
    let accounts = setting(ACCOUNTS, 200);
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    for location in [Location::File(folder.path().join("tamis.db")), cluster.location()] {
        let store = Store::open(&location).await.unwrap();
        fill(&store, accounts).await;
        store.close().await.unwrap();
        let begun = Instant::now();
        let store = Store::open(&location).await.unwrap();
        let opened = begun.elapsed();
        let catalog = std::sync::Arc::new(Catalog::new(store.clone()));
        let loaded = catalog.load().await.unwrap();
        let took = begun.elapsed();
        assert_eq!((loaded.accounts, loaded.workflows), (accounts, accounts * WORKFLOWS));
        let kind = if matches!(location, Location::File(_)) { "a file" } else { "PostgreSQL" };
        println!(
            "{kind}: {} accounts with {} workflows decide after {:.2} s, of which opening took {:.2} s",
            loaded.accounts,
            loaded.workflows,
            took.as_secs_f64(),
            opened.as_secs_f64()
        );
        store.close().await.unwrap();
    }
}

/// Stores accounts as services store them.
async fn fill(store: &Store, accounts: usize) {
    let instant = well_known::Timestamp { seconds: 1_700_000_000, nanos: 0 };
    let mut writing = tokio::task::JoinSet::new();
    for nth in 0..accounts {
        let account_id = format!("account-{nth}");
        let mut settings = account(&account_id);
        (settings.revision, settings.create_time, settings.update_time) = (1, Some(instant), Some(instant));
        let mut changes = vec![Change::PutSettings(settings.encode_to_vec())];
        changes.extend((0..WORKFLOWS).map(|place| {
            let id = format!("w{place}");
            let mut stored = workflow(&id, &format!("source-{place}"));
            stored.all.push(crate::harness::subject(&[&format!("order {nth}"), &format!("parcel {place}")]));
            (stored.enabled, stored.version, stored.position) = (Some(true), 1, Some(place as u32));
            (stored.create_time, stored.update_time) = (Some(instant), Some(instant));
            Change::PutWorkflow { workflow_id: id, data: stored.encode_to_vec() }
        }));
        let commit = Commit {
            account_id,
            expected_revision: 0,
            actor: "figures".into(),
            operation: "fill".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            changes,
        };
        if writing.len() >= 8 {
            writing.join_next().await.unwrap().unwrap();
        }
        let store = store.clone();
        writing.spawn(async move { store.commit(commit).await.unwrap() });
    }
    while let Some(written) = writing.join_next().await {
        written.unwrap();
    }
}
