//! Conditions joined by *and* and *or* to any depth, brought into the two lists that a workflow has.

#[cfg(test)]
mod tests;

use tamis_engine::definition::{Class, Condition, NewTicketBy, Test};
use tamis_engine::limits;

/// Conditions, and how they are joined.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Logic {
    /// One condition.
    Is(Condition),
    /// A condition that has no equal.
    Unknown,
    /// All of these; of none, it always holds.
    All(Vec<Logic>),
    /// One of these; of none, it never holds.
    Any(Vec<Logic>),
}

/// One way in which a rule can match: the conditions of one workflow.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alternative {
    /// Conditions that must all hold.
    pub(super) all: Vec<Condition>,
    /// If there are any, one of these must hold too.
    pub(super) any: Vec<Condition>,
    /// A condition is missing, without which it matches more than the rule does.
    pub(super) is_widened: bool,
}

/// Workflows that one rule may become: more would be read by nobody.
pub(super) const ALTERNATIVES_MAX: usize = 16;

impl Logic {
    /// A condition that is not negated.
    pub(super) fn is(test: Test) -> Self {
        Self::Is(Condition { negated: false, test })
    }

    /// A condition that is negated if it is told so.
    pub(super) fn is_or_not(negated: bool, test: Test) -> Self {
        Self::Is(Condition { negated, test })
    }

    /// Holds exactly where this does not, if that can be said.
    pub(super) fn opposite(self) -> Option<Self> {
        let opposites = |parts: Vec<Self>| parts.into_iter().map(Self::opposite).collect::<Option<Vec<_>>>();
        match self {
            Self::Is(condition) if has_opposite(&condition) => {
                Some(Self::is_or_not(!condition.negated, condition.test))
            }
            Self::Is(_) => None,
            Self::Unknown => Some(Self::Unknown),
            Self::All(parts) => opposites(parts).map(Self::Any),
            Self::Any(parts) => opposites(parts).map(Self::All),
        }
    }

    /// The names of its conditions, each once, in order.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.visit(&mut |condition| {
            if !names.contains(&condition.test.name()) {
                names.push(condition.test.name());
            }
        });
        names
    }

    fn visit(&self, seen: &mut impl FnMut(&Condition)) {
        match self {
            Self::Is(condition) => seen(condition),
            Self::Unknown => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(seen)),
        }
    }

    /// The alternatives that together hold where this does; none if there would be more than [`ALTERNATIVES_MAX`].
    ///
    /// One is enough as long as at most one *or* stands among the *and*s, and holds nothing but conditions.
    pub(super) fn alternatives(self) -> Option<Vec<Alternative>> {
        let parts = match self.flat() {
            Self::All(parts) => parts,
            other => vec![other],
        };
        let mut alternative = Alternative::default();
        let mut ors = Vec::new();
        for part in &parts {
            match part {
                Self::Is(condition) => push(&mut alternative.all, condition),
                Self::Unknown => alternative.is_widened = true,
                Self::Any(parts) => ors.push(parts),
                // Flattening leaves no `All` within an `All`.
                Self::All(_) => {}
            }
        }
        match ors.as_slice() {
            [] => return Some(vec![alternative]),
            [choices] if choices.iter().all(|part| matches!(part, Self::Is(_) | Self::Unknown)) => {
                for choice in *choices {
                    if let Self::Is(condition) = choice {
                        push(&mut alternative.any, condition);
                    }
                }
                // Without any choice, nothing is left of what they demanded.
                alternative.is_widened |= alternative.any.is_empty();
                return Some(vec![alternative]);
            }
            _ => {}
        }
        conjunctions(&Self::All(parts))
    }

    /// Without lists in lists of the same kind, and without lists of one.
    fn flat(self) -> Self {
        let (parts, is_all) = match self {
            Self::All(parts) => (parts, true),
            Self::Any(parts) => (parts, false),
            leaf => return leaf,
        };
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts.into_iter().map(Self::flat) {
            match part {
                Self::All(inner) if is_all => flat.extend(inner),
                Self::Any(inner) if !is_all => flat.extend(inner),
                other => flat.push(other),
            }
        }
        // What always holds makes a choice that has it always hold.
        if !is_all && flat.contains(&Self::All(Vec::new())) {
            return Self::All(Vec::new());
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ if is_all => Self::All(flat),
            _ => Self::Any(flat),
        }
    }
}

/// Each way to fulfil it, as conditions that must all hold.
fn conjunctions(logic: &Logic) -> Option<Vec<Alternative>> {
    let ways = match logic {
        Logic::Is(condition) => {
            vec![Alternative { all: vec![condition.clone()], ..Alternative::default() }]
        }
        Logic::Unknown => vec![Alternative { is_widened: true, ..Alternative::default() }],
        Logic::Any(parts) => {
            let mut ways = Vec::new();
            for part in parts {
                ways.extend(conjunctions(part)?);
                if ways.len() > ALTERNATIVES_MAX {
                    return None;
                }
            }
            ways
        }
        Logic::All(parts) => {
            let mut ways = vec![Alternative::default()];
            for part in parts {
                let further = conjunctions(part)?;
                if ways.len() * further.len() > ALTERNATIVES_MAX {
                    return None;
                }
                ways = ways.iter().flat_map(|way| further.iter().map(|more| both(way, more))).collect();
            }
            ways
        }
    };
    Some(ways)
}

fn both(one: &Alternative, other: &Alternative) -> Alternative {
    let mut both = one.clone();
    for condition in &other.all {
        push(&mut both.all, condition);
    }
    both.is_widened |= other.is_widened;
    both
}

/// Adds a condition, unless it is there. A list that is too long already will be refused, and is not searched.
fn push(list: &mut Vec<Condition>, condition: &Condition) {
    if list.len() > limits::CONDITIONS_MAX || !list.contains(condition) {
        list.push(condition.clone());
    }
}

/// Whether *is not* holds exactly where *is* does not. Conditions of state and clock are so; valued events presuppose
/// their event either way, and elapsed ones their instant.
fn has_opposite(condition: &Condition) -> bool {
    match (&condition.test, condition.test.class()) {
        (Test::NewMessage, _) => true,
        (Test::NewTicket(by), _) => by.as_slice() == [NewTicketBy::Anyone],
        (_, class) => matches!(class, Class::State | Class::Clock),
    }
}
