//! Short stretches of bytes.

/// Whether two stretches are the same. Those of four to sixteen bytes, as names and phrases mostly are, without a call; longer ones
/// differ early if they do.
#[inline]
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let ends = |bytes: &[u8]| {
        let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
        Some((u64::from_le_bytes(*first), u64::from_le_bytes(*last)))
    };
    let short_ends = |bytes: &[u8]| {
        let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
        Some((u32::from_le_bytes(*first), u32::from_le_bytes(*last)))
    };
    match one.len() {
        0..4 => one == other,
        4..8 => short_ends(one) == short_ends(other),
        8..=16 => ends(one) == ends(other),
        _ => ends(one) == ends(other) && one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn stretches_are_the_same_only_if_every_byte_is() {
        for len in 0..40usize {
            let one: Vec<u8> = (0..len).map(|place| place as u8).collect();
            assert!(is_same(&one, &one.clone()), "{len}");
            assert!(!is_same(&one, &[one.clone(), vec![0]].concat()), "{len}");
            for place in 0..len {
                let mut other = one.clone();
                other[place] ^= 0x80;
                assert!(!is_same(&one, &other), "{len}, {place}");
            }
        }
    }
}
