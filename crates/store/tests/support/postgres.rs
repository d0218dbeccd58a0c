//! A PostgreSQL server to test with, and databases on it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "each test that includes this uses a part of it, and fails by panicking"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use tamis_store::Location;
use tokio_postgres::{Client, Config, NoTls};

/// Names the server: `postgres://user:password@host:port/database`, where databases may be made.
const SERVER: &str = "TAMIS_TEST_POSTGRES";

/// A server. The databases that were made on it are dropped with it.
pub(crate) struct Server {
    url: String,
    made: Mutex<Vec<String>>,
}

impl Server {
    /// The one that the environment names.
    pub(crate) fn of_environment() -> Self {
        let url = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("{SERVER} must be the URL of a PostgreSQL server where databases may be made")
        });
        Self { url, made: Mutex::default() }
    }

    /// The URL of a new, empty database.
    pub(crate) async fn database_url(&self) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("tamis_test_{}_{number}", std::process::id());
        connect(&self.url)
            .await
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await
            .unwrap();
        self.made.lock().unwrap().push(name.clone());
        let (server, _) = self.url.rsplit_once('/').expect("the URL names a database");
        let options = self.url.split_once('?').map(|(_, options)| format!("?{options}")).unwrap_or_default();
        format!("{server}/{name}{options}")
    }

    /// A new, empty database.
    pub(crate) async fn database(&self) -> Location {
        self.database_url().await.parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let (url, made) = (self.url.clone(), std::mem::take(&mut *self.made.lock().unwrap()));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = connect(&url).await;
                for name in made {
                    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
                }
            });
        });
        // A test that fails must not fail by this.
        drop(dropped.join());
    }
}

/// A connection of its own, beside the store's.
pub(crate) async fn connect(url: &str) -> Client {
    let config: Config = url.parse().unwrap();
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(async { drop(connection.await) });
    client
}
