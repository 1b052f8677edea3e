//! The evaluator of templates against a second one, which works out each deployment by itself.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]
#![expect(clippy::print_stdout, reason = "the numbers of templates show how much is compared")]

#[path = "../../../../tests/support/choices.rs"]
mod choices;
mod generate;
#[path = "../../../../tests/support/runs.rs"]
mod runs;
mod template;

use std::cell::Cell;

use iac::Settings;
use proptest::test_runner::{TestCaseError, TestError};
use rule_core::{ComplianceType, ParameterValues, rules};

use choices::Choices;
use template::{Concrete, Template};

/// The choices of one template.
const CHOICES: usize = 72;

/// The result that all deployments of a template have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Common {
    /// Each that creates a resource creates a private one.
    Private,
    /// One creates a resource that is public, or whose flag is neither true nor false.
    SomeIsNot,
    /// None creates a resource.
    Nothing,
}

/// Returns every assignment of texts to the parameters.
fn deployments(template: &Template) -> Vec<Vec<&'static str>> {
    let every: Vec<&'static str> = generate::TEXTS.into_iter().chain([generate::OTHER]).collect();
    template.parameters.iter().fold(vec![vec![]], |before, parameter| {
        let texts = parameter.allowed.as_ref().unwrap_or(&every);
        before
            .iter()
            .flat_map(|begun| texts.iter().map(move |text| begun.iter().copied().chain([*text]).collect()))
            .collect()
    })
}

fn common(template: &Template) -> Common {
    let mut common = Common::Nothing;
    for parameters in deployments(template) {
        for flag in template.flags(&parameters).into_iter().flatten() {
            match flag {
                Concrete::Text(text) if text.eq_ignore_ascii_case("false") => common = Common::Private,
                // DMS's default is public.
                Concrete::Text(_) | Concrete::Absent | Concrete::Rejected => return Common::SomeIsNot,
            }
        }
    }
    common
}

/// Returns the compliance type of the worst instance that the real evaluator plans; `None` if it plans none.
fn planned(text: &str) -> Result<Option<ComplianceType>, String> {
    let rule = rules::find("dms-replication-not-public").unwrap();
    let template = iac::Template::parse(text).map_err(|error| error.to_string())?;
    let plan = template.plan(&Settings::default()).map_err(|error| error.to_string())?;
    let of_rule = plan.resources.iter().filter(|planned| planned.resource_type == rule.resource_type);
    let verdict = |planned: &iac::PlannedResource| {
        rule.evaluate_planned(&planned.possibilities, &ParameterValues::default(), None).compliance_type
    };
    Ok(of_rule.map(verdict).max())
}

/// Compares as many templates, and panics with the simplest one that passes though one of its deployments does not, or whose
/// resource is lost.
fn compare(cases: u32, seed: &[u8; 32]) {
    let mut runner = runs::runner(cases, 20_000, seed);
    // Private and passed, private and not passed, some not private, without a resource, rejected.
    let counts = Cell::new([0_u64; 5]);
    let result = runner.run(&proptest::collection::vec(proptest::num::u8::ANY, CHOICES), |bytes| {
        let template = generate::template(&mut Choices::new(&bytes));
        let text = template.text();
        let common = common(&template);
        let verdict = planned(&text);
        let column = match (common, &verdict) {
            (_, Err(_)) => 4,
            (Common::Nothing, _) => 3,
            (Common::SomeIsNot, _) => 2,
            (Common::Private, Ok(Some(ComplianceType::Compliant))) => 0,
            (Common::Private, Ok(_)) => 1,
        };
        let mut counted = counts.get();
        counted[column] += 1;
        counts.set(counted);
        let is_wrong = match (common, &verdict) {
            // A template that cannot be read is a failure, which passes nothing.
            (Common::Nothing, _) | (_, Err(_)) => false,
            (Common::SomeIsNot, Ok(verdict)) => *verdict != Some(ComplianceType::NonCompliant),
            (Common::Private, Ok(verdict)) => {
                verdict.is_none() || *verdict == Some(ComplianceType::NotApplicable)
            }
        };
        if is_wrong { Err(TestCaseError::fail(format!("{common:?}, {verdict:?}: {text}"))) } else { Ok(()) }
    });
    let [exact, imprecise, other, nothing, rejected] = counts.get();
    println!(
        "private and passed {exact}, private and not passed {imprecise}, some deployment not private {other}, no resource {nothing}, rejected {rejected}"
    );
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{}", reason.message()),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let all = u64::from(cases);
    assert!(exact * 20 > all && other * 5 > all, "too few of one kind");
    // An evaluator that passes nothing would be safe, and of no use.
    assert!(imprecise * 10 < exact, "of {exact} that pass, {imprecise} do not");
    assert!(rejected * 20 < all, "too many templates are rejected");
}

#[test]
fn no_template_passes_of_which_a_deployment_is_public_or_unknown() {
    let seeds = [b"templates against an enumeration", b"templates beside an enumeration."];
    runs::both(seeds, |seed| compare(50_000, seed));
}

#[test]
#[ignore = "ten million templates take minutes"]
fn no_template_passes_of_which_a_deployment_is_public_or_unknown_ten_million_times() {
    runs::long(10_000_000, compare);
}
