//! TLS: who may connect, and who they are by their certificates.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_server::{Config, Listen, Location, Security, Transport, serve};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::harness::{assert_refused, config, evaluate};

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// An authority, and the files of what it signed.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { issuer, folder: tempfile::tempdir().unwrap() };
        authority.write("ca.pem", &authority.issuer.pem());
        authority
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Signs a certificate for a name; tells the files of it and of its key.
    fn sign(&self, name: &str) -> (PathBuf, PathBuf) {
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let signed = parameters.signed_by(&key, &self.issuer).unwrap();
        (
            self.write(&format!("{name}.pem"), &signed.pem()),
            self.write(&format!("{name}.key"), &key.serialize_pem()),
        )
    }

    fn client(&self) -> ClientTlsConfig {
        let ca = std::fs::read(self.path("ca.pem")).unwrap();
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ca)).domain_name("localhost")
    }
}

fn identity((cert, key): &(PathBuf, PathBuf)) -> Identity {
    let read = |path: &Path| std::fs::read(path).unwrap();
    Identity::from_pem(read(cert), read(key))
}

/// A service that speaks TLS.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(security: Security, transport: Transport) -> Self {
        let config = Config { security, transport, ..config(Location::Memory) };
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, addresses) = oneshot::channel();
        let serving = serve(config, async { drop(stopped.await) }, |addresses| {
            ready.send(addresses.grpc.clone()).unwrap();
        });
        let task = tokio::spawn(async { serving.await.unwrap() });
        let Listen::Tcp(address) = addresses.await.unwrap()[0] else { panic!("no address of TCP") };
        Self { address, stop, task }
    }

    async fn connect(&self, tls: ClientTlsConfig) -> Result<Channel, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(format!("https://{}", self.address)).unwrap();
        endpoint.tls_config(tls).unwrap().connect().await
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

fn with_tls((cert, key): (PathBuf, PathBuf)) -> Security {
    Security { tls_cert: Some(cert), tls_key: Some(key), ..Security::default() }
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_gets_in_and_nothing_else_does() {
    let (authority, other) = (Authority::new(), Authority::new());
    let running = Running::start(with_tls(authority.sign("server")), Transport::default()).await;
    let channel = running.connect(authority.client()).await.unwrap();
    let asked = DecisionServiceClient::new(channel).evaluate(evaluate("acme", "mail", 0)).await;
    assert_refused(asked, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    assert!(running.connect(other.client()).await.is_err(), "another authority");
    let wrong_name = authority.client().domain_name("other.example");
    assert!(running.connect(wrong_name).await.is_err(), "another name");
    let plain = Endpoint::from_shared(format!("http://{}", running.address)).unwrap().connect_lazy();
    let asked = DecisionServiceClient::new(plain).evaluate(evaluate("acme", "mail", 0)).await;
    assert!(asked.is_err_and(|status| status.code() != Code::NotFound), "no TLS");
    running.stop().await;
}

#[tokio::test]
async fn a_peer_that_does_not_shake_hands_is_given_up() {
    let authority = Authority::new();
    let transport = Transport { handshake_timeout: Duration::from_millis(20), ..Transport::default() };
    let running = Running::start(with_tls(authority.sign("server")), transport).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, silent.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    running.stop().await;
}

#[tokio::test]
async fn a_certificate_gets_its_bearer_the_role_that_is_given_to_its_name() {
    let (authority, other) = (Authority::new(), Authority::new());
    let security = Security {
        tls_client_ca: Some(authority.path("ca.pem")),
        client_roles: vec!["CN=backend evaluate acme".parse().unwrap()],
        ..with_tls(authority.sign("server"))
    };
    let running = Running::start(security, Transport::default()).await;
    let backend = authority.client().identity(identity(&authority.sign("backend")));
    let mut decisions = DecisionServiceClient::new(running.connect(backend).await.unwrap());
    let asked = decisions.evaluate(evaluate("acme", "mail", 0)).await;
    assert_refused(asked, Code::NotFound, "ACCOUNT_NOT_FOUND", &[]);
    let nobody = authority.client().identity(identity(&authority.sign("somebody")));
    let mut decisions = DecisionServiceClient::new(running.connect(nobody).await.unwrap());
    let asked = decisions.evaluate(evaluate("acme", "mail", 0)).await;
    assert_refused(asked, Code::Unauthenticated, "UNAUTHENTICATED", &[]);

    // With TLS 1.3 a client hears only with its first call that it is not taken.
    let forged = authority.client().identity(identity(&other.sign("backend")));
    for stranger in [authority.client(), forged] {
        let asked = match running.connect(stranger).await {
            Ok(channel) => {
                DecisionServiceClient::new(channel).evaluate(evaluate("acme", "mail", 0)).await.map(drop)
            }
            Err(error) => Err(tonic::Status::from_error(error.into())),
        };
        let status = asked.unwrap_err();
        assert!(!matches!(status.code(), Code::NotFound | Code::Unauthenticated), "{status}");
    }
    running.stop().await;
}
