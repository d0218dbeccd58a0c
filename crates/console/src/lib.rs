//! The console: the pages on which the people who own the workflows write, try and watch them.
//!
//! It reaches nothing but the contract: every page is made of calls to the service's own gRPC handlers, with the credential of
//! whoever looks at it, so that checks, roles, bounds and the history are the same as for any other client. [`router`] is
//! given these handlers as a [`Backend`], and knows neither the service nor its store.
//!
//! Pages are made here, whole, and work as they arrive; scripts (`assets/`) only make them quicker to use. All text that people read is in
//! the catalogues (`locales/`, Project Fluent), and all text of theirs is escaped by [`maud`].

mod accounts;
mod assets;
mod backend;
mod diagnostics;
mod directory;
mod form;
mod guard;
mod history;
mod keys;
mod language;
mod layout;
mod list;
mod moment;
mod refusal;
mod sent;
mod session;
mod simulating;
mod templates;
mod trying;
mod visit;
mod watch;
mod words;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum_extra::extract::cookie::Key;

pub use backend::Backend;

/// What the console is told before it serves.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Bytes that cookies are encrypted with, at least 64; random ones if there are none. Replicas that share them share the sign-ins.
    pub secret: Option<Vec<u8>>,
    /// Whether it may be called by any name. Otherwise it must be by an address or as `localhost`: where nobody has to sign
    /// in, a foreign page could make its own name stand for this machine (DNS rebinding).
    pub any_host: bool,
}

/// What every page has at hand.
#[derive(Clone, Debug)]
struct Console {
    backend: Backend,
    key: Key,
    any_host: bool,
}

impl FromRef<Console> for Key {
    fn from_ref(console: &Console) -> Self {
        console.key.clone()
    }
}

/// All pages.
pub fn router(backend: Backend, settings: Settings) -> Router {
    let key = settings.secret.as_deref().and_then(|secret| Key::try_from(secret).ok());
    let console = Console { backend, key: key.unwrap_or_else(Key::generate), any_host: settings.any_host };
    let account = Router::new()
        .merge(directory::routes())
        .merge(form::routes())
        .merge(history::routes())
        .merge(list::routes())
        .merge(simulating::routes())
        .merge(templates::routes())
        .merge(trying::routes())
        .merge(watch::routes());
    Router::new()
        .route("/", get(|| async { Redirect::to("/accounts") }))
        .route("/accounts", get(accounts::show))
        .route("/accounts/new", get(accounts::ask).post(accounts::add))
        .route("/keys", get(keys::show).post(keys::make))
        .route("/keys/revoke", post(keys::revoke))
        .route("/sign-in", get(session::show).post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/language", post(language::choose))
        .route("/assets/{hash}/{name}", get(assets::serve))
        .nest("/accounts/{account}", account)
        .fallback(|| async { refusal::Refusal::NoSuchPage })
        .layer(from_fn_with_state(console.clone(), refusal::told))
        .layer(from_fn_with_state(console.clone(), guard::own_forms_alone))
        .layer(from_fn(guard::headers))
        .with_state(console)
}
