//! No finding is false: what an analysis says of small accounts holds for every change of a small domain, and its examples show
//! it, by the reference.

use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{FileFailurePersistence, TestCaseResult};
use tamis_engine::analyze::{Analysis, Finding, Scope, analyze};
use tamis_engine::decision::{ChainEnd, NotReady};
use tamis_engine::definition::{
    Account, Action, Condition, CustomerAction, ElapsedBound, NewTicketBy, Phrases, Test, TicketState,
    Workflow,
};
use tamis_engine::diagnostic::is_as_listed;
use tamis_engine::request::{
    Baseline, Change, MessageAuthor, MessageReceived, Request, Text, Ticket, TicketCreator,
};
use tamis_testkit::{generate, laws, reference};

/// What a domain is made of: kinds of conditions, and all that a change may say about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Source,
    State,
    Groups,
    Email,
    Facts,
    Message,
    Tags,
    StatusSet,
    CurrentStatus,
    Created,
    Clock,
}

const KINDS: [Kind; 11] = [
    Kind::Source,
    Kind::State,
    Kind::Groups,
    Kind::Email,
    Kind::Facts,
    Kind::Message,
    Kind::Tags,
    Kind::StatusSet,
    Kind::CurrentStatus,
    Kind::Created,
    Kind::Clock,
];

const IDS: [&str; 2] = ["a", "b"];
/// Each phrase of the domain, two of them in one, and neither.
const TEXTS: [&str; 5] = ["ab", "a", "b", "b a", ""];
/// A Monday noon.
const NOW: &str = "2026-06-01T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

type Variant = Box<dyn Fn(&mut Request<'static>)>;

/// All that a change may say about a kind, as far as conditions of the domain tell it apart.
fn variants(kind: Kind) -> Vec<Variant> {
    fn one<T: Clone + 'static>(values: Vec<T>, set: fn(&mut Request<'static>, T)) -> Vec<Variant> {
        let variant = |value: T| Box::new(move |request: &mut _| set(request, value.clone())) as Variant;
        values.into_iter().map(variant).collect()
    }
    let ids = || vec![None, Some("a"), Some("b"), Some("other")];
    let lists = || vec![vec![], vec!["a"], vec!["b"], vec!["a", "b"], vec!["other"]];
    match kind {
        Kind::Source => one(ids(), |request, id| request.ticket.source = id.map(Text::from)),
        Kind::CurrentStatus => one(ids(), |request, id| request.ticket.current_status = id.map(Text::from)),
        Kind::StatusSet => one(ids(), |request, id| request.change.status_set = id.map(Text::from)),
        Kind::State => {
            one(vec![None, Some(TicketState::Open), Some(TicketState::Closed)], |request, state| {
                request.ticket.state = state;
            })
        }
        Kind::Groups => one(lists(), |request, ids| request.ticket.inbox_groups = Some(texts(ids))),
        Kind::Tags => one(lists(), |request, ids| {
            request.change.tags_assigned = Some(texts(ids)).filter(|ids| !ids.is_empty());
        }),
        Kind::Email => {
            let emails =
                vec![None, Some("a@a.example"), Some("b@a.example"), Some("a@b.example"), Some("odd")];
            one(emails, |request, email| request.ticket.customer_email = email.map(Text::from))
        }
        Kind::Facts => facts(None),
        Kind::Message => TEXTS.iter().flat_map(|text| facts(Some(text))).collect(),
        Kind::Created => {
            let ago = vec![None, Some(-1), Some(0), Some(1), Some(59), Some(60), Some(61)];
            one(ago, |request, ago| {
                let at = ago.map(|seconds| request.now - SignedDuration::from_secs(seconds));
                request.ticket.created_at = at;
            })
        }
        Kind::Clock => (0..14)
            .map(|half| {
                Box::new(move |request: &mut Request<'static>| {
                    request.now = now() + SignedDuration::from_hours(12 * half);
                }) as Variant
            })
            .collect(),
    }
}

