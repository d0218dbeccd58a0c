//! Recorded changes, from a file or from the service's log, as a simulation is sent them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tamis_api::recorded::{Change, Form, is_blank};
use tamis_api::v1;
use tamis_api::v1::simulate_workflows_request::Part;

/// Changes of one message: as many as it may hold.
const CHANGES_MAX: usize = 1_000;
/// Bytes of the lines of one message, unless a single one has more.
const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// Lines that cannot be read that are told; of more, how many there are.
const UNREADABLE_MAX: usize = 20;

/// Where changes come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Lines of JSON.
    File(Bytes),
    /// Decisions of the service's log, oldest first.
    Log(Vec<v1::RecordedDecision>),
}

/// What has come of the lines that were read.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Lines about other accounts.
    pub(crate) of_others: u64,
    /// Lines with texts that were masked as they were recorded.
    pub(crate) masked_lines: u64,
    /// Their fields.
    pub(crate) masked: BTreeSet<String>,
    /// Lines that cannot be read, the first of them with number, from 1, and reason.
    pub(crate) unreadable: Vec<(usize, String)>,
    /// How many lines cannot be read.
    pub(crate) unreadable_count: u64,
    /// Where each change that was sent stands.
    places: Vec<Place>,
}

/// Where a change stands: its line, from 1, and the line's bytes; or its place in the log.
#[derive(Clone, Copy, Debug)]
struct Place {
    line: usize,
    from: usize,
    to: usize,
}

/// Changes on their way into a simulation.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    source: Arc<Source>,
    counts: Arc<Mutex<Counts>>,
}

impl Recorded {
    /// All of a source.
    pub(crate) fn new(source: Source) -> Self {
        Self { source: Arc::new(source), counts: Arc::default() }
    }

    /// What has come of the lines so far.
    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The messages that hold the changes of an account.
    pub(crate) fn messages(&self, account_id: &str) -> Messages {
        let form = match &*self.source {
            Source::File(bytes) => lines(bytes)
                .find(|(_, line)| !is_blank(line))
                .map_or(Form::Request, |(_, line)| Form::of(line)),
            Source::Log(_) => Form::Record,
        };
        Messages { recorded: self.clone(), account_id: account_id.to_owned(), form, at: 0, line: 0 }
    }

    /// The change that was sent at this place, and its line.
    pub(crate) fn sent(&self, index: u64) -> Option<(usize, v1::EvaluateRequest)> {
        let place = *self.counts().places.get(usize::try_from(index).ok()?)?;
        let request = match &*self.source {
            Source::Log(decisions) => asked(decisions.get(place.from)?),
            Source::File(bytes) => {
                let line = bytes.get(place.from..place.to)?;
                Change::read(line, Form::of(line)).ok()?.request
            }
        };
        Some((place.line, request))
    }
}

/// What was asked, at the instant of the decision.
fn asked(decision: &v1::RecordedDecision) -> v1::EvaluateRequest {
    let mut request = decision.request.clone().unwrap_or_default();
    request.now = decision.response.as_ref().and_then(|response| response.now).or(request.now);
    request
}

/// Lines with the place at which each begins.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    bytes.split_inclusive(|byte| *byte == b'\n').scan(0, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    })
}

/// Messages of changes, read as they are asked for.
#[derive(Debug)]
pub(crate) struct Messages {
    recorded: Recorded,
    account_id: String,
    form: Form,
    at: usize,
    line: usize,
}

impl Messages {
    /// The next line: where it stands, and what it holds.
    fn next_change(&mut self) -> Option<(Place, Result<Change, String>)> {
        match &*self.recorded.source {
            Source::Log(decisions) => {
                let decision = decisions.get(self.at)?;
                let place = Place { line: self.at + 1, from: self.at, to: self.at };
                self.at += 1;
                let change = Change { request: asked(decision), masked: decision.masked.clone() };
                Some((place, Ok(change)))
            }
            Source::File(bytes) => loop {
                let (_, line) = lines(bytes.get(self.at..)?).next()?;
                let place = Place { line: self.line + 1, from: self.at, to: self.at + line.len() };
                self.at = place.to;
                self.line = place.line;
                if !is_blank(line) {
                    return Some((place, Change::read(line, self.form).map_err(|error| error.message)));
                }
            },
        }
    }
}

impl Iterator for Messages {
    type Item = v1::SimulateWorkflowsRequest;

