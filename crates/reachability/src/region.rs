//! Sets of values, as sorted intervals, and sets of several dimensions, as intervals of intervals.

use std::fmt;

/// A set, as the value that belongs to an interval.
pub trait Region: Clone + PartialEq + fmt::Debug {
    /// Returns the set without a member.
    fn empty() -> Self;
    /// Returns the set of all values.
    fn full() -> Self;
    /// Returns true if the set has no member.
    fn is_empty(&self) -> bool;
    /// Returns the members of either set.
    #[must_use]
    fn union(&self, other: &Self) -> Self;
    /// Returns the members of both sets.
    #[must_use]
    fn intersection(&self, other: &Self) -> Self;
    /// Returns the members of this set that are not in `other`.
    #[must_use]
    fn difference(&self, other: &Self) -> Self;
}

/// A set of no dimension: it has its only member, or is empty.
impl Region for bool {
    fn empty() -> Self {
        false
    }

    fn full() -> Self {
        true
    }

    fn is_empty(&self) -> bool {
        !self
    }

    fn union(&self, other: &Self) -> Self {
        *self || *other
    }

    fn intersection(&self, other: &Self) -> Self {
        *self && *other
    }

    fn difference(&self, other: &Self) -> Self {
        *self && !other
    }
}

/// A bound of an interval.
pub trait Key: Copy + Ord + fmt::Debug {
    /// The least value.
    const MIN: Self;
    /// The greatest value.
    const MAX: Self;
    /// Returns the next greater value; `None` after the greatest.
    fn next(self) -> Option<Self>;
    /// Returns the next smaller value; `None` before the least.
    fn previous(self) -> Option<Self>;
}

macro_rules! key {
    ($($number:ty),*) => {$(
        impl Key for $number {
            const MIN: Self = <$number>::MIN;
            const MAX: Self = <$number>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )*};
}
key!(u8, u16, u128);

/// An interval with the set that belongs to each of its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part<K, V> {
    /// The first value of the interval.
    pub first: K,
    /// The last value of the interval.
    pub last: K,
    /// The set that belongs to each value.
    pub value: V,
}

/// A set of pairs: for each interval of keys, a set of further values.
///
/// There is one representation for each set: intervals are sorted, do not overlap, have non-empty values, and neighbours
/// with equal values are one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layers<K, V> {
    parts: Vec<Part<K, V>>,
}

/// An operation on two sets.
#[derive(Clone, Copy)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

impl<K: Key, V: Region> Layers<K, V> {
    /// Returns the pairs of every key from `first` to `last` with every member of `value`.
    #[must_use]
    pub fn block(first: K, last: K, value: V) -> Self {
        if first > last || value.is_empty() {
            return Self::empty();
        }
        Self { parts: vec![Part { first, last, value }] }
    }

    /// Returns the intervals, in ascending order.
    #[must_use]
    pub fn parts(&self) -> &[Part<K, V>] {
        &self.parts
    }

    /// Returns the members of all sets.
    #[must_use]
    pub fn union_all(mut sets: Vec<Self>) -> Self {
        // Sets are united in pairs: each takes part in few operations.
        while sets.len() > 1 {
            let mut pairs = Vec::with_capacity(sets.len().div_ceil(2));
            let mut rest = sets.into_iter();
            while let Some(one) = rest.next() {
                pairs.push(match rest.next() {
                    Some(other) => one.union(&other),
                    None => one,
                });
            }
            sets = pairs;
        }
        sets.pop().unwrap_or_else(Self::empty)
    }

    fn push(&mut self, first: K, last: K, value: V) {
        if value.is_empty() {
            return;
        }
        if let Some(before) = self.parts.last_mut()
            && before.last.next() == Some(first)
            && before.value == value
        {
            before.last = last;
            return;
        }
        self.parts.push(Part { first, last, value });
    }

    fn combine(&self, other: &Self, operation: Operation) -> Self {
        let mut starts: Vec<K> = self
            .parts
            .iter()
            .chain(&other.parts)
            .flat_map(|part| [Some(part.first), part.last.next()])
            .flatten()
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let mut result = Self { parts: Vec::with_capacity(starts.len()) };
        let mut mine = self.parts.iter().peekable();
        let mut theirs = other.parts.iter().peekable();
        let mut rest = starts.iter().copied().peekable();
        while let Some(first) = rest.next() {
            let last = rest.peek().map_or(Some(K::MAX), |next| next.previous()).unwrap_or(K::MAX);
            while mine.next_if(|part| part.last < first).is_some() {}
            while theirs.next_if(|part| part.last < first).is_some() {}
            let one = mine.peek().filter(|part| part.first <= first).map(|part| &part.value);
            let two = theirs.peek().filter(|part| part.first <= first).map(|part| &part.value);
            let value = match (one, two, operation) {
                (Some(one), Some(two), Operation::Union) => one.union(two),
                (Some(one), Some(two), Operation::Intersection) => one.intersection(two),
                (Some(one), Some(two), Operation::Difference) => one.difference(two),
                (Some(one), None, Operation::Union | Operation::Difference) => one.clone(),
                (None, Some(two), Operation::Union) => two.clone(),
                (None, None, _)
                | (None, Some(_), Operation::Intersection | Operation::Difference)
                | (Some(_), None, Operation::Intersection) => continue,
            };
            result.push(first, last, value);
        }
        result
    }
}

impl<K: Key, V: Region> Region for Layers<K, V> {
    fn empty() -> Self {
        Self { parts: Vec::new() }
    }

    fn full() -> Self {
        Self::block(K::MIN, K::MAX, V::full())
    }

    fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn union(&self, other: &Self) -> Self {
        self.combine(other, Operation::Union)
    }

    fn intersection(&self, other: &Self) -> Self {
        self.combine(other, Operation::Intersection)
    }

    fn difference(&self, other: &Self) -> Self {
        self.combine(other, Operation::Difference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Square = Layers<u8, Layers<u8, bool>>;

    fn block(x: (u8, u8), y: (u8, u8)) -> Square {
        Layers::block(x.0, x.1, Layers::block(y.0, y.1, true))
    }

    #[test]
    fn a_set_has_one_representation() {
        let whole = block((0, 255), (10, 20));
        let halves = block((0, 9), (10, 20)).union(&block((10, 255), (10, 20)));
        assert_eq!(whole, halves);
        let crossed = block((0, 255), (0, 255)).difference(&block((5, 5), (7, 7)));
        assert_eq!(crossed.union(&block((5, 5), (7, 7))), Square::full());
        assert_eq!(crossed.parts().len(), 3);
    }

    #[test]
    fn every_operation_does_at_the_bounds_what_it_does_within() {
        let all = Square::full();
        assert_eq!(all.difference(&all), Square::empty());
        assert_eq!(all.intersection(&block((255, 255), (0, 0))), block((255, 255), (0, 0)));
        assert_eq!(all.difference(&block((0, 255), (0, 254))), block((0, 255), (255, 255)));
        assert!(Square::block(9, 3, Layers::full()).is_empty());
        assert_eq!(Square::union_all(Vec::new()), Square::empty());
    }
}
