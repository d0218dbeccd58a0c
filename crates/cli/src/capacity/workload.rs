//! What is decided: the user's workflows and requests, and variations of them.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use prost::Message as _;
use tamis_api::v1::EvaluateRequest;
use tamis_engine::definition::{Condition, Phrases, Test};
use tamis_engine::limits::{ID_CHARS_MAX, PHRASE_BYTES_MAX, VALUES_MAX};
use tamis_engine::{Account, Index, Workflow, compile};
use tamis_loadtest::report::model;
use tamis_loadtest::report::statistics::{mean, median};
use tamis_loadtest::{Account as Asked, Generated, read_requests};
use tamis_server::{demo, offline};

use super::settings::Settings;
use crate::console;
use crate::exit::misuse;
use crate::local::{self, AccountSource};

/// How many requests are made up where the user gives none: several megabytes, so that they do not stay in the caches of a
/// processor.
const REQUESTS: usize = 4_096;
/// Requests of one cell of the cost model's matrix.
const CELL_REQUESTS: usize = 256;
/// The account's id where neither the file nor the command line has one.
const NAMELESS: &str = "capacity";

/// What is decided.
#[derive(Debug)]
pub(super) struct Workload {
    pub(super) account: Account,
    pub(super) workflows: Vec<Workflow>,
    pub(super) requests: Vec<EvaluateRequest>,
    workflows_from: String,
    requests_from: String,
}

/// An account with workflows, as a compiler takes them.
#[derive(Debug)]
pub(super) struct Definitions {
    account: Arc<Account>,
    workflows: Vec<Arc<Workflow>>,
}

impl Definitions {
    /// Compiles them.
    ///
    /// # Errors
    /// They do not compile.
    pub(super) fn compile(self) -> anyhow::Result<Index> {
        compile(self.account, &self.workflows).map_err(|found| {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("the workflows do not compile:\n  {}", found.join("\n  "))
        })
    }
}

/// Requests that are alike in what makes them cost.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) requests: Vec<EvaluateRequest>,
    /// Bytes of text in one, the mean.
    pub(super) text_bytes: f64,
    /// Workflows that match one, the mean.
    pub(super) matches: f64,
}

impl Workload {
    /// Reads what the user names, or takes the demo account's and makes requests up.
    ///
    /// # Errors
    /// A file cannot be read, or what it holds would not be taken by a service.
    pub(super) fn load(settings: &Settings) -> anyhow::Result<Self> {
        let (account, workflows, workflows_from) = match &settings.workflows {
            Some(file) => read_workflows(file, settings.account.as_deref())?,
            None => {
                let account = demo::account();
                let id = settings.account.clone().unwrap_or_else(|| account.id.clone());
                (Account { id, ..account }, demo::workflows(), "the demo account".to_owned())
            }
        };
        if workflows.iter().all(|workflow| !workflow.enabled) {
            return Err(misuse(format!(
                "{workflows_from} has no workflow that is enabled: there is nothing to decide"
            )));
        }
        let (mut requests, requests_from) = match &settings.requests {
            Some(file) => {
                let requests = read_requests(file).map_err(|error| misuse(error.to_string()))?;
                (requests, file.display().to_string())
            }
            None => {
                let accounts = vec![Asked { id: account.id.clone(), weight: 1 }];
                let made = Generated { accounts, requests: REQUESTS, seed: settings.seed };
                let requests = made.mix().parts.into_iter().flat_map(|part| part.requests).collect();
                (
                    requests,
                    "made up: a shop's customers in several languages, timers, tags and statuses".to_owned(),
                )
            }
        };
        for request in &mut requests {
            request.account_id.clone_from(&account.id);
        }
        Ok(Self { account, workflows, requests, workflows_from, requests_from })
    }

    /// What the report says about it; refuses requests that a service would.
    ///
    /// # Errors
    /// A request is wrong, or the workflows do not compile.
    pub(super) fn describe(&self) -> anyhow::Result<model::Workload> {
        let index = self.index(&self.workflows)?;
        let (mut sizes, mut answers, mut matches, mut texts) = (vec![], vec![], vec![], vec![]);
        for (place, request) in self.requests.iter().enumerate() {
            let answer = offline::evaluate(&index, request, Timestamp::now()).map_err(|error| {
                misuse(format!(
                    "{}: request {}: {}",
                    self.requests_from,
                    place + 1,
                    crate::remote::describe(&error)
                ))
            })?;
            sizes.push(as_number(request.encoded_len()));
            answers.push(as_number(answer.encoded_len()));
            matches.push(as_number(answer.matches.len() + answer.shadow_matches.len()));
            texts.push(as_number(text_bytes(request)));
        }
        let conditions: usize =
            self.workflows.iter().map(|workflow| workflow.all.len() + workflow.any.len()).sum();
        Ok(model::Workload {
            workflows_from: self.workflows_from.clone(),
            account_id: self.account.id.clone(),
            workflows: self.workflows.len(),
            conditions,
            phrases: phrases(&self.workflows),
            requests_from: self.requests_from.clone(),
            requests: self.requests.len(),
            text_bytes_median: median(&texts).unwrap_or_default(),
            request_bytes_mean: mean(&sizes).unwrap_or_default(),
            response_bytes_mean: mean(&answers).unwrap_or_default(),
            matches_mean: mean(&matches).unwrap_or_default(),
        })
    }

