//! Putting workflows into another order.

use axum::extract::Form;
use axum::response::Redirect;
use serde::Deserialize;
use tamis_api::v1;

use crate::refusal::Refusal;
use crate::visit::At;

/// Where a workflow is to go: one of its three ways to say so.
#[derive(Debug, Deserialize)]
pub(super) struct Move {
    workflow: String,
    /// `up`, `down`, `top` or `bottom`.
    #[serde(default)]
    direction: String,
    /// Directly before this one.
    #[serde(default)]
    before: String,
    /// Directly after this one.
    #[serde(default)]
    after: String,
    /// The list to come back to.
    #[serde(default)]
    to: String,
}

/// Moves a workflow.
pub(super) async fn change(at: At, Form(wanted): Form<Move>) -> Result<Redirect, Refusal> {
    let before = match (wanted.before.as_str(), wanted.after.as_str(), wanted.direction.as_str()) {
        ("", "", "bottom") => Some(String::new()),
        ("", "", direction) => {
            let ids = ids(&at).await?;
            let from = ids.iter().position(|id| *id == wanted.workflow).ok_or(Refusal::Unreadable)?;
            neighbour(&ids, from, direction)?
        }
        ("", after, _) => {
            let ids = ids(&at).await?;
            let after = ids.iter().position(|id| id == after).ok_or(Refusal::Unreadable)?;
            let next = ids.iter().skip(after + 1).find(|id| **id != wanted.workflow);
            Some(next.cloned().unwrap_or_default())
        }
        (before, _, _) => Some(before.to_owned()),
    };
    // It is there already.
    if let Some(before_workflow_id) = before {
        let request = v1::ReorderWorkflowsRequest {
            account_id: at.account.account_id.clone(),
            workflow_ids: vec![wanted.workflow],
            before_workflow_id,
            expected_revision: 0,
        };
        at.visit.calls.workflows().reorder_workflows(request).await?;
    }
    Ok(super::back(&wanted.to, "moved"))
}

/// The workflow that the one at a place comes before once it has gone in a direction; empty for the end, `None` if it stays.
fn neighbour(ids: &[String], from: usize, direction: &str) -> Result<Option<String>, Refusal> {
    let last = ids.len().saturating_sub(1);
    let before = match direction {
        "up" => from.checked_sub(1),
        "top" => (from > 0).then_some(0),
        "down" => (from < last).then_some(from + 2),
        _ => return Err(Refusal::Unreadable),
    };
    Ok(before.map(|place| ids.get(place).cloned().unwrap_or_default()))
}

/// The ids of all workflows in their order.
async fn ids(at: &At) -> Result<Vec<String>, Refusal> {
    let mut calls = at.visit.calls.workflows();
    let mut ids = Vec::new();
    let mut page_token = String::new();
    loop {
        // What has matched is the least that can be asked about workflows.
        let request = v1::ListWorkflowStatsRequest {
            account_id: at.account.account_id.clone(),
            page_size: 1_000,
            page_token,
            workflow_ids: Vec::new(),
        };
        let page = calls.list_workflow_stats(request).await?.into_inner();
        ids.extend(page.stats.into_iter().map(|stats| stats.workflow_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(ids);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_names_the_workflow_to_come_before() {
        let ids = ["a", "b", "c"].map(str::to_owned);
        for (from, direction, before) in [
            (0, "up", None),
            (1, "up", Some("a")),
            (2, "top", Some("a")),
            (0, "top", None),
            (0, "down", Some("c")),
            (1, "down", Some("")),
            (2, "down", None),
        ] {
            let found = neighbour(&ids, from, direction).unwrap();
            assert_eq!(found.as_deref(), before, "{from} {direction}");
        }
        assert!(neighbour(&ids, 0, "sideways").is_err());
    }
}
