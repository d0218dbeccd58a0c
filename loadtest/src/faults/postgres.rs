//! A PostgreSQL server in a folder of its own, which can be killed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};

/// Where Debian puts its programs, below a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How the processes that serve a connection to the database call themselves.
const BACKEND: &str = "postgres: postgres postgres ";

/// A server, reached by a socket in its folder. It is ended and removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Postgres {
    /// The folder of its programs, if it is installed where programs are, or as Debian does it.
    pub(crate) fn find() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
        folders.sort();
        folders.extend(std::env::split_paths(&path));
        folders
            .into_iter()
            .rev()
            .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
    }

    /// Makes one, and starts it.
    pub(crate) fn start(programs: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        if is_root() {
            // It refuses to be run by root.
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
            run(Command::new("chmod").arg("755").arg(folder.path()))?;
        }
        // Its processes are waited for here and nowhere else.
        set_child_subreaper(Some(getpid())).context("the database's processes cannot be waited for")?;
        let postgres = Self { folder, programs: programs.to_owned() };
        postgres.run("initdb", &["-U", "postgres", "-A", "trust", "--no-sync"])?;
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Where a service finds it.
    pub(crate) fn url(&self) -> String {
        format!("postgres:///postgres?user=postgres&host={}", self.folder.path().display())
    }

    /// Starts it after it was killed.
    pub(crate) fn start_again(&self) -> anyhow::Result<()> {
        let folder = self.folder.path().display();
        let options = format!("-k {folder} -c max_connections=60 -c listen_addresses=''");
        let log = format!("{folder}/log");
        self.run("pg_ctl", &["start", "-w", "-t", "180", "-o", &options, "-l", &log]).with_context(|| {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            format!("the database does not start: {}", said.lines().last().unwrap_or_default())
        })
    }

    /// Kills all of its processes at once, as a machine that loses its power does.
    pub(crate) fn kill(&self) -> anyhow::Result<()> {
        let first = self.process().context("the database does not run")?;
        // The first one is the parent of all others: once it stands still, no more come.
        kill_process(first, Signal::STOP)?;
        let until = Instant::now() + super::STOP_PATIENCE;
        while !stands_still(first) {
            ensure!(Instant::now() < until, "the database's first process does not stop");
            std::thread::yield_now();
        }
        let processes = children(first);
        for process in processes.iter().copied().chain([first]) {
            // It may have ended by itself.
            let _ = kill_process(process, Signal::KILL);
        }
        // They are this process's own now, and in the system's table until they are waited for: the next server would take them
        // for one that runs.
        for process in std::iter::once(first).chain(processes) {
            waitpid(Some(process), WaitOptions::empty()).context("the database's processes do not end")?;
        }
        Ok(())
    }

    /// Kills the process of one connection; the server then ends all others, and starts anew by itself.
    pub(crate) fn kill_a_backend(&self, chosen: u64) -> anyhow::Result<()> {
        let first = self.process().context("the database does not run")?;
        let mut backends = children(first);
        backends.retain(|process| {
            std::fs::read(format!("/proc/{process}/cmdline"))
                .is_ok_and(|line| line.starts_with(BACKEND.as_bytes()))
        });
        let place = chosen as usize % backends.len().max(1);
        let backend = backends.get(place).context("nobody is connected to the database")?;
        // It may have ended by itself.
        let _ = kill_process(*backend, Signal::KILL);
        Ok(())
    }

    fn process(&self) -> Option<Pid> {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command.args(arguments).arg("-D").arg(self.data()).current_dir("/"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It does not run if its start has failed. What is left of it goes with its folder.
        let _ = self.kill();
    }
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    // A file, because a server that is started keeps what its starter had open.
    let mut said = tempfile::tempfile()?;
    let status =
        command.stdin(std::process::Stdio::null()).stdout(said.try_clone()?).stderr(said.try_clone()?);
    let status = status.status().with_context(|| format!("cannot start {command:?}"))?;
    let mut text = String::new();
    std::io::Seek::rewind(&mut said)?;
    std::io::Read::read_to_string(&mut said, &mut text)?;
    ensure!(status.success(), "{command:?} ended with {status}: {}", text.trim());
    Ok(())
}

fn stands_still(process: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('T'))
}

fn children(process: Pid) -> Vec<Pid> {
    let text = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let text = text.unwrap_or_default();
    text.split_whitespace().filter_map(|child| Pid::from_raw(child.parse().ok()?)).collect()
}
