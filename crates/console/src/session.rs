//! Signing in and out.
//!
//! What somebody presents, a key or a token, is kept in a cookie of the browser's, encrypted and authenticated, so that
//! a service keeps no sessions, and any replica with the same secret serves them. It is presented with every call: one that is
//! revoked or has expired ends with the next page.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar, SameSite};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;

use crate::Console;
use crate::backend::Caller;
use crate::layout;
use crate::refusal::Refusal;
use crate::visit::Visit;

/// The cookie. Its prefix has browsers take it only from this very host, and over HTTPS or on the machine itself.
const COOKIE: &str = "__Host-tamis_session";
/// For how long somebody stays signed in.
const SECONDS_MAX: i64 = 12 * 3_600;
/// Bytes of a credential that still fits a cookie of 4,096 bytes once it is encrypted and encoded.
const CREDENTIAL_BYTES_MAX: usize = 2_900;

/// The credential that a browser has been given back, unless that is too long ago.
pub(crate) fn credential(headers: &HeaderMap, key: &Key) -> Option<String> {
    let cookies = PrivateCookieJar::from_headers(headers, key.clone());
    let cookie = cookies.get(COOKIE)?;
    let (issued, credential) = cookie.value().split_once(' ')?;
    let age = Timestamp::now().as_second() - issued.parse::<i64>().ok()?;
    (0..SECONDS_MAX).contains(&age).then(|| credential.to_owned())
}

/// Where to go once somebody has signed in.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    to: String,
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Presented {
    credential: String,
    #[serde(default)]
    to: String,
}

/// Shows the form, unless the service asks nobody who they are.
pub(crate) async fn show(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    match visit.caller().await {
        Ok(caller) if !caller.authenticated => Redirect::to("/accounts").into_response(),
        _ => form(&visit, &wanted.to, None).into_response(),
    }
}

/// Takes a key or a token, if the service does.
pub(crate) async fn sign_in(
    State(console): State<Console>,
    visit: Visit,
    cookies: PrivateCookieJar,
    Form(presented): Form<Presented>,
) -> Response {
    let credential = presented.credential.trim();
    let refused =
        |id| (StatusCode::UNPROCESSABLE_ENTITY, form(&visit, &presented.to, Some(id))).into_response();
    if credential.is_empty() {
        return refused("sign-in-empty");
    }
    if credential.len() > CREDENTIAL_BYTES_MAX {
        return refused("sign-in-too-long");
    }
    let calls = Caller::new(console.backend, Some(credential));
    match calls.keys().get_caller(v1::GetCallerRequest {}).await {
        Ok(_) => {
            let value = format!("{} {credential}", Timestamp::now().as_second());
            let cookie = Cookie::build((COOKIE, value));
            let cookie = cookie.path("/").same_site(SameSite::Lax).secure(true).http_only(true);
            (cookies.add(cookie), Redirect::to(local(&presented.to))).into_response()
        }
        Err(status) if status.code() == tonic::Code::Unauthenticated => refused("sign-in-refused"),
        Err(status) => Refusal::from(status).into_response(),
    }
}

/// Forgets the credential.
pub(crate) async fn sign_out(cookies: PrivateCookieJar) -> (PrivateCookieJar, Redirect) {
    let gone = Cookie::build(COOKIE).path("/").secure(true).build();
    (cookies.remove(gone), Redirect::to("/sign-in"))
}

/// A path of this site, so that nobody is sent elsewhere by a link that somebody made.
pub(crate) fn local(path: &str) -> &str {
    let is_local =
        path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    if is_local { path } else { "/accounts" }
}

fn form(visit: &Visit, to: &str, problem: Option<&str>) -> Markup {
    let l = visit.language;
    let content = html! {
        main #main .narrow {
            h1 { (l.text("sign-in-title")) }
            p { (l.text("sign-in-what")) }
            form .card method="post" action="/sign-in" {
                input type="hidden" name="to" value=(to);
                div .field {
                    label for="credential" { (l.text("sign-in-credential")) }
                    input #credential type="password" name="credential" autocomplete="current-password" required
                        spellcheck="false" autofocus aria-describedby="credential-help"
                        aria-invalid=[problem.map(|_| "true")];
                    @if let Some(problem) = problem {
                        p .diagnostic.error role="alert" { (l.text(problem)) }
                    }
                    p #credential-help .help { (l.text("sign-in-help")) }
                }
                button .primary { (l.text("sign-in")) }
            }
        }
    };
    // What has been presented before, if anything, was not taken.
    let visit = Visit { is_signed_in: false, ..visit.clone() };
    layout::bare(&visit, &l.text("sign-in-title"), &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for (to, local_path) in [
            ("/accounts/demo/workflows?page=2", "/accounts/demo/workflows?page=2"),
            ("", "/accounts"),
            ("https://evil.example/", "/accounts"),
            ("//evil.example/", "/accounts"),
            ("/\\evil.example/", "/accounts"),
            ("/\t/evil.example/", "/accounts"),
        ] {
            assert_eq!(local(to), local_path, "{to:?}");
        }
    }
}
