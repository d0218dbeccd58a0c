//! The style sheet, the scripts and the icon, as they were built in.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use xxhash_rust::xxh3::Xxh3;

use crate::refusal::Refusal;

const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, type and content of each file.
const FILES: &[(&str, &str, &str)] = &[
    ("console.css", CSS, include_str!("../assets/console.css")),
    ("console.js", JAVASCRIPT, include_str!("../assets/console.js")),
    ("directory.js", JAVASCRIPT, include_str!("../assets/directory.js")),
    ("form.js", JAVASCRIPT, include_str!("../assets/form.js")),
    ("icon.svg", SVG, include_str!("../assets/icon.svg")),
    ("list.js", JAVASCRIPT, include_str!("../assets/list.js")),
    ("simulating.js", JAVASCRIPT, include_str!("../assets/simulating.js")),
    ("trying.js", JAVASCRIPT, include_str!("../assets/trying.js")),
    ("watch.js", JAVASCRIPT, include_str!("../assets/watch.js")),
];

/// A hash of all of them, in their addresses: what a browser has kept from another version is not asked for.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Xxh3::new();
    FILES.iter().for_each(|(_, _, content)| hash.update(content.as_bytes()));
    format!("{:016x}", hash.digest())
});

/// The address of a file.
pub(crate) fn path(name: &str) -> String {
    format!("/assets/{}/{name}", *HASH)
}

/// Answers with a file.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let file = FILES.iter().find(|(known, ..)| *known == name);
    let Some((_, content_type, content)) = file else { return Refusal::NoSuchPage.into_response() };
    // An old page may ask an updated service.
    let kept = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, HeaderValue::from_static(kept)),
    ]);
    (headers, *content).into_response()
}
