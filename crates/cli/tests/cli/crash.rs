//! A server that is killed while workflows are being saved has, once it is started again, every one whose save it
//! acknowledged, whole.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, mpsc};

use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{
    Action, AssignTag, Condition, CreateWorkflowRequest, ExportWorkflowsRequest, IdSet, Workflow, action,
    condition,
};
use tempfile::tempdir;
use tonic::transport::Channel;

use crate::server::Server;

/// How often the server is killed, on one and the same store.
const ROUNDS: usize = 5;
/// Clients that save at once, so that the kill meets saves at every stage.
const WRITERS: usize = 4;

/// What each acknowledged workflow looked like, by its id, and the highest revision that was acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    workflows: BTreeMap<String, Workflow>,
    revision: u64,
}

#[test]
fn a_killed_server_has_every_acknowledged_save_when_it_is_back() {
    let folder = tempdir().expect("a folder");
    let store = folder.path().join("tamis.db");
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let mut server = Server::start(&store, &["--demo"]);
    for round in 0..ROUNDS {
        let (progress, saves) = mpsc::channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, acknowledged) = (server.address.clone(), Arc::clone(&acknowledged));
                let progress = progress.clone();
                std::thread::spawn(move || {
                    save_until_it_fails(&address, round, writer, &acknowledged, &progress)
                })
            })
            .collect();
        drop(progress);
        // Where in a save the kill falls is a matter of chance, because the writers do not wait for one another; after
        // how many saves, of the round.
        for _ in 0..17 * (round + 1) {
            saves.recv().expect("the writers save until the server is gone");
        }
        server.kill();
        for writer in writers {
            writer.join().expect("a writer ends");
        }
        server = Server::start(&store, &[]);
        assert_all_there(&server.address, &acknowledged.lock().expect("no writer panicked"));
    }
}

fn save_until_it_fails(
    address: &str,
    round: usize,
    writer: usize,
    acknowledged: &Mutex<Acknowledged>,
    progress: &mpsc::Sender<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut client =
            WorkflowServiceClient::connect(address.to_owned()).await.expect("the server answers");
        for number in 0.. {
            let workflow = workflow(&format!("r{round}-w{writer}-{number}"));
            let request =
                CreateWorkflowRequest { account_id: "demo".to_owned(), workflow: Some(workflow.clone()) };
            let Ok(response) = client.create_workflow(request).await else { break };
            let mut acknowledged = acknowledged.lock().expect("no writer panicked");
            acknowledged.revision = acknowledged.revision.max(response.into_inner().revision);
            acknowledged.workflows.insert(workflow.workflow_id.clone(), workflow);
            drop(acknowledged);
            if progress.send(()).is_err() {
                break;
            }
        }
    });
}

/// A workflow that differs from every other in all of its parts.
fn workflow(id: &str) -> Workflow {
    let ids = IdSet { ids: vec![format!("source-{id}")] };
    let tag = AssignTag { tag_id: format!("tag-{id}") };
    Workflow {
        workflow_id: id.to_owned(),
        display_name: format!("Tag {id}"),
        description: id.repeat(100),
        all: vec![Condition { negated: false, test: Some(condition::Test::Source(ids)) }],
        actions: vec![Action { kind: Some(action::Kind::AssignTag(tag)) }],
        ..Workflow::default()
    }
}

fn assert_all_there(address: &str, acknowledged: &Acknowledged) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (revision, stored) = runtime.block_on(async {
        let client = WorkflowServiceClient::connect(address.to_owned()).await.expect("the server answers");
        stored(client).await
    });
    assert!(revision >= acknowledged.revision, "revision {revision} after {}", acknowledged.revision);
    for (id, saved) in &acknowledged.workflows {
        let stored = stored.get(id).unwrap_or_else(|| panic!("{id} was acknowledged, and is lost"));
        let parts = |workflow: &Workflow| {
            let Workflow { display_name, description, all, actions, .. } = workflow.clone();
            (display_name, description, all, actions)
        };
        assert_eq!(parts(stored), parts(saved));
    }
}

async fn stored(mut client: WorkflowServiceClient<Channel>) -> (u64, BTreeMap<String, Workflow>) {
    let request = ExportWorkflowsRequest { account_id: "demo".to_owned(), revision: 0 };
    let mut parts = client.export_workflows(request).await.expect("the account is there").into_inner();
    let (mut revision, mut workflows) = (0, BTreeMap::new());
    while let Some(part) = parts.message().await.expect("the export goes on") {
        revision = part.revision;
        workflows.extend(part.workflows.into_iter().map(|workflow| (workflow.workflow_id.clone(), workflow)));
    }
    (revision, workflows)
}
