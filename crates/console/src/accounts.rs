//! The accounts that somebody may see.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;
use serde::Deserialize;
use tamis_api::v1;

use crate::layout;
use crate::refusal::Refusal;
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    page: String,
}

/// Lists them; who may see one alone is taken there.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let request = v1::ListAccountsRequest { page_size: 100, page_token: asked.page.clone() };
    let answer = visit.calls.accounts().list_accounts(request).await?.into_inner();
    if let ([only], "", "") =
        (answer.accounts.as_slice(), answer.next_page_token.as_str(), asked.page.as_str())
    {
        return Ok(Redirect::to(&format!("/accounts/{}/workflows", only.account_id)).into_response());
    }
    let l = visit.language;
    let content = html! {
        main #main .narrow {
            h1 { (l.text("accounts-title")) }
            @if answer.accounts.is_empty() { p { (l.text("accounts-none")) } }
            ul .links {
                @for account in &answer.accounts {
                    li {
                        a .card href={ "/accounts/" (account.account_id) "/workflows" } {
                            @if account.display_name.is_empty() { strong { (account.account_id) } }
                            @else { strong { (account.display_name) } " " span .muted { (account.account_id) } }
                        }
                    }
                }
            }
            @if !answer.next_page_token.is_empty() {
                a .button href={ "/accounts?page=" (answer.next_page_token) } { (l.text("page-next")) }
            }
        }
    };
    Ok(layout::bare(&visit, &l.text("accounts-title"), &content).into_response())
}
