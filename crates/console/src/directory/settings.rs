//! The account's own settings: what it is called, and how it tells the time.

use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;
use tamis_engine::date_time::DateTimeFormat;

use crate::Console;
use crate::directory::{Problems, Stored, Tab, default_button, finished, page, store, text_field};
use crate::language::Language;
use crate::layout;
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;

/// Locales that are offered; any other can be typed.
const LOCALES: [&str; 30] = [
    "bg-BG", "cs-CZ", "da-DK", "de-AT", "de-CH", "de-DE", "el-GR", "en-GB", "en-IE", "en-US", "es-ES",
    "et-EE", "fi-FI", "fr-BE", "fr-CA", "fr-CH", "fr-FR", "hr-HR", "hu-HU", "it-IT", "lt-LT", "lv-LV",
    "nb-NO", "nl-BE", "nl-NL", "pl-PL", "pt-PT", "ro-RO", "sv-SE", "uk-UA",
];
const PATHS: [&str; 3] = ["display_name", "time_zone", "locale"];

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/directory/settings", get(show).post(save))
        .route("/directory/settings/sample", get(sample))
        .route("/directory/settings/delete", post(delete))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

async fn show(at: At, Query(asked): Query<Asked>) -> Markup {
    form(&at, &at.account, &Problems::default(), asked.done.as_deref())
}

/// What a sample is wanted of.
#[derive(Debug, Deserialize)]
struct Wanted {
    zone: String,
    locale: String,
}

/// The current date and time as an account with these settings would write them; nothing if it could not.
async fn sample(Query(wanted): Query<Wanted>) -> String {
    written_now(&wanted.zone, &wanted.locale).unwrap_or_default()
}

/// The current date and time as `{{ current_date_time }}` is written.
pub(crate) fn written_now(zone: &str, locale: &str) -> Option<String> {
    let zone = TimeZone::get(zone).ok()?;
    let format = DateTimeFormat::new(locale).ok()?;
    Some(format.format(&Timestamp::now().to_zoned_datetime(zone)))
}

async fn save(at: At, sent: Sent) -> Result<Response, Refusal> {
    let typed = typed(&sent);
    let paths = PATHS.map(str::to_owned);
    let mut problems = Problems::default();
    let etag = match store(&at, sent.one("etag"), typed.clone(), &paths).await? {
        Stored::Done(warnings) => {
            let to = at.path("directory/settings");
            return Ok(finished(&at, Tab::Settings, &warnings, &[], &to, "directory-saved"));
        }
        Stored::Outdated => {
            problems.outdated = true;
            at.account.etag.clone()
        }
        Stored::Wrong(found) => {
            problems.refused(at.visit.language, &found, "account.", field_of);
            sent.one("etag").to_owned()
        }
    };
    let typed = v1::Account { etag, ..typed };
    Ok((problems.status(), form(&at, &typed, &problems, None)).into_response())
}

/// Deletes the account with its workflows, once its id has been typed.
async fn delete(at: At, sent: Sent) -> Result<Response, Refusal> {
    let mut problems = Problems::default();
    if sent.one("account_id").trim() == at.account.account_id {
        let account_id = at.account.account_id.clone();
        let request = v1::DeleteAccountRequest { account_id, etag: sent.one("etag").to_owned() };
        match at.visit.calls.accounts().delete_account(request).await.map_err(Refusal::from) {
            Ok(_) => return Ok(Redirect::to("/accounts?all=&done=account-deleted").into_response()),
            Err(Refusal::Call(refused)) if refused.reason == ErrorReason::EtagMismatch => {
                problems.outdated = true;
            }
            Err(refusal) => return Err(refusal),
        }
    } else {
        problems.add("account_id", &at.visit.language.text("settings-delete-other"));
    }
    Ok((problems.status(), form(&at, &at.account, &problems, None)).into_response())
}

