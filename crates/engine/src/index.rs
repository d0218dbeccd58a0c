//! The compiled form of an account.
//!
//! Each workflow becomes one *clause* per alternative (all + one of any), numbered in the workflows' order. What a request
//! says about one thing (its source, its tags, the phrases in its subject …) is a *dimension*. Most clauses are filed under a
//! value of one dimension that is seldom said, and come up only when it is; the others stand in *rows*, of which each dimension
//! leaves some alive and rules the others out, one pass of AND over the blocks that still live. What comes up, and what
//! survives, is verified for the rest: conditions over time, and second conditions on the same dimension.

pub(crate) mod condition;
pub(crate) mod dimension;
pub(crate) mod facts;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::compile::CompiledAction;
use crate::date_time::DateTimeFormat;
use crate::definition::{Account, Agent, Mode, Workflow};
use crate::phrases::PhraseMatcher;
use crate::request::Ticket;
use crate::time::{Instants, Pattern, TimeCondition, nanos};
use condition::CompiledCondition;
use dimension::{Bitmap, Dimension, Names};
use facts::{CivilNow, TextField};

/// An account with its workflows, compiled. Immutable: a write makes a new one.
#[derive(Debug)]
pub struct Index {
    pub(crate) account: Arc<Account>,
    pub(crate) zone: TimeZone,
    pub(crate) date_time_format: DateTimeFormat,
    /// In their order, disabled ones included.
    pub(crate) definitions: Box<[Arc<Workflow>]>,
    /// Enabled ones, in their order.
    pub(crate) workflows: Box<[CompiledWorkflow]>,
    pub(crate) clauses: Box<[Clause]>,
    /// The clauses that stand in rows, in the rows' order.
    pub(crate) rows: Box<[u32]>,
    /// All rows.
    pub(crate) live_rows: Bitmap,
    /// Rows with a condition over time: all that a timer can fire.
    pub(crate) timed_rows: Bitmap,
    /// Per text field, what clauses that are filed under its phrases presuppose of a change: a text is scanned for them only if
    /// one of these has happened. As [`facts::happened`] tells it.
    pub(crate) keyed_texts: [Box<[u8]>; 3],
    /// One per [`Dim`], at its place.
    pub(crate) dimensions: Box<[Dimension]>,
    /// One per text field, in the order of [`TextField::ALL`].
    pub(crate) matchers: [PhraseMatcher; 3],
    /// The minutes at which spans of time of day begin or end, ascending, from 0.
    pub(crate) day_segments: Box<[u16]>,
    /// Place in the directory, and working hours, by an agent's id.
    pub(crate) agents: Names<(usize, Option<Arc<Pattern>>)>,
    /// Place in the directory by an inbox's id.
    pub(crate) inboxes: Names<usize>,
}

/// A workflow that is judged.
#[derive(Debug)]
pub(crate) struct CompiledWorkflow {
    /// Where its definition stands in [`Index::definitions`].
    pub(crate) definition: u32,
    pub(crate) mode: Mode,
    pub(crate) stop: bool,
    pub(crate) all: Box<[CompiledCondition]>,
    pub(crate) any: Box<[CompiledCondition]>,
    pub(crate) actions: Box<[CompiledAction]>,
}

/// One alternative of a workflow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clause {
    /// Where its workflow stands in [`Index::workflows`].
    pub(crate) workflow: u32,
    /// Index in `any` of its condition; absent if the workflow has no `any`.
    pub(crate) any: Option<u32>,
    /// The conditions of `all` that are left to be verified, as a set of indexes.
    pub(crate) residual_all: u64,
    /// Whether the condition of `any` is left to be verified.
    pub(crate) residual_any: bool,
    /// The texts that conditions left to be verified look into, as a set of [`TextField::bit`]s.
    pub(crate) residual_texts: u8,
    /// Whether it presupposes an event.
    pub(crate) event_driven: bool,
    /// Whether it has a condition over time.
    pub(crate) timed: bool,
}

impl CompiledWorkflow {
    /// The conditions of one alternative.
    pub(crate) fn conditions(&self, any: Option<u32>) -> impl Iterator<Item = &CompiledCondition> + Clone {
        let any = any.and_then(|any| self.any.get(usize::try_from(any).ok()?));
        self.all.iter().chain(any)
    }

