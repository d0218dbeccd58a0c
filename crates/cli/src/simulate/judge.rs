//! What one thread does with a chunk of changes.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use tamis_api::v1::{EvaluateError, EvaluateRequest};
use tamis_engine::Index;
use tamis_engine::simulate::Difference;
use tamis_server::simulate::{Simulator, Worker};

use crate::args::{SimulateArgs, When};
use crate::exit::misuse;
use crate::recorded::Chunk;
use crate::simulate::report::Passed;
use crate::table;

/// Which changes are judged, and what is kept of them.
#[derive(Debug)]
pub(super) struct Judge {
    account_id: String,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    samples_max: usize,
}

/// What has come of a chunk, but for what its worker counts.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// Lines of JSON, of changes that are decided otherwise.
    pub(super) differences: Vec<u8>,
    /// Changes that may be told as samples, by their lines from 0.
    pub(super) samples: Vec<(u64, EvaluateRequest, Difference)>,
    /// Changes that could not be judged, likewise.
    pub(super) refused: Vec<(u64, EvaluateError)>,
    pub(super) passed: Passed,
}

/// A change that is decided otherwise, for a program.
#[derive(Serialize)]
struct Line<'a> {
    /// From 1.
    line: u64,
    ticket_id: &'a str,
    change_id: &'a str,
    now: Option<String>,
    gained: Vec<&'a str>,
    lost: Vec<&'a str>,
    actions_changed: Vec<&'a str>,
}

impl Judge {
    /// What is asked for, of the account of a draft.
    ///
    /// # Errors
    /// A day does not begin at any instant.
    pub(super) fn new(args: &SimulateArgs, draft: &Index) -> anyhow::Result<Self> {
        let zone = TimeZone::get(&draft.account().time_zone);
        let zone = zone.map_err(|error| misuse(format!("the account's time zone: {error}")))?;
        let instant = |flag: &str, when: Option<When>| match when {
            None => Ok(None),
            Some(When::Instant(instant)) => Ok(Some(instant)),
            Some(When::Day(day)) => match day.to_zoned_datetime(zone.clone()) {
                Ok(begin) => Ok(Some(begin.timestamp())),
                Err(error) => Err(misuse(format!("{flag}: {error}"))),
            },
        };
        Ok(Self {
            account_id: draft.account().id.clone(),
            since: instant("--since", args.since)?,
            until: instant("--until", args.until)?,
            samples_max: args.samples,
        })
    }

    /// Judges the changes of a chunk.
    pub(super) fn judge(&self, simulator: &Simulator, chunk: &Chunk, worker: &mut Worker) -> Judged {
        let mut judged = Judged::default();
        let mut kept: HashMap<(usize, usize), usize> = HashMap::new();
        for (index, change) in chunk.changes() {
            let change = match change {
                Ok(change) => change,
                Err(error) => {
                    judged.refused.push((index, error));
                    continue;
                }
            };
            let request = change.request;
            if !request.account_id.is_empty() && request.account_id != self.account_id {
                judged.passed.of_others += 1;
                continue;
            }
            if !self.is_in_time(&request) {
                judged.passed.out_of_time += 1;
                continue;
            }
            match simulator.judge(&request, worker) {
                Err(error) => judged.refused.push((index, error)),
                Ok(difference) => {
                    judged.passed.judged += 1;
                    judged.passed.masked.extend(change.masked);
                    if !difference.is_none() {
                        add_line(&mut judged.differences, simulator, index, &request, &difference);
                        if self.wants(&difference, &mut kept) {
                            judged.samples.push((index, request, difference));
                        }
                    }
                }
            }
        }
        judged
    }

    /// Whether a change is to be judged by its instant. One that has none is left to be refused.
    fn is_in_time(&self, request: &EvaluateRequest) -> bool {
        let instant = |now: &tamis_api::well_known::Timestamp| Timestamp::new(now.seconds, now.nanos).ok();
        let Some(now) = request.now.as_ref().and_then(instant) else { return true };
        self.since.is_none_or(|since| now >= since) && self.until.is_none_or(|until| now < until)
    }

    /// Whether a difference may be among the first that are told of some workflow and kind. More than that of one chunk are
    /// never told.
    fn wants(&self, difference: &Difference, kept: &mut HashMap<(usize, usize), usize>) -> bool {
        let Difference { gained, lost, actions_changed } = difference;
        let mut wanted = false;
        for (kind, places) in [gained, lost, actions_changed].into_iter().enumerate() {
            for place in places {
                let count = kept.entry((kind, *place)).or_default();
                *count += 1;
                wanted |= *count <= self.samples_max;
            }
        }
        wanted
    }
}

fn add_line(
    out: &mut Vec<u8>,
    simulator: &Simulator,
    index: u64,
    request: &EvaluateRequest,
    difference: &Difference,
) {
    let ids = |places: &[usize]| -> Vec<&str> {
        places.iter().filter_map(|place| Some(simulator.pairs().get(*place)?.id())).collect()
    };
    let line = Line {
        line: index + 1,
        ticket_id: request.ticket.as_ref().map_or("", |ticket| &ticket.id),
        change_id: request.change.as_ref().map_or("", |change| &change.change_id),
        now: request.now.as_ref().map(table::instant),
        gained: ids(&difference.gained),
        lost: ids(&difference.lost),
        actions_changed: ids(&difference.actions_changed),
    };
    // Texts and numbers always make JSON, and a vector takes whatever is written to it.
    if serde_json::to_writer(&mut *out, &line).is_ok() {
        out.push(b'\n');
    }
}
