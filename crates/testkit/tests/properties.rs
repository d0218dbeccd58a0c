//! Laws of decisions, over random accounts, workflows and requests.
//!
//! The first law says that the index decides what the reference decides; the others are held of both. A failure prints
//! the smallest input that proptest found, and its seed is kept in `proptest-regressions`.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{FileFailurePersistence, TestCaseError, TestCaseResult};
use tamis_engine::decision::{Decision, Match};
use tamis_engine::definition::{Account, Action, Condition, Mode, Phrases, Test, TicketState, Workflow};
use tamis_engine::explanation::{PhraseOccurrence, Verdict, WorkflowExplanation};
use tamis_engine::fold::Folding;
use tamis_engine::request::{Baseline, Change, Request, Ticket};
use tamis_engine::{Scratch, limits};
use tamis_testkit::{generate, laws, reference};

/// What decides: the reference, or an index that was compiled anew.
#[derive(Clone, Copy, Debug)]
enum Judge {
    Reference,
    Index,
}

/// The parts of a decision that outlive what decided.
#[derive(Clone, Debug, PartialEq)]
struct Verdicts {
    matches: Vec<Matched>,
    next_due: Option<Timestamp>,
}

/// The parts of a match that outlive what decided.
#[derive(Clone, Debug, PartialEq)]
struct Matched {
    workflow_id: String,
    fire_key: u128,
    held_since: Option<Timestamp>,
}

impl Judge {
    fn decide(
        self,
        account: &Account,
        workflows: &[Workflow],
        request: &Request<'_>,
    ) -> Result<Verdicts, TestCaseError> {
        match self {
            Self::Reference => Ok(Verdicts::of(&reference::evaluate(account, workflows, request))),
            Self::Index => {
                let index = laws::compiled(account, workflows)?;
                Ok(Verdicts::of(&index.evaluate(request, &mut Scratch::default())))
            }
        }
    }
}

impl Verdicts {
    fn of(decision: &Decision<'_>) -> Self {
        let matched = |found: &Match<'_>| Matched {
            workflow_id: found.workflow.id.clone(),
            fire_key: found.fire_key.0,
            held_since: found.held_since,
        };
        Self {
            matches: decision.matches.iter().chain(&decision.shadow_matches).map(matched).collect(),
            next_due: decision.next_due,
        }
    }
}

fn cases(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    // Shrinking is bounded: one step of a walk takes a good part of a second.
    let failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions")) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 2_000, ..default }
}

/// A workflow whose one alternative depends on nothing but time and, at times, one thing more.
fn timed_workflow() -> impl Strategy<Value = Workflow> {
    let all = prop::collection::vec(generate::time_condition(), 1..=2);
    let extra = prop::option::weighted(0.2, generate::condition());
    (generate::workflow(), all, extra).prop_map(|(workflow, mut all, extra)| {
        all.extend(extra);
        Workflow { all, any: Vec::new(), enabled: true, ..workflow }
    })
}

/// Up to three workflows, mostly of time conditions, some with several alternatives.
fn timed_workflows() -> impl Strategy<Value = Vec<Workflow>> {
    let any = prop::collection::vec(generate::time_condition(), 0..=2);
    let workflow = (timed_workflow(), any).prop_map(|(workflow, any)| Workflow { any, ..workflow });
    prop::collection::vec(workflow, 1..=3).prop_map(|mut workflows| {
        for (number, workflow) in workflows.iter_mut().enumerate() {
            workflow.id = format!("w{number}");
        }
        workflows
    })
}

