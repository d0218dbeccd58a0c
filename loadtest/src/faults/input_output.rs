//! A store on a disk that fails now and then.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rand::RngExt as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::Settings;
use crate::file::StoreFile;
use crate::report::Row;
use crate::trial::{AfterRefusal, Askers, Trial};

/// How long calls of the system fail at most.
const FAILS_MS: u64 = 300;
/// How often the file is checked by SQLite, in rounds.
const CHECK_PERIOD: usize = 10;
/// Said of each call that strace has made fail.
const INJECTED: &str = "(INJECTED)";

/// What fails.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// Calls of the system. Nothing of the service but its store makes them.
    calls: &'static str,
    /// Whether all of them fail, and not some.
    always: bool,
}

const SYNCS: &str = "fsync,fdatasync";
const WRITES: &str = "pwrite64,ftruncate";
const READS: &str = "pread64";
const KINDS: [Kind; 5] = [
    Kind { calls: SYNCS, always: false },
    Kind { calls: WRITES, always: false },
    Kind { calls: SYNCS, always: true },
    Kind { calls: READS, always: false },
    Kind { calls: WRITES, always: true },
];

/// Has calls of the system fail under writes, one kind after the other.
pub(crate) async fn input_output(settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
    if let Err(error) = Strace::is_possible() {
        row.not_run = Some(format!("{error:#}"));
        return Ok(());
    }
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let file = StoreFile { program: &settings.server, path: folder.path().join("tamis.db") };
    let mut trial = Trial::new(settings.seed, row);
    let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut in_doubt, mut slowest) = (0, 0, Duration::ZERO);
    let (mut service, client) = file.start(&mut trial).await?;
    trial.begin(&client).await?;
    let mut clients = [client];
    for (round, kind) in (0..settings.rounds).zip(KINDS.into_iter().cycle()) {
        let askers = Askers::start(&clients, trial.account_id());
        let strace = Strace::attach(service.pid(), &kind.injection(&mut trial), folder.path().join("calls"))?;
        let writers = trial.start_writers(&clients, AfterRefusal::GoOn);
        tokio::time::sleep(trial.up_to_ms(FAILS_MS)).await;
        writers.stop();
        let told = trial.join(writers).await?;
        trial.look(&clients).await.context("on a disk that fails")?;
        askers.stop(trial.row).await?;
        if kind.always {
            let acknowledged = told.acknowledged;
            ensure!(acknowledged == 0, "{acknowledged} writes were acknowledged while {} fails", kind.calls);
        }
        (refused, in_doubt) = (refused + told.refused.len(), in_doubt + told.in_doubt.len());
        // Every other process is killed before the disk is well again. What it has left is what the next one finds.
        *failed.entry(kind.calls).or_default() += if round % 2 == 1 {
            drop(service);
            let failed = strace.detach()?;
            (service, clients) = file.start_again(&mut trial).await?;
            failed
        } else {
            strace.detach()?
        };
        let well = Instant::now();
        trial.write_again(&clients).await.context("on a disk that is well again")?;
        slowest = slowest.max(well.elapsed());
        if round % CHECK_PERIOD == CHECK_PERIOD - 1 || round + 1 == settings.rounds {
            file.stop_and_check(service, &mut trial)?;
            (service, clients) = file.start_again(&mut trial).await?;
        }
    }
    drop(service);
    let count = |calls| failed.get(calls).copied().unwrap_or_default();
    row.done = format!(
        "EIO in {} rounds, of {} flushes, {} writes and {} reads; {refused} writes refused, {in_doubt} in doubt, none acknowledged \
         while every flush or write failed; once the disk was well, all accounts were written within {:.0} ms; the file was \
         checked {} times",
        settings.rounds,
        count(SYNCS),
        count(WRITES),
        count(READS),
        slowest.as_secs_f64() * 1e3,
        row.integrity_checks
    );
    Ok(())
}

impl Kind {
    /// What strace is told, with instants drawn: which call is the first to fail, and how many go by until the next does.
    fn injection(self, trial: &mut Trial<'_>) -> String {
        let when = if self.always {
            String::new()
        } else {
            format!(":when={}+{}", trial.random.random_range(1..=8), trial.random.random_range(1..=8))
        };
        format!("{}:error=EIO{when}", self.calls)
    }
}

/// A tracer of a service's calls of the system. It is killed when this is dropped, and lets go of the service.
#[derive(Debug)]
struct Strace {
    child: Child,
    /// What it has seen.
    log: PathBuf,
}

impl Strace {
    /// Whether a process may be traced here.
    fn is_possible() -> anyhow::Result<()> {
        let mut command = Command::new("strace");
        let output = command.args(["-f", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"]).output();
        let output = output.context("`strace` cannot be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "processes cannot be traced: {}", said.trim());
        Ok(())
    }

    /// Begins to have calls of a process fail, and waits until it does.
    fn attach(pid: u32, injection: &str, log: PathBuf) -> anyhow::Result<Self> {
        let calls = injection.split(':').next().unwrap_or_default();
        let mut command = Command::new("strace");
        command.args(["-f", "-p", &pid.to_string(), "-e", &format!("trace={calls}")]);
        command.args(["-e", &format!("inject={injection}")]).arg("-o").arg(&log);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("`strace` cannot be started")?;
        let said = child.stderr.take().context("strace has no output")?;
        let strace = Self { child, log };
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(said).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        let first = lines.recv_timeout(super::STOP_PATIENCE).context("strace does not attach")?;
        ensure!(first.contains("attached"), "strace does not attach: {first}");
        Ok(strace)
    }

    /// Lets the process go on as it was, and counts the calls that failed.
    fn detach(mut self) -> anyhow::Result<usize> {
        let pid = Pid::from_raw(self.child.id() as i32).context("strace has no process")?;
        // It has ended already if its process has.
        let _ = kill_process(pid, Signal::TERM);
        self.child.wait()?;
        let log = std::fs::read_to_string(&self.log).context("what strace saw cannot be read")?;
        Ok(log.lines().filter(|line| line.contains(INJECTED)).count())
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
