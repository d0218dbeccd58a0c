//! Metrics and probes over HTTP/1.1, on an address of their own: whoever watches over the service need not speak gRPC, and
//! whoever may call it need not see them.

use std::convert::Infallible;
use std::sync::Arc;

use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::Mutex;

use crate::observe::exposition::{CONTENT_TYPE as METRICS, Sources};
use crate::serve::incoming::Listener;
use crate::serve::plain;
use crate::serve::socket::Socket;

/// Connections at once. Few ask, and seldom.
const CONNECTIONS_MAX: usize = 16;

const TEXT: &str = "text/plain; charset=utf-8";

/// Answers until it is dropped.
pub(crate) async fn serve(socket: Socket, sources: Sources) {
    match socket {
        Socket::Tcp(listener) => take(listener, sources).await,
        Socket::Unix(listener, file) => {
            take(listener, sources).await;
            drop(file);
        }
    }
}

async fn take<L: Listener>(listener: L, sources: Sources) {
    // One page at a time: it goes through every account.
    let asked = Arc::new((sources, Mutex::new(())));
    plain::take(listener, CONNECTIONS_MAX, |(stream, _), place| {
        let asked = asked.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let asked = asked.clone();
                async move { Ok::<_, Infallible>(answer(&request, &asked).await) }
            });
            if let Err(error) = plain::http().serve_connection(TokioIo::new(stream), answer).await {
                tracing::debug!(%error, "a connection for metrics failed");
            }
            drop(place);
        });
    })
    .await;
}

async fn answer(request: &Request<Incoming>, asked: &(Sources, Mutex<()>)) -> Response<String> {
    let (sources, turn) = asked;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/metrics" => {
            let turn = turn.lock().await;
            let sources = sources.clone();
            let page = tokio::task::spawn_blocking(move || sources.page()).await;
            drop(turn);
            match page {
                Ok(Ok(page)) => typed(StatusCode::OK, page, METRICS),
                _ => text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be told\n"),
            }
        }
        "/healthz" => text(StatusCode::OK, "the process lives\n"),
        "/readyz" => {
            let condition = *sources.condition.borrow();
            match (condition.draining, condition.loaded, condition.writable) {
                (true, ..) => text(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
                (_, false, _) => text(StatusCode::SERVICE_UNAVAILABLE, "loading\n"),
                // Decisions go on without the store; whoever sends them elsewhere would make it worse.
                (_, _, false) => text(StatusCode::OK, "serving; the store takes no writes\n"),
                _ => text(StatusCode::OK, "serving\n"),
            }
        }
        _ => text(StatusCode::NOT_FOUND, "there are /metrics, /healthz and /readyz\n"),
    }
}

fn text(status: StatusCode, text: &str) -> Response<String> {
    typed(status, text.to_owned(), TEXT)
}

fn typed(status: StatusCode, body: String, content_type: &'static str) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