fn texts(ids: Vec<&'static str>) -> Vec<Text<'static>> {
    ids.into_iter().map(Text::Borrowed).collect()
}

/// Who created the ticket, what message came, and whether a return was created.
fn facts(text: Option<&'static str>) -> Vec<Variant> {
    let creators = [None, Some(TicketCreator::Agent), Some(TicketCreator::CustomerMessage)];
    let (customer, other) = (MessageAuthor::Customer, MessageAuthor::Other);
    let messages = [None, Some((customer, true)), Some((customer, false)), Some((other, false))];
    let mut all: Vec<Variant> = Vec::new();
    for (created, message) in creators.iter().flat_map(|creator| messages.map(|message| (*creator, message)))
    {
        for returned in [false, true] {
            all.push(Box::new(move |request| {
                request.change.ticket_created = created;
                request.change.return_created = returned;
                request.change.message_received = message.map(|(author, first)| MessageReceived {
                    author,
                    first,
                    text: text.map(Text::Borrowed),
                    auto_submitted: false,
                    message_id: None,
                });
            }));
        }
    }
    all
}

/// Every change of a domain of some kinds; where none of it happened, both an update and a timer.
fn domain(kinds: &[Kind]) -> Vec<Request<'static>> {
    let change = Change { change_id: "change".into(), ..Change::default() };
    let mut requests = vec![Request {
        ticket: Ticket { id: "ticket".into(), ..Ticket::default() },
        change,
        now: now(),
        baseline: None,
        with_next_due: false,
        with_chaining: false,
        cause: Vec::new(),
    }];
    // The hour first, as other kinds count from it.
    let mut kinds = kinds.to_vec();
    kinds.sort_by_key(|kind| *kind != Kind::Clock);
    for kind in kinds {
        let variants = variants(kind);
        let varied = requests.iter().flat_map(|request| {
            variants.iter().map(move |variant| {
                let mut request = request.clone();
                variant(&mut request);
                request
            })
        });
        requests = varied.collect();
    }
    let quiet = |change: &Change<'_>| *change == Change { change_id: "change".into(), ..Change::default() };
    let timers: Vec<_> = requests.iter().filter(|request| quiet(&request.change)).cloned().collect();
    requests
        .iter_mut()
        .filter(|request| quiet(&request.change))
        .for_each(|request| request.change.updated = true);
    requests.extend(timers.into_iter().map(|mut request| {
        request.change.timer = true;
        request
    }));
    requests
}

/// A condition of a kind.
fn condition(kind: Kind) -> BoxedStrategy<Condition> {
    let ids = || {
        subsequence(&IDS[..], 1..=2).prop_map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let test = match kind {
        Kind::Source => ids().prop_map(Test::Source).boxed(),
        Kind::Groups => ids().prop_map(Test::InboxGroup).boxed(),
        Kind::Tags => ids().prop_map(Test::TagAssigned).boxed(),
        Kind::StatusSet => ids().prop_map(Test::StatusSet).boxed(),
        Kind::CurrentStatus => ids().prop_map(Test::CurrentStatus).boxed(),
        Kind::State => subsequence(vec![TicketState::Open, TicketState::Closed], 1..=2)
            .prop_map(Test::TicketState)
            .boxed(),
        Kind::Email => subsequence(&["a@a.example", "@a.example", "a@b.example"][..], 1..=2)
            .prop_map(|emails| Test::Email(emails.into_iter().map(str::to_owned).collect()))
            .boxed(),
        Kind::Facts => {
            let creators = vec![NewTicketBy::Anyone, NewTicketBy::Agent, NewTicketBy::CustomerMessage];
            let actions = vec![
                CustomerAction::FirstCustomerMessage,
                CustomerAction::EveryCustomerMessage,
                CustomerAction::ReturnCreated,
            ];
            prop_oneof![
                Just(Test::NewMessage),
                subsequence(creators, 1..=2).prop_map(Test::NewTicket),
                subsequence(actions, 1..=2).prop_map(Test::Action),
            ]
            .boxed()
        }
        Kind::Message => subsequence(&["a", "ab", "b"][..], 1..=2)
            .prop_map(|phrases| Phrases {
                phrases: phrases.into_iter().map(str::to_owned).collect(),
                ..Phrases::default()
            })
            .prop_map(Test::Message)
            .boxed(),
        Kind::Created => {
            let minute = SignedDuration::from_mins(1);
            let zero = SignedDuration::ZERO;
            let bounds = vec![
                ElapsedBound::MoreThan(zero),
                ElapsedBound::MoreThan(minute),
                ElapsedBound::LessThan(minute),
            ];
            subsequence(bounds, 1..=2).prop_map(Test::TicketCreated).boxed()
        }
        Kind::Clock => {
            let days = vec![Weekday::Monday, Weekday::Tuesday, Weekday::Sunday];
            let noon = tamis_engine::definition::TimeRange { from_minute: 720, to_minute: 721 };
            let night = tamis_engine::definition::TimeRange { from_minute: 721, to_minute: 720 };
            prop_oneof![
                subsequence(days, 1..=3).prop_map(Test::DayOfWeek),
                subsequence(vec![noon, night], 1..=2).prop_map(Test::TimeOfDay),
            ]
            .boxed()
        }
    };
    (any::<bool>(), test).prop_map(|(negated, test)| Condition { negated, test }).boxed()
}

/// Up to four workflows with conditions of some kinds, and actions that get in each other's way.
fn workflows(kinds: Vec<Kind>) -> BoxedStrategy<Vec<Workflow>> {
    let condition = move || select(kinds.clone()).prop_flat_map(condition).boxed();
    let lists = prop_oneof![
        (prop::collection::vec(condition(), 1..=3), prop::collection::vec(condition(), 0..=0)),
        (prop::collection::vec(condition(), 0..=2), prop::collection::vec(condition(), 1..=2)),
    ];
    let id = || select(&IDS[..]).prop_map(str::to_owned);
    let action = prop_oneof![
        3 => id().prop_map(|status_id| Action::SetStatus { status_id }),
        2 => id().prop_map(|tag_id| Action::AssignTag { tag_id }),
        1 => generate::action(),
    ];
    let actions = prop::collection::vec(action, 1..=2);
    let workflow = (lists, actions, any::<bool>(), generate::workflow());
    prop::collection::vec(workflow, 1..=4)
        .prop_map(|parts| {
            let numbered = parts.into_iter().enumerate();
            let made = numbered.map(|(number, ((all, any), actions, stop, workflow))| Workflow {
                id: format!("w{number}"),
                all,
                any,
                actions,
                stop,
                ..workflow
            });
            made.collect()
        })
        .boxed()
}

fn account() -> Account {
    Account { id: "shop".into(), time_zone: "UTC".into(), locale: "en".into(), ..Account::default() }
}

/// An account that was analysed, and changes to judge what was said by.
struct Judged<'j> {
    account: &'j Account,
    workflows: &'j [Workflow],
    requests: &'j [Request<'static>],
}

