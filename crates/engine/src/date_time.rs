//! Date and time as people of a locale write them.
//!
//! The calendar is the locale's own too: a Thai reader gets the Buddhist year. When *not* to use it: for anything that a
//! program reads again.

use icu_calendar::{Date, Iso};
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDT};
use icu_locale_core::{LanguageIdentifier, Locale};
use icu_time::{DateTime, Time};
use jiff::ZonedDateTime;

/// Writes instants in one locale: a medium date and a short time.
#[derive(Debug)]
pub struct DateTimeFormat {
    formatter: DateTimeFormatter<YMDT>,
}

/// The locale is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{locale}` is not a BCP 47 locale")]
pub struct LocaleError {
    /// What was given.
    pub locale: String,
}

impl DateTimeFormat {
    /// Writes in this locale. One that is well-formed but unknown is written as the nearest known one, in the end as no
    /// language in particular.
    ///
    /// # Errors
    /// The locale is not well-formed BCP 47.
    pub fn new(locale: &str) -> Result<Self, LocaleError> {
        let error = || LocaleError { locale: locale.to_owned() };
        let known: Locale = locale.parse().map_err(|_| error())?;
        let fields = YMD::medium().with_time_hm();
        let formatter = DateTimeFormatter::try_new((&known).into(), fields)
            // An extension may ask for a calendar or digits that there is no data for.
            .or_else(|_| DateTimeFormatter::try_new((&known.id).into(), fields))
            .or_else(|_| DateTimeFormatter::try_new((&LanguageIdentifier::UNKNOWN).into(), fields))
            .map_err(|_| error())?;
        Ok(Self { formatter })
    }

    /// The instant, in the zone that it is given in.
    pub fn format(&self, instant: &ZonedDateTime) -> String {
        match civil(instant) {
            Some(civil) => self.formatter.format(&civil).to_string(),
            None => instant.datetime().to_string(),
        }
    }
}

/// Date and time on the instant's clock. Both libraries count days and seconds alike, so that there always is one.
fn civil(instant: &ZonedDateTime) -> Option<DateTime<Iso>> {
    let part = |value: i8| u8::try_from(value).ok();
    let date = Date::try_new_iso(instant.year().into(), part(instant.month())?, part(instant.day())?).ok()?;
    let time =
        Time::try_new(part(instant.hour())?, part(instant.minute())?, part(instant.second())?, 0).ok()?;
    Some(DateTime { date, time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(locale: &str, instant: &str) -> String {
        let format = DateTimeFormat::new(locale).unwrap();
        format.format(&instant.parse().unwrap())
    }

    #[test]
    fn each_locale_has_its_way() {
        let cases = [
            ("fr-FR", "9 mars 2026, 15:05"),
            ("en-US", "Mar 9, 2026, 3:05\u{202f}PM"),
            ("en-GB", "9 Mar 2026, 15:05"),
            ("pl-PL", "9 mar 2026, 15:05"),
            ("de-DE", "09.03.2026, 15:05"),
            ("ja-JP", "2026/03/09 15:05"),
            ("ar", "09\u{200f}/03\u{200f}/2026، 3:05 م"),
            ("ar-EG", "٠٩\u{200f}/٠٣\u{200f}/٢٠٢٦، ٣:٠٥ م"),
            ("fa-IR", "۱۸ اسفند ۱۴۰۴، ۱۵:۰۵"),
            ("th-TH", "9 มี.ค. 2569 15:05"),
            ("uk-UA", "9 бер. 2026\u{202f}р., 15:05"),
            // Well-formed, and unknown in part or altogether.
            ("fr", "9 mars 2026, 15:05"),
            ("fr-ZZ", "9 mars 2026, 15:05"),
            ("fr-u-ca-nonesuch", "9 mars 2026, 15:05"),
            ("fr-u-hc-h12", "9 mars 2026, 3:05\u{202f}PM"),
            ("xx", "2026 M03 9 15:05"),
        ];
        for (locale, expected) in cases {
            assert_eq!(written(locale, "2026-03-09T15:05:59.9+01:00[Europe/Paris]"), expected, "{locale}");
        }
    }

    #[test]
    fn the_clock_is_that_of_the_instants_zone() {
        let cases = [
            ("2026-03-29T01:59:00+01:00[Europe/Warsaw]", "29 mar 2026, 01:59"),
            ("2026-03-29T03:00:00+02:00[Europe/Warsaw]", "29 mar 2026, 03:00"),
            ("2026-12-31T23:59:00+13:00[Pacific/Auckland]", "31 gru 2026, 23:59"),
            ("2028-02-29T00:00:00-08:00[America/Los_Angeles]", "29 lut 2028, 00:00"),
            ("1900-01-01T12:00:00Z[UTC]", "1 sty 1900, 12:00"),
            ("2199-12-31T12:00:00Z[UTC]", "31 gru 2199, 12:00"),
        ];
        for (instant, expected) in cases {
            assert_eq!(written("pl-PL", instant), expected, "{instant}");
        }
    }

    #[test]
    fn a_malformed_locale_is_refused() {
        for locale in ["", "f", "fr_FR", "fr FR", "français", "x-private", "1234", "fr-", "french-france-x"]
        {
            let error = DateTimeFormat::new(locale).expect_err(locale);
            assert_eq!(error.to_string(), format!("`{locale}` is not a BCP 47 locale"));
        }
    }

    #[test]
    fn threads_share_it() {
        fn shared<T: Send + Sync>() {}
        shared::<DateTimeFormat>();
    }
}
