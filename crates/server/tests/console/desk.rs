//! A service with a console, and clients of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_server::{Addresses, Config, Console, Listen, Location, Security, ServeError, Transport, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

/// The service.
pub(crate) struct Desk {
    /// The address of the console, such as `http://127.0.0.1:40001`.
    pub(crate) url: String,
    pub(crate) accounts: AccountServiceClient<Channel>,
    pub(crate) workflows: WorkflowServiceClient<Channel>,
    pub(crate) decisions: DecisionServiceClient<Channel>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
    /// With the file of the administrator's key, which is read again while the service runs.
    _folder: Option<tempfile::TempDir>,
}

/// The administrator's key of a service to which people sign in.
pub(crate) const ADMIN_KEY: &str = "0123456789abcdef0123456789abcdef";

/// The demo, with all in memory and on free ports. Calls wait for as long as it takes.
pub(crate) fn config() -> Config {
    let free: Listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into();
    Config {
        listen: vec![free.clone()],
        console: Some(Console { listen: free, secret_file: None }),
        demo: true,
        transport: Transport { queue_wait_max: Duration::from_secs(60), ..Transport::default() },
        ..Config::new(Location::Memory)
    }
}

impl Desk {
    /// One for everybody.
    pub(crate) async fn start() -> Self {
        Self::start_with(config()).await
    }

    /// One for those who sign in; [`ADMIN_KEY`] may do everything.
    pub(crate) async fn start_secured() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("admin.key");
        std::fs::write(&file, ADMIN_KEY).unwrap();
        let security = Security { admin_key_file: Some(file), ..Security::default() };
        let desk = Self::start_with(Config { security, ..config() }).await;
        Self { _folder: Some(folder), ..desk }
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (ready, addresses) = oneshot::channel();
        let task = tokio::spawn(serve(config, async { drop(stopped.await) }, |addresses| {
            ready.send(addresses.clone()).unwrap()
        }));
        let Ok(Addresses { grpc, console }) = addresses.await else {
            panic!("{}", task.await.unwrap().unwrap_err())
        };
        let channel = Endpoint::from_shared(format!("http://{}", grpc[0])).unwrap().connect().await.unwrap();
        Self {
            url: format!("http://{}", console.unwrap()),
            accounts: AccountServiceClient::new(channel.clone()),
            workflows: WorkflowServiceClient::new(channel.clone()),
            decisions: DecisionServiceClient::new(channel),
            stop,
            task,
            _folder: None,
        }
    }

    /// Stops it, and waits until it has stopped.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}
