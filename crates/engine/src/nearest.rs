//! What was meant by a name that is not known.

/// Characters of a name that are compared.
const COMPARED_CHARS_MAX: usize = 64;
/// Characters from which on the beginning of a name stands for the whole.
const BEGINNING_CHARS_MIN: usize = 3;

/// The known name that is most like the one that was written, if one is like it at all: one of three letters may be wrong,
/// left out, put in, or have changed places with the next; or the rest of the name is missing.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let lower: String = written.chars().take(COMPARED_CHARS_MAX).flat_map(char::to_lowercase).collect();
    let chars_count = lower.chars().count();
    let allowed = (chars_count / 3).max(1);
    let distance = |name: &str| {
        let name: String = name.chars().take(COMPARED_CHARS_MAX).flat_map(char::to_lowercase).collect();
        let is_beginning = chars_count >= BEGINNING_CHARS_MIN && name.starts_with(&lower);
        if is_beginning { 1 } else { strsim::osa_distance(&lower, &name) }
    };
    known
        .into_iter()
        .map(|name| (distance(name), name))
        .filter(|(distance, _)| *distance <= allowed)
        // Of several, the first in the alphabet, in whatever order they come.
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_if_one_is_near() {
        let known = ["subject", "customer_name", "saturday", "sunday", "is", "is_not", "Europe/Warsaw"];
        let cases = [
            ("subjcet", Some("subject")),
            ("SUBJECT", Some("subject")),
            ("customername", Some("customer_name")),
            ("sat", Some("saturday")),
            ("sundey", Some("sunday")),
            ("isnot", Some("is_not")),
            ("si", Some("is")),
            ("europe/warszawa", Some("Europe/Warsaw")),
            ("su", None),
            ("samedi", None),
            ("", None),
            ("text", None),
        ];
        for (written, wanted) in cases {
            assert_eq!(nearest(written, known), wanted, "{written:?}");
        }
    }
}
