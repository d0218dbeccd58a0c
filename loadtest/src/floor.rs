//! What the generator does at most: the same calls against an answer that costs next to nothing.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use tamis_api::v1::{EvaluateResponse, EvaluateResult, EvaluateStreamResponse, evaluate_result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::LocalSet;

use crate::LoadError;
use crate::access::Access;
use crate::mix::frame;
use crate::outcome::Floor;
use crate::plan::{Plan, Schedule, Shape, Target};
use crate::wire::{Frames, Gathered};

const WARMUP: Duration = Duration::from_millis(300);
const DURATION: Duration = Duration::from_secs(1);
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 64 << 20;

/// Measures it: a second of a closed loop of the plan's shape against a thread of this process, over TCP.
///
/// # Errors
/// Those of a run.
pub(crate) fn measure(plan: &Plan) -> Result<Floor, LoadError> {
    let system = |what| move |source| LoadError::System { what, source };
    let (bound, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let shape = plan.shape;
    let server = std::thread::Builder::new()
        .name("load-floor".to_owned())
        .spawn(move || serve(shape, &bound, stopped))
        .map_err(system("start a thread"))?;
    let outcome = match address.recv() {
        Ok(address) => crate::run(&floor_plan(plan, address), &mut |_| ControlFlow::Continue(())),
        Err(_) => {
            Err(LoadError::System { what: "listen on a port", source: std::io::ErrorKind::AddrInUse.into() })
        }
    };
    drop(stop);
    match server.join() {
        Ok(served) => served.map_err(system("answer calls in this process"))?,
        Err(panic) => std::panic::resume_unwind(panic),
    }
    let outcome = outcome?;
    Ok(Floor {
        calls_per_s: outcome.rates.achieved_calls_per_s,
        cpu_us_per_call: outcome.generator.cpu_us_per_call,
        service_us_p50: outcome.service.p50_us,
    })
}

fn floor_plan(plan: &Plan, address: SocketAddr) -> Plan {
    Plan {
        target: Target::Tcp(address),
        access: Access::default(),
        schedule: Schedule::ClosedLoop,
        duration: DURATION,
        warmup: WARMUP,
        calls_max: None,
        saves: None,
        check: None,
        server_pid: None,
        calibrate: false,
        ..plan.clone()
    }
}

fn serve(
    shape: Shape,
    bound: &mpsc::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        // Whoever waits for the address says so if there is none.
        let _ = bound.send(listener.local_addr()?);
        let accept = async {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                tokio::task::spawn_local(connection(stream, shape));
            }
        };
        tokio::select! {
            // The sender is dropped when all is measured.
            _ = stopped => Ok(()),
            failed = accept => failed,
        }
    })
}

async fn connection(stream: TcpStream, shape: Shape) {
    let io = Gathered::tcp(stream);
    let made = h2::server::Builder::new()
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .handshake::<_, Bytes>(io.clone());
    let mut made = Box::pin(made);
    let handshake = poll_fn(|cx| {
        let made = made.as_mut().poll(cx);
        let _ = io.poll_write_out(cx);
        made
    });
    let Ok(mut connection) = handshake.await else { return };
    poll_fn(|cx| {
        loop {
            match connection.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => {
                    // A call that breaks off is the other side's to count.
                    tokio::task::spawn_local(async move {
                        let _ = answer(request.into_body(), respond, shape).await;
                    });
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    let _ = io.poll_write_out(cx);
                    return Poll::Pending;
                }
            }
        }
    })
    .await;
}

async fn answer(body: RecvStream, mut respond: SendResponse<Bytes>, shape: Shape) -> Result<(), h2::Error> {
    let mut head = Response::new(());
    head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    match shape {
        Shape::Unary | Shape::Batch { .. } => {
            read(body, |_| Ok(())).await?;
            let mut out = respond.send_response(head, false)?;
            out.send_data(frame(&EvaluateResponse::default()), false)?;
            out.send_trailers(trailers)
        }
        Shape::Stream { .. } => {
            let mut out = respond.send_response(head, false)?;
            answer_stream(body, &mut out).await?;
            out.send_trailers(trailers)
        }
    }
}

async fn answer_stream(body: RecvStream, out: &mut SendStream<Bytes>) -> Result<(), h2::Error> {
    let result = evaluate_result::Result::Response(EvaluateResponse::default());
    let answer = frame(&EvaluateStreamResponse { result: Some(EvaluateResult { result: Some(result) }) });
    let mut frames = Frames::default();
    read(body, |piece| {
        frames.push(piece);
        while frames.next().is_some() {
            out.send_data(answer.clone(), false)?;
        }
        Ok(())
    })
    .await
}

async fn read(
    mut body: RecvStream,
    mut each: impl FnMut(&[u8]) -> Result<(), h2::Error>,
) -> Result<(), h2::Error> {
    while let Some(piece) = poll_fn(|cx| Pin::new(&mut body).poll_data(cx)).await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        each(&piece)?;
    }
    Ok(())
}
