//! The failure of a test over a file of cases. The tests of two crates include this file.

use std::fmt;

/// The cases of a file whose result is not the expected one. The harness prints its `Debug` form.
pub(crate) struct WrongCases(pub(crate) String);

impl fmt::Debug for WrongCases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for WrongCases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongCases {}
