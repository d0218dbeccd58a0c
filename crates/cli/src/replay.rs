//! `tamis replay`: decides a log of decisions again, by the revisions that decided it.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use prost::Message as _;
use serde::Serialize;
use serde_json::Value;
use tamis_api::recorded::DecisionRecord;
use tamis_api::v1::{EvaluateRequest, EvaluateResponse};
use tamis_engine::{Index, compile};
use tamis_server::offline;

use crate::args::ReplayArgs;
use crate::console::{self, count, printable};
use crate::exit::Outcome;
use crate::recorded::Recorded;
use crate::remote::{self, Server};
use crate::{output, stored};

/// Indexes that are kept at once. A log goes on from one revision of an account to the next.
const INDEXES_MAX: usize = 16;
/// Fields that are told of one answer that differs.
const FIELDS_MAX: usize = 10;

/// Runs the command.
///
/// # Errors
/// The log cannot be read, or the server cannot be reached. Revisions that cannot be had are told, and the lines that need
/// them with them.
pub(crate) fn run(args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let mut log = Recorded::open(&args.log)?;
    let found = remote::block_on(async {
        let mut replay = Replay::new(args, remote::connect(&args.server).await?);
        while let Some(chunk) = log.chunk()? {
            for (number, record) in chunk.records() {
                match record {
                    Ok(record) => replay.replay(number + 1, record).await?,
                    Err(error) => replay.tell(number + 1, Fate::Unreadable(remote::describe(&error))),
                }
            }
        }
        Ok(replay.found)
    })?;
    console::print(&output::record(args.output, &found, || Ok(text(&found)?))?)?;
    let is_clean = found.differing + found.unavailable + found.unreadable == 0;
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

/// What was found.
#[derive(Debug, Default, Serialize)]
struct Found {
    /// Answered as they were.
    identical: u64,
    /// Answered otherwise.
    differing: u64,
    /// Masked, so that nobody can decide them again.
    masked: u64,
    /// Of a revision that the server does not tell.
    unavailable: u64,
    /// No lines of a log of decisions.
    unreadable: u64,
    /// Of other accounts.
    of_others: u64,
    /// The first lines that are not as they were.
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    /// From 1.
    line: u64,
    #[serde(flatten)]
    fate: Fate,
}

/// Why a line is not as it was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// The answer differs.
    Differing { account_id: String, revision: u64, ticket_id: String, fields: Vec<Field> },
    /// The revision cannot be had.
    Unavailable(String),
    /// The line cannot be read, or what it holds was never answered.
    Unreadable(String),
}

/// A field of an answer that differs; absent where it is not there.
#[derive(Debug, PartialEq, Serialize)]
struct Field {
    field: String,
    recorded: Option<Value>,
    replayed: Option<Value>,
}

struct Replay<'a> {
    args: &'a ReplayArgs,
    server: Server,
    /// By account and revision; or why there is none.
    indexes: HashMap<(String, u64), Result<Arc<Index>, String>>,
    found: Found,
}

impl<'a> Replay<'a> {
    fn new(args: &'a ReplayArgs, server: Server) -> Self {
        Self { args, server, indexes: HashMap::new(), found: Found::default() }
    }

    async fn replay(&mut self, line: u64, record: DecisionRecord) -> anyhow::Result<()> {
        if self.args.account.as_ref().is_some_and(|account| *account != record.account_id) {
            self.found.of_others += 1;
            return Ok(());
        }
        if !record.masked.is_empty() {
            self.found.masked += 1;
            return Ok(());
        }
        match self.index(&record.account_id, record.revision).await? {
            Err(why) => self.tell(line, Fate::Unavailable(why)),
            Ok(index) => match replayed(&index, &record) {
                Err(why) => self.tell(line, Fate::Unreadable(why)),
                Ok(answer) if answer.encode_to_vec() == record.response.encode_to_vec() => {
                    self.found.identical += 1;
                }
                Ok(answer) => {
                    let fate = Fate::Differing {
                        account_id: record.account_id,
                        revision: record.revision,
                        ticket_id: record.request.ticket.map(|ticket| ticket.id).unwrap_or_default(),
                        fields: differences(&record.response, &answer)?,
                    };
                    self.tell(line, fate);
                }
            },
        }
        Ok(())
    }

    /// Counts a line that is not as it was, and keeps it as long as more are wanted.
    fn tell(&mut self, line: u64, fate: Fate) {
        let counted = match fate {
            Fate::Differing { .. } => &mut self.found.differing,
            Fate::Unavailable(_) => &mut self.found.unavailable,
            Fate::Unreadable(_) => &mut self.found.unreadable,
        };
        *counted += 1;
        if self.found.lines.len() < self.args.show {
            self.found.lines.push(Line { line, fate });
        }
    }

