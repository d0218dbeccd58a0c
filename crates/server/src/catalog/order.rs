//! Where workflows stand: positions for new ones, and the least change of positions that makes a wanted order.

use tamis_engine::ascent;

/// Distance between the positions that the service hands out, so that a workflow can be moved between two others
/// without touching either. A million workflows still fit into 32 bits.
pub(crate) const POSITION_STEP: u32 = 1_000;

/// A position after all of these. At the very end of the range it is shared: ties stand in order of creation, so a
/// new workflow still comes last.
pub(crate) fn after(last: Option<u32>) -> u32 {
    last.unwrap_or(0).saturating_add(POSITION_STEP)
}

/// Gives a position to each workflow of an import that states none, in time that grows with the import.
///
/// It comes after all that have one, in the order given, as it does wherever definitions are read. Where others stay, one
/// that is there keeps its position, which `stored` tells, and `last_staying` is the highest of those that stay.
pub(crate) fn place(
    workflows: &mut [(&str, &mut Option<u32>)],
    stored: impl Fn(&str) -> Option<u32>,
    last_staying: Option<u32>,
) {
    for (id, position) in workflows.iter_mut() {
        **position = position.or_else(|| stored(id));
    }
    let stated = workflows.iter().filter_map(|(_, position)| **position).max();
    let mut last = stated.max(last_staying);
    for (_, position) in workflows.iter_mut().filter(|(_, position)| position.is_none()) {
        last = Some(after(last));
        **position = last;
    }
}

/// A workflow on its way into a wanted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its rank in the order as it is, from 0.
    pub(crate) rank: usize,
    /// Its rank in order of creation, which decides between equal positions.
    pub(crate) created: usize,
    /// Its position.
    pub(crate) position: u32,
}

/// Positions for the workflows of an account, given in the order wanted, so that they stand in that order.
///
/// Those that are in order among themselves keep their positions where there is room between them for the others,
/// so that a move of one workflow is, as a rule, a write of one workflow.
pub(crate) fn positions_for(wanted: &[Place]) -> Vec<u32> {
    if wanted.iter().enumerate().all(|(index, place)| place.rank == index) {
        return wanted.iter().map(|place| place.position).collect();
    }
    let ranks: Vec<usize> = wanted.iter().map(|place| place.rank).collect();
    fill(wanted, &ascent::longest(&ranks)).unwrap_or_else(|| spread(wanted.len()))
}

/// Puts the places that move between those that stay, pushing the latter on where there is no room; `None` if that
/// pushes past the end of the range.
fn fill(wanted: &[Place], kept: &[bool]) -> Option<Vec<u32>> {
    let mut positions = Vec::with_capacity(wanted.len());
    // Position and rank of creation of the place before.
    let mut last: Option<(u32, usize)> = None;
    let mut moving = 0;
    for (place, stays) in wanted.iter().zip(kept) {
        if !stays {
            moving += 1;
            continue;
        }
        let between = between(last.map(|last| last.0), moving, Some(place.position))?;
        moving = 0;
        // Whatever moved in between may be younger than this place, so a shared position would not do.
        last = between.last().map(|position| (*position, usize::MAX)).or(last);
        positions.extend(between);
        let position = match last {
            Some(last) if last >= (place.position, place.created) => last.0.checked_add(1)?,
            _ => place.position,
        };
        positions.push(position);
        last = Some((position, place.created));
    }
    positions.extend(between(last.map(|last| last.0), moving, None)?);
    Some(positions)
}

/// Positions for `count` places after one and, where there is room, before another.
fn between(last: Option<u32>, count: u64, stop: Option<u32>) -> Option<Vec<u32>> {
    // The first position is 0, so what comes before it counts as -1.
    let from = last.map_or(-1, i64::from);
    let step = match stop {
        None => i64::from(POSITION_STEP),
        Some(stop) => (i64::from(stop) - from) / i64::try_from(count + 1).ok()?,
    };
    (1..=i64::try_from(count).ok()?).map(|nth| u32::try_from(from + nth * step.max(1)).ok()).collect()
}

/// Evenly spread positions for a whole account.
fn spread(count: usize) -> Vec<u32> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let step = (u32::MAX / count.saturating_add(1)).clamp(1, POSITION_STEP);
    (1..=count).map(|nth| nth.saturating_mul(step)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Places in a wanted order, from positions in order of creation and a permutation of the present order.
    fn places(positions: &[u32], wanted: &[usize]) -> Vec<Place> {
        let mut present: Vec<usize> = (0..positions.len()).collect();
        present.sort_by_key(|created| (positions[*created], *created));
        wanted
            .iter()
            .map(|&rank| Place { rank, created: present[rank], position: positions[present[rank]] })
            .collect()
    }

    #[test]
    fn moves_touch_as_few_as_they_can() {
        for (name, positions, wanted, expected) in [
            ("as it is", vec![5, 5, 9], vec![0, 1, 2], vec![5, 5, 9]),
            ("last to first", vec![1_000, 2_000, 3_000], vec![2, 0, 1], vec![499, 1_000, 2_000]),
            ("first to last", vec![1_000, 2_000, 3_000], vec![1, 2, 0], vec![2_000, 3_000, 4_000]),
            ("into a gap", vec![1_000, 2_000, 3_000], vec![0, 2, 1], vec![1_000, 1_500, 2_000]),
            ("no gap", vec![1, 2, 3], vec![0, 2, 1], vec![1, 2, 3]),
            ("no gap before 0", vec![0, 1, 2], vec![2, 0, 1], vec![0, 1, 1]),
            ("tie of older before younger", vec![7, 7, 7], vec![0, 2, 1], vec![7, 8, 9]),
            ("before the end", vec![u32::MAX, u32::MAX], vec![1, 0], vec![u32::MAX / 2, u32::MAX]),
            ("past the end", vec![u32::MAX; 3], vec![0, 2, 1], vec![1_000, 2_000, 3_000]),
        ] {
            assert_eq!(positions_for(&places(&positions, &wanted)), expected, "{name}");
        }
    }

    #[test]
    fn a_new_workflow_comes_after_all() {
        assert_eq!(after(None), 1_000);
        assert_eq!(after(Some(1_000)), 2_000);
        assert_eq!(after(Some(u32::MAX)), u32::MAX);
    }

    proptest! {
        #[test]
        fn any_order_can_be_had(
            (positions, wanted) in proptest::collection::vec(
                prop_oneof![0..6_u32, any::<u32>(), u32::MAX - 3..=u32::MAX], 1..12,
            ).prop_flat_map(|positions| {
                let ranks: Vec<usize> = (0..positions.len()).collect();
                (Just(positions), Just(ranks).prop_shuffle())
            })
        ) {
            let places = places(&positions, &wanted);
            let new = positions_for(&places);
            prop_assert_eq!(new.len(), places.len());
            let keys: Vec<(u32, usize)> =
                new.iter().zip(&places).map(|(position, place)| (*position, place.created)).collect();
            prop_assert!(keys.is_sorted(), "{keys:?}");
        }
    }
}
