//! The corpus, run by the service in this process: definitions are imported over gRPC, and requests are evaluated.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use tamis_api::v1;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_engine::definition::yaml;
use tamis_server::offline::{account_to_wire, workflow_to_wire};
use tamis_server::{Config, Listen, Location, serve};
use tamis_testkit::corpus::{self, Case, Outcome, Refusal};
use tokio::sync::oneshot;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use crate::{answer, request};

#[tokio::test]
async fn the_service_decides_every_case() {
    let cases = corpus::load().expect("the corpus is read");
    let listen = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()];
    let config = Config { listen, ..Config::new(Location::Memory) };
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, addresses) = oneshot::channel();
    let served = tokio::spawn(serve(config, async { drop(stopped.await) }, |addresses| {
        ready.send(addresses.grpc.clone()).expect("the test waits");
    }));
    let addresses = addresses.await.expect("the service starts");
    let [Listen::Tcp(address)] = addresses.as_slice() else { panic!("{addresses:?}") };
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let mut service = Service::new(endpoint.connect().await.expect("the service answers"));

    let mut outcomes: BTreeMap<&str, Outcome> = BTreeMap::new();
    let (mut imported, mut refused) = (None, None);
    let sayable = cases.iter().filter(|case| !case.is_about_yaml || !case.is_refusal());
    for case in sayable {
        // Most cases share their definitions with the one before.
        let document = case.document();
        if imported.as_ref() != Some(&document) {
            refused = service.import(import(&document)).await;
            imported = Some(document.clone());
        }
        let outcome = match &refused {
            Some(refused) => refused.clone(),
            None => service.evaluate(case, &document).await,
        };
        outcomes.insert(&case.name, outcome);
    }
    drop(service);
    stop.send(()).expect("the service runs");
    served.await.expect("it does not panic").expect("it stops in peace");

    // What only YAML can say wrongly cannot be said over gRPC at all.
    let run: Vec<Case> =
        cases.iter().filter(|case| outcomes.contains_key(case.name.as_str())).cloned().collect();
    assert!(run.len() >= 1_000, "only {} cases were run", run.len());
    if let Err(failures) = corpus::run(&run, |case| outcomes[case.name.as_str()].clone()) {
        panic!("{failures}");
    }
}

/// A document as the contract has it.
fn import(document: &str) -> v1::ImportWorkflowsRequest {
    let reading = yaml::read(document);
    assert!(!reading.has_errors(), "{document}\n{:?}", reading.diagnostics);
    let account = reading.value.account.as_ref().expect("a case has an account");
    v1::ImportWorkflowsRequest {
        account_id: account.id.clone(),
        account: Some(account_to_wire(account)),
        workflows: reading.value.workflows.iter().map(workflow_to_wire).collect(),
        ..v1::ImportWorkflowsRequest::default()
    }
}

fn account_id(document: &str) -> String {
    yaml::read(document).value.account.unwrap_or_default().id
}

struct Service {
    workflows: WorkflowServiceClient<Channel>,
    decisions: DecisionServiceClient<Channel>,
}

impl Service {
    fn new(channel: Channel) -> Self {
        Self {
            workflows: WorkflowServiceClient::new(channel.clone()),
            decisions: DecisionServiceClient::new(channel),
        }
    }

    /// Replaces an account by what a document holds; tells why not.
    async fn import(&mut self, import: v1::ImportWorkflowsRequest) -> Option<Outcome> {
        let imported = self.workflows.import_workflows(tokio_stream::iter([import])).await;
        imported.err().map(|status| refusal(&status))
    }

    async fn evaluate(&mut self, case: &Case, document: &str) -> Outcome {
        let mut request = request::in_json(&case.request);
        request["account_id"] = account_id(document).into();
        let request: v1::EvaluateRequest =
            serde_json::from_value(request).expect("the request is in the contract");
        match self.decisions.evaluate(request).await {
            Ok(response) => {
                answer::outcome(&serde_json::to_value(response.into_inner()).expect("JSON holds it"))
            }
            Err(status) => refusal(&status),
        }
    }
}

/// What a status says: the fields that are wrong.
fn refusal(status: &Status) -> Outcome {
    let violations = tamis_api::violations::of(status);
    assert!(!violations.is_empty(), "{status:?}");
    Outcome::Refused(
        violations
            .into_iter()
            .map(|violation| Refusal { code: Some(violation.code), path: violation.field })
            .collect(),
    )
}
