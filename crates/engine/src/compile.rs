//! From definitions to an index.

mod account;
mod action;
mod condition;
mod examples;
mod layout;
mod levels;

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

pub use examples::{Examined, run_examples};
pub use layout::Layout;
pub use levels::{Edit, LevelSizes};

pub(crate) use condition::clock_condition;
use condition::{ClockValues, TimeKey};
use layout::LaidOut;

use crate::definition::{Account, Test, Workflow};
use crate::diagnostic::Diagnostic;
use crate::index::condition::Conditions;
use crate::index::facts::TextField;
use crate::index::names::Names;
use crate::index::segment::by_id;
use crate::index::{Clause, CompiledAccount, CompiledWorkflow, Index, Level, Rank, Segment};
use crate::limits::CONDITIONS_MAX;
use crate::phrases::PhraseMatcherBuilder;

/// Compiles an account with its workflows, given in order of creation, into an index.
///
/// The definitions have been checked by [`crate::check`]; what is found here is only what cannot be compiled at all.
///
/// # Errors
/// Everything that does not compile, with paths that begin with `account` or `workflows[i]`.
pub fn compile(account: Arc<Account>, workflows: &[Arc<Workflow>]) -> Result<Index, Vec<Diagnostic>> {
    compile_with(account, workflows, Layout::default())
}

/// The same, with a layout of one's own: for benchmarks, and for tests that compare layouts.
///
/// # Errors
/// Those of [`compile`].
pub fn compile_with(
    account: Arc<Account>,
    workflows: &[Arc<Workflow>],
    layout: Layout,
) -> Result<Index, Vec<Diagnostic>> {
    let account = Arc::new(account::compile(account)?);
    let sources = (0u32..).zip(workflows).enumerate();
    let sources =
        sources.map(|(given, (created, workflow))| Source { workflow: workflow.clone(), created, given });
    let segment = compile_segment(&account, sources.collect(), layout)?;
    Ok(Index {
        account,
        levels: vec![Level { segment: Arc::new(segment), dead: None }],
        created_next: u32::try_from(workflows.len()).unwrap_or(u32::MAX),
        layout,
        sizes: LevelSizes::default(),
    })
}

/// A workflow on its way into a segment.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) workflow: Arc<Workflow>,
    /// Its number in order of creation.
    pub(crate) created: u32,
    /// Its place in the list that the caller gave, for the paths of findings.
    pub(crate) given: usize,
}

/// Compiles some workflows of an account together.
///
/// # Errors
/// Everything that does not compile, with paths that begin with `workflows[given]`.
pub(crate) fn compile_segment(
    account: &CompiledAccount,
    mut sources: Vec<Source>,
    layout: Layout,
) -> Result<Segment, Vec<Diagnostic>> {
    sources.sort_unstable_by_key(|source| Rank::new(&source.workflow, source.created));
    let mut compiler = Compiler::new(account, &sources);
    for Source { workflow, given, .. } in &sources {
        compiler.add(workflow, || format!("workflows[{given}]"));
    }
    compiler.finish(sources, layout)
}

