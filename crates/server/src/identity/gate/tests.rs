use std::collections::BTreeMap;

use tamis_store::{Location, Store};

use super::*;
use crate::identity::keys::{Key, KeySet, StoredKey, generate, hash};

const EVALUATE: &str = "/tamis.v1.DecisionService/Evaluate";
const CREATE_KEY: &str = "/tamis.v1.KeyService/CreateKey";

async fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::new(Store::open(&Location::Memory).await.unwrap()))
}

/// Puts keys into a catalog, at a revision, and tells their texts.
fn put(catalog: &Catalog, revision: u64, keys: &[(Role, Option<Timestamp>)]) -> Vec<String> {
    let mut texts = Vec::new();
    let stored = keys.iter().map(|(role, expire_time)| {
        let (key_id, text) = generate().unwrap();
        let key = Key {
            key_id: key_id.clone(),
            display_name: String::new(),
            role: *role,
            accounts: Accounts::All,
            create_time: Timestamp::UNIX_EPOCH,
            creator: String::new(),
            expire_time: *expire_time,
        };
        let stored = Arc::new(StoredKey::new(key, hash(&text)));
        texts.push(text);
        (key_id, stored)
    });
    let keys: BTreeMap<_, _> = stored.collect();
    catalog.keys().publish(KeySet { revision, alive: true, keys }, false);
    texts
}

fn headers(values: &[&str]) -> HeaderMap {
    values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap())).collect()
}

fn admit(gate: &Gate, path: &str, values: &[&str]) -> Result<String, Failure> {
    let access = gate.admit(path, &headers(values), &Peer::default())?;
    Ok(access.identity().map(|identity| identity.name.clone()).unwrap_or_default())
}

#[tokio::test]
async fn a_call_is_let_in_by_what_it_presents() {
    let catalog = catalog().await;
    let texts = put(&catalog, 1, &[(Role::Evaluate, None), (Role::Admin, None)]);
    let gate = Gate::new(catalog, None, None);
    let [evaluate, admin] = [0, 1].map(|nth| format!("Bearer {}", texts[nth]));
    // Twice, as what was verified once is remembered.
    for _ in 0..2 {
        let name = admit(&gate, EVALUATE, &[&evaluate]).unwrap();
        assert!(texts[0].contains(name.strip_prefix("key:").unwrap()));
        admit(&gate, CREATE_KEY, &[&admin]).unwrap();
        let wanted = Failure::permission_denied(Role::Evaluate, Role::Admin);
        assert_eq!(admit(&gate, CREATE_KEY, &[&evaluate]), Err(wanted));
        assert_eq!(admit(&gate, "/tamis.v1.KeyService/StealKey", &[&admin]), Err(Failure::UnknownRpc));
        admit(&gate, &EVALUATE.to_lowercase(), &[&admin]).unwrap_err();
    }
    let lower = evaluate.replace("Bearer", "bearer");
    admit(&gate, EVALUATE, &[&lower]).unwrap();
    let long = format!("Bearer {}", "a".repeat(HEADER_BYTES_MAX));
    for refused in [
        &[][..],
        &[""],
        &["Bearer"],
        &["Bearer "],
        &[texts[0].as_str()],
        &[&format!("Basic {}", texts[0])],
        &[&format!("{evaluate} {}", texts[0])],
        &[&evaluate[..evaluate.len() - 1]],
        &["Bearer a.b.c"],
        &[&long],
        &[&evaluate, &evaluate],
    ] {
        assert_eq!(admit(&gate, EVALUATE, refused), Err(Failure::Unauthenticated), "{refused:?}");
    }
    assert_eq!(admit(&gate, "/tamis.v1.KeyService/StealKey", &[]), Err(Failure::Unauthenticated));
    assert_eq!(admit(&gate, "/grpc.health.v1.Health/Check", &[]), Ok(String::new()));
}

#[tokio::test]
async fn a_key_that_is_revoked_is_good_for_no_further_call() {
    let catalog = catalog().await;
    let texts = put(&catalog, 1, &[(Role::Evaluate, None)]);
    let gate = Gate::new(catalog.clone(), None, None);
    let header = format!("Bearer {}", texts[0]);
    admit(&gate, EVALUATE, &[&header]).unwrap();
    put(&catalog, 2, &[]);
    assert_eq!(admit(&gate, EVALUATE, &[&header]), Err(Failure::Unauthenticated));
}

