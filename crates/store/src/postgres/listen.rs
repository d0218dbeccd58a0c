//! Nudges: somebody has committed, or may have.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{ANSWER_MAX, CONNECT_MAX};
use crate::location::described;

/// What commits notify.
pub(super) const CHANNEL: &str = "tamis";
/// How long to wait before the first attempt to connect again, and the longest wait, each but for the jitter.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How often it is looked whether the server is still there.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);

/// Begins to listen on a connection of its own, until the receiver is dropped. Each nudge is another number.
pub(super) fn start(
    config: Arc<Config>,
    tls: Option<MakeRustlsConnect>,
    name: Arc<str>,
) -> watch::Receiver<u64> {
    let (sender, receiver) = watch::channel(0);
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            () = listen_for_good(&config, tls, &name, &sender) => {}
        }
    });
    receiver
}

async fn listen_for_good(
    config: &Config,
    tls: Option<MakeRustlsConnect>,
    name: &str,
    nudges: &watch::Sender<u64>,
) {
    let (shortest, longest) = BACK_OFF;
    let mut wait = shortest;
    loop {
        let was = *nudges.borrow();
        let reason = match tls.clone() {
            Some(tls) => listen(config, tls, nudges).await,
            None => listen(config, NoTls, nudges).await,
        };
        if *nudges.borrow() != was {
            wait = shortest;
        }
        tracing::warn!(store = name, reason, "changes are not listened for, and are looked for instead");
        // Replicas that lost the same server do not all come back at the same instant.
        let jitter = rand::rng().random_range(0.5..1.5);
        sleep(wait.mul_f64(jitter)).await;
        wait = (wait * 2).min(longest);
    }
}

/// Listens until that fails; returns why.
async fn listen<T: MakeTlsConnect<Socket>>(config: &Config, tls: T, nudges: &watch::Sender<u64>) -> String {
    let (client, mut connection) = match timeout(CONNECT_MAX, config.connect(tls)).await {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return described(&error),
        Err(_) => return "the server does not answer".into(),
    };
    let receive = async {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(_))) => nudges.send_modify(|nudge| *nudge += 1),
                Some(Ok(_)) => {}
                Some(Err(error)) => return described(&error),
                None => return "the connection was closed".into(),
            }
        }
    };
    let ask = async {
        let mut question = format!("LISTEN {CHANNEL}");
        loop {
            match timeout(ANSWER_MAX, client.batch_execute(&question)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return described(&error),
                Err(_) => return "the server does not answer".into(),
            }
            if !question.is_empty() {
                // Whatever was committed before is read now, and whatever is committed from now on is notified.
                nudges.send_modify(|nudge| *nudge += 1);
                question.clear();
            }
            sleep(LOOK_INTERVAL).await;
        }
    };
    tokio::select! {
        reason = receive => reason,
        reason = ask => reason,
    }
}
