//! `EvaluateStream`.

use tamis_api::v1;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};

use crate::harness::{FAULTS, Said, Service, faulty, said, updated, workflow};

type Answers = Streaming<v1::EvaluateStreamResponse>;

fn asked(request: v1::EvaluateRequest) -> v1::EvaluateStreamRequest {
    v1::EvaluateStreamRequest { request: Some(request) }
}

async fn next(answers: &mut Answers) -> Said {
    said(answers.message().await.unwrap().unwrap().result.unwrap())
}

#[tokio::test]
async fn answers_come_one_by_one_and_an_error_does_not_end_the_stream() {
    let mut service = Service::with([workflow("a", "apple"), workflow("b", "berry")]).await;
    let (changes, receiver) = mpsc::channel(1);
    let answers = service.decisions.evaluate_stream(ReceiverStream::new(receiver));
    let first = async { changes.send(asked(updated("apple"))).await.unwrap() };
    let (answers, ()) = tokio::join!(answers, first);
    let mut answers = answers.unwrap().into_inner();
    assert!(matches!(next(&mut answers).await, Said::Matches(ids) if ids == ["a"]));

    changes.send(asked(faulty())).await.unwrap();
    let Said::Error(code, reason, fields) = next(&mut answers).await else { panic!("a fault was decided") };
    assert_eq!((code, reason), (Code::InvalidArgument, v1::ErrorReason::InvalidRequest));
    assert_eq!(fields, FAULTS);

    changes.send(v1::EvaluateStreamRequest { request: None }).await.unwrap();
    let Said::Error(_, _, fields) = next(&mut answers).await else { panic!("nothing was decided") };
    assert_eq!(fields, ["request"]);

    changes.send(asked(v1::EvaluateRequest { account_id: "acme".to_owned(), ..updated("x") })).await.unwrap();
    let Said::Error(code, ..) = next(&mut answers).await else { panic!("a stranger was served") };
    assert_eq!(code, Code::NotFound);

    // What is saved between two changes decides the second.
    service.save(workflow("c", "berry")).await;
    changes.send(asked(updated("berry"))).await.unwrap();
    assert!(matches!(next(&mut answers).await, Said::Matches(ids) if ids == ["b", "c"]));

    drop(changes);
    assert!(answers.message().await.unwrap().is_none());
    service.stop().await;
}

#[tokio::test]
async fn answers_come_in_the_order_asked() {
    let mut service = Service::with([workflow("a", "apple"), workflow("b", "berry")]).await;
    let changes: Vec<v1::EvaluateStreamRequest> = (0..500)
        .map(|index| match index % 3 {
            0 => asked(updated("apple")),
            1 => asked(updated("berry")),
            _ => asked(faulty()),
        })
        .collect();
    let mut answers =
        service.decisions.evaluate_stream(tokio_stream::iter(changes)).await.unwrap().into_inner();
    for index in 0..500 {
        match (index % 3, next(&mut answers).await) {
            (0, Said::Matches(ids)) => assert_eq!(ids, ["a"]),
            (1, Said::Matches(ids)) => assert_eq!(ids, ["b"]),
            (2, Said::Error(code, ..)) => assert_eq!(code, Code::InvalidArgument),
            _ => panic!("answer {index} is another change's"),
        }
    }
    assert!(answers.message().await.unwrap().is_none());
    service.stop().await;
}
