//! A store on a small disk, which is full again and again.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::Settings;
use crate::file::StoreFile;
use crate::report::Row;
use crate::trial::{AfterRefusal, Askers, Told, Trial};

/// Bytes of the disk: enough for what is written in some hundreds of rounds.
const DISK_BYTES: u64 = 256 << 20;
/// Bytes that are left free at most before writes begin.
const LEFT_FREE_MAX: u64 = 256 << 10;
/// One round in so many is killed and started again while the disk is full.
const RESTARTED: usize = 3;
/// How often the file is checked by SQLite, in rounds.
const CHECK_PERIOD: usize = 10;
/// What the service has to say.
const FULL: &str = "disk is full";

/// Fills the disk, frees it, and fills it again.
pub(crate) async fn full_disk(settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
    let disk = match Disk::mount() {
        Ok(disk) => disk,
        Err(error) => {
            row.not_run = Some(format!("{error:#}"));
            return Ok(());
        }
    };
    let file = StoreFile { program: &settings.server, path: disk.path().join("tamis.db") };
    let mut trial = Trial::new(settings.seed, row);
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    let (mut service, client) = file.start(&mut trial).await?;
    trial.begin(&client).await?;
    let mut clients = [client];
    for round in 0..settings.rounds {
        let free = trial.up_to(LEFT_FREE_MAX);
        let ballast = disk.fill(free)?;
        let askers = Askers::start(&clients, trial.account_id());
        let writers = trial.start_writers(&clients, AfterRefusal::End);
        refused += told_that_it_is_full(&trial.join(writers).await?)?;
        trial.look(&clients).await.context("on a full disk")?;
        askers.stop(trial.row).await?;
        if round % RESTARTED == 0 {
            drop(service);
            (service, clients) = file.start_again(&mut trial).await.context("on a full disk")?;
        }
        drop(ballast);
        let freed = Instant::now();
        trial.write_again(&clients).await.context("with room on the disk")?;
        slowest = slowest.max(freed.elapsed());
        if round % CHECK_PERIOD == CHECK_PERIOD - 1 || round + 1 == settings.rounds {
            file.stop_and_check(service, &mut trial)?;
            (service, clients) = file.start_again(&mut trial).await?;
        }
    }
    drop(service);
    row.done = format!(
        "{} × full, {refused} writes refused as `{FULL}`, started again on the full disk in every third round; once there is \
         room, all accounts were written within {:.0} ms; the file was checked {} times",
        settings.rounds,
        slowest.as_secs_f64() * 1e3,
        row.integrity_checks
    );
    Ok(())
}

/// Whether everybody was told what is the matter; counts them.
fn told_that_it_is_full(told: &Told) -> anyhow::Result<usize> {
    let all = || told.refused.iter().chain(&told.in_doubt);
    for status in all() {
        ensure!(status.message().contains(FULL), "a write was refused as: {}", status.message());
    }
    Ok(all().count())
}

/// A file system in memory, which is gone when this is dropped.
#[derive(Debug)]
struct Disk {
    folder: tempfile::TempDir,
}

/// What takes the room. It is removed when this is dropped.
#[derive(Debug)]
struct Ballast(PathBuf);

impl Disk {
    fn mount() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={DISK_BYTES}"), "tmpfs"]).arg(folder.path());
        let output = command.output().context("`mount` cannot be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "a tmpfs cannot be mounted, which takes root: {}", said.trim());
        Ok(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it but for so many bytes.
    fn fill(&self, free: u64) -> anyhow::Result<Ballast> {
        let ballast = Ballast(self.path().join("ballast"));
        let mut file = File::create(&ballast.0).context("the ballast cannot be made")?;
        let zeros = [0; 1 << 16];
        let mut bytes = 0;
        // The last piece is taken in part.
        while let Ok(written @ 1..) = file.write(&zeros) {
            bytes += written as u64;
        }
        file.set_len(bytes.saturating_sub(free)).context("the ballast cannot be cut")?;
        Ok(ballast)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What the service has left open goes with its process.
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).stderr(Stdio::null()).status();
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // It goes with the disk otherwise.
        let _ = std::fs::remove_file(&self.0);
    }
}
