//! The keys that programs and people present to the service: made, listed and revoked by administrators.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;
use tamis_api::well_known::Timestamp;

use crate::directory::reading::{read_ids, write_ids};
use crate::directory::{Problems, text_field};
use crate::language::Language;
use crate::layout;
use crate::moment;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::{Visit, administers_all};

/// Keys of a page.
const PAGE_SIZE: i32 = 100;
const ROLES: [v1::Role; 3] = [v1::Role::Evaluate, v1::Role::Edit, v1::Role::Admin];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    page: String,
    done: Option<String>,
}

/// A key as it was filled in.
#[derive(Debug)]
struct Typed {
    key: v1::Key,
    /// The last day, as it was typed.
    expires: String,
}

impl Default for Typed {
    fn default() -> Self {
        let key = v1::Key { role: v1::Role::Edit.into(), ..v1::Key::default() };
        Self { key, expires: String::new() }
    }
}

/// Lists the keys, with the form for another one.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    page(&visit, &asked, &Typed::default(), &Problems::default()).await
}

/// Makes a key, and shows its text this once.
pub(crate) async fn make(visit: Visit, sent: Sent) -> Result<Response, Refusal> {
    let l = visit.language;
    let mut problems = Problems::default();
    let expires = sent.one("expires").to_owned();
    let expire_time = if expires.is_empty() { None } else { end_of(&expires) };
    if expire_time.is_none() && !expires.is_empty() {
        problems.add("expires", &l.text("refusal-unreadable"));
    }
    let all_accounts = sent.one("all") == "all";
    let key = v1::Key {
        display_name: sent.one("display_name").trim().to_owned(),
        role: sent.one("role").parse().unwrap_or_default(),
        account_ids: if all_accounts { Vec::new() } else { read_ids(sent.one("account_ids")) },
        all_accounts,
        expire_time,
        ..v1::Key::default()
    };
    let typed = Typed { key, expires };
    if problems.is_empty() {
        let request = v1::CreateKeyRequest { key: Some(typed.key.clone()) };
        match visit.calls.keys().create_key(request).await.map_err(Refusal::from) {
            Ok(answer) => return Ok(made(&visit, &answer.into_inner()).into_response()),
            Err(Refusal::Call(refused)) if refused.reason == ErrorReason::InvalidRequest => {
                problems.refused(l, &refused.violations, "key.", field_of);
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let page = page(&visit, &Asked::default(), &typed, &problems).await?;
    Ok((problems.status(), page).into_response())
}

fn field_of(path: &str) -> Option<String> {
    let field = match path.split('[').next().unwrap_or_default() {
        "expire_time" => "expires",
        field @ ("display_name" | "role" | "account_ids") => field,
        _ => return None,
    };
    Some(field.to_owned())
}

/// The instant at which a day ends everywhere, give or take half a day: its midnight in UTC.
fn end_of(date: &str) -> Option<Timestamp> {
    let date: Date = date.parse().ok()?;
    let end = date.tomorrow().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Timestamp { seconds: end.timestamp().as_second(), nanos: 0 })
}

/// Ends a key.
pub(crate) async fn revoke(visit: Visit, sent: Sent) -> Result<Redirect, Refusal> {
    let request = v1::RevokeKeyRequest { key_id: sent.one("key_id").to_owned() };
    visit.calls.keys().revoke_key(request).await?;
    Ok(Redirect::to("/keys?done=key-revoked"))
}

fn made(visit: &Visit, made: &v1::CreateKeyResponse) -> Markup {
    let l = visit.language;
    let title = l.text("keys-made");
    let content = html! {
        main #main .narrow {
            h1 data-stored="/keys" { (title) }
            div .card.stack {
                p { (l.text("keys-made-what")) }
                p { span .label { (l.text("keys-text")) } " " code #key-text { (made.text) } }
                div .row {
                    button .primary type="button" data-copies="key-text" data-copied=(l.text("keys-copied")) { (l.text("keys-copy")) }
                    a .button href="/keys" { (l.text("directory-go-on")) }
                }
            }
        }
    };
    layout::bare(visit, &title, &content)
}

async fn page(visit: &Visit, asked: &Asked, typed: &Typed, problems: &Problems) -> Result<Markup, Refusal> {
    let l = visit.language;
    let caller = visit.caller().await?;
    let request = v1::ListKeysRequest { page_size: PAGE_SIZE, page_token: asked.page.clone() };
    let answer = visit.calls.keys().list_keys(request).await?.into_inner();
    let title = l.text("keys-title");
    let content = html! {
        main #main {
            p { a href="/accounts?all=" { (l.text("refusal-back")) } }
            h1 { (title) }
            p { (l.text("keys-what")) }
            (layout::done(l, asked.done.as_deref()))
            (problems.above(l))
            @if answer.keys.is_empty() { p { (l.text("keys-none")) } }
            ul .links { @for key in &answer.keys { li .card.stack { (row(l, key)) } } }
            @if !answer.next_page_token.is_empty() {
                div { a .button href={ "/keys?page=" (answer.next_page_token) } { (l.text("page-next")) } }
            }
            (form(l, &caller, typed, problems))
        }
    };
    Ok(layout::bare(visit, &title, &content))
}

/// One key.
fn row(l: Language, key: &v1::Key) -> Markup {
    let accounts =
        if key.all_accounts { l.text("keys-all").into_owned() } else { key.account_ids.join(", ") };
    let time = |time: &Option<Timestamp>| match time {
        Some(time) => moment::time(l, time, &TimeZone::UTC),
        None => html! { "–" },
    };
    html! {
        div .head {
            span { strong { (key.display_name) } " " code .muted { (key.key_id) } }
            span .badge { (role(l, key.role())) }
        }
        div .row.small {
            span { (accounts) }
            span { (l.text("keys-created")) " " (time(&key.create_time)) " · " (key.creator) }
            span { (l.text("keys-last-used")) " " (time(&key.last_used_time)) }
            span { (l.text("keys-until")) " " @if key.expire_time.is_some() { (time(&key.expire_time)) } @else { (l.text("keys-always")) } }
        }
        details .confirm {
            summary .button.danger { (l.text("keys-revoke")) }
            form .row method="post" action="/keys/revoke" {
                input type="hidden" name="key_id" value=(key.key_id);
                span { (l.text("keys-revoke-sure")) }
                button .danger { (l.text("keys-revoke-yes")) }
            }
        }
    }
}

fn role(l: Language, role: v1::Role) -> String {
    l.text(&format!("keys-role-{}", i32::from(role).max(1))).into_owned()
}

fn form(l: Language, caller: &v1::GetCallerResponse, typed: &Typed, problems: &Problems) -> Markup {
    let key = &typed.key;
    html! {
        form .card.stack method="post" action="/keys" {
            h2 { (l.text("keys-new")) }
            div .grid {
                (text_field(l, problems, "display_name", "keys-name", &key.display_name, Some("keys-name-help")))
                div .field {
                    label for="role" { (l.text("keys-role")) }
                    select #role name="role" {
                        @for known in ROLES {
                            option value=(i32::from(known)) selected[known == key.role()] { (role(l, known)) }
                        }
                    }
                    (problems.beside("role"))
                }
                div .field {
                    label for="expires" { (l.text("keys-expires")) }
                    input #expires type="date" name="expires" value=(typed.expires) aria-describedby="expires-help"
                        aria-invalid=[problems.has("expires").then_some("true")];
                    p #expires-help .help { (l.text("keys-expires-help")) }
                    (problems.beside("expires"))
                }
            }
            (text_field(l, problems, "account_ids", "keys-accounts", &write_ids(&key.account_ids), Some("keys-accounts-help")))
            @if administers_all(caller) {
                label .choice { input type="checkbox" name="all" value="all" checked[key.all_accounts]; (l.text("keys-all-help")) }
            }
            div { button .primary { (l.text("keys-make")) } }
        }
    }
}
