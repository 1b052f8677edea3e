use rule_core::Verdict;

use crate::Evaluation;

/// The part of the Internet that enters, as the evidence `internet` of a result states it: the broadest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entrance {
    /// All of it, or all but some blocks, over IPv4 or IPv6.
    World,
    /// Some addresses.
    Some,
    /// It is not known if anything enters, or not stated.
    Unknown,
    /// Nothing enters: something else than the flag keeps it out.
    Closed,
}

impl Entrance {
    /// Reads the evidence of a result.
    pub(crate) fn read(evaluation: &Evaluation) -> Self {
        let Verdict { finding, .. } = &evaluation.verdict;
        let Some(internet) = finding.evidence.iter().find(|one| one.name == "internet") else {
            return Self::Unknown;
        };
        // The words are those of the crate `reachability`.
        let line = internet.value.as_str();
        let is_world =
            ["0.0.0.0/0", "::/0"].iter().any(|block| line.split([' ', ',']).any(|word| word == *block));
        match line.split([':', ' ', ',']).next().unwrap_or_default() {
            "OPEN" if is_world => Self::World,
            "OPEN" => Self::Some,
            "UNKNOWN" | "" => Self::Unknown,
            _ => Self::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use rule_core::Evidence;

    use crate::{Evaluation, Format, Layout, Report};

    /// The lines of public instances, in the order in which they should be listed.
    const LINES: [Option<&str>; 9] = [
        Some("OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded 2026-10-01"),
        Some("OPEN: all from 0.0.0.0/0 but 256 addresses by sg-1"),
        Some("OPEN: tcp 22 from 203.0.113.0/24 (256 addresses) and ::/0 by sg-1"),
        Some("OPEN: tcp 5432 from 203.0.113.0/24 (256 addresses) by sg-1"),
        Some("OPEN: at least tcp 22 from 2001:db8::/32 by sg-1"),
        Some("UNKNOWN (sg-1 is not recorded)"),
        None,
        Some("NOT ROUTED (rtb-1)"),
        Some("FILTERED BY sg-1, recorded 2026-10-01"),
    ];

    /// Returns a report on public instances `i-0` to `i-8`, which are given in the reverse of their order.
    fn report() -> Report {
        let mut report = crate::sample::report().unwrap();
        let public = report.evaluations.iter().find(|one| one.reason() == "PUBLIC: PubliclyAccessible=true");
        let public = public.unwrap().clone();
        let evaluations = LINES.iter().enumerate().rev().map(|(number, line)| {
            let mut evaluation = Evaluation { exception: None, ..public.clone() };
            // The names alone would give another order.
            evaluation.resource.name = format!("{}-i{number}", 9 - number);
            evaluation
                .verdict
                .finding
                .evidence
                .extend(line.map(|line| Evidence { name: "internet", value: line.to_owned() }));
            evaluation
        });
        report.evaluations = evaluations.collect();
        report.sort();
        report
    }

    #[test]
    fn of_equal_results_those_come_first_that_the_internet_reaches() {
        let report = report();
        let wanted: Vec<String> =
            ["i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8"].map(str::to_owned).to_vec();
        for format in [Format::Table, Format::Json, Format::Csv, Format::Html, Format::Markdown] {
            let mut out = Vec::new();
            format.write(&report, &mut out, Layout::default()).unwrap();
            let text = String::from_utf8(out).unwrap();
            let place = |name: &String| {
                text.find(&format!("-{name}")).unwrap_or_else(|| panic!("{format:?}: {name}"))
            };
            let mut found = wanted.clone();
            found.sort_by_key(place);
            assert_eq!(rank(&found), rank(&wanted), "{format:?}: {found:?}");
        }
    }

    /// Returns the number of the group of equal ones for each name: their own order is that of their names.
    fn rank(names: &[String]) -> Vec<usize> {
        let group = |name: &String| match name.as_str() {
            "i0" | "i1" | "i2" => 0,
            "i3" | "i4" => 1,
            "i5" | "i6" => 2,
            _ => 3,
        };
        names.iter().map(group).collect()
    }
}