/// Up to ten workflows whose actions change what other ones of them look at.
fn chaining_workflows() -> impl Strategy<Value = Vec<Workflow>> {
    let ids = || prop::collection::vec(select(&["a", "b", "c", "d"][..]).prop_map(str::to_owned), 1..=2);
    let test = move || {
        prop_oneof![
            4 => ids().prop_map(Test::TagAssigned),
            3 => ids().prop_map(Test::StatusSet),
            2 => ids().prop_map(Test::CurrentStatus),
            1 => Just(Test::TicketState(vec![TicketState::Open])),
        ]
    };
    let condition = move || {
        (prop::bool::weighted(0.15), test()).prop_map(|(negated, test)| Condition { negated, test }).boxed()
    };
    let change = prop_oneof![
        3 => select(&["a", "b", "c", "d"][..]).prop_map(|tag| Action::AssignTag { tag_id: tag.to_owned() }),
        3 => select(&["a", "b", "c", "d"][..]).prop_map(|id| Action::SetStatus { status_id: id.to_owned() }),
        1 => select(&generate::AGENTS[..]).prop_map(|id| Action::AssignAgent { agent_id: id.to_owned() }),
        1 => generate::action(),
    ];
    let conditions =
        (prop::collection::vec(condition(), 1..=2), prop::collection::vec(generate::condition(), 0..=1));
    let workflow = (generate::workflow(), conditions, prop::collection::vec(change, 1..=3)).prop_map(
        |(workflow, (any, all), actions)| {
            // As a rule nothing is asked but what actions can change.
            let all = if workflow.any.is_empty() { Vec::new() } else { all };
            Workflow { any, all, actions, ..workflow }
        },
    );
    prop::collection::vec(workflow, 2..=10).prop_map(|mut workflows| {
        for (number, workflow) in workflows.iter_mut().enumerate() {
            workflow.id = format!("w{number}");
        }
        workflows
    })
}

/// The same question, asked because nothing but time has passed.
fn timer<'a>(request: &Request<'a>, now: Timestamp) -> Request<'a> {
    Request {
        ticket: request.ticket.clone(),
        change: Change { timer: true, ..Change::default() },
        now,
        baseline: None,
        with_next_due: true,
        with_chaining: false,
        cause: Vec::new(),
    }
}

