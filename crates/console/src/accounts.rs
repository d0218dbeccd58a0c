//! The accounts that somebody may see, and how one is added.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;

use crate::directory::{Problems, settings, text_field};
use crate::layout;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::{Visit, administers, administers_all};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    page: String,
    /// Somebody wants to see them even if there is one alone.
    all: Option<String>,
    done: Option<String>,
}

/// Lists them; who may see one alone is taken there.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let request = v1::ListAccountsRequest { page_size: 100, page_token: asked.page.clone() };
    let answer = visit.calls.accounts().list_accounts(request).await?.into_inner();
    if let ([only], "", "", None) =
        (answer.accounts.as_slice(), &*answer.next_page_token, &*asked.page, &asked.all)
    {
        return Ok(Redirect::to(&format!("/accounts/{}/workflows", only.account_id)).into_response());
    }
    let l = visit.language;
    let caller = visit.caller().await?;
    let content = html! {
        main #main .narrow {
            div .head {
                h1 { (l.text("accounts-title")) }
                @if administers(&caller) { a href="/keys" { (l.text("keys-title")) } }
            }
            (layout::done(l, asked.done.as_deref()))
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
            div .row {
                @if !answer.next_page_token.is_empty() {
                    a .button href={ "/accounts?page=" (answer.next_page_token) } { (l.text("page-next")) }
                }
                @if administers_all(&caller) { a .button href="/accounts/new" { (l.text("accounts-add")) } }
            }
        }
    };
    Ok(layout::bare(&visit, &l.text("accounts-title"), &content).into_response())
}

/// The form for another account.
pub(crate) async fn ask(visit: Visit) -> Result<Markup, Refusal> {
    visit.caller().await?;
    Ok(form(&visit, &v1::Account::default(), &Problems::default()))
}

/// Adds an account, and goes to its directory.
pub(crate) async fn add(visit: Visit, sent: Sent) -> Result<Response, Refusal> {
    let account_id = sent.one("account_id").trim().to_owned();
    let typed = v1::Account { account_id: account_id.clone(), ..settings::typed(&sent) };
    let request = v1::CreateAccountRequest { account: Some(typed.clone()) };
    let mut problems = Problems::default();
    match visit.calls.accounts().create_account(request).await.map_err(Refusal::from) {
        Ok(_) => return Ok(Redirect::to(&format!("/accounts/{account_id}/directory")).into_response()),
        Err(Refusal::Call(refused)) => match refused.reason {
            ErrorReason::AccountAlreadyExists => {
                problems.add("account_id", &visit.language.text("refusal-account-already-exists"));
            }
            ErrorReason::InvalidDefinition | ErrorReason::InvalidRequest => {
                problems.refused(visit.language, &refused.violations, "account.", settings::field_of);
            }
            _ => return Err(Refusal::Call(refused)),
        },
        Err(refusal) => return Err(refusal),
    }
    Ok((problems.status(), form(&visit, &typed, &problems)).into_response())
}

fn form(visit: &Visit, typed: &v1::Account, problems: &Problems) -> Markup {
    let l = visit.language;
    let title = l.text("accounts-add");
    let content = html! {
        main #main .narrow {
            h1 { (title) }
            (problems.above(l))
            form .card.stack method="post" {
                (text_field(l, problems, "account_id", "accounts-id", &typed.account_id, Some("accounts-id-help")))
                (settings::fields(l, problems, typed))
                div .row {
                    button .primary { (l.text("accounts-add-do")) }
                    a .button.quiet href="/accounts?all=" { (l.text("directory-cancel")) }
                }
            }
        }
    };
    layout::bare(visit, &title, &content)
}
