//! Whatever bytes arrive for `DecisionService`, they are read as `prost` reads them, and what was read is answered or refused
//! with a reason.
//!
//! An input is a byte for the rpc, and its message. The transport and the frames around a message are not part of it.

#![no_main]

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use prost::Message;
use tamis_api::v1::{self, view};
use tamis_api::wire::{self, Malformed, Unread};
use tamis_engine::{Index, compile};
use tamis_fuzz::{TEXTS, sound_error};
use tamis_server::{demo, offline};

tamis_fuzz::target!(check, seeds);

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let workflows: Vec<_> = demo::workflows().into_iter().map(Arc::new).collect();
    compile(Arc::new(demo::account()), &workflows).expect("the demo compiles")
});

/// The instant of a decision whose request states none.
const CLOCK: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn seeds() -> Vec<Vec<u8>> {
    let requests = requests();
    let explain = v1::ExplainRequest { request: Some(requests[0].clone()), ..Default::default() };
    let named = v1::ExplainRequest { workflow_ids: vec!["refund_request".to_owned()], ..explain.clone() };
    let batch = v1::EvaluateBatchRequest { requests: requests.clone() };
    let mut seeds: Vec<Vec<u8>> =
        requests.iter().map(|request| [b"0", &*request.encode_to_vec()].concat()).collect();
    seeds.extend(requests.into_iter().map(|request| {
        let request = v1::EvaluateStreamRequest { request: Some(request) };
        [b"1", &*request.encode_to_vec()].concat()
    }));
    seeds.push([b"2", &*batch.encode_to_vec()].concat());
    seeds.extend([explain, named].map(|explain| [b"3", &*explain.encode_to_vec()].concat()));
    seeds
}

/// The demo's own request, and others with what it has not.
fn requests() -> Vec<v1::EvaluateRequest> {
    let sample: v1::EvaluateRequest =
        serde_json::from_str(demo::SAMPLE_REQUEST).expect("it is the contract's JSON");
    let timer = v1::Change { timer: Some(v1::Timer::default()), ..Default::default() };
    let baseline = v1::Baseline { ticket: sample.ticket.clone(), asked_at: sample.now };
    let waiting = v1::EvaluateRequest {
        change: Some(timer),
        baseline: Some(baseline),
        with_next_due: true,
        with_chaining: true,
        cause: vec!["refund_request".to_owned()],
        ..sample.clone()
    };
    let with_text = |text: &&str| {
        let mut request = sample.clone();
        if let Some(message) = request.change.as_mut().and_then(|change| change.message_received.as_mut()) {
            message.text = Some((*text).to_owned());
        }
        request
    };
    let empty = v1::EvaluateRequest { account_id: demo::ACCOUNT_ID.to_owned(), ..Default::default() };
    [sample.clone(), waiting, empty].into_iter().chain(TEXTS.iter().map(with_text)).collect()
}

fn check(input: &[u8]) {
    let Some((rpc, bytes)) = input.split_first() else { return };
    match rpc & 3 {
        0 => {
            let message = v1::EvaluateRequest::decode(bytes);
            let viewed = wire::read::<view::EvaluateRequest>(bytes);
            assert_eq!(viewed, message.as_ref().map(From::from).map_err(|_| Malformed));
            message.iter().for_each(evaluate);
        }
        1 => {
            let message = v1::EvaluateStreamRequest::decode(bytes);
            let viewed = wire::read::<view::EvaluateStreamRequest>(bytes);
            assert_eq!(viewed, message.as_ref().map(From::from).map_err(|_| Malformed));
            message.iter().filter_map(|message| message.request.as_ref()).for_each(evaluate);
        }
        2 => {
            let message = v1::EvaluateBatchRequest::decode(bytes);
            let viewed = wire::read::<view::EvaluateBatchRequest>(bytes);
            let viewed: Result<Vec<_>, _> =
                viewed.and_then(|batch| batch.requests.into_iter().map(Unread::read).collect());
            let expected = message.as_ref().map(|message| message.requests.iter().map(From::from).collect());
            assert_eq!(viewed, expected.map_err(|_| Malformed));
            message.iter().flat_map(|message| &message.requests).for_each(evaluate);
        }
        _ => v1::ExplainRequest::decode(bytes).iter().for_each(explain),
    }
}

fn evaluate(request: &v1::EvaluateRequest) {
    match offline::evaluate(&INDEX, request, CLOCK) {
        Ok(answer) => assert_eq!(v1::EvaluateResponse::decode(&*answer.encode_to_vec()), Ok(answer)),
        Err(error) => sound_error(&error),
    }
}

fn explain(request: &v1::ExplainRequest) {
    match offline::explain(&INDEX, request, CLOCK) {
        Ok(answer) => assert_eq!(v1::ExplainResponse::decode(&*answer.encode_to_vec()), Ok(answer)),
        Err(error) => sound_error(&error),
    }
}
