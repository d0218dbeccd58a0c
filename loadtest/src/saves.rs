//! Saves workflows while calls are made.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http::header::AUTHORIZATION;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{
    Change, EvaluateRequest, GetWorkflowRequest, ListWorkflowsRequest, Ticket, Timer, UpdateWorkflowRequest,
    Workflow,
};
use tamis_api::well_known::FieldMask;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::LoadError;
use crate::access::Access;
use crate::distribution::{Distribution, Times};
use crate::outcome::SavesOutcome;
use crate::plan::{Plan, SavedWorkflow, Saves, Target, refused};
use crate::record::{Errors, Timeline, ns};
use crate::wire::Failure;
use crate::worker::{Common, first_call};

/// How long a save may take to be decided by.
const EFFECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often is looked whether the run is to end early.
const LOOK: Duration = Duration::from_millis(50);

/// The thread that saves.
pub(crate) struct Saver {
    handle: JoinHandle<Result<SavesOutcome, LoadError>>,
    go: Sender<Instant>,
}

impl Saver {
    /// Reads the workflows that are to be saved; `None` if the plan has no saves.
    ///
    /// # Errors
    /// Nobody answers, or there is no such workflow.
    pub(crate) fn start(common: &Arc<Common>) -> Result<Option<Self>, LoadError> {
        let Some(saves) = common.plan.saves.clone() else { return Ok(None) };
        let (go, gone) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        let common = common.clone();
        let handle = std::thread::Builder::new()
            .name("load-saves".to_owned())
            .spawn(move || work(&common, &saves, &ready, &gone))
            .map_err(|source| LoadError::System { what: "start a thread", source })?;
        if is_ready.recv().is_ok() {
            return Ok(Some(Self { handle, go }));
        }
        // It ended before it was ready, and says why.
        join(handle).map(|_| None)
    }

    pub(crate) fn go(&self, zero: Instant) {
        // One that has gone says why when it is joined.
        let _ = self.go.send(zero);
    }

    pub(crate) fn join(self) -> Result<SavesOutcome, LoadError> {
        join(self.handle)
    }
}

fn join(handle: JoinHandle<Result<SavesOutcome, LoadError>>) -> Result<SavesOutcome, LoadError> {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn work(
    common: &Arc<Common>,
    saves: &Saves,
    ready: &Sender<()>,
    go: &Receiver<Instant>,
) -> Result<SavesOutcome, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| LoadError::System { what: "start a runtime", source })?;
    let savers = runtime.block_on(prepare(common, saves))?;
    let mut seen = Seen::new();
    // Whoever waits for this has gone if it fails, and so has the run.
    let zero = ready.send(()).ok().and_then(|()| go.recv().ok());
    let Some(zero) = zero else { return Ok(seen.outcome(saves, 0.0)) };
    runtime.block_on(async {
        let tasks: Vec<_> = savers.into_iter().map(|saver| tokio::spawn(saver.save_all(zero))).collect();
        for task in tasks {
            match task.await {
                Ok(more) => seen.add(more),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
    });
    Ok(seen.outcome(saves, common.plan.duration.as_secs_f64()))
}

async fn prepare(common: &Arc<Common>, saves: &Saves) -> Result<Vec<OneSaver>, LoadError> {
    let channel = channel(&common.plan).await?;
    let mut savers = Vec::with_capacity(saves.workflows.len());
    for (number, saved) in saves.workflows.iter().enumerate() {
        let mut client = WorkflowServiceClient::new(channel.clone());
        let workflow = find(&mut client, saved).await.map_err(|status| first_call(Failure::from(&status)))?;
        savers.push(OneSaver {
            common: common.clone(),
            decisions: DecisionServiceClient::new(channel.clone()),
            client,
            account_id: saved.account_id.clone(),
            workflow,
            first: number,
            by: saves.workflows.len(),
            gap_s: 1.0 / saves.saves_per_s,
        });
    }
    Ok(savers)
}

/// A connection on which every call presents what there is to present.
type Server = InterceptedService<Channel, Presented>;

#[derive(Clone)]
struct Presented(Access);

impl Interceptor for Presented {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = self.0.authorization() {
            request.metadata_mut().as_mut().insert(AUTHORIZATION, value.clone());
        }
        Ok(request)
    }
}

async fn channel(plan: &Plan) -> Result<Server, LoadError> {
    let Plan { target, access, .. } = plan;
    let address = match target {
        Target::Tcp(address) => format!("{}://{address}", access.scheme()),
        Target::Unix(_) => target.to_string(),
    };
    let mut endpoint =
        Endpoint::from_shared(address).map_err(|error| refused("target", error.to_string()))?;
    let failed = |error: tonic::transport::Error| LoadError::Connect {
        target: target.clone(),
        message: error.to_string(),
    };
    if let Some(tls) = access.tonic() {
        endpoint = endpoint.tls_config(tls).map_err(failed)?;
    }
    let channel = endpoint.tcp_nodelay(true).connect().await.map_err(failed)?;
    Ok(InterceptedService::new(channel, Presented(access.clone())))
}

