//! From definitions to an index.

mod action;
mod condition;
mod layout;

use std::sync::Arc;

use jiff::tz::TimeZone;

pub(crate) use action::CompiledAction;
pub use layout::Layout;

use crate::date_time::DateTimeFormat;
use crate::definition::{Account, Example, Mode, Test, Workflow};
use crate::diagnostic::Diagnostic;
use crate::evaluate::Scratch;
use crate::index::dimension::{Bitmap, DimensionBuilder, Names};
use crate::index::facts::{Dim, TextField};
use crate::index::{Clause, CompiledWorkflow, Index};
use crate::limits::CONDITIONS_MAX;
use crate::phrases::PhraseMatcherBuilder;
use crate::request::Request;
use crate::time::{Pattern, PatternBuilder};

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
    let mut compiler = Compiler::new(&account, workflows)?;
    let order = order(workflows);
    for (place, given) in order.iter().enumerate() {
        if let Some(workflow) = workflows.get(*given).filter(|workflow| workflow.enabled) {
            compiler.add(place, workflow, &format!("workflows[{given}]"));
        }
    }
    let definitions = order.iter().filter_map(|given| workflows.get(*given).cloned()).collect();
    compiler.finish(account, definitions, layout)
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
    let examined = Workflow { enabled: true, mode: Mode::Live, ..workflow.clone() };
    let index = compile(Arc::clone(account), &[Arc::new(examined)]).map_err(|diagnostics| {
        let renamed = |diagnostic: Diagnostic| Diagnostic {
            path: diagnostic.path.replacen("workflows[0]", path, 1),
            ..diagnostic
        };
        diagnostics.into_iter().map(renamed).collect::<Vec<_>>()
    })?;
    let mut scratch = Scratch::default();
    let broken: Vec<_> = workflow
        .examples
        .iter()
        .enumerate()
        .filter_map(|(place, example)| {
            let matches = !index.evaluate(&request_of(example), &mut scratch).matches.is_empty();
            (matches != example.matches).then(|| broken_example(example, format!("{path}.examples[{place}]")))
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

fn request_of(example: &Example) -> Request<'_> {
    Request {
        ticket: example.ticket.clone(),
        change: example.change.clone(),
        now: example.now,
        baseline: example.baseline.clone(),
        with_next_due: false,
        cause: Vec::new(),
    }
}

fn broken_example(example: &Example, path: String) -> Diagnostic {
    let wanted = if example.matches { "must match but does not" } else { "must not match but does" };
    let name = if example.name.is_empty() { String::new() } else { format!(" `{}`", example.name) };
    Diagnostic::error("example_broken", path, format!("the example{name} {wanted}"))
        .with_help("change the conditions, or the example if it is the one that is wrong")
}

/// The workflows' order: by position, those without one last, ties in order of creation.
fn order(workflows: &[Arc<Workflow>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..workflows.len()).collect();
    order.sort_by_key(|given| {
        let position = workflows.get(*given).and_then(|workflow| workflow.position);
        (position.is_none(), position)
    });
    order
}

/// What grows while workflows are added.
struct Compiler {
    zone: TimeZone,
    date_time_format: DateTimeFormat,
    agents: Names<(usize, Option<Arc<Pattern>>)>,
    inboxes: Names<usize>,
    dimensions: [DimensionBuilder; Dim::ALL.len()],
    matchers: [PhraseMatcherBuilder; 3],
    day_segments: Box<[u16]>,
    workflows: Vec<CompiledWorkflow>,
    clauses: Vec<Clause>,
    diagnostics: Vec<Diagnostic>,
}

impl Compiler {
    fn new(account: &Account, workflows: &[Arc<Workflow>]) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        let zone = zone(&account.time_zone, "account.time_zone", &mut diagnostics);
        let date_time_format = DateTimeFormat::new(&account.locale).map_err(|error| {
            diagnostics.push(Diagnostic::error("locale_malformed", "account.locale", error.to_string()))
        });
        let agents = agents(account, &mut diagnostics);
        let (Some(zone), Ok(date_time_format), true) = (zone, date_time_format, diagnostics.is_empty())
        else {
            return Err(diagnostics);
        };
        let inboxes = &account.directory.inboxes;
        Ok(Self {
            zone,
            date_time_format,
            agents,
            inboxes: inboxes
                .iter()
                .enumerate()
                .map(|(place, inbox)| (inbox.id.as_str().into(), place))
                .collect(),
            dimensions: Dim::ALL.map(DimensionBuilder::new),
            matchers: TextField::ALL.map(|_| PhraseMatcherBuilder::default()),
            day_segments: day_segments(workflows),
            workflows: Vec::new(),
            clauses: Vec::new(),
            diagnostics,
        })
    }

    fn add(&mut self, definition: usize, workflow: &Workflow, path: &str) {
        // A clause's residual conditions are a set of 64 bits.
        if workflow.all.len() > CONDITIONS_MAX {
            let message = format!("at most {CONDITIONS_MAX} conditions are allowed");
            self.diagnostics.push(Diagnostic::error("too_many", format!("{path}.all"), message));
            return;
        }
        let all = self.conditions(&workflow.all, &format!("{path}.all"));
        let any = self.conditions(&workflow.any, &format!("{path}.any"));
        let actions = workflow
            .actions
            .iter()
            .enumerate()
            .filter_map(|(place, action)| {
                let path = format!("{path}.actions[{place}]");
                CompiledAction::new(action, &path).map_err(|errors| self.diagnostics.extend(errors)).ok()
            })
            .collect();
        let number = u32::try_from(self.workflows.len()).unwrap_or(u32::MAX);
        let event_driven_all = workflow.all.iter().any(|condition| condition.presupposes_event());
        let timed_all = workflow.all.iter().any(|condition| condition.depends_on_time());
        let alternatives: Vec<Option<u32>> = if any.is_empty() {
            vec![None]
        } else {
            (0u32..).zip(&any).map(|(index, _)| Some(index)).collect()
        };
        for alternative in alternatives {
            let defined = alternative.and_then(|index| workflow.any.get(usize::try_from(index).ok()?));
            self.clauses.push(Clause {
                workflow: number,
                any: alternative,
                residual_all: 0,
                residual_any: false,
                residual_texts: 0,
                event_driven: event_driven_all
                    || defined.is_some_and(|condition| condition.presupposes_event()),
                timed: timed_all || defined.is_some_and(|condition| condition.depends_on_time()),
            });
        }
        self.workflows.push(CompiledWorkflow {
            definition: u32::try_from(definition).unwrap_or(u32::MAX),
            mode: workflow.mode,
            stop: workflow.stop,
            all,
            any,
            actions,
        });
    }

    fn finish(
        mut self,
        account: Arc<Account>,
        definitions: Box<[Arc<Workflow>]>,
        layout: Layout,
    ) -> Result<Index, Vec<Diagnostic>> {
        if !self.diagnostics.is_empty() {
            return Err(self.diagnostics);
        }
        let enabled: Vec<&Workflow> =
            definitions.iter().map(AsRef::as_ref).filter(|w: &&Workflow| w.enabled).collect();
        let (rows, keyed_texts) = self.lay_out(&enabled, layout);
        let mut matcher = |builder: PhraseMatcherBuilder| {
            builder.build().map_err(|error| {
                self.diagnostics.push(Diagnostic::error("phrases_too_many", "workflows", error))
            })
        };
        let [subject, customer_name, message] = self.matchers;
        let matchers = (matcher(subject), matcher(customer_name), matcher(message));
        let (Ok(subject), Ok(customer_name), Ok(message)) = matchers else { return Err(self.diagnostics) };
        let rows_count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut timed_rows = Bitmap::new(rows_count, false);
        for (row, number) in (0..).zip(&rows) {
            let clause = usize::try_from(*number).ok().and_then(|number| self.clauses.get(number));
            timed_rows.set(row, clause.is_some_and(|clause| clause.timed));
        }
        Ok(Index {
            account,
            zone: self.zone,
            date_time_format: self.date_time_format,
            definitions,
            workflows: self.workflows.into_boxed_slice(),
            clauses: self.clauses.into_boxed_slice(),
            rows: rows.into_boxed_slice(),
            live_rows: Bitmap::new(rows_count, true),
            timed_rows,
            keyed_texts: keyed_texts.map(Vec::into_boxed_slice),
            dimensions: self.dimensions.into_iter().map(|dimension| dimension.build(rows_count)).collect(),
            matchers: [subject, customer_name, message],
            day_segments: self.day_segments,
            agents: self.agents,
            inboxes: self.inboxes,
        })
    }
}