impl Judged<'_> {
    fn analysis(&self) -> Result<Analysis, TestCaseError> {
        Ok(analyze(&laws::compiled(self.account, self.workflows)?, Scope::All))
    }

    fn workflow(&self, id: &str) -> &Workflow {
        self.workflows.iter().find(|workflow| workflow.id == id).expect("it is the account's")
    }

    fn matches(&self, workflow: &Workflow, request: &Request<'_>) -> bool {
        reference::matches(self.account, workflow, request)
    }

    /// The ids of the workflows that match, live or shadow.
    fn decided(&self, request: &Request<'_>) -> Vec<String> {
        let decision = reference::evaluate(self.account, self.workflows, request);
        decision
            .matches
            .iter()
            .chain(&decision.shadow_matches)
            .map(|found| found.workflow.id.clone())
            .collect()
    }

    /// A finding holds for every change, and its example shows it.
    fn holds(&self, finding: &Finding) -> TestCaseResult {
        let own = self.workflow(&finding.workflow_id);
        let others: Vec<&Workflow> = finding.other_ids.iter().map(|id| self.workflow(id)).collect();
        let (example, path) = (&finding.example, finding.diagnostic.path.as_str());
        let each = || self.requests.iter().chain([example]);
        prop_assert!(is_as_listed(&finding.diagnostic), "{finding:?}");
        match finding.diagnostic.code {
            "never_matches" => {
                prop_assert!(each().all(|request| !self.matches(own, request)), "{finding:?}");
            }
            "alternative_never_matches" => {
                let alternative = Workflow { any: vec![condition_at(own, path).clone()], ..own.clone() };
                prop_assert!(each().all(|request| !self.matches(&alternative, request)), "{finding:?}");
            }
            "always_matches" => {
                let plain = |request: &&Request<'_>| request.baseline.is_none() && !request.change.timer;
                prop_assert!(each().filter(plain).all(|request| self.matches(own, request)), "{finding:?}");
            }
            "condition_always_holds" => {
                let conditions =
                    if path == "any" { own.any.clone() } else { vec![condition_at(own, path).clone()] };
                let holds = |request: &Request<'_>| {
                    conditions.iter().any(|condition| reference::holds(self.account, condition, request))
                };
                prop_assert!(each().all(holds), "{finding:?}");
            }
            "phrase_redundant" => self.phrase_is_redundant(own, path, finding)?,
            "reply_without_guard" => prop_assert!(self.matches(own, example), "{finding:?}"),
            "same_as_another" => {
                for request in each() {
                    prop_assert_eq!(
                        self.matches(own, request),
                        self.matches(others[0], request),
                        "{:?}",
                        finding
                    );
                }
                prop_assert!(self.matches(own, example), "{finding:?}");
            }
            "shadowed_by_stop" => {
                prop_assert!(each().all(|request| !self.decided(request).contains(&own.id)), "{finding:?}");
                prop_assert!(self.matches(own, example) && self.matches(others[0], example), "{finding:?}");
            }
            "writes_conflict" => {
                let decision = reference::evaluate(self.account, self.workflows, example);
                let of = |id: &str| decision.matches.iter().find(|found| found.workflow.id == id);
                let superseded = Some(NotReady::Superseded);
                prop_assert!(of(&others[0].id).is_some(), "{finding:?}");
                let own = of(&own.id).expect("it matches its example");
                prop_assert!(own.actions.iter().any(|action| action.not_ready == superseded), "{finding:?}");
            }
            "cycle" => {
                let decision = reference::evaluate(self.account, self.workflows, example);
                let chain = decision.chain.expect("it is asked for");
                let again =
                    chain.rounds.iter().flat_map(|round| &round.repeated).any(|again| again.id == own.id);
                prop_assert!(chain.end == ChainEnd::Loop && again, "{finding:?}");
            }
            code => prop_assert!(false, "what {} says is not judged", code),
        }
        Ok(())
    }

    /// Without a phrase, the condition holds for the same changes.
    fn phrase_is_redundant(&self, own: &Workflow, path: &str, finding: &Finding) -> TestCaseResult {
        let whole = condition_at(own, path);
        let place: usize =
            path.rsplit(['[', ']']).nth(1).and_then(|place| place.parse().ok()).expect("a place");
        let mut without = whole.clone();
        let (Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases)) =
            &mut without.test
        else {
            return Err(TestCaseError::fail(format!("{finding:?}")));
        };
        phrases.phrases.remove(place);
        for request in self.requests.iter().chain([&finding.example]) {
            let [one, other] =
                [whole, &without].map(|condition| reference::holds(self.account, condition, request));
            prop_assert_eq!(one, other, "{:?}", finding);
        }
        Ok(())
    }
}

