//! The last decisions, as the log of decisions has them.

use jiff::Timestamp;
use prost::Message as _;
use tamis_api::recorded::DecisionRecord;
use tamis_api::v1;
use tamis_engine::Diagnostic;

use crate::convert::time::instant_to_wire;
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::observation::Observations;
use crate::grpc::page;
use crate::identity::Access;
use crate::observe::decision_log::reader::{LogPlace, Query, READ_BYTES_MAX, ReadBack, ReadError, read_back};
use crate::status::Failure;

/// Bytes of the decisions of one page, after which it ends early: what gRPC clients take in one message unless told otherwise,
/// but for a reserve. A decision that is larger stands alone.
const PAGE_BYTES_MAX: usize = 3 << 20;

/// Reads the last decisions about an account.
pub(super) async fn list(
    observations: &Observations,
    access: &Access,
    request: v1::ListDecisionsRequest,
) -> Result<v1::ListDecisionsResponse, Failure> {
    let filter = page::filter(&[b"decisions", request.account_id.as_bytes(), request.workflow_id.as_bytes()]);
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    let size = fields.check(page::size(request.page_size));
    let after = fields.check(page::read(&request.page_token, filter));
    fields.finish()?;
    pinned(&observations.catalog, access, &request.account_id)?;
    let log = observations.observer.log.as_ref().and_then(|log| log.file());
    let log = log.ok_or(Failure::DecisionLogMissing)?.to_owned();
    let before = after.map(|after| place_of(&after).ok_or_else(begun_anew)).transpose()?;
    let permit = observations.reading.clone().acquire_owned().await.map_err(Failure::internal)?;
    let reading = tokio::task::spawn_blocking(move || {
        let (mut count, mut bytes) = (0, 0);
        let query = Query {
            account_id: &request.account_id,
            workflow_id: &request.workflow_id,
            before,
            bytes_max: READ_BYTES_MAX,
        };
        let read = read_back(&log, query, |record| {
            count += 1;
            bytes += record.request.encoded_len() + record.response.encoded_len();
            count == 1 || (count <= size && bytes <= PAGE_BYTES_MAX)
        });
        drop(permit);
        read
    });
    match reading.await.map_err(Failure::internal)? {
        Ok(read) => Ok(to_wire(read, filter)),
        Err(ReadError::Gone) => Err(begun_anew()),
        Err(error @ ReadError::Io(_)) => Err(Failure::internal(error)),
    }
}

/// The log was moved away since the token was made.
fn begun_anew() -> Failure {
    let message = "the log of decisions has been begun anew since, and what this page was in is gone";
    let finding = Diagnostic::error("page_token_gone", "page_token", message);
    Failure::invalid_request(vec![finding.with_help("ask for the first page again")])
}

fn place_of(place: &page::Place) -> Option<LogPlace> {
    let (offset, file) = place.id.split_once('-')?;
    Some(LogPlace { offset: offset.parse().ok()?, file: file.parse().ok()? })
}

fn to_wire(read: ReadBack, filter: u64) -> v1::ListDecisionsResponse {
    let next = read.next.map(|LogPlace { offset, file }| page::Place {
        position: 0,
        created: Timestamp::UNIX_EPOCH,
        id: format!("{offset}-{file}"),
    });
    v1::ListDecisionsResponse {
        decisions: read.records.into_iter().map(recorded).collect(),
        next_page_token: next.map(|place| page::token(filter, &place)).unwrap_or_default(),
        cut_short: read.is_cut_short,
        unreadable_count: read.unreadable,
    }
}

fn recorded(record: DecisionRecord) -> v1::RecordedDecision {
    let DecisionRecord { logged_at, rpc, revision, masked, request, response, .. } = record;
    v1::RecordedDecision {
        logged_at: Some(instant_to_wire(logged_at)),
        rpc,
        revision,
        masked,
        request: Some(request),
        response: Some(response),
    }
}
