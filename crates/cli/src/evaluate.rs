//! `tamis evaluate`: decides changes, by a server or by a file.

mod changes;
mod offline;

use std::io::IsTerminal as _;

use anyhow::Context as _;
use serde::Serialize;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::evaluate_result::Result as Answer;
use tamis_api::v1::{
    EvaluateError, EvaluateRequest, EvaluateResponse, EvaluateResult, ExplainRequest, ExplainResponse,
};

use crate::args::{AnswerOutput, EvaluateArgs};
use crate::evaluate::changes::Changes;
use crate::evaluate::offline::Offline;
use crate::exit::{Outcome, misuse};
use crate::{console, explain, remote, table};

/// Runs the command.
///
/// # Errors
/// The changes or the workflows cannot be read, the server cannot be reached, or standard output is gone. A change
/// that is refused is no error here: it is told, and the next one is decided.
pub(crate) fn run(args: &EvaluateArgs) -> anyhow::Result<Outcome> {
    if args.file == "-" && args.workflows.as_deref() == Some("-") {
        return Err(misuse("the change and the workflows cannot both be standard input"));
    }
    let output = args.output.unwrap_or(if std::io::stdout().is_terminal() {
        AnswerOutput::Table
    } else {
        AnswerOutput::Json
    });
    let text = console::read(&args.file)?;
    let changes = Changes::new(&text, args.account.as_deref());
    if changes.is_empty() {
        return Err(misuse(format!("{} holds no change", console::name(&args.file))));
    }
    match &args.workflows {
        Some(file) => match Offline::load(file, args.account.as_deref(), &changes)? {
            Some(offline) => {
                remote::block_on(decide_all(Decider::Offline(Box::new(offline)), changes, args, output))
            }
            None => Ok(Outcome::Findings),
        },
        None => remote::block_on(async {
            let client = remote::decisions(remote::connect(&args.server).await?);
            decide_all(Decider::Server(client), changes, args, output).await
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

/// Decides each change in turn, and writes each answer as soon as it is there.
async fn decide_all(
    mut decider: Decider,
    changes: Changes<'_>,
    args: &EvaluateArgs,
    output: AnswerOutput,
) -> anyhow::Result<Outcome> {
    let is_single = changes.is_single();
    let mut outcome = Outcome::Clean;
    for (number, change) in (1..).zip(changes) {
        let answered = match change {
            Err(error) => Err(error),
            Ok(request) if args.explain => {
                let request = ExplainRequest { request: Some(request), ..ExplainRequest::default() };
                decider.explain(request).await.map(Shown::Explanation)
            }
            Ok(mut request) => {
                request.with_chaining |= args.chain;
                decider.evaluate(request).await.map(Shown::Decision)
            }
        };
        match answered {
            Ok(answer) => answer.print(output, number)?,
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
    Explanation(ExplainResponse),
}

impl Shown {
    fn print(&self, output: AnswerOutput, number: usize) -> anyhow::Result<()> {
        let text = match (output, self) {
            (AnswerOutput::Json, Self::Decision(response)) => json_line(response)?,
            (AnswerOutput::Json, Self::Explanation(response)) => json_line(response)?,
            (AnswerOutput::Table, Self::Decision(response)) => table::render(response)?,
            (AnswerOutput::Table, Self::Explanation(response)) => explain::render(response)?,
        };
        let gap = if output == AnswerOutput::Table && number > 1 { "\n" } else { "" };
        console::print(&format!("{gap}{text}"))
    }
}

/// Tells that a change was refused: to people always, and to a program in the answer's place.
fn report(error: EvaluateError, number: usize, is_single: bool, output: AnswerOutput) -> anyhow::Result<()> {
    let which = if is_single { String::new() } else { format!("change {number}: ") };
    console::note(&format!("error: {which}{}", console::printable(&remote::describe(&error))));
    if output == AnswerOutput::Json {
        console::print(&json_line(&EvaluateResult { result: Some(Answer::Error(error)) })?)?;
    }
    Ok(())
}

fn json_line(message: &impl Serialize) -> anyhow::Result<String> {
    let mut json = serde_json::to_string(message).context("cannot write the answer as JSON")?;
    json.push('\n');
    Ok(json)
}