/// How an account is deleted.
fn deletion(at: &At, problems: &Problems) -> Markup {
    let l = at.visit.language;
    html! {
        details .card open[problems.has("account_id")] {
            summary { (l.text("settings-delete")) }
            form .stack method="post" action=(at.path("directory/settings/delete")) {
                input type="hidden" name="etag" value=(at.account.etag);
                p { (l.with("settings-delete-what", &[("id", at.account.account_id.as_str().into())])) }
                (text_field(l, problems, "account_id", "settings-delete-id", "", None))
                div { button .danger { (l.text("settings-delete-do")) } }
            }
        }
    }
}

/// Settings as they were typed.
pub(crate) fn typed(sent: &Sent) -> v1::Account {
    let text = |name| sent.one(name).trim().to_owned();
    v1::Account {
        display_name: text("display_name"),
        time_zone: text("time_zone"),
        locale: text("locale"),
        ..v1::Account::default()
    }
}

/// The field of the page for a field of an account.
pub(crate) fn field_of(path: &str) -> Option<String> {
    matches!(path, "account_id" | "display_name" | "time_zone" | "locale").then(|| path.to_owned())
}

fn form(at: &At, typed: &v1::Account, problems: &Problems, done: Option<&str>) -> Markup {
    let l = at.visit.language;
    let title = l.text("directory-tab-settings");
    let content = html! {
        h1 { (title) }
        (layout::done(l, done))
        (problems.above(l))
        form .card.stack method="post" {
            input type="hidden" name="etag" value=(typed.etag);
            fieldset .plain.stack disabled[!at.administers()] {
                (default_button())
                (fields(l, problems, typed))
                p .sample data-sample="settings/sample" {
                    (l.text("settings-sample")) " "
                    strong #sample { (written_now(&typed.time_zone, &typed.locale).unwrap_or_else(|| "–".to_owned())) }
                }
                @if at.administers() { div { button .primary name="do" value="save" { (l.text("directory-save")) } } }
            }
        }
        @if at.administers() {
            (deletion(at, problems))
            p { a href="/keys" { (l.text("keys-title")) } }
        }
    };
    page(at, Tab::Settings, &title, &content)
}

/// The settings' fields.
pub(crate) fn fields(l: Language, problems: &Problems, typed: &v1::Account) -> Markup {
    html! {
        (text_field(l, problems, "display_name", "settings-name", &typed.display_name, None))
        div .grid {
            (zone_field(l, problems, "settings-zone", &typed.time_zone, None))
            (locale_field(l, problems, &typed.locale))
        }
    }
}

/// A time zone, with all that there are to choose from. `or` is the one that stands for an empty field.
pub(crate) fn zone_field(
    l: Language,
    problems: &Problems,
    label: &str,
    value: &str,
    or: Option<&str>,
) -> Markup {
    html! {
        div .field {
            label for="time_zone" { (l.text(label)) }
            input #time_zone type="text" name="time_zone" value=(value) list="zones" autocomplete="off" spellcheck="false"
                placeholder=[or] aria-describedby="time_zone-help" aria-invalid=[problems.has("time_zone").then_some("true")];
            datalist #zones { @for name in tz::db().available() { option value=(name.as_str()) {} } }
            p #time_zone-help .help {
                @if let Some(or) = or { (l.with("hours-zone-help", &[("zone", or.into())])) } @else { (l.text("settings-zone-help")) }
            }
            (problems.beside("time_zone"))
        }
    }
}

fn locale_field(l: Language, problems: &Problems, value: &str) -> Markup {
    html! {
        div .field {
            label for="locale" { (l.text("settings-locale")) }
            input #locale type="text" name="locale" value=(value) list="locales" autocomplete="off" spellcheck="false"
                aria-describedby="locale-help" aria-invalid=[problems.has("locale").then_some("true")];
            datalist #locales { @for locale in LOCALES { option value=(locale) { (l.text(&format!("locale-{locale}"))) } } }
            p #locale-help .help { (l.text("settings-locale-help")) }
            (problems.beside("locale"))
        }
    }
}
