//! What keeps other sites out.
//!
//! A form counts only if the browser says that a page of this very site sent it (`Sec-Fetch-Site`, and `Origin` for browsers that know
//! no such header), whatever cookies came with it; cookies are `SameSite=Lax` besides. The method is that of Go's
//! `net/http.CrossOriginProtection` and needs no tokens in forms, but refuses what has neither header. What may run, load or frame
//! a page is said by a Content-Security-Policy that knows no inline script or style.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::Console;
use crate::refusal::Refusal;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a page may load, run, send to, and be shown in.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// Adds the headers that every answer has.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // With less, browsers would not tell where a form comes from.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    // What customers wrote is nothing to keep on a disk.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses forms that do not come from a page of the console, and names that are not its own.
pub(crate) async fn own_forms_alone(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let host = host(request.headers(), request.uri());
    if !console.any_host && !host.as_ref().is_some_and(is_this_machine) {
        return Refusal::Host.into_response();
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read && !is_own(request.headers(), host.as_ref()) {
        return Refusal::Forged.into_response();
    }
    next.run(request).await
}

/// The name that the console was called by.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<Authority> {
    // HTTP/2 has it in the address.
    let of_uri = uri.authority().cloned();
    of_uri.or_else(|| headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok()))
}

/// Whether a name cannot have been made to stand for this machine by somebody else: an address, or `localhost`.
fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || address.parse::<std::net::IpAddr>().is_ok()
}

/// Whether a page of this site sent the form.
fn is_own(headers: &HeaderMap, host: Option<&Authority>) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let origin = headers.get(ORIGIN).and_then(|origin| Uri::try_from(origin.as_bytes()).ok());
    matches!((origin.as_ref().and_then(Uri::authority), host), (Some(origin), Some(host)) if origin == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_own_pages_send_forms() {
        let host = Authority::from_static("desk.example:7172");
        for (sent, own) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://desk.example:7172")], false),
            (&[("origin", "https://desk.example:7172")], true),
            (&[("origin", "https://desk.example")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[], false),
        ] {
            assert_eq!(is_own(&headers(sent), Some(&host)), own, "{sent:?}");
        }
    }

    #[test]
    fn only_addresses_and_localhost_are_this_machine() {
        for (name, is_ours) in [
            ("127.0.0.1:7172", true),
            ("[::1]:7172", true),
            ("localhost:7172", true),
            ("LOCALHOST", true),
            ("desk.example:7172", false),
            ("localhost.evil.example", false),
        ] {
            assert_eq!(is_this_machine(&name.parse().unwrap()), is_ours, "{name}");
        }
    }
}