async fn find(client: &mut WorkflowServiceClient<Server>, saved: &SavedWorkflow) -> Result<Workflow, Status> {
    let account_id = saved.account_id.clone();
    if let Some(workflow_id) = saved.workflow_id.clone() {
        let answer = client.get_workflow(GetWorkflowRequest { account_id, workflow_id }).await?.into_inner();
        return answer.workflow.ok_or_else(|| Status::internal("the answer has no workflow"));
    }
    let asked = ListWorkflowsRequest { account_id, page_size: 1, ..ListWorkflowsRequest::default() };
    let answer = client.list_workflows(asked).await?.into_inner();
    let none = || Status::not_found(format!("account `{}` has no workflow to save", saved.account_id));
    answer.workflows.into_iter().next().ok_or_else(none)
}

/// What was seen of saves.
struct Seen {
    acknowledged: Times,
    effect: Times,
    acknowledged_within: u64,
    errors: Errors,
}

impl Seen {
    fn new() -> Self {
        Self {
            acknowledged: Times::new(),
            effect: Times::new(),
            acknowledged_within: 0,
            errors: Errors::default(),
        }
    }

    fn add(&mut self, other: Self) {
        self.acknowledged.add(&other.acknowledged);
        self.effect.add(&other.effect);
        self.acknowledged_within += other.acknowledged_within;
        self.errors.merge(other.errors.into_counts());
    }

    fn outcome(self, saves: &Saves, measured_s: f64) -> SavesOutcome {
        SavesOutcome {
            intended_saves_per_s: saves.saves_per_s,
            achieved_saves_per_s: if measured_s > 0.0 {
                self.acknowledged_within as f64 / measured_s
            } else {
                0.0
            },
            acknowledged: Distribution::from(&self.acknowledged),
            effect: Distribution::from(&self.effect),
            errors: self.errors.into_counts(),
        }
    }
}

/// Saves one workflow, one save after the other.
struct OneSaver {
    common: Arc<Common>,
    client: WorkflowServiceClient<Server>,
    decisions: DecisionServiceClient<Server>,
    account_id: String,
    workflow: Workflow,
    /// Which of the saves are this workflow's.
    first: usize,
    by: usize,
    gap_s: f64,
}

impl OneSaver {
    async fn save_all(mut self, zero: Instant) -> Seen {
        let mut seen = Seen::new();
        let timeline = Timeline::of(&self.common.plan);
        for number in (self.first..).step_by(self.by) {
            let due_ns = (number as f64 * self.gap_s * 1e9) as u64;
            let due = zero + Duration::from_nanos(due_ns);
            if due_ns >= timeline.end_ns || self.is_stopped_before(due).await {
                break;
            }
            let counts = due_ns >= timeline.from_ns;
            let saved = self.save(format!("load {number}"), due, counts, &mut seen).await;
            if ns(zero.elapsed()) < timeline.end_ns && counts && saved.is_ok() {
                seen.acknowledged_within += 1;
            }
            if let Err(status) = saved
                && counts
            {
                seen.errors.add(&Failure::from(&status));
            }
        }
        let before = self.workflow.description.clone();
        if let Err(status) = self.update(before).await {
            seen.errors.add(&Failure::from(&status));
        }
        seen
    }

    /// Waits until a save is due; whether the run was ended meanwhile.
    async fn is_stopped_before(&self, due: Instant) -> bool {
        loop {
            let now = Instant::now();
            if self.common.stop.load(Ordering::Relaxed) || now >= due {
                return now < due;
            }
            tokio::time::sleep_until(due.min(now + LOOK).into()).await;
        }
    }

    async fn update(&mut self, description: String) -> Result<u64, Status> {
        let workflow =
            Workflow { workflow_id: self.workflow.workflow_id.clone(), description, ..Workflow::default() };
        let request = UpdateWorkflowRequest {
            account_id: self.account_id.clone(),
            workflow: Some(workflow),
            update_mask: Some(FieldMask { paths: vec!["description".to_owned()] }),
        };
        Ok(self.client.update_workflow(request).await?.into_inner().revision)
    }

    /// Saves, and waits until it is decided by.
    async fn save(
        &mut self,
        description: String,
        due: Instant,
        counts: bool,
        seen: &mut Seen,
    ) -> Result<(), Status> {
        let revision = self.update(description).await?;
        let acknowledged = due.elapsed();
        let mut request = Request::new(EvaluateRequest {
            account_id: self.account_id.clone(),
            ticket: Some(Ticket { id: "load-save".to_owned(), ..Ticket::default() }),
            change: Some(Change { timer: Some(Timer {}), ..Change::default() }),
            min_revision: revision,
            ..EvaluateRequest::default()
        });
        request.set_timeout(EFFECT_TIMEOUT);
        let answer = self.decisions.evaluate(request).await?.into_inner();
        if answer.revision < revision {
            let message =
                format!("decided by revision {} after {revision} was acknowledged", answer.revision);
            return Err(Status::new(Code::Internal, message));
        }
        if counts {
            seen.acknowledged.record(ns(acknowledged));
            seen.effect.record(ns(due.elapsed()));
        }
        Ok(())
    }
}
