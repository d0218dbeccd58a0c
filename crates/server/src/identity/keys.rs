//! API keys: long random texts that the service makes, and keeps hashes of.
//!
//! A key is `tamis_`, the id of the key, `_`, and a secret of 256 random bits. What is kept is the SHA-256 of the whole text.
//! A slow hash, as passwords need, would add nothing: it makes guessing dear, and nobody guesses 256 bits; while a service
//! that is asked a hundred thousand times a second would pay for it.
//!
//! The keys are records of an account of the store ([`KEYS_ACCOUNT`]) whose id nobody can choose, so that every revision of it
//! tells who made or revoked a key, and replicas learn of keys as they learn of any account.

pub(crate) mod records;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use subtle::ConstantTimeEq as _;

use crate::identity::{Accounts, Identity, Role};

/// The account of the store whose workflows are the keys. No account of a user can have this id: ids have no `/` in them.
pub(crate) const KEYS_ACCOUNT: &str = "tamis/keys";
/// Keys that there may be at once: each takes about a kilobyte in every replica.
pub(crate) const KEYS_MAX: usize = 100_000;
/// Accounts that one key may name.
pub(crate) const KEY_ACCOUNTS_MAX: usize = 1_000;
/// Characters of the name of a key.
pub(crate) const DISPLAY_NAME_CHARS_MAX: usize = 200;

/// What every key begins with, so that people, and programs that look for secrets in the wrong places, know one when they see it.
const PREFIX: &str = "tamis_";
/// Bytes of an id, which are written as twice as many hexadecimal digits.
const ID_BYTES: usize = 8;
/// Bytes of the secret.
const SECRET_BYTES: usize = 32;
/// Seconds that stand for never.
const NEVER: i64 = i64::MIN;

/// The SHA-256 of a key.
pub(crate) type Hash = [u8; SHA256_OUTPUT_LEN];

/// Everything about a key but its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Names it.
    pub(crate) key_id: String,
    /// A name for people.
    pub(crate) display_name: String,
    /// What its bearer may do.
    pub(crate) role: Role,
    /// Where.
    pub(crate) accounts: Accounts,
    /// When it was made.
    pub(crate) create_time: Timestamp,
    /// Who made it.
    pub(crate) creator: String,
    /// From when on it is refused.
    pub(crate) expire_time: Option<Timestamp>,
}

/// A key as it is kept.
#[derive(Debug)]
pub(crate) struct StoredKey {
    /// The key.
    pub(crate) key: Key,
    /// The hash of its text.
    pub(crate) hash: Hash,
    /// When it was last presented, in seconds; [`NEVER`] if it was not.
    last_used_s: AtomicI64,
}

impl StoredKey {
    pub(crate) fn new(key: Key, hash: Hash) -> Self {
        Self { key, hash, last_used_s: AtomicI64::new(NEVER) }
    }

    /// When it was last presented here.
    pub(crate) fn last_used(&self) -> Option<Timestamp> {
        match self.last_used_s.load(Ordering::Relaxed) {
            NEVER => None,
            seconds => Timestamp::from_second(seconds).ok(),
        }
    }
}

/// The keys that there are, at one revision of their account.
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    /// The revision.
    pub(crate) revision: u64,
    /// Whether their account has ever been written, and so exists.
    pub(crate) alive: bool,
    /// The keys by their ids.
    pub(crate) keys: BTreeMap<String, Arc<StoredKey>>,
}

/// The keys that are in force.
#[derive(Debug)]
pub(crate) struct Keys {
    set: ArcSwap<KeySet>,
    is_loaded: std::sync::atomic::AtomicBool,
    /// One writes at a time.
    pub(crate) writing: Arc<tokio::sync::Mutex<()>>,
    /// Changes with them.
    pub(crate) epoch: Arc<Epoch>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            set: ArcSwap::default(),
            is_loaded: false.into(),
            writing: Arc::default(),
            epoch: Arc::new(Epoch::new()),
        }
    }
}

impl Keys {
    /// Those that there are now.
    pub(crate) fn current(&self) -> Arc<KeySet> {
        self.set.load_full()
    }

    /// Whether they have been read from the store.
    pub(crate) fn is_loaded(&self) -> bool {
        self.is_loaded.load(Ordering::Acquire)
    }

    /// Puts others in their place; not those of an earlier revision, unless the store itself may have gone back. What is known of when keys were last used stays.
    pub(crate) fn publish(&self, set: KeySet, may_go_back: bool) {
        let set = Arc::new(set);
        self.set.rcu(|before| {
            if before.revision > set.revision && !may_go_back {
                return before.clone();
            }
            for (id, stored) in &set.keys {
                if let Some(known) = before.keys.get(id) {
                    let last_used_s = known.last_used_s.load(Ordering::Relaxed);
                    stored.last_used_s.fetch_max(last_used_s, Ordering::Relaxed);
                }
            }
            set.clone()
        });
        self.is_loaded.store(true, Ordering::Release);
        self.epoch.advance();
    }

