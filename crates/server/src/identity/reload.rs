//! Files that are read again while the service runs: certificates, key sets, the first administrator's key.
//!
//! They are looked at every few seconds, and at once on `SIGHUP`. Looking works on any file system, and through the
//! symbolic links that Kubernetes swaps; being told by the system works on neither. What is new and of no use is said in the log,
//! and what was read before stays.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::MissedTickBehavior;
use xxhash_rust::xxh3::Xxh3Default;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(5);

/// What was read from files, and can be read again.
pub(crate) trait Source: Send + 'static {
    /// What it is, for the log.
    fn what(&self) -> &'static str;

    /// The files.
    fn files(&self) -> Vec<PathBuf>;

    /// Reads the files, and puts what they hold in the place of what they held.
    ///
    /// # Errors
    /// Why that is of no use; everything is as it was then.
    fn reload(&mut self) -> Result<(), String>;
}

/// A source with a fingerprint of its files.
struct Watched {
    source: Box<dyn Source>,
    seen: u128,
}

/// Reads files again when they change.
pub(crate) struct Reloader(Vec<Watched>);

impl Reloader {
    /// One for sources that have just been read.
    pub(crate) fn new(sources: Vec<Box<dyn Source>>) -> Self {
        // A file that changes between being read and this is missed until its next change: for that the sources are read
        // once more at the first look.
        Self(sources.into_iter().map(|source| Watched { source, seen: 0 }).collect())
    }

    /// Looks at the files for as long as it is awaited; calls `looked` after each look.
    pub(crate) async fn run(mut self, mut looked: impl FnMut()) {
        let mut hangups = signal(SignalKind::hangup()).ok();
        let mut looks = tokio::time::interval(INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                _ = looks.tick() => false,
                Some(()) = async { hangups.as_mut()?.recv().await } => true,
            };
            if asked {
                tracing::info!("reading certificates and keys again, as SIGHUP asks");
            }
            // Files may be on a disk that takes its time.
            let looking = tokio::task::spawn_blocking(move || {
                self.look(asked);
                self
            });
            match looking.await {
                Ok(reloader) => self = reloader,
                Err(fault) => {
                    tracing::error!(%fault, "certificates and keys are no longer read again");
                    return;
                }
            }
            looked();
        }
    }

    /// Reads again what has changed; everything, if it is `asked` to.
    fn look(&mut self, asked: bool) {
        for Watched { source, seen } in &mut self.0 {
            let now = fingerprint(&source.files());
            let is_first = *seen == 0;
            if std::mem::replace(seen, now) == now && !asked {
                continue;
            }
            let what = source.what();
            match source.reload() {
                Ok(()) if is_first => {}
                Ok(()) => tracing::info!(what, "read again"),
                Err(reason) => {
                    tracing::error!(
                        what,
                        reason,
                        "cannot be read again; what was read before stays in force"
                    );
                }
            }
        }
    }
}

/// A hash of what the files hold, and of which of them cannot be read.
fn fingerprint(files: &[PathBuf]) -> u128 {
    let mut hash = Xxh3Default::new();
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => {
                hash.update(&bytes.len().to_le_bytes());
                hash.update(&bytes);
            }
            Err(_) => hash.update(&usize::MAX.to_le_bytes()),
        }
    }
    hash.digest128()
}

/// The text of a file.
///
/// # Errors
/// It cannot be read, said with its name.
pub(crate) fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    struct Text {
        file: PathBuf,
        read: Arc<Mutex<Vec<String>>>,
    }

    impl Source for Text {
        fn what(&self) -> &'static str {
            "a text"
        }

        fn files(&self) -> Vec<PathBuf> {
            vec![self.file.clone()]
        }

        fn reload(&mut self) -> Result<(), String> {
            self.read.lock().unwrap().push(read(&self.file)?);
            Ok(())
        }
    }

    #[test]
    fn what_has_changed_is_read_again_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("text");
        std::fs::write(&file, "one").unwrap();
        let texts = Arc::new(Mutex::new(Vec::new()));
        let mut reloader = Reloader::new(vec![Box::new(Text { file: file.clone(), read: texts.clone() })]);
        let mut look = |asked| {
            reloader.look(asked);
            texts.lock().unwrap().join(",")
        };
        assert_eq!(look(false), "one", "what changed meanwhile is not missed");
        assert_eq!(look(false), "one");
        assert_eq!(look(true), "one,one");
        std::fs::write(&file, "two").unwrap();
        assert_eq!(look(false), "one,one,two");
        std::fs::remove_file(&file).unwrap();
        assert_eq!(look(false), "one,one,two", "a file that is gone changes nothing");
        std::fs::write(&file, "two").unwrap();
        assert_eq!(look(false), "one,one,two,two");
    }
}
