//! The cases under `tests/reachability`: a test for each file, which is a list of networks with the expected words.

mod facts;
#[path = "../../../tests/support/wrong_cases.rs"]
mod wrong_cases;

use std::fmt::Write;
use std::path::Path;

use datatest_stable::Result;

use facts::read_cases;
use wrong_cases::WrongCases;

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
