//! Connections that come back.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{self, SendRequest};
use http::header::{AUTHORIZATION, CONTENT_TYPE, TE, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri, Version};

use super::io::{Gathered, Socket};
use crate::LoadError;
use crate::access::Access;
use crate::plan::{Shape, Target};

/// Flow control is for those who cannot keep up; these are so wide that it never holds up an answer.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 64 << 20;
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait after a connection was lost before it is made anew.
const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

/// The path of the call of a shape.
pub(crate) fn path_of(shape: Shape) -> &'static str {
    match shape {
        Shape::Unary => "/tamis.v1.DecisionService/Evaluate",
        Shape::Batch { .. } => "/tamis.v1.DecisionService/EvaluateBatch",
        Shape::Stream { .. } => "/tamis.v1.DecisionService/EvaluateStream",
    }
}

/// The header of a call.
pub(crate) fn head(target: &Target, access: &Access, path: &'static str) -> Result<Request<()>, http::Error> {
    let authority = match target {
        Target::Tcp(address) => address.to_string(),
        Target::Unix(_) => "localhost".to_owned(),
    };
    let uri = Uri::builder().scheme(access.scheme()).authority(authority).path_and_query(path).build()?;
    let mut request = Request::builder()
        .method(Method::POST)
        .version(Version::HTTP_2)
        .uri(uri)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/grpc"))
        .header(TE, HeaderValue::from_static("trailers"))
        .header(USER_AGENT, HeaderValue::from_static(concat!("tamis-load/", env!("CARGO_PKG_VERSION"))))
        .body(())?;
    request.headers_mut().extend(access.authorization().map(|value| (AUTHORIZATION, value.clone())));
    Ok(request)
}

/// A connection, which is made anew when it is lost.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: RefCell<SendRequest<Bytes>>,
    /// How often it was made.
    generation: Cell<u64>,
}

impl Connection {
    /// Connects, in a [`tokio::task::LocalSet`].
    ///
    /// # Errors
    /// [`LoadError::Connect`].
    pub(crate) async fn open(target: &Target, access: &Access) -> Result<Rc<Self>, LoadError> {
        let (sender, driver) = connect(target, access).await?;
        let connection = Rc::new(Self { sender: RefCell::new(sender), generation: Cell::new(0) });
        let kept = Rc::downgrade(&connection);
        let (target, access) = (target.clone(), access.clone());
        tokio::task::spawn_local(async move {
            let mut driver = Some(driver);
            loop {
                if let Some(driver) = driver.take() {
                    driver.await;
                }
                let Some(connection) = kept.upgrade() else { return };
                if let Ok((sender, next)) = connect(&target, &access).await {
                    connection.sender.replace(sender);
                    connection.generation.set(connection.generation.get() + 1);
                    driver = Some(next);
                }
                drop(connection);
                tokio::time::sleep(RECONNECT_PAUSE).await;
            }
        });
        Ok(connection)
    }

    /// A sender of one's own, and the generation that it is of.
    pub(crate) fn sender(&self) -> (SendRequest<Bytes>, u64) {
        (self.sender.borrow().clone(), self.generation.get())
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.get()
    }

    /// Streams that the server allows at once, as far as it has said so yet.
    pub(crate) fn streams_max(&self) -> usize {
        self.sender.borrow().current_max_send_streams()
    }
}

type Driver = Pin<Box<dyn Future<Output = ()>>>;

/// Connects, and tells what must be awaited for the connection to work.
async fn connect(target: &Target, access: &Access) -> Result<(SendRequest<Bytes>, Driver), LoadError> {
    let failed = |message: String| LoadError::Connect { target: target.clone(), message };
    let made = async {
        let socket = Socket::connect(target, access).await.map_err(|error| failed(error.to_string()))?;
        let io = Gathered::new(socket);
        let (sender, connection) = client::Builder::new()
            .initial_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .enable_push(false)
            .handshake::<_, Bytes>(io.clone())
            .await
            .map_err(|error| failed(error.to_string()))?;
        Ok((sender, connection, io))
    };
    let (sender, mut connection, io) = tokio::time::timeout(CONNECT_TIMEOUT, made)
        .await
        .map_err(|_| failed(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs())))??;
    let driver = poll_fn(move |cx| {
        let is_over = Pin::new(&mut connection).poll(cx).is_ready();
        let written = io.poll_write_out(cx);
        // Whoever has a call under way hears of the end from the connection itself.
        if is_over || matches!(written, Poll::Ready(Err(_))) { Poll::Ready(()) } else { Poll::Pending }
    });
    Ok((sender, Box::pin(driver)))
}