    /// The conditions over time of one alternative.
    pub(crate) fn time_conditions(&self, any: Option<u32>) -> impl Iterator<Item = &TimeCondition> + Clone {
        self.conditions(any).filter_map(CompiledCondition::time)
    }
}

impl Index {
    /// The account that it was compiled from.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The workflows that it was compiled from, in their order, disabled ones included.
    pub fn workflows(&self) -> &[Arc<Workflow>] {
        &self.definitions
    }

    /// Bytes on the heap, definitions apart.
    pub fn memory_usage(&self) -> usize {
        let workflows: usize = self
            .workflows
            .iter()
            .map(|workflow| {
                let conditions = workflow.all.iter().chain(&workflow.any);
                size_of::<CompiledWorkflow>()
                    + conditions.map(CompiledCondition::memory_usage).sum::<usize>()
                    + workflow.actions.iter().map(CompiledAction::memory_usage).sum::<usize>()
            })
            .sum();
        let patterns = self.agents.values().filter_map(|(_, hours)| hours.as_deref());
        let names = self.agents.keys().chain(self.inboxes.keys());
        workflows
            + size_of_val::<[Clause]>(&self.clauses)
            + size_of_val::<[Arc<Workflow>]>(&self.definitions)
            + size_of_val::<[u16]>(&self.day_segments)
            + size_of_val::<[u32]>(&self.rows)
            + self.live_rows.memory_usage()
            + self.timed_rows.memory_usage()
            + self.dimensions.iter().map(Dimension::memory_usage).sum::<usize>()
            + self.matchers.iter().map(PhraseMatcher::memory_usage).sum::<usize>()
            + patterns.map(|pattern| size_of::<Pattern>() + pattern.memory_usage()).sum::<usize>()
            + names
                .map(|name| name.len() + size_of::<(Box<str>, (usize, Option<Arc<Pattern>>))>())
                .sum::<usize>()
    }

    /// The definition of a compiled workflow.
    pub(crate) fn definition(&self, workflow: &CompiledWorkflow) -> Option<&Workflow> {
        self.definitions.get(usize::try_from(workflow.definition).ok()?).map(AsRef::as_ref)
    }

    pub(crate) fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.get(id).and_then(|(place, _)| self.account.directory.agents.get(*place))
    }

    pub(crate) fn agent_hours(&self, id: &str) -> Option<&Pattern> {
        self.agents.get(id).and_then(|(_, hours)| hours.as_deref())
    }

    /// The groups of a directory's inbox.
    pub(crate) fn inbox_groups(&self, inbox_id: &str) -> &[String] {
        self.inboxes
            .get(inbox_id)
            .and_then(|place| self.account.directory.inboxes.get(*place))
            .map_or(&[], |inbox| inbox.group_ids.as_slice())
    }

    pub(crate) fn matcher(&self, field: TextField) -> &PhraseMatcher {
        let [subject, customer_name, message] = &self.matchers;
        match field {
            TextField::Subject => subject,
            TextField::CustomerName => customer_name,
            TextField::Message => message,
        }
    }

    /// The civil time in the account's zone.
    pub(crate) fn civil(&self, at: Timestamp) -> CivilNow {
        let civil = self.zone.to_datetime(at);
        let minute = i16::from(civil.hour()) * 60 + i16::from(civil.minute());
        CivilNow {
            weekday: u32::from(civil.weekday().to_monday_zero_offset().unsigned_abs()),
            minute: minute.unsigned_abs(),
        }
    }

    /// The number of the stretch of the day in which a minute lies.
    pub(crate) fn day_segment(&self, minute: u16) -> Option<u32> {
        let segment = self.day_segments.partition_point(|begin| *begin <= minute).saturating_sub(1);
        u32::try_from(segment).ok()
    }

    pub(crate) fn clause(&self, number: u32) -> Option<&Clause> {
        self.clauses.get(usize::try_from(number).ok()?)
    }

    /// What a ticket contributes to conditions over time.
    pub(crate) fn instants(&self, ticket: &Ticket<'_>) -> Instants<'_> {
        Instants {
            created_at: ticket.created_at.map(nanos),
            last_customer_reply_at: ticket.last_customer_reply_at.map(nanos),
            assigned_hours: ticket.assigned_agent.as_ref().and_then(|agent| self.agent_hours(&agent.id)),
        }
    }
}
