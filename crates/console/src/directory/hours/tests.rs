use proptest::prelude::*;

use super::*;

fn hours(line: &str) -> v1::WorkingHours {
    read(line).unwrap().unwrap()
}

#[test]
fn lines_are_read() {
    for (line, written) in [
        ("mon-fri 09:00-17:00", "mon-fri 09:00-17:00"),
        (
            "MON 9:00-12:00,13:00-17:00 ; sat,sun 22:00-06:00",
            "mon 09:00-12:00, 13:00-17:00; sat-sun 22:00-06:00",
        ),
        ("fri-mon 08:00–24:00", "mon 08:00-24:00; fri-sun 08:00-24:00"),
        ("mon 08:00-09:00; mon 10:00-11:00", "mon 08:00-09:00, 10:00-11:00"),
        (
            "2026-12-24 off; 2026-12-31 09:00-12:00; Europe/Paris; tue 09:00-10:00",
            "tue 09:00-10:00; 2026-12-24 off; 2026-12-31 09:00-12:00; Europe/Paris",
        ),
        ("mon 00:00-00:00", "mon 00:00-24:00"),
        ("Europe/Warsaw", "Europe/Warsaw"),
        ("never", "never"),
    ] {
        assert_eq!(write(Some(&hours(line))), written, "{line}");
    }
    assert_eq!(read("  "), Ok(None));
    assert_eq!(write(None), "");
}

#[test]
fn what_cannot_be_read_is_told_where_it_stands() {
    for (line, chars_before, part, text_id) in [
        ("mon-fri", 0, "mon-fri", "hours-misread-spans"),
        ("mon 09:00-17:00;  lun 09:00-17:00", 18, "lun 09:00-17:00", "hours-misread-part"),
        ("mon 09:00-25:00", 0, "mon 09:00-25:00", "hours-misread-spans"),
        ("mon 09:00-12:00,", 0, "mon 09:00-12:00,", "hours-misread-spans"),
        ("é; mon 09:00-12:00", 0, "é", "hours-misread-part"),
        ("2026-02-30 off", 0, "2026-02-30 off", "hours-misread-part"),
        ("2026-02-20", 0, "2026-02-20", "hours-misread-spans"),
        ("Mars/Olympus", 0, "Mars/Olympus", "hours-misread-part"),
        ("Europe/Paris; Europe/Warsaw", 14, "Europe/Warsaw", "hours-misread-part"),
    ] {
        let misread = Misread { part: part.to_owned(), chars_before, text_id };
        assert_eq!(read(line), Err(misread), "{line}");
    }
}

#[test]
fn people_read_days_in_their_language() {
    let hours = hours("mon-wed 09:00-17:00; fri 22:00-06:00; 2026-12-24 off");
    let french = "lundi–mercredi 09:00-17:00; vendredi 22:00-06:00; 2026-12-24 congé";
    assert_eq!(summary(Language::French, Some(&hours)), french);
    assert_eq!(summary(Language::French, None), "");
}

fn any_range() -> impl Strategy<Value = v1::TimeRange> {
    (0_u32..1_440, 1_u32..=1_440)
        .prop_filter("not empty", |(from, to)| from != to)
        .prop_map(|(from_minute, to_minute)| v1::TimeRange { from_minute, to_minute })
}

proptest! {
    /// What is written is read as the same hours; spans of a day keep their order.
    #[test]
    fn what_is_written_is_read(
        mut weekly in prop::collection::vec((1..=7_i32, any_range()), 0..12),
        exceptions in prop::collection::vec((1..=28_u8, prop::collection::vec(any_range(), 0..3)), 0..4),
        zone in prop::sample::select(vec!["", "Europe/Paris", "America/Argentina/Buenos_Aires"]),
    ) {
        weekly.sort_by_key(|(day, _)| *day);
        let hours = v1::WorkingHours {
            time_zone: zone.to_owned(),
            weekly: weekly.into_iter().map(|(day, range)| v1::WeeklyInterval { day, range: Some(range) }).collect(),
            exceptions: exceptions
                .into_iter()
                .map(|(day, ranges)| v1::DatedException { date: format!("2026-12-{day:02}"), ranges })
                .collect(),
        };
        prop_assert_eq!(read(&write(Some(&hours))), Ok(Some(hours)));
    }

    /// Nothing that people may write breaks it.
    #[test]
    fn any_text_is_read_or_refused(line in "\\PC{0,40}") {
        let _ = read(&line);
    }
}
