//! The processes that a run starts, every one of which is ended whatever happens.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to end by itself; it has nothing to wait for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The processes that run. Shared, so that whoever is interrupted ends what another thread has started.
#[derive(Debug, Default)]
pub(super) struct Children {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    closed: bool,
    running: HashMap<u32, Child>,
}

impl Children {
    /// Starts a process; returns its id and its standard output.
    ///
    /// # Errors
    /// It cannot be started, or [`Children::end_all`] was called.
    pub(super) fn start(&self, mut command: Command) -> anyhow::Result<(u32, ChildStdout)> {
        let mut inner = self.lock();
        if inner.closed {
            bail!("interrupted");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let output = child.stdout.take().context("a process has no standard output")?;
        let id = child.id();
        inner.running.insert(id, child);
        Ok((id, output))
    }

    /// Ends a process as a service manager would, and waits for it; kills it if it takes too long. Nothing happens if it
    /// has been ended already.
    pub(super) fn end(&self, id: u32) {
        // Without the lock while it ends: an interruption must not wait for this.
        let Some(mut child) = self.lock().running.remove(&id) else { return };
        let asked = Pid::from_child(&child);
        let deadline = Instant::now() + PATIENCE;
        if kill_process(asked, Signal::TERM).is_ok() {
            while Instant::now() < deadline {
                match child.try_wait() {
                    Ok(None) => std::thread::sleep(LOOK_EVERY),
                    Ok(Some(_)) | Err(_) => return,
                }
            }
        }
        kill(&mut child);
    }

    /// Kills every process, and lets no other be started.
    pub(super) fn end_all(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        for (_, mut child) in inner.running.drain() {
            kill(&mut child);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.end_all();
    }
}

/// Kills a process and waits for it. One that has ended already is as dead as wanted.
fn kill(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The first line of a process's output.
///
/// # Errors
/// It says nothing in time, or ends before it does.
pub(super) fn first_line(output: ChildStdout, patience: Duration) -> anyhow::Result<String> {
    let (sender, lines) = channel();
    // The thread reads on to the end, so that the process never waits for somebody to read what it says.
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody wants any but the first line.
            let _ = sender.send(line);
        }
    });
    match lines.recv_timeout(patience) {
        Ok(line) => Ok(line),
        Err(RecvTimeoutError::Timeout) => bail!("it is not ready after {} s", patience.as_secs()),
        Err(RecvTimeoutError::Disconnected) => bail!("it ended before it was ready"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "echo ready; exec sleep 600"]);
        command
    }

    #[test]
    fn every_process_is_ended_and_none_is_started_after() {
        let children = Children::default();
        let (first, output) = children.start(sleeper()).expect("it starts");
        assert_eq!(first_line(output, PATIENCE).expect("it says so"), "ready");
        let (second, _) = children.start(sleeper()).expect("it starts");
        let runs = |id: u32| std::path::Path::new(&format!("/proc/{id}")).exists();
        assert!(runs(first) && runs(second));
        children.end(first);
        assert!(!runs(first) && runs(second));
        children.end_all();
        assert!(!runs(second));
        let refused = children.start(sleeper()).expect_err("it is over");
        assert_eq!(refused.to_string(), "interrupted");
        children.end(first);
    }

    #[test]
    fn a_process_that_ends_before_it_is_ready_is_told() {
        let children = Children::default();
        let (_, output) = children.start(Command::new("true")).expect("it starts");
        let told = first_line(output, PATIENCE).expect_err("it says nothing");
        assert_eq!(told.to_string(), "it ended before it was ready");
    }
}
