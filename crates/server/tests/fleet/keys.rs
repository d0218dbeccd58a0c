//! Keys that are made or revoked through one service, and who comes in through the others.

use tamis_api::v1;
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::key_service_client::KeyServiceClient;
use tamis_server::{Config, Security};
use tonic::{Code, Request, Status};

use crate::cluster::{Cluster, until};
use crate::harness::{Service, account, evaluate};
use crate::replica::small;

/// The key in the administrator's file.
const ADMIN_KEY: &str = "0123456789abcdef0123456789abcdef";

fn by<T>(key: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    request
}

async fn decide(service: &Service, key: &str) -> Result<u64, Status> {
    let mut decisions = DecisionServiceClient::new(service.channel.clone());
    Ok(decisions.evaluate(by(key, evaluate("acme", "mail", 0))).await?.into_inner().revision)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: TAMIS_TEST_POSTGRES_BIN is the folder of `initdb` and `pg_ctl`"]
async fn keys_are_the_same_everywhere_and_in_a_snapshot() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let (admin, snapshot) = (folder.path().join("admin.key"), folder.path().join("snapshot"));
    std::fs::write(&admin, ADMIN_KEY).unwrap();
    let secured = || Config {
        security: Security { authenticate: true, admin_key_file: Some(admin.clone()), ..Security::default() },
        ..small(cluster.location())
    };
    let first = Service::start_with(Config { snapshot: Some(snapshot.clone()), ..secured() }).await;
    let second = Service::start_with(secured()).await;
    let mut accounts = AccountServiceClient::new(first.channel.clone());
    let request = v1::CreateAccountRequest { account: Some(account("acme")) };
    accounts.create_account(by(ADMIN_KEY, request)).await.unwrap();

    let mut keys = KeyServiceClient::new(first.channel.clone());
    let mut made = Vec::new();
    for name in ["kept", "revoked"] {
        let key = v1::Key {
            display_name: name.to_owned(),
            role: v1::Role::Evaluate.into(),
            account_ids: vec!["acme".to_owned()],
            ..v1::Key::default()
        };
        let request = v1::CreateKeyRequest { key: Some(key) };
        made.push(keys.create_key(by(ADMIN_KEY, request)).await.unwrap().into_inner());
    }
    let [kept, revoked] = &made[..] else { panic!("{made:?}") };
    for key in [kept, revoked] {
        until("the other service knows the key", async || decide(&second, &key.text).await.ok()).await;
    }
    // Revoked through the other one.
    let key_id = revoked.key.as_ref().unwrap().key_id.clone();
    let mut keys = KeyServiceClient::new(second.channel.clone());
    keys.revoke_key(by(ADMIN_KEY, v1::RevokeKeyRequest { key_id })).await.unwrap();
    let refused = until("the key is refused", async || decide(&first, &revoked.text).await.err()).await;
    assert_eq!(refused.code(), Code::Unauthenticated);
    assert_eq!(decide(&first, &kept.text).await.unwrap(), 1);

    second.stop().await;
    first.stop().await;
    cluster.crash();
    let stale = Service::start_with(Config { snapshot: Some(snapshot), ..secured() }).await;
    assert_eq!(decide(&stale, &kept.text).await.unwrap(), 1);
    assert_eq!(decide(&stale, &revoked.text).await.unwrap_err().code(), Code::Unauthenticated);
    stale.stop().await;
}
