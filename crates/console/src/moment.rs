//! Instants and spans as people write them.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use tamis_api::well_known;
use tamis_engine::date_time::DateTimeFormat;

use crate::language::Language;

static FORMATS: LazyLock<[Option<DateTimeFormat>; 3]> =
    LazyLock::new(|| ["en-GB", "fr", "pl"].map(|locale| DateTimeFormat::new(locale).ok()));

/// An instant of the contract; `None` if it is none.
pub(crate) fn instant(wire: &well_known::Timestamp) -> Option<Timestamp> {
    Timestamp::new(wire.seconds, wire.nanos).ok()
}

/// Date and time in a zone.
pub(crate) fn text(l: Language, instant: Timestamp, zone: &TimeZone) -> String {
    let [english, french, polish] = &*FORMATS;
    let format = match l {
        Language::English => english,
        Language::French => french,
        Language::Polish => polish,
    };
    let zoned = instant.to_zoned_datetime(zone.clone());
    format.as_ref().map_or_else(|| zoned.to_string(), |format| format.format(&zoned))
}

/// The same, as programs can read it too.
pub(crate) fn time(l: Language, wire: &well_known::Timestamp, zone: &TimeZone) -> Markup {
    match instant(wire) {
        None => html! { "–" },
        Some(instant) => {
            html! { time datetime=(instant) title=(zone_name(zone)) { (text(l, instant, zone)) } }
        }
    }
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}