    /// The index of an account at a revision, or why it cannot be had.
    async fn index(&mut self, account_id: &str, revision: u64) -> anyhow::Result<Result<Arc<Index>, String>> {
        let key = (account_id.to_owned(), revision);
        if let Some(known) = self.indexes.get(&key) {
            return Ok(known.clone());
        }
        let made = match stored::read_with_versions(self.server.clone(), account_id, revision).await {
            Err(error) => Err(format!("revision {revision} of `{account_id}`: {error:#}")),
            Ok(stored) => {
                let account = stored.document.account.context("the server's answer has no account")?;
                let workflows: Vec<_> = stored.document.workflows.into_iter().map(Arc::new).collect();
                let index = compile(Arc::new(account), &workflows);
                index.map(Arc::new).map_err(|found| {
                    let first = found.first().map(ToString::to_string).unwrap_or_default();
                    format!("revision {revision} of `{account_id}` does not compile here: {first}")
                })
            }
        };
        if self.indexes.len() >= INDEXES_MAX {
            self.indexes.clear();
        }
        self.indexes.insert(key, made.clone());
        Ok(made)
    }
}

/// What the revision answers now.
fn replayed(index: &Index, record: &DecisionRecord) -> Result<EvaluateResponse, String> {
    // The service's clock was read for a request that left its instant out.
    let request =
        EvaluateRequest { now: record.response.now.or(record.request.now), ..record.request.clone() };
    offline::evaluate_at(index, record.revision, &request, Timestamp::UNIX_EPOCH)
        .map_err(|error| format!("the request is refused: {}", remote::describe(&error)))
}

/// The first fields in which two answers differ.
fn differences(recorded: &EvaluateResponse, replayed: &EvaluateResponse) -> anyhow::Result<Vec<Field>> {
    let value =
        |answer: &EvaluateResponse| serde_json::to_value(answer).context("cannot write an answer as JSON");
    let mut fields = Vec::new();
    compare("", Some(&value(recorded)?), Some(&value(replayed)?), &mut fields);
    Ok(fields)
}

fn compare(path: &str, recorded: Option<&Value>, replayed: Option<&Value>, fields: &mut Vec<Field>) {
    match (recorded, replayed) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let added = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(added) {
                let dot = if path.is_empty() { "" } else { "." };
                compare(&format!("{path}{dot}{name}"), before.get(name), after.get(name), fields);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for place in 0..before.len().max(after.len()) {
                compare(&format!("{path}[{place}]"), before.get(place), after.get(place), fields);
            }
        }
        (before, after) if before == after || fields.len() >= FIELDS_MAX => {}
        (before, after) => {
            fields.push(Field { field: path.to_owned(), recorded: before.cloned(), replayed: after.cloned() })
        }
    }
}

fn text(found: &Found) -> Result<String, fmt::Error> {
    let mut out = String::new();
    for Line { line, fate } in &found.lines {
        match fate {
            Fate::Differing { account_id, revision, ticket_id, fields } => {
                let [account_id, ticket_id] = [account_id, ticket_id].map(|id| printable(id));
                writeln!(
                    out,
                    "line {line}: ticket {ticket_id} of {account_id} at revision {revision} differs"
                )?;
                for Field { field, recorded, replayed } in fields {
                    let [recorded, replayed] = [recorded, replayed]
                        .map(|value| value.as_ref().map_or("nothing".to_owned(), Value::to_string));
                    writeln!(out, "  {field}: was {}, is {}", printable(&recorded), printable(&replayed))?;
                }
            }
            Fate::Unavailable(why) | Fate::Unreadable(why) => {
                writeln!(out, "line {line}: {}", printable(why))?
            }
        }
    }
    let told = u64::try_from(found.lines.len()).unwrap_or(u64::MAX);
    let more = (found.differing + found.unavailable + found.unreadable).saturating_sub(told);
    if more > 0 {
        writeln!(out, "and {more} more")?;
    }
    let decisions = count(usize::try_from(found.identical).unwrap_or(usize::MAX), "decision");
    write!(out, "{decisions} as before, {} otherwise", found.differing)?;
    for (number, what) in [
        (found.masked, "masked"),
        (found.unavailable, "of revisions that cannot be had"),
        (found.unreadable, "unreadable"),
        (found.of_others, "of other accounts"),
    ] {
        if number > 0 {
            write!(out, ", {number} {what}")?;
        }
    }
    out.push('\n');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_that_differ_are_told_by_their_paths() {
        let field = |field: &str, recorded, replayed| Field { field: field.to_owned(), recorded, replayed };
        let cases = [
            (json!({"a": 1}), json!({"a": 1}), vec![]),
            (json!({"a": 1}), json!({"a": 2}), vec![field("a", Some(json!(1)), Some(json!(2)))]),
            (
                json!({"m": [{"id": "x", "p": "q"}]}),
                json!({"m": [{"id": "y"}, {"id": "z"}], "n": true}),
                vec![
                    field("m[0].id", Some(json!("x")), Some(json!("y"))),
                    field("m[0].p", Some(json!("q")), None),
                    field("m[1]", None, Some(json!({"id": "z"}))),
                    field("n", None, Some(json!(true))),
                ],
            ),
        ];
        for (recorded, replayed, wanted) in cases {
            let mut fields = Vec::new();
            compare("", Some(&recorded), Some(&replayed), &mut fields);
            assert_eq!(fields, wanted);
        }
    }
}
