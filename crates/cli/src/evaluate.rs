//! `tamis evaluate`: decides changes, by a server or by a file.

mod changes;
mod offline;

use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::evaluate_result::Result as Answer;
use tamis_api::v1::{
    EvaluateError, EvaluateRequest, EvaluateResponse, EvaluateResult, ExplainRequest, ExplainResponse,
};

use crate::args::{EvaluateArgs, Output, QuestionArgs};
use crate::evaluate::changes::Changes;
use crate::evaluate::offline::Offline;
use crate::exit::{Outcome, misuse};
use crate::{console, explain, findings, output, remote, table};

/// Runs the command.
///
/// # Errors
/// The changes or the workflows cannot be read, the server cannot be reached, or standard output is gone. A change
/// that is refused is no error here: it is told, and the next one is decided.
pub(crate) fn run(args: &EvaluateArgs) -> anyhow::Result<Outcome> {
    answer(&args.question, &Asked::Decision { chain: args.chain })
}

/// What is asked about each change.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// What is to be done; in rounds, if it is asked whether anything follows.
    Decision { chain: bool },
    /// Why workflows match or not: those with these ids, or all; so many at most.
    Explanation { workflow_ids: Vec<String>, workflows_max: u32 },
}

/// Answers what is asked about each change.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn answer(question: &QuestionArgs, asked: &Asked) -> anyhow::Result<Outcome> {
    if question.file == "-" && question.workflows.as_deref() == Some("-") {
        return Err(misuse("the change and the workflows cannot both be standard input"));
    }
    let output = question.output.unwrap_or_else(Output::fitting);
    let text = console::read(&question.file)?;
    let changes = Changes::new(&text, question.account.as_deref());
    if changes.is_empty() {
        return Err(misuse(format!("{} holds no change", console::name(&question.file))));
    }
    match &question.workflows {
        Some(file) => match Offline::load(file, question.account.as_deref(), &changes)? {
            Some(offline) => {
                remote::block_on(answer_all(Decider::Offline(Box::new(offline)), changes, asked, output))
            }
            None => Ok(Outcome::Findings),
        },
        None => remote::block_on(async {
            let client = remote::decisions(remote::connect(&question.server).await?);
            answer_all(Decider::Server(client), changes, asked, output).await
        }),
    }
}

/// Who decides.
enum Decider {
    /// A server.
    Server(DecisionServiceClient<remote::Server>),
    /// Workflows that were read from a file.
    Offline(Box<Offline>),
}

impl Decider {
    async fn answer(&mut self, mut request: EvaluateRequest, asked: &Asked) -> Result<Shown, EvaluateError> {
        match asked {
            Asked::Decision { chain } => {
                request.with_chaining |= chain;
                self.evaluate(request).await.map(Shown::Decision)
            }
            Asked::Explanation { workflow_ids, workflows_max } => {
                let explained = ExplainRequest {
                    request: Some(request.clone()),
                    workflow_ids: workflow_ids.clone(),
                    workflows_max: *workflows_max,
                    ..ExplainRequest::default()
                };
                let answer = self.explain(explained).await;
                answer.map(|response| Shown::Explanation(Box::new(request), response))
            }
        }
    }

    async fn evaluate(&mut self, request: EvaluateRequest) -> Result<EvaluateResponse, EvaluateError> {
        match self {
            Self::Server(client) => match client.evaluate(request).await {
                Ok(response) => Ok(response.into_inner()),
                Err(status) => Err(remote::error_of(&status)),
            },
            Self::Offline(offline) => offline.evaluate(request),
        }
    }

    async fn explain(&mut self, request: ExplainRequest) -> Result<ExplainResponse, EvaluateError> {
        match self {
            Self::Server(client) => match client.explain(request).await {
                Ok(response) => Ok(response.into_inner()),
                Err(status) => Err(remote::error_of(&status)),
            },
            Self::Offline(offline) => offline.explain(request),
        }
    }
}

/// Answers each change in turn, and writes each answer as soon as it is there.
async fn answer_all(
    mut decider: Decider,
    changes: Changes<'_>,
    asked: &Asked,
    output: Output,
) -> anyhow::Result<Outcome> {
    let is_single = changes.is_single();
    let mut outcome = Outcome::Clean;
    for (number, change) in (1..).zip(changes) {
        let answered = match change {
            Ok(request) => decider.answer(request, asked).await,
            Err(error) => Err(error),
        };
        match answered {
            Ok(shown) => {
                let gap = if output == Output::Table && number > 1 { "\n" } else { "" };
                console::print(&format!("{gap}{}", shown.told(output)?))?;
                if shown.tell_missing(asked) {
                    outcome = Outcome::Findings;
                }
            }
            Err(error) => {
                outcome = Outcome::Findings;
                report(error, number, is_single, output)?;
            }
        }
    }
    Ok(outcome)
}

/// An answer to be shown.
enum Shown {
    Decision(EvaluateResponse),
    /// With the request, whose texts are shown.
    Explanation(Box<EvaluateRequest>, ExplainResponse),
}

impl Shown {
    fn told(&self, output: Output) -> anyhow::Result<String> {
        match self {
            Self::Decision(response) => output::record(output, response, || Ok(table::render(response)?)),
            Self::Explanation(request, response) => output::record(output, response, || {
                Ok(explain::render(response, request, findings::stdout_is_fancy())?)
            }),
        }
    }

    /// Tells which of the workflows that were asked about are not there; whether there are such.
    fn tell_missing(&self, asked: &Asked) -> bool {
        let (Self::Explanation(_, response), Asked::Explanation { workflow_ids, .. }) = (self, asked) else {
            return false;
        };
        if u32::try_from(response.workflows.len()) != Ok(response.workflows_total) {
            return false;
        }
        let is_there = |id: &&String| response.workflows.iter().any(|workflow| workflow.workflow_id == **id);
        let mut is_missing = false;
        for id in workflow_ids.iter().filter(|id| !is_there(id)) {
            console::note(&format!("error: there is no workflow `{}`", console::printable(id)));
            is_missing = true;
        }
        is_missing
    }
}

/// Tells that a change was refused: to people always, and to a program in the answer's place.
fn report(error: EvaluateError, number: usize, is_single: bool, output: Output) -> anyhow::Result<()> {
    let which = if is_single { String::new() } else { format!("change {number}: ") };
    console::note(&format!("error: {which}{}", console::printable(&remote::describe(&error))));
    let result = EvaluateResult { result: Some(Answer::Error(error)) };
    console::print(&output::record(output, &result, || Ok(String::new()))?)
}