/// What grows while workflows are added.
struct Compiler<'a> {
    account: &'a CompiledAccount,
    names: Names,
    conditions: Conditions,
    /// Dimensions that a condition is about: a bit for each.
    asked: u32,
    /// Numbers of the conditions over time that differ.
    times: HashMap<TimeKey, u32, FixedState>,
    /// Per condition over time that differs, its values in a dimension.
    clocks: Vec<ClockValues>,
    matchers: [PhraseMatcherBuilder; 3],
    /// Per text and test, how likely a text passes it.
    phrase_chances: [Vec<f64>; 3],
    day_segments: Box<[u16]>,
    workflows: Vec<CompiledWorkflow>,
    clauses: Vec<Clause>,
    /// The values of the condition that is being compiled.
    set: Vec<u32>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Compiler<'a> {
    fn new(account: &'a CompiledAccount, sources: &[Source]) -> Self {
        Self {
            account,
            names: Names::default(),
            conditions: Conditions::default(),
            asked: 0,
            times: HashMap::default(),
            clocks: Vec::new(),
            matchers: TextField::ALL.map(|_| PhraseMatcherBuilder::default()),
            phrase_chances: TextField::ALL.map(|_| Vec::new()),
            day_segments: day_segments(sources),
            workflows: Vec::with_capacity(sources.len()),
            clauses: Vec::with_capacity(sources.len()),
            set: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Adds a workflow; `path` tells where it stands. Nothing of a disabled one is compiled.
    fn add(&mut self, workflow: &Workflow, path: impl Fn() -> String) {
        let conditions = self.conditions.next();
        if !workflow.enabled {
            let Workflow { mode, stop, .. } = *workflow;
            self.workflows.push(CompiledWorkflow { conditions, all_count: 0, any_count: 0, mode, stop });
            return;
        }
        // A clause's residual conditions are a set of 64 bits, and its alternative is a byte.
        let lists = [("all", &workflow.all), ("any", &workflow.any)];
        if let Some((name, list)) = lists.into_iter().find(|(_, list)| list.len() > CONDITIONS_MAX) {
            let message = format!("at most {CONDITIONS_MAX} conditions are allowed");
            let finding = Diagnostic::error("too_many", format!("{}.{name}", path()), message);
            self.diagnostics.push(finding.with("count", list.len()).with("max", CONDITIONS_MAX));
            return;
        }
        let [all_count, any_count] =
            lists.map(|(name, list)| self.conditions(list, || format!("{}.{name}", path())));
        for (place, action) in workflow.actions.iter().enumerate() {
            action::check(action, || format!("{}.actions[{place}]", path()), &mut self.diagnostics);
        }
        let number = u32::try_from(self.workflows.len()).unwrap_or(u32::MAX);
        let event_driven = workflow.all.iter().any(|condition| condition.presupposes_event());
        let timed = workflow.all.iter().any(|condition| condition.depends_on_time());
        let clause = Clause {
            workflow: number,
            alternative: Clause::NONE,
            residual: 0,
            residual_texts: 0,
            event_driven,
            timed,
        };
        if workflow.any.is_empty() {
            self.clauses.push(clause);
        }
        self.clauses.extend((0..).zip(&workflow.any).map(|(alternative, condition)| Clause {
            alternative,
            event_driven: event_driven || condition.presupposes_event(),
            timed: timed || condition.depends_on_time(),
            ..clause
        }));
        self.workflows.push(CompiledWorkflow {
            conditions,
            all_count,
            any_count,
            mode: workflow.mode,
            stop: workflow.stop,
        });
    }

    fn finish(mut self, sources: Vec<Source>, layout: Layout) -> Result<Segment, Vec<Diagnostic>> {
        if !self.diagnostics.is_empty() {
            return Err(self.diagnostics);
        }
        let LaidOut { rows, keys, keyed_texts } = self.lay_out(layout);
        let mut matcher = |builder: PhraseMatcherBuilder| {
            builder.build_with(layout.phrases).map_err(|error| {
                self.diagnostics.push(Diagnostic::error("phrases_too_many", "workflows", error))
            })
        };
        let [subject, customer_name, message] = self.matchers;
        let matchers = (matcher(subject), matcher(customer_name), matcher(message));
        let (Ok(subject), Ok(customer_name), Ok(message)) = matchers else { return Err(self.diagnostics) };
        self.names.settle();
        self.conditions.settle();
        let created = sources.iter().map(|source| source.created);
        let is_place = created.clone().zip(0..).all(|(created, place)| created == place);
        let created = if is_place { Box::default() } else { created.collect() };
        let definitions: Box<[_]> = sources.into_iter().map(|source| source.workflow).collect();
        Ok(Segment {
            created,
            ids: by_id(&definitions),
            definitions,
            workflows: self.workflows.into_boxed_slice(),
            clauses: self.clauses.into(),
            conditions: self.conditions,
            asked: self.asked,
            names: self.names,
            rows,
            keys,
            keyed_texts,
            matchers: [subject, customer_name, message],
            day_segments: self.day_segments,
        })
    }
}

/// The minutes at which a time of day that some workflow names begins or ends: between two of them, nothing changes.
fn day_segments(sources: &[Source]) -> Box<[u16]> {
    let workflows = sources.iter().map(|source| &source.workflow);
    let conditions = workflows.flat_map(|workflow| workflow.all.iter().chain(&workflow.any));
    let mut begins: Vec<u16> = conditions
        .filter_map(|condition| match &condition.test {
            Test::TimeOfDay(ranges) => Some(ranges),
            _ => None,
        })
        .flatten()
        .flat_map(|range| [range.from_minute, range.to_minute % 1_440])
        .chain([0])
        .collect();
    begins.sort_unstable();
    begins.dedup();
    begins.into_boxed_slice()
}