fn zone(name: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TimeZone> {
    TimeZone::get(name)
        .map_err(|_| {
            let message = format!("`{name}` is not an IANA time zone");
            diagnostics.push(Diagnostic::error("time_zone_unknown", path, message));
        })
        .ok()
}

fn agents(account: &Account, diagnostics: &mut Vec<Diagnostic>) -> Names<(usize, Option<Arc<Pattern>>)> {
    let mut agents = Names::default();
    for (place, agent) in account.directory.agents.iter().enumerate() {
        let hours = agent.working_hours.as_ref().and_then(|hours| {
            let name = if hours.time_zone.is_empty() { &account.time_zone } else { &hours.time_zone };
            let path = format!("account.directory.agents[{place}].working_hours.time_zone");
            let zone = zone(name, &path, diagnostics)?;
            Some(Arc::new(PatternBuilder::of_working_hours(hours).build(zone)))
        });
        agents.insert(agent.id.as_str().into(), (place, hours));
    }
    agents
}

/// The minutes at which a time of day that some workflow names begins or ends: between two of them, nothing changes.
fn day_segments(workflows: &[Arc<Workflow>]) -> Box<[u16]> {
    let conditions = workflows.iter().flat_map(|workflow| workflow.all.iter().chain(&workflow.any));
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
