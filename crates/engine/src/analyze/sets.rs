//! Sets of ids: of a field with one value, of a field with several, and of addresses.
//!
//! Ids are free-form whatever a directory lists, because a ticket may have one that the directory lacks. So *is not* always
//! leaves something over.

use std::borrow::Cow;

/// What a field with at most one id may be: one of some, or anything but some.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ids<'a> {
    /// Sorted, each once.
    ids: Vec<&'a str>,
    /// Whether it must be one of these, rather than none of them.
    is_listed: bool,
    /// Whether it may be absent.
    may_be_absent: bool,
}

impl<'a> Ids<'a> {
    /// Anything, or nothing.
    pub(super) const ALL: Self = Self { ids: Vec::new(), is_listed: false, may_be_absent: true };

    /// What a condition leaves of a field of the ticket, which may be absent, or of an event, which may not.
    pub(super) fn of(ids: &'a [String], negated: bool, is_event: bool) -> Self {
        Self { ids: sorted(ids), is_listed: !negated, may_be_absent: negated && !is_event }
    }

    pub(super) fn meet(&mut self, other: &Self) {
        match (self.is_listed, other.is_listed) {
            (true, _) => self.ids.retain(|id| other.has(id)),
            (false, true) => {
                let kept = other.ids.iter().copied().filter(|id| self.has(id)).collect();
                self.ids = kept;
                self.is_listed = true;
            }
            (false, false) => self.ids = union(&self.ids, &other.ids),
        }
        self.may_be_absent &= other.may_be_absent;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_listed && self.ids.is_empty()
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        let absent = !self.may_be_absent || other.may_be_absent;
        absent
            && match (self.is_listed, other.is_listed) {
                (true, _) => self.ids.iter().all(|id| other.has(id)),
                (false, true) => false,
                (false, false) => other.ids.iter().all(|id| !self.has(id)),
            }
    }

    /// Whether the field may have this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.binary_search(&id).is_ok() == self.is_listed
    }

    pub(super) fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }

    /// Whether it may be anything.
    pub(super) fn is_free(&self) -> bool {
        !self.is_listed && self.ids.is_empty()
    }

    /// One that it may be; absent if that is allowed.
    pub(super) fn one(&self) -> Option<Cow<'a, str>> {
        match self.is_listed {
            true => self.ids.first().map(|id| Cow::Borrowed(*id)),
            false if self.may_be_absent => None,
            false => Some(other_than(|id| !self.has(id))),
        }
    }
}

/// Which ids a field with several may hold: one of each of some sets, and none of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Several<'a> {
    /// Each sorted, without those that are forbidden.
    wanted: Vec<Vec<&'a str>>,
    /// Sorted, each once.
    forbidden: Vec<&'a str>,
    /// Whether it may be absent.
    may_be_absent: bool,
}

impl<'a> Several<'a> {
    /// Anything, or nothing.
    pub(super) const ALL: Self = Self { wanted: Vec::new(), forbidden: Vec::new(), may_be_absent: true };

    /// What a condition leaves of a field of the ticket, which may be absent, or of an event, which may not.
    pub(super) fn of(ids: &'a [String], negated: bool, is_event: bool) -> Self {
        let may_be_absent = negated && !is_event;
        match negated {
            true => Self { wanted: Vec::new(), forbidden: sorted(ids), may_be_absent },
            false => Self { wanted: vec![sorted(ids)], forbidden: Vec::new(), may_be_absent },
        }
    }

    pub(super) fn meet(&mut self, other: &Self) {
        self.forbidden = union(&self.forbidden, &other.forbidden);
        self.wanted.extend(other.wanted.iter().cloned());
        for wanted in &mut self.wanted {
            wanted.retain(|id| self.forbidden.binary_search(id).is_err());
        }
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.may_be_absent &= other.may_be_absent;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.wanted.iter().any(Vec::is_empty)
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        // Where nothing makes sure of a wanted id, what holds just the other ids is a counterexample; and so is whatever
        // holds a forbidden id besides.
        let is_sure = |wanted: &Vec<&str>| {
            self.wanted.iter().any(|own| own.iter().all(|id| wanted.binary_search(id).is_ok()))
        };
        (!self.may_be_absent || other.may_be_absent)
            && other.wanted.iter().all(is_sure)
            && other.forbidden.iter().all(|id| self.forbidden.binary_search(id).is_ok())
    }

