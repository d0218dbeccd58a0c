//! Drafts tried on recorded changes.

use tamis_api::v1;
use tamis_api::v1::simulate_workflows_request::Part;
use tamis_api::well_known::Timestamp;
use tonic::{Code, Status};

use crate::harness::{Service, assert_refused, evaluate, subject, workflow};

/// 2026-03-02T23:30:00Z, which is the 3rd in Warsaw.
const LATE: i64 = 1_772_494_200;

/// An updated ticket from a source, some seconds after [`LATE`].
fn change(source: &str, number: i64) -> v1::EvaluateRequest {
    let mut request = evaluate("", source, 0);
    request.now = Some(Timestamp { seconds: LATE + number, nanos: 0 });
    request.ticket.as_mut().unwrap().id = format!("T-{number}");
    request.change.as_mut().unwrap().change_id = format!("C-{number}");
    request
}

/// A draft that takes the place of all workflows.
fn draft(account_id: &str, workflows: Vec<v1::Workflow>) -> v1::ImportWorkflowsRequest {
    v1::ImportWorkflowsRequest { account_id: account_id.to_owned(), workflows, ..Default::default() }
}

fn part(part: Part) -> v1::SimulateWorkflowsRequest {
    v1::SimulateWorkflowsRequest { part: Some(part), samples_max: None }
}

fn changes(requests: Vec<v1::EvaluateRequest>) -> v1::SimulateWorkflowsRequest {
    part(Part::Changes(v1::RecordedChanges { requests }))
}

async fn simulate(
    service: &mut Service,
    parts: Vec<v1::SimulateWorkflowsRequest>,
) -> Result<v1::SimulateWorkflowsResponse, Status> {
    let answer = service.workflows.simulate_workflows(tokio_stream::iter(parts)).await;
    answer.map(tonic::Response::into_inner)
}

/// What is told of a workflow: its edit, its counts, and the places of its samples.
fn told(found: &v1::SimulatedWorkflow) -> (&str, v1::DraftEdit, [u64; 5], [Vec<u64>; 3]) {
    let places = |samples: &[v1::SimulationSample]| samples.iter().map(|sample| sample.index).collect();
    let counts = [
        found.live_count,
        found.draft_count,
        found.gained_count,
        found.lost_count,
        found.actions_changed_count,
    ];
    let samples = [places(&found.gained), places(&found.lost), places(&found.actions_changed)];
    (&found.workflow_id, found.edit(), counts, samples)
}

#[tokio::test]
async fn a_draft_is_tried_beside_what_is_live_and_leaves_nothing_behind() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail", "chat", "phone", "fax"]).await;
    let before = service.revision("acme").await;
    // One stays, one wants another source, one does something else, one goes, and one comes in shadow.
    let other =
        v1::Action { kind: Some(v1::action::Kind::AssignTag(v1::AssignTag { tag_id: "called".to_owned() })) };
    let new = v1::Workflow { mode: v1::WorkflowMode::Shadow.into(), ..workflow("new", "mail") };
    let parts = vec![
        part(Part::Draft(draft("acme", vec![workflow("mail", "mail"), workflow("chat", "phone")]))),
        part(Part::Draft(draft(
            "",
            vec![v1::Workflow { actions: vec![other], ..workflow("phone", "phone") }, new],
        ))),
        changes(vec![change("mail", 0), change("chat", 1), change("phone", 2)]),
        changes(vec![change("fax", 3), evaluate("", "mail", 0), change("mail", 86_400)]),
    ];
    let answer = simulate(&mut service, parts.clone()).await.unwrap();
    let found = answer.simulation.unwrap();
    assert_eq!((found.live_revision, found.changes_count, found.differing_count), (before, 5, 5));
    let instant = |seconds| Some(Timestamp { seconds: LATE + seconds, nanos: 0 });
    assert_eq!((found.first_at, found.last_at), (instant(0), instant(86_400)));
    assert_eq!(
        found.workflows.iter().map(told).collect::<Vec<_>>(),
        [
            ("chat", v1::DraftEdit::Changed, [1, 1, 1, 1, 0], [vec![2], vec![1], vec![]]),
            ("new", v1::DraftEdit::Added, [0, 2, 2, 0, 0], [vec![0, 5], vec![], vec![]]),
            ("phone", v1::DraftEdit::Changed, [1, 1, 0, 0, 1], [vec![], vec![], vec![2]]),
            ("fax", v1::DraftEdit::Removed, [1, 0, 0, 1, 0], [vec![], vec![3], vec![]]),
            ("mail", v1::DraftEdit::Kept, [2, 2, 0, 0, 0], [vec![], vec![], vec![]]),
        ]
    );
    // Why, by both.
    let gained = &found.workflows[0].gained[0];
    assert_eq!((&*gained.ticket_id, &*gained.change_id, gained.now), ("T-2", "C-2", instant(2)));
    let verdict = |explained: &Option<v1::WorkflowExplanation>| explained.as_ref().map(|one| one.verdict());
    assert_eq!(verdict(&gained.live), Some(v1::Verdict::NotMatched));
    assert_eq!(verdict(&gained.draft), Some(v1::Verdict::Matched));
    assert_eq!(found.workflows[1].gained[0].live, None);
    assert_eq!(found.workflows[3].lost[0].draft, None);
    // One change did not say when it was.
    assert_eq!(found.refused_count, 1);
    let refused = &found.refused[0];
    let violations = &refused.error.as_ref().unwrap().violations;
    assert_eq!((refused.index, &*violations[0].field), (4, "now"));
    // Days are those of the account's zone.
    let days: Vec<_> = found.days.iter().map(|day| (&*day.date, day.changes_count)).collect();
    assert_eq!(days, [("2026-03-03", 4), ("2026-03-04", 1)]);
    let tags = &found.days[0].actions[0];
    assert_eq!((&*tags.kind, tags.live_count, tags.draft_count), ("assign_tag", 4, 3));
    let by_day = &found.workflows[4].days;
    assert_eq!((by_day.len(), &*by_day[1].date, by_day[1].draft_count), (2, "2026-03-04", 1));

    // Nothing is stored, and nothing is counted.
    assert_eq!(
        service.order("acme").await,
        (["mail", "chat", "phone", "fax"].map(str::to_owned).to_vec(), before)
    );
    let request = v1::ListWorkflowStatsRequest { account_id: "acme".to_owned(), ..Default::default() };
    let stats = service.workflows.list_workflow_stats(request).await.unwrap().into_inner().stats;
    assert!(stats.iter().all(|one| one.matched_count == 0), "{stats:?}");

    // The same as a merge of what differs, without samples.
    let Some(Part::Draft(first)) = parts[0].part.clone() else { unreachable!() };
    let merge = v1::ImportWorkflowsRequest { mode: v1::ImportMode::Merge.into(), ..first };
    let merged = v1::SimulateWorkflowsRequest { part: Some(Part::Draft(merge)), samples_max: Some(0) };
    let answer = simulate(&mut service, vec![merged, parts[2].clone(), parts[3].clone()]).await.unwrap();
    let found = answer.simulation.unwrap();
    let gained_and_lost = |(id, edit, [_, _, gained, lost, _], samples): (_, _, [u64; 5], [Vec<u64>; 3])| {
        assert!(samples.iter().all(Vec::is_empty));
        (id, edit, gained, lost)
    };
    assert_eq!(
        found.workflows.iter().map(told).map(gained_and_lost).collect::<Vec<_>>(),
        [
            ("chat", v1::DraftEdit::Changed, 1, 1),
            ("mail", v1::DraftEdit::Kept, 0, 0),
            ("phone", v1::DraftEdit::Kept, 0, 0),
            ("fax", v1::DraftEdit::Kept, 0, 0),
        ]
    );
}

