//! A workflow's examples, tried on the workflow by itself.

use std::sync::Arc;

use super::compile;
use crate::definition::{Account, Example, Mode, Workflow};
use crate::diagnostic::Diagnostic;
use crate::evaluate::Scratch;
use crate::index::Index;

/// A workflow by itself, enabled and live whatever it is, for examples to be tried on.
#[derive(Debug)]
pub struct Examined {
    index: Index,
    scratch: Scratch,
}

impl Examined {
    /// Compiles a workflow; `path` is what field paths begin with, such as `workflow`.
    ///
    /// # Errors
    /// All that keeps it from compiling.
    pub fn new(account: &Arc<Account>, workflow: &Workflow, path: &str) -> Result<Self, Vec<Diagnostic>> {
        let examined = Workflow { enabled: true, mode: Mode::Live, ..workflow.clone() };
        let compiled = compile(Arc::clone(account), &[Arc::new(examined)]);
        let index = compiled.map_err(|diagnostics| {
            let renamed = |diagnostic: Diagnostic| Diagnostic {
                path: diagnostic.path.replacen("workflows[0]", path, 1),
                ..diagnostic
            };
            diagnostics.into_iter().map(renamed).collect::<Vec<_>>()
        })?;
        Ok(Self { index, scratch: Scratch::default() })
    }

    /// Whether the example is as it must be.
    pub fn keeps(&mut self, example: &Example) -> bool {
        let request = example.request();
        let decision = self.index.evaluate(&request, &mut self.scratch);
        example.matches != decision.matches.is_empty()
    }

    /// The workflow's own index.
    pub fn index(&self) -> &Index {
        &self.index
    }
}

/// Runs a workflow's examples, whether or not it is enabled and live.
///
/// # Errors
/// A finding for each example that breaks, or all that keeps the workflow from compiling; `path` is what field paths
/// begin with, such as `workflow`.
pub fn run_examples(account: &Arc<Account>, workflow: &Workflow, path: &str) -> Result<(), Vec<Diagnostic>> {
    if workflow.examples.is_empty() {
        return Ok(());
    }
    let mut examined = Examined::new(account, workflow, path)?;
    let examples = workflow.examples.iter().enumerate();
    let mut broken = Vec::new();
    for (place, example) in examples {
        if !examined.keeps(example) {
            broken.push(finding(&examined.index, example, place, path));
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

/// Conditions that failed which a finding tells; `tamis test` tells all.
const FAILED_TOLD_MAX: usize = 3;

fn finding(index: &Index, example: &Example, place: usize, path: &str) -> Diagnostic {
    let (expectation, wanted) = match example.matches {
        true => ("match", "must match but does not"),
        false => ("no_match", "must not match but does"),
    };
    let (name, shown) = match example.name.as_str() {
        "" => (String::new(), (place + 1).to_string()),
        name => (format!(" `{name}`"), name.to_owned()),
    };
    let request = example.request();
    let explanation = index.explain(&request, &[], 1);
    let conditions = explanation.workflows.iter().flat_map(|explained| {
        let defined = explained.workflow.all.iter().chain(&explained.workflow.any);
        explained.conditions.iter().zip(defined)
    });
    let failed = conditions.filter(|(condition, _)| example.matches && !condition.held).take(FAILED_TOLD_MAX);
    let (mut help, mut failed_paths) = (String::new(), Vec::new());
    for (condition, defined) in failed {
        let path = format!("{}.{}", condition.place, defined.test.name());
        help.push_str(&format!("`{path}` wanted {}, saw {}; ", condition.wanted, condition.seen));
        failed_paths.push(path);
    }
    help.push_str("change the conditions, or the example if it is the one that is wrong");
    let message = format!("the example{name} {wanted}");
    Diagnostic::error("example_broken", format!("{path}.examples[{place}]"), message)
        .with_help(help)
        .with("example", shown)
        .with("expectation", expectation)
        .with("count", failed_paths.len())
        .with("conditions", failed_paths.join(", "))
}
