//! Lets a call in or not, by its path, its header `authorization`, and what its connection has shown.
//!
//! Verifying a credential takes a hash, or a signature. It is done once on each thread, and again after each [`Epoch`]; what comes in
//! between is found by the bytes of the header in a map of the thread's own, by SipHash with random keys, so that no time tells how
//! near a guess came. A key that is revoked ends with its epoch, and an expiry is looked at on each call.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::catalog::Catalog;
use crate::identity::jwt::Verifier;
use crate::identity::keys::{self, Epoch, Hash};
use crate::identity::refusals::REFUSALS;
use crate::identity::reload::{self, Source};
use crate::identity::rpcs::{self, Need};
use crate::identity::{Access, Accounts, Identity, Role};
use crate::status::Failure;

/// Bytes of a header that is looked at. Tokens with many claims take a kilobyte or two.
const HEADER_BYTES_MAX: usize = 8 << 10;
/// Credentials that a thread remembers; beyond that it begins anew.
const REMEMBERED_MAX: usize = 1_024;
/// Bytes of the path of a refused call that are logged.
const LOGGED_PATH_BYTES_MAX: usize = 200;
/// Characters that an administrator's key in a file has at least: those of 128 random bits in hexadecimal.
const ADMIN_KEY_CHARS_MIN: usize = 32;

thread_local! {
    /// Headers that were verified on this thread.
    static REMEMBERED: RefCell<HashMap<Box<[u8]>, Remembered>> = RefCell::default();
}

/// A credential that was verified.
struct Remembered {
    identity: Arc<Identity>,
    epoch: u64,
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peer {
    /// Its address; none on a socket of the file system.
    pub(crate) address: Option<SocketAddr>,
    /// Who it is, by the certificate that it showed.
    pub(crate) identity: Option<Arc<Identity>>,
}

/// Lets calls in, or not.
#[derive(Debug)]
pub(crate) struct Gate {
    catalog: Arc<Catalog>,
    epoch: Arc<Epoch>,
    tokens: Option<Verifier>,
    admin_key: Option<AdminKey>,
}

impl Gate {
    /// A gate that takes the keys of the catalog, and what else is given.
    pub(crate) fn new(catalog: Arc<Catalog>, tokens: Option<Verifier>, admin_key: Option<AdminKey>) -> Self {
        let epoch = catalog.keys().epoch.clone();
        Self { catalog, epoch, tokens, admin_key }
    }

    /// Has every credential verified again.
    pub(crate) fn begin_epoch(&self) {
        self.epoch.advance();
    }

    /// What the call to a path may do.
    ///
    /// # Errors
    /// It is not let in.
    pub(crate) fn admit(&self, path: &str, headers: &HeaderMap, peer: &Peer) -> Result<Access, Failure> {
        let need = match rpcs::need(path) {
            Some(Need::Nothing) => return Ok(Access::NOBODY),
            need => need,
        };
        let access = self.identify(headers, peer).map_err(|failure| refused(path, peer, None, failure))?;
        match need {
            Some(Need::Role(role)) => match access.require(role) {
                Ok(()) => Ok(access),
                Err(failure) => Err(refused(path, peer, access.identity(), failure)),
            },
            Some(Need::Identity | Need::Nothing) => Ok(access),
            None => Err(Failure::UnknownRpc),
        }
    }

    /// Who calls. A credential that is presented counts, and whether it is good; only without one does the connection's.
    fn identify(&self, headers: &HeaderMap, peer: &Peer) -> Result<Access, Failure> {
        let mut presented = headers.get_all(AUTHORIZATION).iter();
        match (presented.next(), presented.next()) {
            (header, None) => self.access(header, peer),
            // Which of two would count is nothing to guess about.
            (_, Some(_)) => Err(Failure::unauthenticated()),
        }
    }

    fn access(&self, header: Option<&HeaderValue>, peer: &Peer) -> Result<Access, Failure> {
        let identity = match header {
            Some(header) => self.remembered(header.as_bytes())?,
            None => peer.identity.clone().ok_or_else(Failure::unauthenticated)?,
        };
        // The clock costs more than all the rest.
        if identity.expires.is_some_and(|expires| expires <= Timestamp::now()) {
            return Err(Failure::unauthenticated());
        }
        Ok(Access::of(identity))
    }

    fn remembered(&self, header: &[u8]) -> Result<Arc<Identity>, Failure> {
        // Before anything is verified, so that what changes meanwhile is verified again.
        let epoch = self.epoch.now();
        REMEMBERED.with_borrow_mut(|remembered| {
            if let Some(known) = remembered.get(header).filter(|known| known.epoch == epoch) {
                return Ok(known.identity.clone());
            }
            // Each thread has its own, so that none waits for others to count who uses it.
            let identity =
                self.verify(header).map(Arc::new).inspect_err(|_| drop(remembered.remove(header)))?;
            if remembered.len() >= REMEMBERED_MAX {
                remembered.clear();
            }
            remembered.insert(header.into(), Remembered { identity: identity.clone(), epoch });
            Ok(identity)
        })
    }

