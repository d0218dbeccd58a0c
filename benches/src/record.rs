//! Writes down what the benches measured: `cargo run -p tamis-benches --bin record`.
//!
//! It reads what criterion and the benches left in `target` within the last 24 hours, and makes
//! `benches/record/<date>-<machine>/` of it: `record.json` with medians, their confidence intervals, and the machine, kernel,
//! compiler and commit; and `README.md` with the same for people. A second record of a day and machine replaces the first.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tamis_benches::measure::{Figure, target_dir};

type Failure = Box<dyn Error>;

/// How old a result may be to belong to this record.
const AGE_MAX: Duration = Duration::from_hours(24);

#[derive(Serialize)]
struct Record {
    machine: Machine,
    /// Times per iteration, from criterion.
    times: Vec<Time>,
    /// What the other benches told.
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Machine {
    date: String,
    processor: String,
    processors: usize,
    memory_kib: u64,
    kernel: String,
    rustc: String,
    /// With `+` if the tree differed from it.
    commit: String,
}

#[derive(Serialize)]
struct Time {
    name: String,
    median_ns: f64,
    /// The 95 % confidence interval of the median.
    from_ns: f64,
    to_ns: f64,
}

/// What criterion writes into `benchmark.json`.
#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

/// What criterion writes into `estimates.json`.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    confidence_interval: Interval,
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

fn main() -> Result<(), Failure> {
    let target = target_dir().ok_or("the target folder is not found: run it by cargo")?;
    let mut times = Vec::new();
    criterion_times(&target.join("criterion"), &mut times)?;
    times.sort_by(|one, other| one.name.cmp(&other.name));
    let record = Record { machine: machine(), times, figures: figures(&target.join("figures"))? };
    if record.times.is_empty() && record.figures.is_empty() {
        return Err("nothing was measured within the last 24 hours: run `cargo bench` first".into());
    }
    let name = format!("{}-{}", record.machine.date, slug(&record.machine));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("record").join(name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("record.json"), serde_json::to_string_pretty(&record)? + "\n")?;
    fs::write(folder.join("README.md"), markdown(&record))?;
    println!("{} times and {} figures in {}", record.times.len(), record.figures.len(), folder.display());
    Ok(())
}

fn is_recent(file: &Path) -> bool {
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() < AGE_MAX)
}

/// The sorted entries of a folder; none if there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

/// Goes through criterion's folders. The last run of each benchmark is in one called `new`.
fn criterion_times(folder: &Path, times: &mut Vec<Time>) -> Result<(), Failure> {
    for path in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let estimates = path.join("estimates.json");
        if path.file_name() != Some(OsStr::new("new")) {
            criterion_times(&path, times)?;
        } else if is_recent(&estimates) {
            let benchmark: Benchmark = read(&path.join("benchmark.json"))?;
            let Estimates { median } = read(&estimates)?;
            times.push(Time {
                name: benchmark.full_id,
                median_ns: median.point_estimate,
                from_ns: median.confidence_interval.lower_bound,
                to_ns: median.confidence_interval.upper_bound,
            });
        }
    }
    Ok(())
}

fn figures(folder: &Path) -> Result<Vec<Figure>, Failure> {
    let mut all = Vec::new();
    for path in entries(folder)?.into_iter().filter(|path| is_recent(path)) {
        let bench = path.file_stem().and_then(OsStr::to_str).unwrap_or_default().to_owned();
        let figures: Vec<Figure> = read(&path)?;
        all.extend(
            figures.into_iter().map(|figure| Figure { name: format!("{bench}/{}", figure.name), ..figure }),
        );
    }
    Ok(all)
}

fn read<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(file)?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()).into())
}

fn machine() -> Machine {
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let value = text.lines().find(|line| line.starts_with(key)).and_then(|line| line.split_once(':'));
        value.map(|(_, value)| value.trim().to_owned())
    };
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let changed = !said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    let memory = line("/proc/meminfo", "MemTotal").unwrap_or_default();
    Machine {
        date: Timestamp::now().strftime("%Y-%m-%d").to_string(),
        processor: line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        memory_kib: memory.trim_end_matches(" kB").parse().unwrap_or(0),
        kernel: said("uname", &["-sr"]),
        rustc: said("rustc", &["--version"]),
        commit: said("git", &["rev-parse", "--short=12", "HEAD"]) + if changed { "+" } else { "" },
    }
}

/// The processor's name, as a part of a file's.
fn slug(machine: &Machine) -> String {
    let lower = machine.processor.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut slug = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let _ = write!(slug, "-x{}", machine.processors);
    slug
}

fn markdown(record: &Record) -> String {
    let Machine { date, processor, processors, memory_kib, kernel, rustc, commit } = &record.machine;
    let mut out = format!(
        "# {date}\n\n{processor}, {processors} processors, {} GiB; {kernel}; {rustc}; commit {commit}.\n",
        memory_kib >> 20
    );
    out.push_str("\n| time per iteration | median | 95 % interval |\n|---|---:|---:|\n");
    for Time { name, median_ns, from_ns, to_ns } in &record.times {
        let _ = writeln!(out, "| {name} | {} | {} – {} |", span(*median_ns), span(*from_ns), span(*to_ns));
    }
    out.push_str("\n| figure | value | unit |\n|---|---:|---|\n");
    for Figure { name, value, unit } in &record.figures {
        let digits = if value.abs() < 100.0 { 2 } else { 0 };
        let _ = writeln!(out, "| {name} | {value:.digits$} | {unit} |");
    }
    out
}

fn span(ns: f64) -> String {
    match ns {
        ..1e3 => format!("{ns:.1} ns"),
        ..1e6 => format!("{:.2} µs", ns / 1e3),
        ..1e9 => format!("{:.2} ms", ns / 1e6),
        _ => format!("{:.2} s", ns / 1e9),
    }
}