/// The condition of a path such as `all[1].source`.
fn condition_at<'w>(workflow: &'w Workflow, path: &str) -> &'w Condition {
    let (list, rest) = path.split_once('[').expect("a list");
    let (place, _) = rest.split_once(']').expect("a place");
    let list = if list == "all" { &workflow.all } else { &workflow.any };
    &list[place.parse::<usize>().expect("a number")]
}

fn cases(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    let failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions")) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 2_000, ..default }
}

/// Some kinds of a domain, workflows of it, and which of its changes are baselines.
fn small() -> impl Strategy<Value = (Vec<Kind>, Vec<Workflow>, usize)> {
    subsequence(&KINDS[..], 1..=3)
        .prop_flat_map(|kinds| (Just(kinds.clone()), workflows(kinds), 1..1_000_usize))
}

proptest! {
    #![proptest_config(cases(400))]

    /// What is said holds for every change of a small domain, with baselines out of the same; and of what never or always
    /// matches, nothing goes unsaid that every change shows.
    #[test]
    fn no_finding_is_false_on_a_small_domain((kinds, workflows, step) in small()) {
        let account = account();
        let plain = domain(&kinds);
        let before = plain.iter().cycle().skip(step);
        let with_baselines = plain.iter().zip(before).map(|(request, before)| {
            let baseline = Baseline { ticket: Some(before.ticket.clone()), asked_at: Some(before.now) };
            Request { baseline: Some(Box::new(baseline)), ..request.clone() }
        });
        let requests: Vec<_> = plain.iter().cloned().chain(with_baselines).collect();
        let judged = Judged { account: &account, workflows: &workflows, requests: &requests };
        let analysis = judged.analysis()?;
        for finding in &analysis.findings {
            judged.holds(finding)?;
        }
        // Texts are taken to be independent unless one is in the other, so that something may go unsaid of them.
        if kinds.contains(&Kind::Message) {
            return Ok(());
        }
        for workflow in &workflows {
            let said = |code: &str| {
                analysis.findings.iter().any(|found| found.workflow_id == workflow.id && found.diagnostic.code == code)
            };
            let never = !plain.iter().any(|request| judged.matches(workflow, request));
            prop_assert_eq!(never, said("never_matches"), "{:?}", workflow);
        }
    }

    /// What is said holds for random changes about everything that conditions know of.
    #[test]
    fn no_finding_is_false_on_random_changes(
        account in generate::account(),
        workflows in generate::workflows(),
        requests in prop::collection::vec(generate::request(false), 1..60),
    ) {
        let judged = Judged { account: &account, workflows: &workflows, requests: &requests };
        for finding in judged.analysis()?.findings {
            judged.holds(&finding)?;
        }
    }
}
