//! What is shown in place of a page: why there is none.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use form_urlencoded::byte_serialize;
use http::{Method, StatusCode};
use maud::{Markup, html};
use tamis_api::v1::{self, ErrorReason};
use tamis_api::violations;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::Console;
use crate::diagnostics;
use crate::language::Language;
use crate::layout;
use crate::visit::Visit;

/// Why there is no page.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The service refused a call.
    Call(Box<Refused>),
    /// There is no page of this name.
    NoSuchPage,
    /// A form was not sent from a page of the console.
    Forged,
    /// The console was called by a name that is not its own.
    Host,
    /// A form cannot be read: it is cut off, or none of ours.
    Unreadable,
}

/// A call that the service refused.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// gRPC's code.
    pub(crate) code: Code,
    /// The service's reason.
    pub(crate) reason: ErrorReason,
    /// What the service says, in English.
    pub(crate) message: String,
    /// What is wrong with its fields, as much as fits into a status.
    pub(crate) violations: Vec<v1::Diagnostic>,
    /// Whether more of it did not fit.
    pub(crate) has_more: bool,
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let reason = details
            .error_info()
            .and_then(|info| ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason)));
        let has_more =
            details.error_info().is_some_and(|info| info.metadata.contains_key("violations_left_out"));
        Self::Call(Box::new(Refused {
            code: status.code(),
            reason: reason.unwrap_or_default(),
            message: status.message().to_owned(),
            violations: violations::of(&status).into_iter().map(diagnostics::of_violation).collect(),
            has_more,
        }))
    }
}

impl Refusal {
    /// The status of HTTP.
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::Forged | Self::Host => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Call(refused) => match refused.code {
                Code::InvalidArgument | Code::OutOfRange => StatusCode::UNPROCESSABLE_ENTITY,
                Code::NotFound => StatusCode::NOT_FOUND,
                Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => StatusCode::CONFLICT,
                Code::Unauthenticated => StatusCode::UNAUTHORIZED,
                Code::PermissionDenied => StatusCode::FORBIDDEN,
                Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
                Code::Unavailable | Code::DeadlineExceeded => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// The text of the catalogue that says it.
    pub(crate) fn text_id(&self) -> &'static str {
        match self {
            Self::NoSuchPage => "refusal-no-such-page",
            Self::Forged => "refusal-forged",
            Self::Host => "refusal-host",
            Self::Unreadable => "refusal-unreadable",
            Self::Call(refused) => match refused.reason {
                ErrorReason::Unspecified | ErrorReason::Internal => "refusal-internal",
                ErrorReason::InvalidRequest => "refusal-invalid-request",
                ErrorReason::InvalidDefinition => "refusal-invalid-definition",
                ErrorReason::AccountNotFound => "refusal-account-not-found",
                ErrorReason::WorkflowNotFound => "refusal-workflow-not-found",
                ErrorReason::AccountAlreadyExists => "refusal-account-already-exists",
                ErrorReason::WorkflowAlreadyExists => "refusal-workflow-already-exists",
                ErrorReason::EtagMismatch | ErrorReason::RevisionMismatch => "refusal-changed-meanwhile",
                ErrorReason::RevisionNotReached | ErrorReason::DeadlineExceeded => "refusal-too-late",
                ErrorReason::LimitExceeded => "refusal-limit-exceeded",
                ErrorReason::StoreUnavailable => "refusal-store-unavailable",
                ErrorReason::Unauthenticated => "refusal-unauthenticated",
                ErrorReason::PermissionDenied => "refusal-permission-denied",
                ErrorReason::KeyNotFound => "refusal-key-not-found",
                ErrorReason::Overloaded => "refusal-overloaded",
                ErrorReason::RevisionNotFound => "refusal-revision-not-found",
                ErrorReason::DecisionLogMissing => "refusal-decision-log-missing",
            },
        }
    }

    /// What is said in place of what was asked for.
    pub(crate) fn shown(&self, l: Language) -> Markup {
        let details = self.details(l);
        html! {
            p role="alert" { (l.text(self.text_id())) }
            @if !details.is_empty() {
                details {
                    summary { (l.text("refusal-details")) }
                    ul { @for detail in details { li { (detail) } } }
                }
            }
        }
    }

    /// What the service said besides, for those who have to find out more.
    fn details(&self, l: Language) -> Vec<Markup> {
        match self {
            Self::Call(refused) if refused.violations.is_empty() => {
                vec![html! { span lang="en" { (refused.message) } }]
            }
            Self::Call(refused) => {
                let told = |finding| diagnostics::told_of_field(l, finding);
                refused.violations.iter().map(told).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// It is made a page of by [`told`], which knows the language.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Makes pages of refusals, and has those sign in who have to.
pub(crate) async fn told(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::read(&parts, &console);
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    if matches!(&refusal, Refusal::Call(refused) if refused.code == Code::Unauthenticated) && is_read {
        let to: String = byte_serialize(visit.path.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?to={to}")).into_response();
    }
    let l = visit.language;
    let content = html! {
        main #main .narrow {
            h1 { (l.text("refusal-title")) }
            (refusal.shown(l))
            p { a href="/accounts" { (l.text("refusal-back")) } }
        }
    };
    let page = layout::bare(&visit, &l.text("refusal-title"), &content);
    (response.status(), page).into_response()
}
