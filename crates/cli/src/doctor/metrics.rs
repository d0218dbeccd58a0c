//! What the service's metrics tell.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context as _;
use tamis_server::Listen;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::doctor::{Check, Verdict};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of the largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// Files that the service keeps open besides connections.
const FILES_RESERVED: f64 = 64.0;
/// The share of the files that may be open above which it is getting tight.
const FILES_WARN: f64 = 0.8;

/// Names of the checks, for when none of them can be made.
const NAMES: [&str; 4] = ["version", "staleness", "files", "decision_log"];

/// All checks by metrics.
///
/// # Errors
/// None in practice.
pub(super) async fn checks(address: Option<&Listen>) -> anyhow::Result<Vec<Check>> {
    let Some(address) = address else {
        let todo = "start the service with --metrics, and name the address here too";
        return Ok(NAMES
            .map(|name| Check::not_ok(name, Verdict::Skip, "not known without --metrics", todo))
            .into());
    };
    let page = timeout(PATIENCE, page(address)).await.context("no answer in time").flatten();
    Ok(match page {
        Ok(page) => looked_at(&page),
        Err(error) => {
            let seen = format!("no metrics at {address}: {error:#}");
            let todo = "start the service with --metrics and this address";
            vec![Check::not_ok("metrics", Verdict::Fail, seen, todo)]
        }
    })
}

async fn page(address: &Listen) -> anyhow::Result<String> {
    match address {
        Listen::Tcp(address) => asked(TcpStream::connect(address).await?).await,
        Listen::Unix(path) => asked(UnixStream::connect(path).await?).await,
    }
}

async fn asked(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> anyhow::Result<String> {
    // HTTP/1.0 ends an answer with the connection, and has it in one piece.
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is none of HTTP")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    anyhow::ensure!(status == "200" && body.contains("tamis_requests_total"), "the answer is none of Tamis");
    Ok(body.to_owned())
}

fn looked_at(page: &str) -> Vec<Check> {
    let samples: HashMap<&str, f64> = page
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect();
    let sample = |name: &str| samples.get(name).copied();
    vec![version(page), staleness(sample), files(sample), decision_log(sample)]
}

fn version(page: &str) -> Check {
    let own = env!("CARGO_PKG_VERSION");
    let told = page.lines().find_map(|line| line.strip_prefix("tamis_build_info{version=\""));
    match told.and_then(|rest| rest.split('"').next()) {
        Some(version) if version == own => {
            Check::ok("version", format!("the service is of version {version}, as this is"))
        }
        Some(version) => {
            let seen = format!("the service is of version {version}, and this of {own}");
            Check::not_ok("version", Verdict::Warn, seen, "use the command of the service's own version")
        }
        None => Check::not_ok("version", Verdict::Skip, "the service does not tell its version", ""),
    }
}

/// How far behind a database a service may be while all is well: it asks every second at least.
const STALE_SECONDS: f64 = 5.0;

fn staleness(sample: impl Fn(&str) -> Option<f64>) -> Check {
    match sample("tamis_store_staleness_seconds").zip(sample("tamis_store_revision")) {
        Some((stale, revision)) if stale <= STALE_SECONDS => Check::ok(
            "staleness",
            format!("what is decided by is what is stored; revisions add up to {revision}"),
        ),
        Some((stale, _)) => {
            let seen = format!("what others have written for {stale:.0} s is not known here");
            let todo = "look at the service's log, and at the database: can it be reached?";
            Check::not_ok("staleness", Verdict::Fail, seen, todo)
        }
        None => Check::not_ok("staleness", Verdict::Skip, "the service does not tell", ""),
    }
}

fn files(sample: impl Fn(&str) -> Option<f64>) -> Check {
    let told = sample("process_max_fds").zip(sample("process_open_fds")).zip(sample("tamis_connections_max"));
    let Some(((max, open), connections)) = told else {
        return Check::not_ok("files", Verdict::Skip, "the service does not tell; it does on Linux", "");
    };
    let seen = format!("{open} of {max} files are open, and {connections} connections may be");
    if open > FILES_WARN * max {
        Check::not_ok(
            "files",
            Verdict::Warn,
            seen,
            "raise the limit (`ulimit -n`, LimitNOFILE=), and start it anew",
        )
    } else if connections + FILES_RESERVED > max {
        let todo = "raise the limit (`ulimit -n`, LimitNOFILE=), or lower transport.connections_max";
        Check::not_ok("files", Verdict::Warn, seen, todo)
    } else {
        Check::ok("files", seen)
    }
}

fn decision_log(sample: impl Fn(&str) -> Option<f64>) -> Check {
    let dropped =
        |reason| sample(&format!("tamis_decision_log_dropped_total{{reason=\"{reason}\"}}")).unwrap_or(0.0);
    let written = sample("tamis_decision_log_written_total").unwrap_or(0.0);
    let (queue, write) = (dropped("queue"), dropped("write"));
    if queue + write > 0.0 {
        let seen =
            format!("{queue} decisions found no room on their way to the log, {write} could not be written");
        let todo = "log a smaller share (--decision-log-sample), or look at the log's disk";
        return Check::not_ok("decision_log", Verdict::Warn, seen, todo);
    }
    Check::ok("decision_log", format!("{written} decisions were written, and none was dropped"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of a page is replaced, and by what.
    type Replaced<'r> = &'r [(&'r str, &'r str)];

    #[test]
    fn what_is_wrong_is_seen() {
        let page = |replaced: &[(&str, &str)]| {
            let own = format!("tamis_build_info{{version=\"{}\"}} 1\n", env!("CARGO_PKG_VERSION"));
            let rest = "tamis_store_staleness_seconds 0\ntamis_store_revision 7\nprocess_max_fds 1024\n\
                        process_open_fds 20\ntamis_connections_max 960\n\
                        tamis_decision_log_written_total 5\n\
                        tamis_decision_log_dropped_total{reason=\"queue\"} 0\n";
            replaced.iter().fold(own + rest, |page, (from, to)| {
                assert!(page.contains(from), "{from}");
                page.replace(from, to)
            })
        };
        let verdicts =
            |page: String| looked_at(&page).into_iter().map(|check| check.verdict).collect::<Vec<_>>();
        let (ok, warn) = (Verdict::Ok, Verdict::Warn);
        let cases: [(Replaced<'_>, [Verdict; 4]); 7] = [
            (&[], [ok; 4]),
            (&[("version=\"", "version=\"9")], [warn, ok, ok, ok]),
            (&[("seconds 0", "seconds 12.5")], [ok, Verdict::Fail, ok, ok]),
            (&[("open_fds 20", "open_fds 900")], [ok, ok, warn, ok]),
            (&[("connections_max 960", "connections_max 20000")], [ok, ok, warn, ok]),
            (&[("\"queue\"} 0", "\"queue\"} 3")], [ok, ok, ok, warn]),
            (
                &[("process_max", "other_max"), ("tamis_build", "other")],
                [Verdict::Skip, ok, Verdict::Skip, ok],
            ),
        ];
        for (replaced, expected) in cases {
            assert_eq!(verdicts(page(replaced)), expected, "{replaced:?}");
        }
    }
}
