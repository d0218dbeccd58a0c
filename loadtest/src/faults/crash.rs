//! A service on a file that is killed again and again.

use anyhow::Context as _;

use crate::Settings;
use crate::file::StoreFile;
use crate::report::Row;
use crate::trial::{AfterRefusal, Trial};

/// When it is killed at the latest, after those who write have begun.
const LATEST_MS: u64 = 150;
/// When it is killed at the latest after it was started: about as long as a start takes.
const STARTING_MS: u64 = 40;
/// One in so many is killed while it starts.
const WHILE_STARTING: usize = 4;
/// How often the file is checked by SQLite, in kills.
const CHECK_PERIOD: usize = 25;

/// Kills it in the midst of writes, and at times of its start.
pub(crate) async fn crash_loop(settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let file = StoreFile { program: &settings.server, path: folder.path().join("tamis.db") };
    let mut trial = Trial::new(settings.seed, row);
    let (mut while_starting, mut in_doubt) = (0, 0);
    for round in 0..settings.kills {
        // The first one makes the accounts.
        if round % WHILE_STARTING == WHILE_STARTING - 1 {
            let starting = file.begin()?;
            tokio::time::sleep(trial.up_to_ms(STARTING_MS)).await;
            drop(starting);
            while_starting += 1;
        } else {
            let (service, client) = file.start(&mut trial).await?;
            if round == 0 {
                trial.begin(&client).await?;
            }
            let clients = [client];
            trial.settle(&clients).await?;
            let writers = trial.start_writers(&clients, AfterRefusal::End);
            tokio::time::sleep(trial.up_to_ms(LATEST_MS)).await;
            drop(service);
            in_doubt += trial.join(writers).await?.in_doubt.len();
        }
        if round % CHECK_PERIOD == CHECK_PERIOD - 1 {
            file.check_integrity(&mut trial)?;
        }
        if round % 100 == 99 {
            eprintln!("  {} kills, {} writes acknowledged", round + 1, trial.row.acknowledged);
        }
    }
    let (service, _) = file.start_again(&mut trial).await?;
    file.stop_and_check(service, &mut trial)?;
    row.done = format!(
        "{} × `kill -9`, {while_starting} of them while it started; of {in_doubt} writes under way {} were there, whole; \
         the file was checked {} times",
        settings.kills, row.completed, row.integrity_checks
    );
    Ok(())
}
