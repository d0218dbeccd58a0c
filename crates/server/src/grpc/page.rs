//! Page tokens: where a page ended, so that the next one begins there whatever was written meanwhile.
//!
//! A token holds the place of the page's last item in the order, not a count of items, and a hash of what the list was
//! filtered by. It is opaque: hexadecimal digits that a client sends back.

use jiff::Timestamp;
use tamis_engine::Diagnostic;
use xxhash_rust::xxh3::Xxh3Default;

/// Items of a page when the request does not say.
const PAGE_SIZE_DEFAULT: usize = 50;
/// Items of a page at most.
pub(crate) const PAGE_SIZE_MAX: usize = 1_000;

/// The size of a page as it was asked for.
///
/// # Errors
/// A finding if it is out of bounds.
pub(crate) fn size(page_size: i32) -> Result<usize, Diagnostic> {
    match usize::try_from(page_size) {
        Ok(0) => Ok(PAGE_SIZE_DEFAULT),
        Ok(size) if size <= PAGE_SIZE_MAX => Ok(size),
        _ => {
            let message = format!("a page has 1 to {PAGE_SIZE_MAX} items, or 0 for {PAGE_SIZE_DEFAULT}");
            Err(Diagnostic::error("page_size_out_of_bounds", "page_size", message))
        }
    }
}

/// Goes on if the items that are named fit on one page.
///
/// # Errors
/// A finding if they are too many.
pub(crate) fn check_named(field: &str, ids: &[String]) -> Result<(), Diagnostic> {
    if ids.len() <= PAGE_SIZE_MAX {
        return Ok(());
    }
    let message = format!("this names {}, and may name {PAGE_SIZE_MAX} at most", ids.len());
    Err(Diagnostic::error("too_many", field, message).with("count", ids.len()).with("max", PAGE_SIZE_MAX))
}

/// A hash of what a list is filtered by, so that a token of another list is told apart. The parts are those of the
/// request, in order; the first one names the list.
pub(crate) fn filter(parts: &[&[u8]]) -> u64 {
    let mut hash = Xxh3Default::new();
    for part in parts {
        // The length keeps `ab` and `c` apart from `a` and `bc`.
        hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part);
    }
    hash.digest()
}

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The item's position; 0 where there is none.
    pub(crate) position: u32,
    /// When the item was created: of two at one position the older stands first.
    pub(crate) created: Timestamp,
    /// The item's id.
    pub(crate) id: String,
}

/// The token that asks for what comes after a place.
pub(crate) fn token(filter: u64, place: &Place) -> String {
    let mut bytes = filter.to_le_bytes().to_vec();
    bytes.extend(place.position.to_le_bytes());
    bytes.extend(place.created.as_nanosecond().to_le_bytes());
    bytes.extend(place.id.bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the page before ended; `None` for the first page.
///
/// # Errors
/// A finding if the token is none of ours, or one of a list that was filtered otherwise.
pub(crate) fn read(token: &str, filter: u64) -> Result<Option<Place>, Diagnostic> {
    if token.is_empty() {
        return Ok(None);
    }
    let wrong = |message: &str| {
        Diagnostic::error("page_token_invalid", "page_token", message)
            .with_help("send `next_page_token` of the page before unchanged, or nothing for the first page")
    };
    let (found, place) = parse(token).ok_or_else(|| wrong("this is not a page token of this list"))?;
    if found == filter {
        Ok(Some(place))
    } else {
        Err(wrong("this page token belongs to a list that was asked with another filter"))
    }
}

fn parse(token: &str) -> Option<(u64, Place)> {
    let digits: Vec<u32> = token.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (filter, rest) = bytes.split_first_chunk::<8>()?;
    let (position, rest) = rest.split_first_chunk::<4>()?;
    let (created, id) = rest.split_first_chunk::<16>()?;
    let place = Place {
        position: u32::from_le_bytes(*position),
        created: Timestamp::from_nanosecond(i128::from_le_bytes(*created)).ok()?,
        id: String::from_utf8(id.to_vec()).ok()?,
    };
    Some((u64::from_le_bytes(*filter), place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_place() {
        let place = Place { position: u32::MAX, created: Timestamp::MIN, id: "Sauter l'étape".to_owned() };
        let ours = filter(&[b"workflows", b"acme"]);
        let token = token(ours, &place);
        assert_eq!(read(&token, ours), Ok(Some(place)));
        assert_eq!(read("", ours), Ok(None));
        let other = read(&token, filter(&[b"workflows", b"other"])).unwrap_err();
        assert!(other.message.contains("another filter"), "{other}");
        for garbage in ["zz", "abc", "00", &token[..40], "é", &format!("{token}ff")] {
            let finding = read(garbage, ours).unwrap_err();
            assert_eq!(
                (finding.path.as_str(), finding.code),
                ("page_token", "page_token_invalid"),
                "{garbage}"
            );
        }
    }

    #[test]
    fn parts_of_a_filter_do_not_run_together() {
        assert_ne!(filter(&[b"ab", b"c"]), filter(&[b"a", b"bc"]));
    }

    #[test]
    fn a_page_has_1_to_1000_items() {
        for (asked, expected) in
            [(0, Some(50)), (1, Some(1)), (1_000, Some(1_000)), (1_001, None), (-1, None)]
        {
            assert_eq!(size(asked).ok(), expected, "{asked}");
        }
    }
}