    fn verify(&self, header: &[u8]) -> Result<Identity, Failure> {
        let token = bearer(header).ok_or_else(Failure::unauthenticated)?;
        if let Some(admin) = self.admin_key.as_ref().filter(|admin| admin.is(token)) {
            return Ok(admin.identity());
        }
        if keys::is_key(token) {
            return match self.catalog.keys().verify(token, Timestamp::now()) {
                Some(identity) => Ok(identity),
                None if self.catalog.keys().is_loaded() => Err(Failure::unauthenticated()),
                None => Err(Failure::loading()),
            };
        }
        let tokens = self.tokens.as_ref().ok_or_else(Failure::unauthenticated)?;
        tokens.verify(token).map_err(|reason| {
            REFUSALS.log(|left_out| tracing::warn!(reason, left_out, "a token is not good"));
            Failure::unauthenticated()
        })
    }
}

/// The same failure, logged unless there are too many.
fn refused(rpc: &str, peer: &Peer, identity: Option<&Identity>, failure: Failure) -> Failure {
    REFUSALS.log(|left_out| {
        let peer = peer.address.map(|address| address.to_string()).unwrap_or_default();
        let identity = identity.map(|identity| identity.name.as_str()).unwrap_or_default();
        let rpc = rpc.get(..rpc.floor_char_boundary(LOGGED_PATH_BYTES_MAX)).unwrap_or_default();
        tracing::warn!(rpc, peer, identity, reason = %failure, left_out, "refused a call");
    });
    failure
}

/// A call that lasts, and may outlive the credential that it was let in by.
#[derive(Clone, Debug)]
pub(crate) struct Session(Option<Guarded>);

#[derive(Clone, Debug)]
struct Guarded {
    gate: Arc<Gate>,
    header: Option<HeaderValue>,
    peer: Peer,
}

impl Session {
    /// That of a call with these headers; everybody may call where there is no gate.
    pub(crate) fn new(gate: &Option<Arc<Gate>>, headers: &HeaderMap, peer: &Peer) -> Self {
        let header = headers.get(AUTHORIZATION).cloned();
        Self(gate.as_ref().map(|gate| Guarded { gate: gate.clone(), header, peer: peer.clone() }))
    }

    /// That of a request. One that has not come through the front may do nothing.
    pub(crate) fn of_request<T>(request: &tonic::Request<T>) -> Result<Self, Failure> {
        request.extensions().get().cloned().ok_or_else(Failure::unauthenticated)
    }

    /// What it may do now.
    ///
    /// # Errors
    /// Its credential is no longer good.
    pub(crate) fn access(&self) -> Result<Access, Failure> {
        match &self.0 {
            None => Ok(Access::OPEN),
            Some(Guarded { gate, header, peer }) => gate.access(header.as_ref(), peer),
        }
    }
}

/// The token of a header `authorization` with the scheme `Bearer` (RFC 6750, 2.1).
fn bearer(header: &[u8]) -> Option<&str> {
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    let (scheme, token) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

/// An administrator's key in a file: what the first keys of a service are made with.
#[derive(Clone, Debug)]
pub(crate) struct AdminKey {
    file: PathBuf,
    hash: Arc<ArcSwapOption<Hash>>,
}

impl AdminKey {
    /// That of a file.
    ///
    /// # Errors
    /// The file cannot be read, or has no key that is long enough.
    pub(crate) fn load(file: &Path) -> Result<Self, String> {
        let mut key = Self { file: file.to_owned(), hash: Arc::default() };
        key.reload()?;
        Ok(key)
    }

    fn is(&self, token: &str) -> bool {
        let wanted = self.hash.load();
        wanted.as_ref().is_some_and(|wanted| bool::from(keys::hash(token).ct_eq(&**wanted)))
    }

    fn identity(&self) -> Identity {
        Identity::new("key", "admin-key-file", Role::Admin, Accounts::All, None)
    }
}

impl Source for AdminKey {
    fn what(&self) -> &'static str {
        "the administrator's key"
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.file.clone()]
    }

    fn reload(&mut self) -> Result<(), String> {
        let text = reload::read(&self.file)?;
        let key = text.trim();
        if key.len() < ADMIN_KEY_CHARS_MIN || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!(
                "{} holds no key: want one of {ADMIN_KEY_CHARS_MIN} or more visible ASCII characters, such as \
                 `openssl rand -hex 32` makes",
                self.file.display()
            ));
        }
        self.hash.store(Some(Arc::new(keys::hash(key))));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