    fn next(&mut self) -> Option<Self::Item> {
        let mut requests = Vec::new();
        let mut bytes = 0;
        while requests.len() < CHANGES_MAX
            && bytes < MESSAGE_BYTES_MAX
            && let Some((place, change)) = self.next_change()
        {
            let mut counts = self.recorded.counts();
            match change {
                Err(why) => {
                    counts.unreadable_count += 1;
                    if counts.unreadable.len() < UNREADABLE_MAX {
                        counts.unreadable.push((place.line, why));
                    }
                }
                Ok(change)
                    if !["", self.account_id.as_str()].contains(&change.request.account_id.as_str()) =>
                {
                    counts.of_others += 1;
                }
                Ok(change) => {
                    counts.masked_lines += u64::from(!change.masked.is_empty());
                    counts.masked.extend(change.masked);
                    counts.places.push(place);
                    bytes += place.to - place.from;
                    requests.push(change.request);
                }
            }
        }
        let part = Some(Part::Changes(v1::RecordedChanges { requests }));
        let is_empty = matches!(&part, Some(Part::Changes(changes)) if changes.requests.is_empty());
        (!is_empty).then_some(v1::SimulateWorkflowsRequest { part, samples_max: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(account_id: &str, ticket: &str) -> String {
        format!(
            r#"{{"account_id": "{account_id}", "ticket": {{"id": "{ticket}"}}, "now": "2026-03-03T10:00:00Z"}}"#
        )
    }

    fn sent(messages: Messages) -> Vec<usize> {
        let changes = messages.map(|message| match message.part {
            Some(Part::Changes(changes)) => changes.requests.len(),
            _ => 0,
        });
        changes.collect()
    }

    #[test]
    fn lines_are_sent_or_counted_and_found_again() {
        let text =
            [&request("demo", "a"), "", "nonsense", &request("other", "b"), &request("", "c")].join("\n");
        let recorded = Recorded::new(Source::File(text.into()));
        assert_eq!(sent(recorded.messages("demo")), [2]);
        {
            let counts = recorded.counts();
            assert_eq!((counts.of_others, counts.unreadable_count, counts.masked_lines), (1, 1, 0));
            assert_eq!(counts.unreadable[0].0, 3);
            assert!(counts.unreadable[0].1.starts_with("column 2"), "{:?}", counts.unreadable);
        }
        for (index, line, ticket) in [(0, 1, "a"), (1, 5, "c")] {
            let (found, request) = recorded.sent(index).unwrap();
            assert_eq!((found, request.ticket.unwrap().id.as_str()), (line, ticket));
        }
        assert!(recorded.sent(2).is_none());
    }

    #[test]
    fn masked_lines_of_a_log_are_counted_apart() {
        let line = |masked: &str| {
            format!(
                r#"{{"version": 1, "logged_at": "2026-03-03T10:00:01Z", "rpc": "x", "account_id": "demo", "revision": 1, "masked": [{masked}], "request": {}, "response": {{"now": "2026-03-03T11:00:00Z"}}}}"#,
                request("demo", "a")
            )
        };
        let text = [line("\"ticket.subject\""), line("")].join("\n");
        let recorded = Recorded::new(Source::File(text.into()));
        assert_eq!(sent(recorded.messages("demo")), [2]);
        assert_eq!(recorded.counts().masked_lines, 1);
        assert_eq!(recorded.counts().masked.iter().collect::<Vec<_>>(), ["ticket.subject"]);
        let now = recorded.sent(1).unwrap().1.now.unwrap();
        assert_eq!(now.seconds, "2026-03-03T11:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second());
    }

    #[test]
    fn messages_hold_no_more_than_they_may() {
        let text = vec![request("demo", "a"); 2_500].join("\n");
        assert_eq!(sent(Recorded::new(Source::File(text.into())).messages("demo")), [1_000, 1_000, 500]);
        let text = vec![request("demo", &"x".repeat(600_000)); 3].join("\n");
        assert_eq!(sent(Recorded::new(Source::File(text.into())).messages("demo")), [2, 1]);
        assert_eq!(sent(Recorded::new(Source::File(Bytes::new())).messages("demo")), [0; 0]);
        let decisions = vec![v1::RecordedDecision::default(); 3];
        assert_eq!(sent(Recorded::new(Source::Log(decisions)).messages("demo")), [3]);
    }
}
