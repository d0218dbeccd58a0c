use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use super::*;

/// An issuer with a key of each of two kinds.
struct Issuer {
    ed: Ed25519KeyPair,
    ec: EcdsaKeyPair,
    folder: tempfile::TempDir,
}

impl Issuer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let ed = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let ec = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self {
            ed: Ed25519KeyPair::from_pkcs8(ed.as_ref()).unwrap(),
            ec: EcdsaKeyPair::from_pkcs8(algorithm, ec.as_ref(), &random).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn ed_key(&self) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": BASE64.encode(self.ed.public_key())})
    }

    fn ec_key(&self) -> Value {
        let (x, y) = self.ec.public_key().as_ref()[1..].split_at(32);
        json!({"kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256", "use": "sig",
               "x": BASE64.encode(x), "y": BASE64.encode(y)})
    }

    fn write(&self, set: &Value) -> PathBuf {
        let file = self.folder.path().join("jwks.json");
        std::fs::write(&file, set.to_string()).unwrap();
        file
    }

    fn settings(&self, keys: &[Value]) -> Settings {
        Settings {
            issuer: "https://issuer.example".to_owned(),
            audience: "tamis".to_owned(),
            jwks: self.write(&json!({ "keys": keys })),
            role_claim: "tamis_role".to_owned(),
            accounts_claim: "tamis_accounts".to_owned(),
        }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = match header["alg"].as_str() {
            Some("ES256") => {
                self.ec.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec()
            }
            _ => self.ed.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", BASE64.encode(signature))
    }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

fn claims() -> Value {
    json!({"iss": "https://issuer.example", "aud": "tamis", "sub": "anna", "exp": now() + 600,
           "tamis_role": "edit", "tamis_accounts": ["shop", "other"]})
}

/// The claims with one more, or with another value.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

#[test]
fn a_token_is_verified_by_the_key_that_it_names() {
    let issuer = Issuer::new();
    let verifier = Verifier::load(issuer.settings(&[issuer.ed_key(), issuer.ec_key()])).unwrap();
    for header in [json!({"alg": "EdDSA", "kid": "ed"}), json!({"alg": "ES256", "kid": "ec"})] {
        let identity = verifier.verify(&issuer.sign(&header, &claims())).unwrap();
        assert_eq!((identity.name.as_str(), identity.role), ("jwt:anna", Role::Edit));
        assert_eq!(identity.accounts, Accounts::Named(["other".to_owned(), "shop".to_owned()].into()));
        assert!(identity.expires.is_some());
    }
}

#[test]
fn a_token_of_rsa_is_verified() {
    // Made by `openssl genrsa` and `openssl dgst -sha256 -sign`, for claims that never expire within the life of this test.
    let vector: Value = serde_json::from_str(include_str!("rs256.json")).unwrap();
    let issuer = Issuer::new();
    let verifier = Verifier::load(issuer.settings(&[vector["key"].clone()])).unwrap();
    let token = vector["token"].as_str().unwrap();
    assert_eq!(verifier.verify(token).unwrap().name, "jwt:anna");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let changed: String = signature.chars().rev().collect();
    assert!(verifier.verify(&format!("{message}.{changed}")).is_err());
}

#[test]
fn what_is_wrong_with_a_token_keeps_it_out() {
    let issuer = Issuer::new();
    let verifier = Verifier::load(issuer.settings(&[issuer.ed_key(), issuer.ec_key()])).unwrap();
    let header = json!({"alg": "EdDSA", "kid": "ed"});
    let good = issuer.sign(&header, &claims());
    assert!(verifier.verify(&good).is_ok());
    let (message, _) = good.rsplit_once('.').unwrap();
    let none =
        format!("{}.{}.", BASE64.encode(r#"{"alg":"none","kid":"ed"}"#), BASE64.encode(claims().to_string()));
    let public = BASE64.encode(issuer.ed.public_key());
    let hmac = {
        let message = format!(
            "{}.{}",
            BASE64.encode(r#"{"alg":"HS256","kid":"ed"}"#),
            BASE64.encode(claims().to_string())
        );
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, issuer.ed.public_key().as_ref());
        format!("{message}.{}", BASE64.encode(ring::hmac::sign(&key, message.as_bytes())))
    };
    let others = Issuer::new();
    for (why, token) in [
        ("no signature", format!("{message}.")),
        ("two parts", message.to_owned()),
        ("alg none", none),
        ("HMAC by the public key", hmac),
        ("another's signature", others.sign(&header, &claims())),
        ("a kid of another key", issuer.sign(&json!({"alg": "EdDSA", "kid": "ec"}), &claims())),
        ("an alg of another key", issuer.sign(&json!({"alg": "ES256", "kid": "ed"}), &claims())),
        ("an unknown kid", issuer.sign(&json!({"alg": "EdDSA", "kid": "x"}), &claims())),
        ("no kid among two keys", issuer.sign(&json!({"alg": "EdDSA"}), &claims())),
        ("a critical header", issuer.sign(&json!({"alg": "EdDSA", "kid": "ed", "crit": ["b64"]}), &claims())),
        (
            "a key of its own",
            issuer.sign(&json!({"alg": "EdDSA", "kid": "x", "jwk": {"x": public}}), &claims()),
        ),
        ("expired", issuer.sign(&header, &with("exp", json!(now() - 60)))),
        ("not yet", issuer.sign(&header, &with("nbf", json!(now() + 120)))),
        ("another issuer", issuer.sign(&header, &with("iss", json!("https://other.example")))),
        ("another audience", issuer.sign(&header, &with("aud", json!(["other"])))),
        ("no expiry", issuer.sign(&header, &without("exp"))),
        ("no issuer", issuer.sign(&header, &without("iss"))),
        ("no audience", issuer.sign(&header, &without("aud"))),
        ("no subject", issuer.sign(&header, &without("sub"))),
        ("an empty subject", issuer.sign(&header, &with("sub", json!("")))),
        ("no role", issuer.sign(&header, &without("tamis_role"))),
        ("an unknown role", issuer.sign(&header, &with("tamis_role", json!("owner")))),
        ("no accounts", issuer.sign(&header, &without("tamis_accounts"))),
        ("an empty list of accounts", issuer.sign(&header, &with("tamis_accounts", json!([])))),
        ("no token", "a.b.c".to_owned()),
    ] {
        let verified = verifier.verify(&token);
        assert!(verified.is_err(), "{why}: {verified:?}");
    }
}

#[test]
fn clocks_may_be_some_seconds_apart_and_claims_of_several_forms() {
    let issuer = Issuer::new();
    let verifier = Verifier::load(issuer.settings(&[issuer.ed_key()])).unwrap();
    let verify = |claims: &Value| verifier.verify(&issuer.sign(&json!({"alg": "EdDSA"}), claims)).unwrap();
    verify(&with("exp", json!(now() - 5)));
    verify(&with("nbf", json!(now() + 5)));
    verify(&with("aud", json!(["other", "tamis"])));
    let roles = verify(&with("tamis_role", json!(["agent", "evaluate", "admin"])));
    assert_eq!(roles.role, Role::Admin);
    assert_eq!(verify(&with("tamis_accounts", json!("*"))).accounts, Accounts::All);
    let one = Accounts::Named(["shop".to_owned()].into());
    assert_eq!(verify(&with("tamis_accounts", json!("shop"))).accounts, one);
    // A star among others is no more than an id that no account has.
    let named = verify(&with("tamis_accounts", json!(["*", "shop"])));
    assert!(!named.accounts.has("other"));
}

#[test]
fn a_set_without_a_key_that_verifies_is_refused_and_one_that_is_read_again_counts() {
    let issuer = Issuer::new();
    let symmetric = json!({"kty": "oct", "kid": "s", "k": BASE64.encode([7; 32])});
    let encryption = json!({"kty": "OKP", "crv": "Ed25519", "use": "enc", "x": BASE64.encode([7; 32])});
    for (keys, wanted) in [
        (vec![], "no key that verifies"),
        (vec![encryption], "no key that verifies"),
        (vec![issuer.ed_key(), symmetric.clone()], "symmetric"),
    ] {
        let error = Verifier::load(issuer.settings(&keys)).unwrap_err();
        assert!(error.contains(wanted), "{error}");
    }
    let verifier = Verifier::load(issuer.settings(&[issuer.ed_key()])).unwrap();
    let mut source = verifier.source();
    let token = issuer.sign(&json!({"alg": "ES256", "kid": "ec"}), &claims());
    assert!(verifier.verify(&token).is_err());
    issuer.write(&json!({"keys": [issuer.ed_key(), issuer.ec_key()]}));
    source.reload().unwrap();
    assert!(verifier.verify(&token).is_ok());
    issuer.write(&json!({"keys": [symmetric]}));
    source.reload().unwrap_err();
    assert!(verifier.verify(&token).is_ok(), "what was read before stays in force");
}
