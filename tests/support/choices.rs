//! Numbers that decide what is generated: the first choice is always the ordinary one, so that shrinking them towards 0 makes an
//! input simpler.

/// Choices that are read one after the other; when they are used up, each further one is 0.
pub(crate) struct Choices<'a> {
    left: std::slice::Iter<'a, u8>,
    /// True if little is odd: of many properties one that is odd hides the others.
    is_calm: bool,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut choices = Self { left: bytes.iter(), is_calm: false };
        choices.is_calm = choices.number(3) < 2;
        choices
    }

    /// Returns a number below `count`.
    pub(crate) fn number(&mut self, count: usize) -> usize {
        usize::from(self.left.next().copied().unwrap_or_default()) % count.max(1)
    }

    /// Returns a number below `count`, of which the greater ones are odd.
    pub(crate) fn oddity(&mut self, count: usize) -> usize {
        let number = self.number(256);
        if self.is_calm && number < 240 { 0 } else { number % count }
    }

    /// Returns true in about one case of `cases`.
    pub(crate) fn rarely(&mut self, cases: usize) -> bool {
        self.number(cases) == cases - 1
    }

    /// Returns one of the values.
    pub(crate) fn one<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.number(values.len())]
    }
}
