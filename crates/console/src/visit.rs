//! Who looks at a page, and at whose.

use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use axum_extra::extract::cookie::CookieJar;
use http::request::Parts;
use jiff::tz::TimeZone;
use tamis_api::v1;

use crate::Console;
use crate::backend::Caller;
use crate::language::Language;
use crate::refusal::Refusal;
use crate::session;

/// Somebody who looks at a page.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The language to speak.
    pub(crate) language: Language,
    /// The service, called with what they have presented.
    pub(crate) calls: Caller,
    /// The page, with its query.
    pub(crate) path: String,
    /// Whether they have presented something, and may want to have it forgotten.
    pub(crate) is_signed_in: bool,
}

impl Visit {
    /// What the head of a request tells of a visit.
    pub(crate) fn read(parts: &Parts, console: &Console) -> Self {
        let language = Language::of(&CookieJar::from_headers(&parts.headers), &parts.headers);
        let credential = session::credential(&parts.headers, &console.key);
        let calls = Caller::new(console.backend.clone(), credential.as_deref());
        // A nested router sees only its own part of the path.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Self { language, calls, path, is_signed_in: credential.is_some() }
    }

    /// Who they are.
    ///
    /// # Errors
    /// They have to sign in.
    pub(crate) async fn caller(&self) -> Result<v1::GetCallerResponse, Refusal> {
        Ok(self.calls.keys().get_caller(v1::GetCallerRequest {}).await?.into_inner())
    }
}

impl FromRequestParts<Console> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        Ok(Self::read(parts, console))
    }
}

/// Whether a caller may write accounts, and keep keys: of all accounts, or of those that it is bound to.
pub(crate) fn administers(caller: &v1::GetCallerResponse) -> bool {
    !caller.authenticated || caller.role() == v1::Role::Admin
}

/// Whether a caller may do so for every account there is or will be.
pub(crate) fn administers_all(caller: &v1::GetCallerResponse) -> bool {
    !caller.authenticated || administers(caller) && caller.all_accounts
}

/// Somebody who looks at a page of an account.
#[derive(Clone, Debug)]
pub(crate) struct At {
    /// Who looks.
    pub(crate) visit: Visit,
    /// Who they are, and what they may do.
    pub(crate) caller: v1::GetCallerResponse,
    /// The account, with its directory.
    pub(crate) account: v1::Account,
    /// The account's time zone.
    pub(crate) zone: TimeZone,
}

impl At {
    /// The path of a page of this account.
    pub(crate) fn path(&self, page: &str) -> String {
        // An account's id has no characters that a path could not have.
        format!("/accounts/{}/{page}", self.account.account_id)
    }

    /// Whether whoever looks may write the account's own record: its settings and its directory.
    pub(crate) fn administers(&self) -> bool {
        administers(&self.caller)
    }
}

impl FromRequestParts<Console> for At {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        let visit = Visit::read(parts, console);
        let named =
            RawPathParams::from_request_parts(parts, console).await.map_err(|_| Refusal::NoSuchPage)?;
        let account_id = named.iter().find(|(name, _)| *name == "account").map(|(_, id)| id.to_owned());
        let account_id = account_id.ok_or(Refusal::NoSuchPage)?;
        let caller = visit.caller().await?;
        let answer = visit.calls.accounts().get_account(v1::GetAccountRequest { account_id }).await?;
        let account = answer.into_inner().account.unwrap_or_default();
        // The service has checked it.
        let zone = TimeZone::get(&account.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Self { visit, caller, account, zone })
    }
}