    pub(super) fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }

    /// The sets of which it must hold one id each.
    pub(super) fn wanted(&self) -> &[Vec<&'a str>] {
        &self.wanted
    }

    /// Whether nothing keeps it from holding this id.
    pub(super) fn may_have(&self, id: &str) -> bool {
        self.forbidden.binary_search(&id).is_err()
    }

    /// Whether it may hold anything, if it is there.
    pub(super) fn is_free(&self) -> bool {
        self.wanted.is_empty() && self.forbidden.is_empty()
    }

    /// The fewest that it may hold.
    pub(super) fn fewest(&self) -> Vec<Cow<'a, str>> {
        let mut ids: Vec<Cow<'a, str>> = Vec::new();
        for wanted in &self.wanted {
            if !wanted.iter().any(|id| ids.iter().any(|has| has == id)) {
                ids.extend(wanted.first().map(|id| Cow::Borrowed(*id)));
            }
        }
        ids
    }

    /// The fewest that it may hold, but one at least; absent if it may be.
    pub(super) fn some(&self) -> Option<Vec<Cow<'a, str>>> {
        let mut ids = Some(self.fewest()).filter(|_| !self.may_be_absent)?;
        if ids.is_empty() {
            ids.push(other_than(|id| self.forbidden.binary_search(&id).is_ok()));
        }
        Some(ids)
    }
}

/// What a customer's address may be. An entry that begins with `@` stands for all addresses of its domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Addresses {
    /// Of each, one entry must fit. Each sorted.
    wanted: Vec<Vec<String>>,
    /// No entry may fit. Sorted, each once.
    forbidden: Vec<String>,
}

impl Addresses {
    /// What a condition leaves; the entries are normalised.
    pub(super) fn of(mut entries: Vec<String>, negated: bool) -> Self {
        entries.sort_unstable();
        entries.dedup();
        match negated {
            true => Self { wanted: Vec::new(), forbidden: entries },
            false => Self { wanted: vec![entries], forbidden: Vec::new() },
        }
    }

    /// Whether it may be anything, or nothing.
    pub(super) fn is_all(&self) -> bool {
        self.wanted.is_empty() && self.forbidden.is_empty()
    }

    pub(super) fn meet(&mut self, other: &Self) {
        if other.is_all() {
            return;
        }
        self.wanted.extend(other.wanted.iter().cloned());
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.forbidden.extend(other.forbidden.iter().cloned());
        self.forbidden.sort_unstable();
        self.forbidden.dedup();
    }

    /// Whether this address fits.
    fn has(&self, address: &str) -> bool {
        let domain = address.rfind('@').and_then(|at| address.get(at..));
        let fits = |entries: &Vec<String>| {
            let names = |name: &str| entries.binary_search_by(|entry| entry.as_str().cmp(name)).is_ok();
            names(address) || domain.is_some_and(names)
        };
        self.wanted.iter().all(fits) && !fits(&self.forbidden)
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.wanted.is_empty() && self.one().is_none()
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        if other.is_all() || self == other {
            return true;
        }
        // An absent address fits what wants none.
        let absent = !self.wanted.is_empty() || other.wanted.is_empty();
        absent && self.points(Some(other)).all(|point| !self.has(&point) || other.has(&point))
    }

    /// Addresses among which every way to fit, or not, has one: each that an entry names, one more of each domain, and one of a
    /// domain that nothing names.
    fn points<'s>(&'s self, other: Option<&'s Self>) -> impl Iterator<Item = String> + 's {
        let both = [Some(self), other].into_iter().flatten();
        let entries =
            both.flat_map(|addresses| addresses.wanted.iter().flatten().chain(&addresses.forbidden));
        // Somebody whom no entry names, however they name people.
        let mut somebody = String::from("somebody");
        while entries.clone().any(|entry| entry.contains(&somebody)) {
            somebody.push('x');
        }
        let of_nobody = format!("{somebody}@{somebody}.example");
        let points = entries.map(move |entry| match entry.starts_with('@') {
            true => format!("{somebody}{entry}"),
            false => entry.clone(),
        });
        points.chain([of_nobody])
    }

    /// One that it may be; absent if that is allowed, or if there is none.
    pub(super) fn one(&self) -> Option<String> {
        if self.wanted.is_empty() { None } else { self.points(None).find(|point| self.has(point)) }
    }
}

fn sorted(ids: &[String]) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn union<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    if other.is_empty() {
        return one.to_vec();
    }
    let mut both = [one, other].concat();
    both.sort_unstable();
    both.dedup();
    both
}

/// An id that is not taken.
fn other_than<'a>(is_taken: impl Fn(&str) -> bool) -> Cow<'a, str> {
    let mut id = String::from("other");
    while is_taken(&id) {
        id.push('-');
    }
    Cow::Owned(id)
}
