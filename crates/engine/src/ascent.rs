//! What stays where it is when an order changes.

/// Which ranks, none of them twice, belong to a longest subsequence that is in order already, in time that grows with
/// n log n: patience sorting (Fredman 1975, "On computing the length of longest increasing subsequences").
pub fn longest(ranks: &[usize]) -> Vec<bool> {
    // `tails[n]` is the index of the lowest rank that ends an ascent of length n + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(ranks.len());
    for (index, rank) in ranks.iter().enumerate() {
        let length = tails.partition_point(|tail| ranks.get(*tail) < Some(rank));
        before.push(length.checked_sub(1).and_then(|last| tails.get(last).copied()));
        match tails.get_mut(length) {
            Some(tail) => *tail = index,
            None => tails.push(index),
        }
    }
    let mut kept = vec![false; ranks.len()];
    let mut next = tails.last().copied();
    while let Some(index) = next {
        if let Some(kept) = kept.get_mut(index) {
            *kept = true;
        }
        next = before.get(index).copied().flatten();
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::longest;

    #[test]
    fn what_is_in_order_stays() {
        for (ranks, wanted) in [
            (&[][..], &[][..]),
            (&[0, 1, 2], &[true, true, true]),
            (&[2, 0, 1], &[false, true, true]),
            (&[1, 2, 0], &[true, true, false]),
            (&[5, 1, 3, 9], &[false, true, true, true]),
        ] {
            assert_eq!(longest(ranks), wanted, "{ranks:?}");
        }
    }

    proptest! {
        #[test]
        fn no_longer_one_is_in_order(ranks in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let kept = |marks: &dyn Fn(usize) -> bool| -> Vec<usize> {
                ranks.iter().enumerate().filter(|(index, _)| marks(*index)).map(|(_, rank)| *rank).collect()
            };
            let found = longest(&ranks);
            let found = kept(&|index| found[index]);
            prop_assert!(found.is_sorted());
            let ascents = (0..1_usize << ranks.len()).map(|bits| kept(&|index| bits >> index & 1 == 1));
            let longest = ascents.filter(|ascent| ascent.is_sorted()).map(|ascent| ascent.len()).max();
            prop_assert_eq!(Some(found.len()), longest);
        }
    }
}