    /// An index of the account with these workflows.
    ///
    /// # Errors
    /// They do not compile.
    pub(super) fn index(&self, workflows: &[Workflow]) -> anyhow::Result<Index> {
        self.definitions(workflows).compile()
    }

    /// The account with these workflows, ready to be compiled.
    pub(super) fn definitions(&self, workflows: &[Workflow]) -> Definitions {
        Definitions {
            account: Arc::new(self.account.clone()),
            workflows: workflows.iter().cloned().map(Arc::new).collect(),
        }
    }

    /// So many workflows: the first of the account's, or all of them with copies. Each copy has ids and phrases of its own, and
    /// where it has no phrase, an inbox of its own, as workflows that are added to an account as a rule are about something else.
    pub(super) fn sized(&self, count: usize) -> Vec<Workflow> {
        let all = self.workflows.iter();
        let copies = (1..).flat_map(|copy| self.workflows.iter().map(move |workflow| copied(workflow, copy)));
        all.cloned().chain(copies).take(count).collect()
    }

    /// Requests whose texts have about this length, split by how many workflows of the index match: so many cells, from the few
    /// to the many. Fewer cells if requests do not differ, none if no request has a text.
    pub(super) fn cells(&self, index: &Index, message_bytes: usize, count: usize) -> Vec<Cell> {
        let lengthened = self.requests.iter().filter_map(|request| with_message(request, message_bytes));
        let mut judged: Vec<(usize, EvaluateRequest)> = lengthened
            .take(CELL_REQUESTS * 4)
            .filter_map(|request| {
                let answer = offline::evaluate(index, &request, Timestamp::now()).ok()?;
                Some((answer.matches.len() + answer.shadow_matches.len(), request))
            })
            .collect();
        judged.sort_by_key(|(matches, _)| *matches);
        let size = judged.len().div_ceil(count.max(1)).max(1);
        judged.chunks(size).map(cell).collect()
    }
}

fn cell(judged: &[(usize, EvaluateRequest)]) -> Cell {
    let of = |number: fn(&(usize, EvaluateRequest)) -> usize| {
        let numbers: Vec<f64> = judged.iter().take(CELL_REQUESTS).map(|one| as_number(number(one))).collect();
        mean(&numbers).unwrap_or_default()
    };
    Cell {
        text_bytes: of(|(_, request)| text_bytes(request)),
        matches: of(|(matches, _)| *matches),
        requests: judged.iter().take(CELL_REQUESTS).map(|(_, request)| request.clone()).collect(),
    }
}

fn read_workflows(file: &Path, account_id: Option<&str>) -> anyhow::Result<(Account, Vec<Workflow>, String)> {
    let name = file.to_str().context("the name of the file with workflows is not UTF-8")?;
    let id = account_id.unwrap_or(NAMELESS);
    let checked = local::load(name, AccountSource::FileOr(id))?;
    checked.show()?;
    let Some(index) = checked.index else {
        return Err(misuse(format!("{} has errors: nothing was measured", checked.name)));
    };
    let mut account = Account::clone(index.account());
    if let Some(id) = account_id {
        id.clone_into(&mut account.id);
    }
    if account.id.is_empty() {
        NAMELESS.clone_into(&mut account.id);
    }
    let name = console::name(name).to_owned();
    Ok((account, checked.document.workflows, name))
}

/// How many phrases the workflows have.
pub(super) fn phrases(workflows: &[Workflow]) -> usize {
    let conditions = workflows.iter().flat_map(|workflow| workflow.all.iter().chain(&workflow.any));
    conditions.filter_map(|condition| texts_of(&condition.test)).map(|phrases| phrases.phrases.len()).sum()
}

