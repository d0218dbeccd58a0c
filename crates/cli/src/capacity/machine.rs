//! What the system says about the machine and about processes, from `/proc` and `/sys`.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use tamis_loadtest::report::model::Machine;

use super::bench::Processors;

/// Above this share of the processors, what other processes did meanwhile is worth knowing.
const OTHERS_WORTH_KNOWING: f64 = 0.05;
/// Above this share, what the hypervisor kept back is.
const STOLEN_WORTH_KNOWING: f64 = 0.01;

/// What is known about the machine, and what makes its figures less certain. Facts that the system does not tell are left
/// out.
pub(super) fn describe(processors: &Processors) -> Machine {
    let mut machine = Machine::default();
    let mut fact = |name: &str, value: Option<String>| {
        machine.facts.extend(value.filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value)));
    };
    let cpu = read("/proc/cpuinfo");
    let flags = field(&cpu, "flags").unwrap_or_default();
    let has = |flag: &str| flags.split(' ').any(|known| known == flag);
    fact("processor", field(&cpu, "model name").map(str::to_owned));
    fact("processors that this process may use", Some(processors.all.len().to_string()));
    let wide: Vec<&str> = ["avx2", "avx512f", "avx512bw"].into_iter().filter(|flag| has(flag)).collect();
    fact("vector instructions", Some(wide.join(", ")));
    fact("memory", kib(field(&read("/proc/meminfo"), "MemTotal")).map(|kib| format!("{} MiB", kib / 1_024)));
    fact("kernel", Some(read("/proc/sys/kernel/osrelease").trim().to_owned()));
    fact(
        "system",
        field(&read("/etc/os-release").replace('=', ":"), "PRETTY_NAME").map(|name| name.replace('"', "")),
    );
    let governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").trim().to_owned();
    let is_virtual = has("hypervisor");
    let vendor = read("/sys/class/dmi/id/sys_vendor").trim().to_owned();
    let virtualisation =
        if is_virtual { format!("virtual machine {vendor}") } else { "none seen".to_owned() };
    fact("virtualisation", Some(virtualisation.trim().to_owned()));
    fact(
        "frequency governor",
        Some(if governor.is_empty() { "not told".to_owned() } else { governor.clone() }),
    );
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    fact("load average when it began", Some(load.to_owned()));
    match &processors.apart {
        Some((server, generator)) => machine.caveats.push(format!(
            "the server had {} of the {} processors to itself and the generator {}: a node whose processors are all the \
             server's carries more, and how much more was not measured",
            server.len(),
            processors.all.len(),
            generator.len()
        )),
        None => machine.caveats.push(
            "server and generator shared the processors: at high rates they are in each other's way, and the ceiling is lower \
             than that of a node which the server has to itself"
                .to_owned(),
        ),
    }
    if is_virtual {
        let text = "this is a virtual machine: its neighbours may take time from it, and its figures may differ from day to day";
        machine.caveats.push(text.to_owned());
    }
    if !["", "performance"].contains(&governor.as_str()) {
        machine
            .caveats
            .push(format!("the frequency governor is `{governor}`: light load may run on slow cores"));
    }
    machine
}

/// The value of a line `name : value`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == name).then(|| value.trim())
    })
}

/// The number of a value such as `1024 kB`.
fn kib(value: Option<&str>) -> Option<u64> {
    value?.strip_suffix("kB")?.trim().parse().ok()
}

/// A file's text; empty if there is none.
fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Time of all processors since the start of the system, in ticks, and of this process with its children that have ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ticks {
    busy: f64,
    idle: f64,
    stolen: f64,
    own: f64,
}

impl Ticks {
    /// As of now. Without `/proc` all of it is 0.
    pub(super) fn now() -> Self {
        let stat = read("/proc/stat");
        let all = stat.lines().next().unwrap_or_default();
        let all: Vec<f64> = all.split_whitespace().skip(1).filter_map(|ticks| ticks.parse().ok()).collect();
        let of = |places: &[usize]| places.iter().filter_map(|place| all.get(*place)).sum::<f64>();
        // user, nice, system, idle, iowait, irq, softirq, steal.
        Self { busy: of(&[0, 1, 2, 5, 6]), idle: of(&[3, 4]), stolen: of(&[7]), own: own_ticks() }
    }

    /// What makes figures less certain that were taken since.
    pub(super) fn caveats_since(self) -> Vec<String> {
        let now = Self::now();
        let all = (now.busy + now.idle + now.stolen) - (self.busy + self.idle + self.stolen);
        if all <= 0.0 {
            return Vec::new();
        }
        let others = ((now.busy - self.busy) - (now.own - self.own)) / all;
        let stolen = (now.stolen - self.stolen) / all;
        let mut caveats = Vec::new();
        if others > OTHERS_WORTH_KNOWING {
            caveats.push(format!(
                "other processes used {:.0} % of the processors meanwhile, network interrupts included: measure again on \
                 a quiet machine",
                others * 100.0
            ));
        }
        if stolen > STOLEN_WORTH_KNOWING {
            caveats.push(format!("the hypervisor kept back {:.1} % of the processors' time", stolen * 100.0));
        }
        caveats
    }
}

/// User and system time of this process and of its children that have ended.
fn own_ticks() -> f64 {
    let stat = read("/proc/self/stat");
    // The name, in brackets, may hold spaces.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum()
}

/// Resident bytes of a process; absent if the system does not tell.
pub(super) fn resident_bytes(pid: u32) -> Option<u64> {
    let status = read(&format!("/proc/{pid}/status"));
    Some(kib(field(&status, "VmRSS"))? * 1_024)
}

/// The kind of file system that a folder lies on, such as `ext4`; `an unknown file system` if the system does not tell.
pub(super) fn file_system(folder: &Path) -> String {
    let mounts = read("/proc/self/mounts");
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder.starts_with(point).then_some((point.len(), kind))
    });
    mounted.max_by_key(|(length, _)| *length).map_or("an unknown file system", |(_, kind)| kind).to_owned()
}

/// The commit that the binary was built from, and how that is known. Builders tell it by `TAMIS_COMMIT`; otherwise the working
/// tree is asked in which the binary lies, if it lies in one.
pub(super) fn commit() -> Option<String> {
    if let Some(commit) = option_env!("TAMIS_COMMIT") {
        return Some(format!("{commit}, told by the build"));
    }
    let program = std::env::current_exe().ok()?;
    let folder = program.parent()?;
    let git = |arguments: &[&str]| -> Option<String> {
        let output = std::process::Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_none_or(|text| !text.is_empty());
    let changed = if changed { ", with changes that are not committed" } else { "" };
    Some(format!("{commit}, of the working tree that the binary lies in{changed}"))
}

/// Now, in RFC 3339 to the second.
pub(super) fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model name\t: A processor\nmodel\t\t: 17\nVmRSS:\t  2048 kB\nflags : fpu avx2";
        assert_eq!(field(text, "model name"), Some("A processor"));
        assert_eq!(field(text, "model"), Some("17"));
        assert_eq!(field(text, "mod"), None);
        assert_eq!(kib(field(text, "VmRSS")), Some(2_048));
        assert_eq!(kib(field(text, "model")), None);
    }

    #[test]
    fn the_file_system_of_a_folder_is_that_of_the_nearest_mount() {
        let known = file_system(Path::new("/proc/self"));
        assert_eq!(known, "proc");
    }

    #[test]
    fn this_process_is_resident() {
        assert!(resident_bytes(std::process::id()).is_some_and(|bytes| bytes > 100_000));
        assert_eq!(resident_bytes(u32::MAX), None);
    }
}
