//! Processor time, of this thread and of a server's process.

use std::fs;
use std::io;

/// What a thread has taken since it began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ThreadTime {
    /// Nanoseconds in which it ran.
    pub(crate) ran_ns: u64,
    /// Nanoseconds in which it could have run while another thread had the processor; `None` if the system does not say.
    pub(crate) waited_ns: Option<u64>,
}

impl ThreadTime {
    /// That of the thread that asks.
    pub(crate) fn now() -> Self {
        let ran = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        // The second field is the time on a run queue: Documentation/scheduler/sched-stats.rst of Linux.
        let waited = fs::read_to_string("/proc/thread-self/schedstat")
            .ok()
            .and_then(|text| text.split_whitespace().nth(1)?.parse().ok());
        Self { ran_ns: ran.tv_sec as u64 * 1_000_000_000 + ran.tv_nsec as u64, waited_ns: waited }
    }
}

/// What a process has taken since it began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProcessTime {
    /// Seconds in its own code.
    pub(crate) user_s: f64,
    /// Seconds in the system on its behalf.
    pub(crate) system_s: f64,
}

impl ProcessTime {
    /// That of a process, all its threads together.
    ///
    /// # Errors
    /// There is no such process, or this system has no `/proc`.
    pub(crate) fn of(pid: u32) -> io::Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        Self::parse(&text, tick_s()).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "/proc/<pid>/stat is not as proc(5) has it")
        })
    }

    fn parse(stat: &str, tick_s: f64) -> Option<Self> {
        // The name of the program may hold spaces and brackets; what follows its last bracket begins with field 3.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace().skip(14 - 3);
        let mut seconds = || Some(fields.next()?.parse::<u64>().ok()? as f64 * tick_s);
        Some(Self { user_s: seconds()?, system_s: seconds()? })
    }
}

/// The smallest difference of a process's time that the system tells.
pub(crate) fn tick_s() -> f64 {
    1.0 / rustix::param::clock_ticks_per_second().max(1) as f64
}

/// Keeps the thread that asks on one processor.
///
/// # Errors
/// There is no such processor, or the system cannot.
pub(crate) fn pin(processor: usize) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_setaffinity};
        if processor >= CpuSet::MAX_CPU {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut set = CpuSet::new();
        set.set(processor);
        Ok(sched_setaffinity(None, &set)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = processor;
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_process_is_read_whatever_its_name() {
        let stat = "42 (a (b) c d) S 1 42 42 0 -1 4194560 500 0 0 0 250 75 0 0 20 0 3 0 100 0 0";
        let time = ProcessTime::parse(stat, 0.01).unwrap();
        assert!((time.user_s - 2.5).abs() < 1e-9 && (time.system_s - 0.75).abs() < 1e-9, "{time:?}");
        assert!(ProcessTime::parse("42 (x) S 1", 0.01).is_none());
    }

    #[test]
    fn ones_own_time_grows() {
        let before = ThreadTime::now();
        while ThreadTime::now().ran_ns == before.ran_ns {
            std::hint::spin_loop();
        }
        assert!(ProcessTime::of(std::process::id()).is_ok());
        assert!(ProcessTime::of(u32::MAX).is_err());
    }
}