proptest! {
    #![proptest_config(cases(24))]

    /// The same of more workflows than fit into a word of rows, and into a block, for many changes.
    #[test]
    fn index_is_reference_at_size(
        account in generate::account(),
        kinds in prop::collection::vec(generate::workflow(), 60..100),
        count in prop::sample::select(vec![150, 1_300]),
        requests in prop::collection::vec(generate::request(false), 8),
    ) {
        let workflows: Vec<Workflow> = (0..count)
            .zip(kinds.iter().cycle())
            .map(|(number, kind)| Workflow { id: format!("w{number}"), stop: kind.stop && number > count * 3 / 4, ..kind.clone() })
            .collect();
        laws::every_layout_is_reference(&account, &workflows, &requests)?;
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// The index decides what the reference decides, in every detail.
    #[test]
    fn index_is_reference(
        account in generate::account(),
        workflows in generate::workflows(),
        requests in prop::collection::vec(generate::request(false), 1..=4),
    ) {
        laws::every_layout_is_reference(&account, &workflows, &requests)?;
    }

    /// The same of workflows that depend on time, whose instants lie a nanosecond apart.
    #[test]
    fn index_is_reference_over_time(
        account in generate::account(),
        workflows in timed_workflows(),
        request in generate::request(false),
    ) {
        let request = Request { with_next_due: true, ..request };
        laws::every_layout_is_reference(&account, &workflows, &[request])?;
    }

    /// The same of chains: what one workflow does, others wait for.
    #[test]
    fn index_is_reference_of_chains(
        account in generate::account(),
        workflows in chaining_workflows(),
        requests in prop::collection::vec(generate::request(false), 1..=4),
    ) {
        let requests: Vec<_> =
            requests.into_iter().map(|request| Request { with_chaining: true, ..request }).collect();
        laws::every_layout_is_reference(&account, &workflows, &requests)?;
        for request in &requests {
            chain_is_asking_again(&account, &workflows, request)?;
        }
    }

    /// The same of phrases, in texts that mostly hold them.
    #[test]
    fn index_is_reference_of_phrases(
        account in generate::account(),
        texts in prop::collection::vec(generate::phrases_with_text(), 1..=3),
        negated in prop::bool::weighted(0.2),
        workflow in generate::workflow(),
        request in generate::request(false),
    ) {
        let condition = |phrases: &Phrases| Condition { negated, test: Test::Subject(phrases.clone()) };
        let all = texts.iter().take(1).map(|(phrases, _)| condition(phrases)).collect();
        let any = texts.iter().skip(1).map(|(phrases, _)| condition(phrases)).collect();
        let workflows = [Workflow { all, any, ..workflow }];
        let requests: Vec<Request<'_>> = texts
            .iter()
            .map(|(_, text)| Request {
                ticket: Ticket { subject: Some(text.into()), ..request.ticket.clone() },
                ..request.clone()
            })
            .collect();
        laws::every_layout_is_reference(&account, &workflows, &requests)?;
    }

    /// Explanations give the verdicts of evaluations, and say of each condition what the reference says.
    #[test]
    fn explanations_are_decisions(
        account in generate::account(),
        workflows in generate::workflows(),
        request in generate::request(false),
    ) {
        explanation_is_decision(&account, &workflows, &request)?;
    }

    /// The same request again has the same keys, and so has one that asks after an edit of texts and actions.
    #[test]
    fn keys_survive_retries_and_edits_of_reference(
        account in generate::account(),
        workflows in generate::workflows(),
        actions in prop::collection::vec(generate::action(), 1..=2),
        request in generate::request(false),
    ) {
        keys_survive_retries_and_edits(Judge::Reference, &account, &workflows, &actions, &request)?;
    }

    /// The same of the index.
    #[test]
    fn keys_survive_retries_and_edits_of_index(
        account in generate::account(),
        workflows in generate::workflows(),
        actions in prop::collection::vec(generate::action(), 1..=2),
        request in generate::request(false),
    ) {
        keys_survive_retries_and_edits(Judge::Index, &account, &workflows, &actions, &request)?;
    }

    /// A shadow workflow leaves no trace on the others.
    #[test]
    fn shadow_leaves_no_trace_of_reference(
        account in generate::account(),
        workflows in generate::workflows(),
        request in generate::request(false),
    ) {
        shadow_leaves_no_trace(Judge::Reference, &account, &workflows, &request)?;
    }

    /// The same of the index.
    #[test]
    fn shadow_leaves_no_trace_of_index(
        account in generate::account(),
        workflows in generate::workflows(),
        request in generate::request(false),
    ) {
        shadow_leaves_no_trace(Judge::Index, &account, &workflows, &request)?;
    }

    /// A workflow that goes on holding keeps its key from tick to tick; one that began to hold anew has another.
    #[test]
    fn keys_survive_ticks_of_reference(
        account in generate::account(),
        workflow in timed_workflow(),
        request in generate::request(false),
        minutes in 1..4_000_i64,
    ) {
        keys_survive_ticks(Judge::Reference, &account, workflow, &request, minutes)?;
    }

    /// The same of the index.
    #[test]
    fn keys_survive_ticks_of_index(
        account in generate::account(),
        workflow in timed_workflow(),
        request in generate::request(false),
        minutes in 1..4_000_i64,
    ) {
        keys_survive_ticks(Judge::Index, &account, workflow, &request, minutes)?;
    }
}

proptest! {
    #![proptest_config(cases(256))]

    /// `next_due` is what a walk of a day and a half finds, minute by minute, a nanosecond around each.
    #[test]
    fn next_due_is_exact_of_reference(
        account in generate::account(),
        workflows in timed_workflows(),
        request in generate::request(true),
    ) {
        next_due_is_exact(Judge::Reference, &account, &workflows, &request)?;
    }

    /// The same of the index.
    #[test]
    fn next_due_is_exact_of_index(
        account in generate::account(),
        workflows in timed_workflows(),
        request in generate::request(true),
    ) {
        next_due_is_exact(Judge::Index, &account, &workflows, &request)?;
    }
}

/// A chain begins with what is decided without it, and each round is what a caller is told who carries the actions out, asks
/// again with what was before, and passes over the workflows that have matched. No workflow matches twice.
fn chain_is_asking_again(account: &Account, workflows: &[Workflow], request: &Request<'_>) -> TestCaseResult {
    let index = laws::compiled(account, workflows)?;
    let mut scratch = Scratch::default();
    let chained = index.evaluate(request, &mut scratch);
    let plain = Request { with_chaining: false, ..request.clone() };
    let first = index.evaluate(&plain, &mut scratch);
    prop_assert_eq!((&chained.matches, &chained.shadow_matches), (&first.matches, &first.shadow_matches));
    let chain = chained.chain.as_ref().ok_or_else(|| TestCaseError::fail("there is no chain"))?;
    prop_assert!(first.chain.is_none() && chain.rounds.len() < limits::CHAIN_ROUNDS_MAX);

    let ids = |matches: &[Match<'_>]| matches.iter().map(|one| one.workflow.id.clone()).collect::<Vec<_>>();
    let mut seen = [ids(&chained.matches), ids(&chained.shadow_matches)].concat();
    let mut ticket = request.ticket.clone();
    for round in &chain.rounds {
        if round.change.updated {
            // Who the agent is now, a change does not tell; working hours may be his.
            break;
        }
        let before = ticket.clone();
        ticket.tags.extend(round.change.tags_assigned.iter().flatten().cloned());
        ticket.current_status = round.change.status_set.clone().or(ticket.current_status);
        let unseen: Vec<_> =
            workflows.iter().filter(|workflow| !seen.contains(&workflow.id)).cloned().collect();
        let asked = Request {
            ticket: ticket.clone(),
            change: round.change.clone(),
            baseline: Some(Box::new(Baseline { ticket: Some(before), asked_at: None })),
            cause: round.cause.clone(),
            ..plain.clone()
        };
        let index = laws::compiled(account, &unseen)?;
        let again = index.evaluate(&asked, &mut scratch);
        let told = (ids(&round.matches), ids(&round.shadow_matches));
        prop_assert_eq!((ids(&again.matches), ids(&again.shadow_matches)), told);
        seen.extend([ids(&round.matches), ids(&round.shadow_matches)].concat());
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    prop_assert_eq!(once.len(), seen.len(), "{:?}", seen);
    Ok(())
}

fn keys_survive_retries_and_edits(
    judge: Judge,
    account: &Account,
    workflows: &[Workflow],
    actions: &[Action],
    request: &Request<'_>,
) -> TestCaseResult {
    let first = judge.decide(account, workflows, request)?;
    prop_assert_eq!(&judge.decide(account, workflows, request)?, &first);

    let edited: Vec<_> = workflows
        .iter()
        .map(|workflow| Workflow {
            display_name: "Another name".to_owned(),
            description: "Edited.".to_owned(),
            actions: actions.to_vec(),
            version: workflow.version + 1,
            ..workflow.clone()
        })
        .collect();
    // What follows from the actions, and what is due after them, is up to them.
    let alone = Request { with_chaining: false, ..request.clone() };
    let first = judge.decide(account, workflows, &alone)?;
    prop_assert_eq!(&judge.decide(account, &edited, &alone)?, &first);
    Ok(())
}

fn keys_survive_ticks(
    judge: Judge,
    account: &Account,
    workflow: Workflow,
    request: &Request<'_>,
    minutes: i64,
) -> TestCaseResult {
    let workflows = [workflow];
    let now = timer(request, request.now);
    let later = timer(request, request.now + SignedDuration::from_mins(minutes));
    let (first, second) =
        (judge.decide(account, &workflows, &now)?, judge.decide(account, &workflows, &later)?);
    let ([one], [other]) = (first.matches.as_slice(), second.matches.as_slice()) else { return Ok(()) };

    // It holds at both ends: if it did not rise in between, it never ceased.
    let rises_between = first.next_due.is_some_and(|due| due <= later.now);
    if rises_between {
        // What counts from an instant in the future is told apart by that instant, whatever happens before it.
        let ticket = &request.ticket;
        let is_past = |instant: Option<Timestamp>| instant.is_none_or(|instant| instant <= now.now);
        if is_past(ticket.created_at) && is_past(ticket.last_customer_reply_at) {
            prop_assert_ne!(one, other);
        }
    } else {
        prop_assert_eq!(one, other);
    }
    Ok(())
}

fn next_due_is_exact(
    judge: Judge,
    account: &Account,
    workflows: &[Workflow],
    request: &Request<'_>,
) -> TestCaseResult {
    const MINUTES: i64 = 36 * 60;
    let enabled: Vec<_> = workflows.iter().filter(|workflow| workflow.enabled).collect();
    // Each by itself, so that no stop hides another.
    let holding = |now: Timestamp| -> Vec<bool> {
        let request = timer(request, now);
        enabled.iter().map(|workflow| reference::matches(account, workflow, &request)).collect()
    };
    let nanosecond = SignedDuration::from_nanos(1);
    let last = request.now + SignedDuration::from_mins(MINUTES);
    let mut walked = None;
    let mut minute = request.now;
    let mut before = holding(minute);
    'walk: while minute <= last {
        // All turns are at whole minutes or a nanosecond after one; the last look is at the nanosecond before the next.
        for instant in [
            minute + nanosecond,
            minute + SignedDuration::from_mins(1) - nanosecond,
            minute + SignedDuration::from_mins(1),
        ] {
            let now = holding(instant);
            if before.iter().zip(&now).any(|(before, now)| *now && !before) {
                walked = Some(instant);
                break 'walk;
            }
            before = now;
        }
        minute += SignedDuration::from_mins(1);
    }
    let decision = judge.decide(account, workflows, &timer(request, request.now))?;
    match walked {
        Some(_) => prop_assert_eq!(decision.next_due, walked),
        None => prop_assert!(decision.next_due.is_none_or(|due| due > last), "{:?}", decision.next_due),
    }
    Ok(())
}

fn explanation_is_decision(
    account: &Account,
    workflows: &[Workflow],
    request: &Request<'_>,
) -> TestCaseResult {
    let index = laws::compiled(account, workflows)?;
    let decision = index.evaluate(request, &mut Scratch::default());
    let matched: Vec<&str> = decision
        .matches
        .iter()
        .chain(&decision.shadow_matches)
        .map(|found| found.workflow.id.as_str())
        .collect();
    let stopping = decision.matches.last().filter(|found| found.workflow.stop);

    let explanation = index.explain(request, &[], usize::MAX);
    prop_assert_eq!(explanation.workflows_total as usize, workflows.len());
    prop_assert_eq!(explanation.workflows.len(), workflows.len());
    for explained in &explanation.workflows {
        let workflow = explained.workflow;
        // By itself, nothing can stop it.
        let holds_alone = reference::matches(account, workflow, request);
        let expected = if !workflow.enabled {
            Verdict::Disabled
        } else if matched.contains(&workflow.id.as_str()) {
            Verdict::Matched
        } else if let (true, Some(stopping)) = (holds_alone, stopping) {
            Verdict::PassedOver(stopping.workflow)
        } else {
            Verdict::NotMatched
        };
        prop_assert_eq!(explained.verdict, expected, "{}", workflow.id);

        // A disabled workflow is explained as if it were enabled, but for its verdict.
        let conditions: Vec<&Condition> = workflow.all.iter().chain(&workflow.any).collect();
        prop_assert_eq!(explained.conditions.len(), conditions.len());
        for (explained, condition) in explained.conditions.iter().zip(conditions) {
            let expected = reference::holds(account, condition, request);
            prop_assert_eq!(explained.held, expected, "{}: {:?}", explained.place, condition);
            let has_text =
                matches!(condition.test, Test::Subject(_) | Test::CustomerName(_) | Test::Message(_));
            prop_assert!(has_text || explained.seen_folded.is_none());
            occurrences_are_in_the_text(account, condition, request, &explained.occurrences)?;
        }
        let fails = |condition: &&Condition| !reference::holds(account, condition, request);
        let failed_in_all = workflow.all.iter().filter(fails).count();
        let failed_in_any = workflow.any.iter().map(|condition| usize::from(fails(&condition))).min();
        let failed = failed_in_all + failed_in_any.unwrap_or(0);
        prop_assert_eq!(explained.failed_conditions as usize, failed, "{}", workflow.id);
        let any_matched = explained.alternatives.iter().any(|alternative| alternative.matched);
        prop_assert_eq!(any_matched, holds_alone, "{}", workflow.id);
    }
    matches_come_first(&explanation.workflows)
}

/// Just the phrases that the reference finds one by one are told, each with a stretch of the text as it was written that
/// folds to something that holds the phrase.
fn occurrences_are_in_the_text(
    account: &Account,
    condition: &Condition,
    request: &Request<'_>,
    occurrences: &[PhraseOccurrence],
) -> TestCaseResult {
    let message = request.change.message_received.as_ref().map(|message| message.text.as_deref());
    let (phrases, text) = match &condition.test {
        Test::Subject(phrases) => (phrases, request.ticket.subject.as_deref()),
        Test::CustomerName(phrases) => (phrases, request.ticket.customer_name.as_deref()),
        Test::Message(phrases) => (phrases, message.map(Option::unwrap_or_default)),
        _ => {
            prop_assert_eq!(occurrences, []);
            return Ok(());
        }
    };
    let alone = |phrase: &String| {
        let phrases = Phrases { phrases: vec![phrase.clone()], ..phrases.clone() };
        let test = match &condition.test {
            Test::Subject(_) => Test::Subject(phrases),
            Test::CustomerName(_) => Test::CustomerName(phrases),
            _ => Test::Message(phrases),
        };
        reference::holds(account, &Condition { negated: false, test }, request)
    };
    let expected: Vec<&String> = phrases.phrases.iter().filter(|phrase| alone(phrase)).collect();
    let told: Vec<&String> = occurrences.iter().map(|found| &found.phrase).collect();
    prop_assert_eq!(told, expected);
    let folding =
        Folding { case_sensitive: phrases.case_sensitive, accent_sensitive: phrases.accent_sensitive };
    for found in occurrences {
        let chars = text.unwrap_or_default().chars();
        let stretch: String = chars.skip(found.chars.start as usize).take(found.chars.len()).collect();
        let (stretch, phrase) = (folding.fold(&stretch), folding.fold(&found.phrase));
        prop_assert!(stretch.contains(&phrase), "{:?} is not in {:?}", phrase, stretch);
    }
    Ok(())
}

/// Matches come first, then the workflows that the fewest conditions keep from matching.
fn matches_come_first(explained: &[WorkflowExplanation<'_>]) -> TestCaseResult {
    let rank = |one: &WorkflowExplanation<'_>| match one.verdict {
        Verdict::Matched => (false, 0),
        _ => (true, one.failed_conditions),
    };
    let ranks: Vec<_> = explained.iter().map(rank).collect();
    prop_assert!(ranks.is_sorted(), "{:?}", ranks);
    Ok(())
}

fn shadow_leaves_no_trace(
    judge: Judge,
    account: &Account,
    workflows: &[Workflow],
    request: &Request<'_>,
) -> TestCaseResult {
    let live: Vec<_> = workflows.iter().filter(|one| one.mode == Mode::Live).cloned().collect();
    let with = judge.decide(account, workflows, request)?.matches;
    let without = judge.decide(account, &live, request)?.matches;
    let is_live = |found: &Matched| live.iter().any(|one| one.id == found.workflow_id);
    let with: Vec<_> = with.into_iter().filter(is_live).collect();
    prop_assert_eq!(with, without);
    Ok(())
}
