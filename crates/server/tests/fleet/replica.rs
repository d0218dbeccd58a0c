//! Services on a database, in this process or in one of their own.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tamis_api::v1;
use tamis_server::{Config, Listen, Location, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Service, config, evaluate, workflow};

/// Longer than anything here takes; what takes longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// Names the database to a process that serves it, which is a test again.
const DATABASE: &str = "TAMIS_FLEET_DATABASE";

/// Two or three services are enough to tell each other something; two threads each are enough for a test.
pub(crate) async fn replica(location: Location) -> Service {
    Service::start_with(small(location)).await
}

/// A configuration for a small service.
pub(crate) fn small(location: Location) -> Config {
    Config { threads: std::num::NonZeroUsize::new(1), ..config(location) }
}

/// What a service says about itself: whether it serves, whether it can read its store, and how stale it is.
pub(crate) async fn health(service: &Service, name: &str) -> (ServingStatus, String, String) {
    let mut client = HealthClient::new(service.channel.clone());
    let answer = client.check(HealthCheckRequest { service: name.to_owned() }).await.unwrap();
    let detail = |key: &str| answer.metadata().get(key).unwrap().to_str().unwrap().to_owned();
    let (store, staleness) = (detail("tamis-store"), detail("tamis-staleness-seconds"));
    (answer.get_ref().status(), store, staleness)
}

/// Decides a change from a source, by a revision or a later one.
pub(crate) async fn decide(
    service: &Service,
    account_id: &str,
    source: &str,
    min_revision: u64,
) -> Result<v1::EvaluateResponse, Status> {
    let mut request = tonic::Request::new(evaluate(account_id, source, min_revision));
    request.set_timeout(PATIENCE);
    Ok(service.decisions.clone().evaluate(request).await?.into_inner())
}

/// Saves a workflow for tickets from the source of the same name; returns the revision.
pub(crate) async fn save(service: &Service, account_id: &str, id: &str) -> Result<u64, Status> {
    let request =
        v1::CreateWorkflowRequest { account_id: account_id.to_owned(), workflow: Some(workflow(id, id)) };
    Ok(service.workflows.clone().create_workflow(request).await?.into_inner().revision)
}

/// Decisions that are asked for all the time.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    decided: Arc<AtomicU64>,
    asking: Vec<JoinHandle<Result<(), Status>>>,
}

impl Load {
    /// Asks services about a change that one workflow of the account matches.
    pub(crate) fn start(services: &[&Service], account_id: &'static str, source: &'static str) -> Self {
        let (stop, decided) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let ask = |service: &&Service| {
            let (stop, decided) = (stop.clone(), decided.clone());
            let mut decisions = service.decisions.clone();
            tokio::spawn(async move {
                // As fast as a helpdesk asks, and not as fast as the machine goes, which has a database to start.
                let mut ticks = tokio::time::interval(Duration::from_millis(1));
                while !stop.load(Ordering::Relaxed) {
                    ticks.tick().await;
                    let mut request = tonic::Request::new(evaluate(account_id, source, 0));
                    request.set_timeout(Duration::from_secs(10));
                    let decision = decisions.evaluate(request).await?.into_inner();
                    if decision.matches.is_empty() {
                        return Err(Status::data_loss("a decision without its match"));
                    }
                    decided.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            })
        };
        Self { asking: services.iter().map(ask).collect(), stop, decided }
    }

    /// How many have been decided.
    pub(crate) fn decided(&self) -> u64 {
        self.decided.load(Ordering::Relaxed)
    }

    /// Ends it; none may have failed. Returns how many were decided.
    pub(crate) async fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for asking in self.asking {
            asking.await.unwrap().unwrap();
        }
        self.decided.load(Ordering::Relaxed)
    }
}

/// A service in a process of its own, which can be killed.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: Listen,
}

impl Process {
    /// Starts one with more in its environment: the test that is named has to call [`Process::serve_if_asked`] first of all.
    pub(crate) fn start(test: &str, url: &str, environment: &[(&str, &Path)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--include-ignored", "--nocapture"])
            .env(DATABASE, url)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find_map(|line| {
            let address = line.strip_prefix("serving on ")?;
            Some(address.parse().unwrap())
        });
        Self { child, address: address.expect("the service starts") }
    }

    /// Serves for good, if this process was started to do so.
    pub(crate) async fn serve_if_asked() {
        let Ok(url) = std::env::var(DATABASE) else { return };
        let config = small(url.parse().unwrap());
        serve(config, std::future::pending(), |addresses| eprintln!("serving on {}", addresses.grpc[0]))
            .await
            .unwrap();
    }

    /// Ends it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A service that has not said that it is ready: where it will be, its end, and whether it is ready.
pub(crate) struct Starting {
    pub(crate) address: Listen,
    pub(crate) ready: oneshot::Receiver<()>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tamis_server::ServeError>>,
}

impl Starting {
    /// Begins to start one, on a port that nobody else has.
    pub(crate) fn begin(config: Config) -> Self {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let address = Listen::from(SocketAddr::from((Ipv4Addr::LOCALHOST, free.port())));
        let config = Config { listen: vec![address.clone()], ..config };
        let ((stop, stopped), (is_ready, ready)) = (oneshot::channel(), oneshot::channel());
        let task = tokio::spawn(serve(config, async { drop(stopped.await) }, |_| is_ready.send(()).unwrap()));
        Self { address, ready, stop, task }
    }

    /// Stops it, and waits until it has stopped.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}