#[tokio::test]
async fn a_credential_that_is_remembered_expires_all_the_same() {
    let catalog = catalog().await;
    let soon = Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let texts = put(&catalog, 1, &[(Role::Evaluate, Some(soon))]);
    let gate = Gate::new(catalog, None, None);
    let header = format!("Bearer {}", texts[0]);
    admit(&gate, EVALUATE, &[&header]).unwrap();
    REMEMBERED.with_borrow_mut(|remembered| {
        let known = remembered.get_mut(header.as_bytes()).unwrap();
        let expired = Identity { expires: Some(Timestamp::UNIX_EPOCH), ..Identity::clone(&known.identity) };
        known.identity = Arc::new(expired);
    });
    assert_eq!(admit(&gate, EVALUATE, &[&header]), Err(Failure::Unauthenticated));
}

#[tokio::test]
async fn keys_that_have_not_been_read_yet_may_still_be_good() {
    let gate = Gate::new(catalog().await, None, None);
    let (_, text) = generate().unwrap();
    let refused = admit(&gate, EVALUATE, &[&format!("Bearer {text}")]);
    assert_eq!(refused, Err(Failure::loading()));
}

#[tokio::test]
async fn one_gate_knows_nothing_of_what_another_remembers() {
    let (one, other) = (catalog().await, catalog().await);
    let texts = put(&one, 1, &[(Role::Evaluate, None)]);
    put(&other, 1, &[]);
    let header = format!("Bearer {}", texts[0]);
    admit(&Gate::new(one, None, None), EVALUATE, &[&header]).unwrap();
    let refused = admit(&Gate::new(other, None, None), EVALUATE, &[&header]);
    assert_eq!(refused, Err(Failure::Unauthenticated));
}

#[tokio::test]
async fn what_is_presented_counts_before_what_the_connection_shows() {
    let catalog = catalog().await;
    let texts = put(&catalog, 1, &[(Role::Evaluate, None)]);
    let gate = Arc::new(Gate::new(catalog.clone(), None, None));
    let of = |expires| {
        let identity = Identity::new("cert", "CN=a", Role::Edit, Accounts::All, expires);
        Peer { address: None, identity: Some(Arc::new(identity)) }
    };
    let shown = of(None);
    let named = |headers: &HeaderMap, peer: &Peer| {
        let access = gate.admit(EVALUATE, headers, peer)?;
        Ok::<_, Failure>(access.identity().unwrap().name.clone())
    };
    assert_eq!(named(&headers(&[]), &shown), Ok("cert:CN=a".to_owned()));
    let header = format!("Bearer {}", texts[0]);
    assert!(named(&headers(&[&header]), &shown).unwrap().starts_with("key:"));
    let wrong = named(&headers(&["Bearer wrong"]), &shown);
    assert_eq!(wrong, Err(Failure::Unauthenticated), "a wrong one is not passed over");
    let expired = of(Some(Timestamp::UNIX_EPOCH));
    assert_eq!(named(&headers(&[]), &expired), Err(Failure::Unauthenticated));

    let session = Session::new(&Some(gate.clone()), &headers(&[&header]), &shown);
    session.access().unwrap();
    put(&catalog, 2, &[]);
    assert_eq!(session.access().unwrap_err(), Failure::Unauthenticated, "a call that lasts is asked again");
}

#[tokio::test]
async fn a_key_in_a_file_is_an_administrators_and_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("admin.key");
    let key = |digit: &str| digit.repeat(ADMIN_KEY_CHARS_MIN);
    std::fs::write(&file, format!("{}\n", key("1"))).unwrap();
    let mut admin_key = AdminKey::load(&file).unwrap();
    let gate = Gate::new(catalog().await, None, Some(admin_key.clone()));
    let admits = |digit: &str| admit(&gate, CREATE_KEY, &[&format!("Bearer {}", key(digit))]).is_ok();
    assert_eq!((admits("1"), admits("2")), (true, false));
    std::fs::write(&file, "too short").unwrap();
    admin_key.reload().unwrap_err();
    gate.begin_epoch();
    assert_eq!((admits("1"), admits("2")), (true, false));
    std::fs::write(&file, key("2")).unwrap();
    admin_key.reload().unwrap();
    gate.begin_epoch();
    assert_eq!((admits("1"), admits("2")), (false, true));
}