#[tokio::test]
async fn a_draft_without_changes_is_only_checked() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    let one = || part(Part::Draft(draft("acme", vec![workflow("mail", "mail")])));
    let found = simulate(&mut service, vec![one()]).await.unwrap().simulation.unwrap();
    assert_eq!((found.changes_count, found.workflows.len(), found.first_at), (0, 0, None));
    let found = simulate(&mut service, vec![one(), changes(vec![])]).await.unwrap().simulation.unwrap();
    assert_eq!((found.changes_count, found.days.len()), (0, 0));
}

#[tokio::test]
async fn what_cannot_be_tried_is_refused_with_its_place() {
    let mut service = Service::start().await;
    service.account_with("acme", &["mail"]).await;
    let good = || draft("acme", vec![workflow("mail", "mail")]);
    let first = |samples_max| v1::SimulateWorkflowsRequest {
        part: Some(Part::Draft(good())),
        samples_max: Some(samples_max),
    };
    let nothing = || v1::SimulateWorkflowsRequest::default();
    let broken = v1::Workflow { all: vec![subject(&["  "])], ..workflow("mail", "") };
    let empty = v1::Workflow { actions: Vec::new(), ..workflow("chat", "chat") };
    let stale = v1::ImportWorkflowsRequest { expected_revision: 77, ..good() };
    let request = "INVALID_REQUEST";
    type Case = (Vec<v1::SimulateWorkflowsRequest>, Code, &'static str, &'static [&'static str]);
    let cases: Vec<Case> = vec![
        (vec![], Code::InvalidArgument, request, &["draft.account_id"]),
        (vec![changes(vec![])], Code::InvalidArgument, request, &["draft", "draft.account_id"]),
        (vec![nothing()], Code::InvalidArgument, request, &["part"]),
        (vec![part(Part::Draft(good())), nothing()], Code::InvalidArgument, request, &["part"]),
        (vec![first(101)], Code::InvalidArgument, request, &["samples_max"]),
        (vec![first(1), first(1)], Code::InvalidArgument, request, &["samples_max", "account_id"]),
        (
            vec![part(Part::Draft(good())), changes(vec![]), part(Part::Draft(draft("", vec![])))],
            Code::InvalidArgument,
            request,
            &["draft"],
        ),
        (
            vec![part(Part::Draft(good())), changes(vec![change("mail", 0); 1_001])],
            Code::InvalidArgument,
            request,
            &["changes.requests"],
        ),
        (vec![part(Part::Draft(draft("nobody", vec![])))], Code::NotFound, "ACCOUNT_NOT_FOUND", &[]),
        (vec![part(Part::Draft(stale))], Code::Aborted, "REVISION_MISMATCH", &[]),
        (
            vec![part(Part::Draft(draft("acme", vec![broken, empty])))],
            Code::InvalidArgument,
            "INVALID_DEFINITION",
            &["workflows[0].all[0].subject.phrases[0]", "workflows[1].actions"],
        ),
    ];
    for (parts, code, reason, fields) in cases {
        assert_refused(simulate(&mut service, parts).await, code, reason, fields);
    }
    // A change of another account is told apart, and the next one is judged.
    let mut foreign = change("mail", 0);
    foreign.account_id = "other".to_owned();
    let mut own = change("mail", 1);
    own.account_id = "acme".to_owned();
    let parts = vec![part(Part::Draft(good())), changes(vec![foreign, own])];
    let found = simulate(&mut service, parts).await.unwrap().simulation.unwrap();
    assert_eq!((found.changes_count, found.refused_count), (1, 1));
    assert_eq!(found.refused[0].error.as_ref().unwrap().violations[0].field, "account_id");
}
