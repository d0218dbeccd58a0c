//! What each rpc needs. One that is not here is refused, so that a new rpc is nobody's until it is placed.

use crate::identity::Role;

/// What an rpc needs of whoever calls it. The account that its message names is for its handler to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing: probes present no credentials.
    Nothing,
    /// Any good credential.
    Identity,
    /// A role, or a greater one.
    Role(Role),
}

/// What the rpc of a path needs; `None` if there is no such rpc.
pub(crate) fn need(path: &str) -> Option<Need> {
    let (service, rpc) = path.strip_prefix('/')?.split_once('/')?;
    Some(match (service, rpc) {
        ("tamis.v1.DecisionService", "Evaluate" | "EvaluateBatch" | "EvaluateStream" | "Explain") => {
            Need::Role(Role::Evaluate)
        }
        (
            "tamis.v1.WorkflowService",
            "CreateWorkflow" | "GetWorkflow" | "ListWorkflows" | "UpdateWorkflow" | "DeleteWorkflow"
            | "EnableWorkflow" | "DisableWorkflow" | "ReorderWorkflows" | "ValidateWorkflow"
            | "AnalyzeWorkflows" | "ImportWorkflows" | "ExportWorkflows" | "RollbackWorkflows"
            | "SimulateWorkflows" | "ListTemplates" | "ListVariables" | "ListWorkflowStats"
            | "RenderTemplate",
        )
        | ("tamis.v1.AccountService", "GetAccount" | "ListAccounts")
        | ("tamis.v1.AuditService", "ListRevisions")
        | ("tamis.v1.ObservationService", "GetServiceStatus" | "ListMatchCounts" | "ListDecisions") => {
            Need::Role(Role::Edit)
        }
        (
            "tamis.v1.AccountService",
            "CreateAccount" | "UpdateAccount" | "ValidateAccount" | "DeleteAccount",
        )
        | ("tamis.v1.KeyService", "CreateKey" | "ListKeys" | "RevokeKey") => Need::Role(Role::Admin),
        ("tamis.v1.KeyService", "GetCaller") => Need::Identity,
        ("grpc.health.v1.Health", "Check" | "Watch" | "List") => Need::Nothing,
        (
            "grpc.reflection.v1.ServerReflection" | "grpc.reflection.v1alpha.ServerReflection",
            "ServerReflectionInfo",
        ) => Need::Identity,
        _ => return None,
    })
}
