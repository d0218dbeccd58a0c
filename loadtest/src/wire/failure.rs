//! What a call says that failed.

use http::{HeaderMap, StatusCode};
use tamis_api::CODE_NAMES;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// gRPC's code.
    pub(crate) code: i32,
    /// The reason of the `ErrorInfo`, or nothing.
    pub(crate) reason: String,
    /// What it says.
    pub(crate) message: String,
    /// Whether the connection is at fault and no longer of use.
    pub(crate) is_transport: bool,
}

impl Failure {
    /// The failure that these headers tell, whether they came before a body or after it; `None` if all is well.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap) -> Option<Self> {
        if headers.get("grpc-status").is_some_and(|code| code.as_bytes() == b"0") {
            return None;
        }
        let Some(said) = Status::from_header_map(headers) else {
            let message = format!("HTTP status {} and no gRPC status", status.as_u16());
            return Some(Self::new(Code::Unknown.into(), "", message));
        };
        Some(Self::from(&said))
    }

    /// The failure of a stream that ended before it began: all it says is in its header.
    pub(crate) fn at_once<T>(response: &http::Response<T>) -> Option<Self> {
        let (status, headers) = (response.status(), response.headers());
        (status != StatusCode::OK || headers.contains_key("grpc-status"))
            .then(|| Self::of(status, headers))
            .flatten()
    }

    /// The failure that trailers tell, or that there are none.
    pub(crate) fn of_trailers(trailers: Option<&HeaderMap>) -> Option<Self> {
        match trailers {
            Some(trailers) => Self::of(StatusCode::OK, trailers),
            None => Some(Self::new(Code::Unknown.into(), "", "the stream ended without a gRPC status")),
        }
    }

    pub(crate) fn transport(error: h2::Error) -> Self {
        // What a refused or broken stream or connection is to every client of gRPC.
        let failure = Self::new(Code::Unavailable.into(), "", error.to_string());
        // A stream that is reset leaves its connection to the others.
        let is_transport = !error.is_reset();
        Self { is_transport, ..failure }
    }

    pub(crate) fn new(code: i32, reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), message: message.into(), is_transport: false }
    }

    pub(crate) fn code_name(&self) -> String {
        let name = usize::try_from(self.code).ok().and_then(|code| CODE_NAMES.get(code));
        name.map_or_else(|| format!("CODE_{}", self.code), |name| (*name).to_owned())
    }
}

impl From<&Status> for Failure {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let reason = details.error_info().map_or("", |info| info.reason.as_str());
        Self::new(status.code().into(), reason, status.message())
    }
}
