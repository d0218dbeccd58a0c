//! JSON Web Tokens of an issuer whose public keys stand in a file (a JWKS, RFC 7517).
//!
//! Which algorithm a token is verified by follows from the key, never from what the token says alone: RSA keys verify `RS256`,
//! those of the curve P-256 `ES256`, Ed25519 `EdDSA` (RFC 8725, 3.1). A key set with a symmetric key is refused whole, and so is a
//! token without a signature, whatever it says.

mod ring_provider;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::identity::reload::{self, Source};
use crate::identity::{Accounts, Identity, Role};

/// How far the clocks of the issuer and of this machine may be apart.
const LEEWAY_S: u64 = 30;
/// What stands for all accounts in the claim of the accounts.
const ALL_ACCOUNTS: &str = "*";

/// Which tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The `iss` that they must have.
    pub(crate) issuer: String,
    /// The `aud` that they must have, maybe among others.
    pub(crate) audience: String,
    /// The file with the issuer's public keys.
    pub(crate) jwks: PathBuf,
    /// The claim that has the role, or roles, of which the greatest counts.
    pub(crate) role_claim: String,
    /// The claim that has the ids of the accounts, or `*`.
    pub(crate) accounts_claim: String,
}

/// A public key.
#[derive(Debug)]
struct PublicKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Verifies tokens.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    settings: Arc<Settings>,
    keys: Arc<ArcSwap<Vec<PublicKey>>>,
}

impl Verifier {
    /// One with the keys of its file.
    ///
    /// # Errors
    /// The file cannot be read, or is of no use.
    pub(crate) fn load(settings: Settings) -> Result<Self, String> {
        ring_provider::install();
        let keys = read(&settings.jwks)?;
        Ok(Self { settings: Arc::new(settings), keys: Arc::new(ArcSwap::from_pointee(keys)) })
    }

    /// What reads the file again.
    pub(crate) fn source(&self) -> impl Source + use<> {
        Jwks { file: self.settings.jwks.clone(), keys: self.keys.clone() }
    }

    /// Who presents a token.
    ///
    /// # Errors
    /// Why it is not good, for the log.
    pub(crate) fn verify(&self, token: &str) -> Result<Identity, String> {
        let header = decode_header(token).map_err(|error| error.to_string())?;
        // Whoever marks something as critical wants it to be understood (RFC 7515, 4.1.11), and nothing of it is here.
        if header.crit.is_some() {
            return Err("it has a critical header".to_owned());
        }
        let keys = self.keys.load();
        let is_named = |key: &&PublicKey| key.kid.is_some() && key.kid == header.kid;
        let key = match (&header.kid, keys.as_slice()) {
            (Some(_), keys) => keys.iter().find(is_named),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let key = key.ok_or("it names none of the issuer's keys")?;
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = LEEWAY_S;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Map<String, Value>>(token, &key.key, &validation);
        self.identity(&claims.map_err(|error| error.to_string())?.claims)
    }

    /// What the claims of a verified token say.
    fn identity(&self, claims: &Map<String, Value>) -> Result<Identity, String> {
        let Settings { role_claim, accounts_claim, .. } = &*self.settings;
        let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty());
        let subject = subject.ok_or("its claim `sub` is no text")?;
        let roles = claims.get(role_claim).map(texts).unwrap_or_default();
        let role = roles.iter().filter_map(|role| role.parse::<Role>().ok()).max();
        let role = role.ok_or_else(|| format!("its claim `{role_claim}` has no role"))?;
        let accounts = claims.get(accounts_claim).map(texts).unwrap_or_default();
        let accounts = match accounts.as_slice() {
            [] => return Err(format!("its claim `{accounts_claim}` has no account")),
            [all] if *all == ALL_ACCOUNTS => Accounts::All,
            ids => Accounts::Named(ids.iter().map(ToString::to_string).collect()),
        };
        // It was required, and is a number. A later moment than any calendar has is none that a token reaches.
        let expires = claims.get("exp").and_then(Value::as_f64).ok_or("its claim `exp` is no number")?;
        let leeway = jiff::SignedDuration::from_secs(LEEWAY_S.cast_signed());
        let expires = Timestamp::from_second(expires as i64).and_then(|expires| expires.checked_add(leeway));
        Ok(Identity::new("jwt", subject, role, accounts, Some(expires.unwrap_or(Timestamp::MAX))))
    }
}

/// The texts of a claim that is one text, or a list of them.
fn texts(claim: &Value) -> Vec<&str> {
    match claim {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Reads the keys of a file that can verify tokens; those for other purposes are passed over.
fn read(file: &Path) -> Result<Vec<PublicKey>, String> {
    let name = file.display();
    let text = reload::read(file)?;
    let set: JwkSet = serde_json::from_str(&text)
        .map_err(|error| format!("{name} is no set of keys (a JWKS, as RFC 7517 has it): {error}"))?;
    if set.keys.iter().any(|key| matches!(key.algorithm, AlgorithmParameters::OctetKey(_))) {
        return Err(format!("{name} has a symmetric key: whoever can verify by it can sign too"));
    }
    let keys: Vec<PublicKey> = set.keys.iter().filter_map(public_key).collect();
    if keys.is_empty() {
        return Err(format!("{name} has no key that verifies RS256, ES256 or EdDSA"));
    }
    Ok(keys)
}

/// A key that verifies signatures by one of the algorithms that are taken.
fn public_key(jwk: &Jwk) -> Option<PublicKey> {
    let (algorithm, stated) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let common = &jwk.common;
    let is_meant = common.public_key_use.as_ref().is_none_or(|key_use| *key_use == PublicKeyUse::Signature)
        && common.key_algorithm.is_none_or(|algorithm| algorithm == stated);
    let key = DecodingKey::from_jwk(jwk).ok().filter(|_| is_meant)?;
    Some(PublicKey { kid: common.key_id.clone(), algorithm, key })
}

/// Reads the keys again.
struct Jwks {
    file: PathBuf,
    keys: Arc<ArcSwap<Vec<PublicKey>>>,
}

impl Source for Jwks {
    fn what(&self) -> &'static str {
        "the key set of the tokens' issuer"
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn reload(&mut self) -> Result<(), String> {
        self.keys.store(Arc::new(read(&self.file)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
