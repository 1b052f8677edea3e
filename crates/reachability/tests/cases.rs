//! The cases under `tests/reachability`: a test for each file, which is a list of networks with the expected words.

mod facts;

use std::fmt::{self, Write};
use std::path::Path;

use datatest_stable::Result;

use facts::read_cases;

// `ordinary.json` holds the facts of the network that every case differs from.
datatest_stable::harness! {
    { test = every_case_has_its_words, root = "../../tests/reachability", pattern = r"^(?!.*ordinary\.json$).*\.json$" },
}

fn every_case_has_its_words(file: &Path) -> Result<()> {
    let (ordinary, cases) = read_cases(file).map_err(|error| error.to_string())?;
    let mut wrong = String::new();
    for case in cases {
        let differences =
            case.differences(&ordinary).map_err(|error| format!("{}: {error}", case.description))?;
        for (actual, expected) in differences {
            write!(wrong, "\n{}\n  is       {actual}\n  expected {expected}", case.description)?;
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Box::new(WrongCases(wrong))) }
}

/// The cases of a file whose result is not the expected one. The harness prints its `Debug` form.
struct WrongCases(String);

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