    /// Who presents this text at an instant; `None` if it is no key that is good.
    pub(crate) fn verify(&self, text: &str, now: Timestamp) -> Option<Identity> {
        let set = self.set.load();
        let stored = id_of(text).and_then(|id| set.keys.get(id));
        // A text whose id is not known is hashed and compared too, so that the time tells nothing of ids.
        let wanted = stored.map_or([0; SHA256_OUTPUT_LEN], |stored| stored.hash);
        let is_same = bool::from(hash(text).ct_eq(&wanted));
        let stored = stored.filter(|_| is_same)?;
        let Key { key_id, role, accounts, expire_time, .. } = &stored.key;
        if expire_time.is_some_and(|expires| expires <= now) {
            return None;
        }
        stored.last_used_s.fetch_max(now.as_second(), Ordering::Relaxed);
        Some(Identity::new("key", key_id, *role, accounts.clone(), *expire_time))
    }
}

/// A number that changes whenever credentials that were verified have to be verified again. Numbers of different epochs
/// are different too.
#[derive(Debug)]
pub(crate) struct Epoch(AtomicU64);

/// The last number that any epoch has had.
static LAST: AtomicU64 = AtomicU64::new(0);

impl Epoch {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(LAST.fetch_add(1, Ordering::Relaxed) + 1))
    }

    /// The number now. What is read after it is of this epoch or a later one.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Begins another.
    pub(crate) fn advance(&self) {
        self.0.store(LAST.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Release);
    }
}

/// The hash of a text.
pub(crate) fn hash(text: &str) -> Hash {
    let mut hash = Hash::default();
    hash.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()).for_each(|(to, byte)| *to = *byte);
    hash
}

/// The id in the text of a key.
fn id_of(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX)?.split_once('_').map(|(id, _)| id)
}

/// Whether a text is meant to be a key of this service.
pub(crate) fn is_key(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// An id and a text for a new key.
///
/// # Errors
/// The system has no randomness to give.
pub(crate) fn generate() -> Result<(String, String), ring::error::Unspecified> {
    let random = SystemRandom::new();
    let (mut id, mut secret) = ([0; ID_BYTES], [0; SECRET_BYTES]);
    random.fill(&mut id)?;
    random.fill(&mut secret)?;
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("{PREFIX}{id}_{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    Ok((id, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn keys(expire_time: Option<Timestamp>) -> (Keys, String) {
        let (key_id, text) = generate().unwrap();
        let key = Key {
            key_id: key_id.clone(),
            display_name: "Backend".to_owned(),
            role: Role::Evaluate,
            accounts: Accounts::All,
            create_time: NOW,
            creator: "test".to_owned(),
            expire_time,
        };
        let keys = Keys::default();
        let stored = Arc::new(StoredKey::new(key, hash(&text)));
        keys.publish(KeySet { revision: 1, alive: true, keys: BTreeMap::from([(key_id, stored)]) }, false);
        (keys, text)
    }

    #[test]
    fn a_key_is_good_as_it_was_made_and_no_other_way() {
        let (keys, text) = keys(None);
        let id = id_of(&text).unwrap();
        assert_eq!(text.len(), "tamis_".len() + 16 + 1 + 43);
        assert_eq!(keys.verify(&text, NOW).unwrap().name, format!("key:{id}"));
        let other = generate().unwrap().1;
        let secret = other.rsplit_once('_').map(|(_, secret)| secret).unwrap();
        for wrong in [
            other.clone(),
            format!("tamis_{id}_{secret}"),
            format!("{text} "),
            text.to_uppercase(),
            text[..text.len() - 1].to_owned(),
            format!("tamis_{id}_"),
            format!("tamis_{id}"),
            "tamis_".to_owned(),
            String::new(),
        ] {
            assert_eq!(keys.verify(&wrong, NOW), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_good_until_it_expires() {
        let (keys, text) = keys(Some(NOW));
        let before = NOW - jiff::SignedDuration::from_secs(1);
        assert_eq!(keys.verify(&text, before).unwrap().expires, Some(NOW));
        assert_eq!(keys.verify(&text, NOW), None);
    }

    #[test]
    fn when_a_key_was_used_outlives_changes_of_others() {
        let (keys, text) = keys(None);
        let stored = || keys.current().keys.values().next().unwrap().clone();
        assert_eq!(stored().last_used(), None);
        keys.verify(&text, NOW).unwrap();
        assert_eq!(stored().last_used(), Some(NOW));
        let again = Arc::new(StoredKey::new(stored().key.clone(), stored().hash));
        let epoch = keys.epoch.now();
        let set = BTreeMap::from([(again.key.key_id.clone(), again)]);
        keys.publish(KeySet { revision: 2, alive: true, keys: set }, false);
        assert_eq!((keys.current().revision, stored().last_used()), (2, Some(NOW)));
        assert_ne!(keys.epoch.now(), epoch);
        keys.publish(KeySet::default(), false);
        assert_eq!(keys.current().revision, 2, "what is older changes nothing");
    }

    #[test]
    fn keys_are_never_the_same() {
        let many: std::collections::BTreeSet<String> =
            (0..100).flat_map(|_| <[String; 2]>::from(generate().unwrap())).collect();
        assert_eq!(many.len(), 200);
    }
}
