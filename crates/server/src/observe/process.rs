//! What the process takes of the machine, as Linux tells it.

use rustix::process::{Resource, getrlimit};

/// What the process takes of the machine. What the system does not say is absent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Process {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) threads: Option<u64>,
    pub(super) virtual_memory_bytes: Option<u64>,
    pub(super) resident_memory_bytes: Option<u64>,
    pub(super) open_files: Option<u64>,
    /// How many files may be open.
    pub(super) files_max: Option<u64>,
}

impl Process {
    /// As it is now.
    pub(super) fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let open_files = std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count().saturating_sub(1));
        Self {
            open_files: open_files.and_then(|count| u64::try_from(count).ok()),
            files_max: getrlimit(Resource::Nofile).current,
            ..Self::of(&stat)
        }
    }

    /// From `/proc/self/stat` (proc_pid_stat(5)). The second field is a name in parentheses and may hold anything, so that
    /// fields are counted from behind it; the first of those is the third.
    fn of(stat: &str) -> Self {
        let fields: Vec<&str> = match stat.rsplit_once(')') {
            Some((_, rest)) => rest.split_whitespace().collect(),
            None => return Self::default(),
        };
        let field = |number: usize| -> Option<u64> { fields.get(number.checked_sub(3)?)?.parse().ok() };
        let ticks = field(14).zip(field(15)).map(|(user, system)| user + system);
        #[expect(clippy::cast_precision_loss, reason = "a double is exact for some million years of ticks")]
        let cpu_seconds = ticks.map(|ticks| ticks as f64 / rustix::param::clock_ticks_per_second() as f64);
        let page_bytes = u64::try_from(rustix::param::page_size()).unwrap_or_default();
        Self {
            cpu_seconds,
            threads: field(20),
            virtual_memory_bytes: field(23),
            resident_memory_bytes: field(24).map(|pages| pages * page_bytes),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_behind_the_name() {
        let stat = "7 (a ) b (c) S 1 7 7 0 -1 4194560 90 0 0 0 150 50 0 0 20 0 9 0 4321 1048576 3 184467 1 1";
        let process = Process::of(stat);
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        assert_eq!(process.cpu_seconds, Some(200.0 / ticks));
        assert_eq!((process.threads, process.virtual_memory_bytes), (Some(9), Some(1_048_576)));
        assert_eq!(process.resident_memory_bytes, Some(3 * rustix::param::page_size() as u64));
        assert!(Process::of("").cpu_seconds.is_none());
        assert!(Process::of("7 (a) S 1").threads.is_none());
    }

    #[test]
    fn this_process_takes_something() {
        let process = Process::now();
        assert!(process.resident_memory_bytes > Some(0));
        assert!(process.open_files > Some(0));
        assert!(process.threads > Some(0));
    }
}
