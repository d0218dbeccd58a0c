//! The languages of the pages, and the catalogues of their texts.
//!
//! Each language has the same files of Project Fluent below `locales/`; a test holds that they have the same messages with
//! the same variables, and that those are what the code asks for.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages, parse_accepted_languages};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::{Locale, locale};
use serde::Deserialize;
use unic_langid::{LanguageIdentifier, langid};

use crate::session;

/// The cookie with the language that somebody has chosen.
const COOKIE: &str = "tamis_language";

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
    /// Polish.
    Polish,
}

type Bundle = FluentBundle<FluentResource>;

/// The texts of a language.
macro_rules! texts {
    ($tag:literal) => {
        texts!(
            $tag: "diagnostics", "directory", "form", "history", "keys", "layout", "list", "refusal", "session", "simulating", "trying",
            "watch", "words"
        )
    };
    ($tag:literal: $($file:literal),*) => {
        [$(include_str!(concat!("../locales/", $tag, "/", $file, ".ftl"))),*]
    };
}

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| {
    let mut english = bundle(langid!("en-GB"), &texts!("en"));
    english.set_formatter(Some(|value, _| number(&ENGLISH_NUMBERS, value)));
    let mut french = bundle(langid!("fr"), &texts!("fr"));
    french.set_formatter(Some(|value, _| number(&FRENCH_NUMBERS, value)));
    let mut polish = bundle(langid!("pl"), &texts!("pl"));
    polish.set_formatter(Some(|value, _| number(&POLISH_NUMBERS, value)));
    [english, french, polish]
});

/// How the numbers of a language are written; `None` if there is no data for it, and digits stand alone then.
type Numbers = LazyLock<Option<DecimalFormatter>>;

static ENGLISH_NUMBERS: Numbers = LazyLock::new(|| numbers(locale!("en-GB")));
static FRENCH_NUMBERS: Numbers = LazyLock::new(|| numbers(locale!("fr")));
static POLISH_NUMBERS: Numbers = LazyLock::new(|| numbers(locale!("pl")));

fn numbers(locale: Locale) -> Option<DecimalFormatter> {
    DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default()).ok()
}

/// A whole number of a text with its digits in groups. Everything else is written as it stands.
fn number(numbers: &Numbers, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits: Decimal = number.as_string().parse().ok()?;
    Some(numbers.as_ref()?.format(&digits).to_string())
}

fn bundle(language: LanguageIdentifier, files: &[&'static str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks of direction around each value would be in the way of whoever copies or looks for a text.
    bundle.set_use_isolating(false);
    for file in files {
        // What a file cannot say is missing, and the tests of the catalogues tell.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::French, Self::Polish];

    /// Its BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Polish => "pl",
        }
    }

    /// What its speakers call it, which is the same in every language.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
            Self::Polish => "Polski",
        }
    }

    /// The language that was chosen, or else the one that the browser asks for, or else English.
    pub(crate) fn of(cookies: &CookieJar, headers: &HeaderMap) -> Self {
        let chosen = cookies.get(COOKIE).and_then(|cookie| Self::from_tag(cookie.value()));
        chosen.unwrap_or_else(|| {
            let accepted =
                headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let wanted = parse_accepted_languages(accepted);
            let known = Self::ALL.map(|language| language.tag().parse().unwrap_or_default());
            let known: [fluent_langneg::LanguageIdentifier; 3] = known;
            let found = negotiate_languages(&wanted, &known, None, NegotiationStrategy::Lookup);
            found.first().and_then(|found| Self::from_tag(found.language.as_str())).unwrap_or_default()
        })
    }

    fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// A text without variables.
    pub(crate) fn text(self, id: &str) -> Cow<'static, str> {
        self.found(id, None, &[])
    }

    /// A text with variables.
    pub(crate) fn with(self, id: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.found(id, None, values).into_owned()
    }

    /// An attribute of a text, if it has that one.
    pub(crate) fn attribute(
        self,
        id: &str,
        name: &str,
        values: &[(&str, FluentValue<'_>)],
    ) -> Option<String> {
        self.bundle().get_message(id)?.get_attribute(name)?;
        Some(self.found(id, Some(name), values).into_owned())
    }

    /// Whether there is such a text.
    pub(crate) fn has(self, id: &str) -> bool {
        self.bundle().get_message(id).is_some_and(|message| message.value().is_some())
    }

    fn bundle(self) -> &'static Bundle {
        let [english, french, polish] = &*BUNDLES;
        match self {
            Self::English => english,
            Self::French => french,
            Self::Polish => polish,
        }
    }

    fn found(
        self,
        id: &str,
        attribute: Option<&str>,
        values: &[(&str, FluentValue<'_>)],
    ) -> Cow<'static, str> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(id).and_then(|message| match attribute {
            None => message.value(),
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
        });
        let Some(pattern) = pattern else {
            tracing::error!(id, language = self.tag(), "a text is missing");
            return Cow::Owned(format!("⟦{id}⟧"));
        };
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        for error in errors {
            tracing::error!(id, language = self.tag(), %error, "a text cannot be written as it stands");
        }
        Cow::Owned(text.into_owned())
    }
}

/// The form that switches the language.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    language: String,
    /// The page to come back to.
    to: String,
}

/// Switches the language.
pub(crate) async fn choose(cookies: CookieJar, Form(choice): Form<Choice>) -> Response {
    let back = Redirect::to(session::local(&choice.to));
    match Language::from_tag(&choice.language) {
        None => back.into_response(),
        Some(language) => {
            let cookie = Cookie::build((COOKIE, language.tag()))
                .path("/")
                .same_site(SameSite::Lax)
                .secure(true)
                .http_only(true)
                .permanent();
            (cookies.add(cookie), back).into_response()
        }
    }
}

#[cfg(test)]
mod tests;