/// The workflows with so many times their phrases.
pub(super) fn with_phrases(workflows: &[Workflow], times: usize) -> Vec<Workflow> {
    let mut workflows = workflows.to_vec();
    for workflow in &mut workflows {
        // Examples say what phrases must not match.
        workflow.examples.clear();
        for condition in workflow.all.iter_mut().chain(&mut workflow.any) {
            let Some(phrases) = texts_of_mut(&mut condition.test) else { continue };
            let own = phrases.phrases.clone();
            for time in 1..times {
                phrases.phrases.extend(own.iter().map(|phrase| renamed(phrase, time)));
            }
            phrases.phrases.truncate(VALUES_MAX);
        }
    }
    workflows
}

/// A phrase that is another one, about as long.
fn renamed(phrase: &str, number: usize) -> String {
    let renamed = format!("{phrase} {number}");
    if renamed.len() > PHRASE_BYTES_MAX { phrase.to_owned() } else { renamed }
}

fn copied(workflow: &Workflow, copy: usize) -> Workflow {
    let mut copied = workflow.clone();
    let suffix = format!("~{copy}");
    let keep = ID_CHARS_MAX.saturating_sub(suffix.len());
    copied.id = copied.id.chars().take(keep).collect::<String>() + &suffix;
    copied.position = None;
    copied.examples.clear();
    let mut has_phrase = false;
    for condition in copied.all.iter_mut().chain(&mut copied.any) {
        if let Some(phrases) = texts_of_mut(&mut condition.test) {
            has_phrase |= !condition.negated;
            for phrase in &mut phrases.phrases {
                *phrase = renamed(phrase, copy);
            }
        }
    }
    if !has_phrase {
        copied.all.push(Condition { negated: false, test: Test::Inbox(vec![format!("inbox-{copy}")]) });
    }
    copied
}

fn texts_of(test: &Test) -> Option<&Phrases> {
    match test {
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => Some(phrases),
        _ => None,
    }
}

fn texts_of_mut(test: &mut Test) -> Option<&mut Phrases> {
    match test {
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => Some(phrases),
        _ => None,
    }
}

/// Bytes of the texts that phrases are looked for in.
fn text_bytes(request: &EvaluateRequest) -> usize {
    let ticket = request.ticket.as_ref();
    let of = |text: Option<&String>| text.map_or(0, String::len);
    let message = request.change.as_ref().and_then(|change| change.message_received.as_ref());
    of(ticket.and_then(|ticket| ticket.subject.as_ref()))
        + of(ticket.and_then(|ticket| ticket.customer_name.as_ref()))
        + of(message.and_then(|message| message.text.as_ref()))
}

/// The request with its message cut, or repeated, to about this length; absent if it has no message.
fn with_message(request: &EvaluateRequest, bytes: usize) -> Option<EvaluateRequest> {
    let mut request = request.clone();
    let text = request.change.as_mut()?.message_received.as_mut()?.text.as_mut()?;
    if text.is_empty() {
        return None;
    }
    let mut repeated = text.clone();
    while repeated.len() < bytes {
        repeated.push(' ');
        repeated.push_str(text);
    }
    let end = (0..=bytes).rev().find(|end| repeated.is_char_boundary(*end))?;
    repeated.truncate(end);
    *text = repeated;
    Some(request)
}

/// A size as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "no size here comes near 2^53")]
pub(super) fn as_number(size: usize) -> f64 {
    size as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> Workload {
        let settings = Settings::smallest(1);
        Workload::load(&settings).expect("the demo is sound")
    }

    #[test]
    fn copies_are_workflows_of_their_own_that_compile() {
        let workload = demo();
        for count in [4, 16, 50, 333] {
            let workflows = workload.sized(count);
            assert_eq!(workflows.len(), count);
            let mut ids: Vec<&str> = workflows.iter().map(|workflow| workflow.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "ids are unique");
            workload.index(&workflows).expect("they compile");
        }
    }

    #[test]
    fn more_phrases_are_more_phrases_and_nothing_else() {
        let workload = demo();
        let three = with_phrases(&workload.workflows, 3);
        assert_eq!(three.len(), workload.workflows.len());
        assert_eq!(phrases(&three), 3 * phrases(&workload.workflows));
        workload.index(&three).expect("they compile");
    }

    #[test]
    fn cells_differ_in_what_they_say() {
        let workload = demo();
        let index = workload.index(&workload.workflows).expect("it compiles");
        for bytes in [100, 4_000] {
            let cells = workload.cells(&index, bytes, 2);
            let [few, many] = cells.as_slice() else { panic!("{} cells", cells.len()) };
            assert!(few.matches < many.matches, "{} < {}", few.matches, many.matches);
            let wanted = as_number(bytes);
            assert!(few.text_bytes >= wanted && few.text_bytes < wanted + 150.0, "{}", few.text_bytes);
        }
    }

    #[test]
    fn a_request_without_a_message_is_not_made_longer() {
        assert_eq!(with_message(&EvaluateRequest::default(), 10), None);
    }
}
