//! `tamis baseline`: what it answers, and what it refuses.

use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::{EvaluateRequest, EvaluateResponse, ExplainRequest};
use tonic::Code;

use crate::server::Server;
use crate::support;

fn start(args: &[&str]) -> Server {
    let mut command = support::command();
    command.args(["baseline", "--kind"]).args(args);
    Server::spawn(command)
}

#[test]
fn calls_are_answered_with_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for args in [
        &["tonic-defaults"][..],
        &["tonic-defaults", "--threads", "1"],
        &["empty"],
        &["empty", "--threads", "1", "--runtime", "per-core"],
        &["empty", "--threads", "2", "--runtime", "work-stealing"],
    ] {
        let server = start(args);
        runtime.block_on(async {
            let mut client =
                DecisionServiceClient::connect(server.address.clone()).await.expect("it listens");
            let request = EvaluateRequest { account_id: "x".repeat(100_000), ..EvaluateRequest::default() };
            for _ in 0..3 {
                let answer = client.evaluate(request.clone()).await.expect("it answers");
                assert_eq!(answer.into_inner(), EvaluateResponse::default(), "{args:?}");
            }
            let refused = client.explain(ExplainRequest::default()).await.expect_err("it knows one rpc");
            assert_eq!(refused.code(), Code::Unimplemented, "{args:?}");
        });
        server.signal("TERM");
        let (status, stderr) = server.wait();
        assert!(status.success(), "{args:?}: {stderr}");
    }
}

#[test]
fn tonic_is_left_as_it_is() {
    let refused = |args: &[&str]| {
        let mut all = vec!["baseline", "--kind", "tonic-defaults"];
        all.extend(args);
        support::run(&all, "").expect_code(2).stderr
    };
    let stderr = refused(&["--runtime", "per-core"]);
    assert!(stderr.contains("leave --runtime out"), "{stderr}");
    let folder = tempfile::tempdir().expect("a folder");
    let socket = format!("unix:{}", folder.path().join("tamis.sock").display());
    let stderr = refused(&["--listen", &socket]);
    assert!(stderr.contains(&socket), "{stderr}");
}
