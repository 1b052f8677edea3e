//! The arithmetic of what a deployment costs, in `docs/deploying.md`.
//!
//! The page has the formulas in words; the blocks below have the same in numbers.

use rule_core::rules::RULES;
use rule_core::{ResourceType, Rule};

use crate::templates::Part;
use crate::{Error, GeneratedFile, Repository};

const PAGE: &str = "docs/deploying.md";

/// The day on which the prices were assumed. They were not read from AWS.
const ASSUMED_ON: &str = "2026-11-27";

/// A named number of the formulas.
struct Input {
    name: &'static str,
    value: f64,
    decimals: usize,
    meaning: &'static str,
}

const EVALUATION: Input = Input {
    name: "price of an evaluation",
    value: 0.001,
    decimals: 4,
    meaning: "AWS Config, the first 100,000 of a month; later ones cost less, which is left out here",
};
const MILLION_REQUESTS: Input =
    Input { name: "price of a million requests", value: 0.2, decimals: 2, meaning: "AWS Lambda" };
const GIGABYTE_SECOND: Input = Input {
    name: "price of a GB-second",
    value: 0.000_016_666_7,
    decimals: 10,
    meaning: "AWS Lambda on x86_64; arm64 is a fifth cheaper",
};
const LOG_GIGABYTE: Input = Input {
    name: "price of a GB of log",
    value: 0.5,
    decimals: 2,
    meaning: "Amazon CloudWatch Logs, ingestion; the storage of these few lines is left out",
};
const ALARM: Input = Input {
    name: "price of an alarm",
    value: 0.1,
    decimals: 2,
    meaning: "Amazon CloudWatch, one metric at standard resolution, a month",
};
const ALARMS: Input = Input {
    name: "alarms",
    value: 4.0,
    decimals: 0,
    meaning: "beside each function: errors, throttles, lost events, silence",
};
const RUNS: Input = Input {
    name: "runs",
    value: 30.0,
    decimals: 0,
    meaning: "periodic runs of a rule in a month, at `Frequency=TwentyFour_Hours`",
};
const CHANGES: Input = Input {
    name: "changes",
    value: 4.0,
    decimals: 0,
    meaning: "recorded changes of a resource in a month: an assumption",
};
const SECONDS: Input = Input {
    name: "seconds",
    value: 0.5,
    decimals: 1,
    meaning: "billed for an invocation: an assumption, above what was measured without AWS's own delay",
};
const GIGABYTES: Input =
    Input { name: "memory", value: 0.125, decimals: 3, meaning: "GB, at `MemorySize=128`" };
const LOG_BYTES: Input = Input {
    name: "log bytes",
    value: 600.0,
    decimals: 0,
    meaning: "of an invocation: one JSON line; an assumption",
};
const INPUTS: [&Input; 11] = [
    &EVALUATION,
    &MILLION_REQUESTS,
    &GIGABYTE_SECOND,
    &LOG_GIGABYTE,
    &ALARM,
    &ALARMS,
    &RUNS,
    &CHANGES,
    &SECONDS,
    &GIGABYTES,
    &LOG_BYTES,
];

/// The size of an estate.
#[derive(Clone, Copy, Debug)]
struct Estate {
    accounts: u32,
    regions: u32,
    /// The pairs of account and Region that have DMS resources.
    with_dms: u32,
    /// The replication instances in each of these.
    instances: u32,
}

const ESTATES: [Estate; 3] = [
    Estate { accounts: 1, regions: 1, with_dms: 1, instances: 2 },
    Estate { accounts: 20, regions: 4, with_dms: 20, instances: 2 },
    Estate { accounts: 200, regions: 20, with_dms: 400, instances: 2 },
];

/// The use of an estate in a month.
#[derive(Clone, Copy, Debug)]
struct Usage {
    evaluations: f64,
    requests: f64,
}

impl Estate {
    fn pairs(self) -> u32 {
        self.accounts * self.regions
    }

    fn usage(self, rules: &[&Rule]) -> Usage {
        let instances = f64::from(self.with_dms * self.instances);
        let resources = |rule: &Rule| f64::from(for_an_instance(rule.resource_type)) * instances;
        let on_change = |rule: &Rule| {
            if rule.has_changes() { resources(rule) * CHANGES.value } else { 0.0 }
        };
        let from_changes: f64 = rules.iter().map(|rule| on_change(rule)).sum();
        let from_runs: f64 = rules.iter().map(|rule| resources(rule) * RUNS.value).sum();
        let invocations: f64 = rules.iter().map(|_| RUNS.value * f64::from(self.pairs())).sum();
        Usage { evaluations: from_runs + from_changes, requests: invocations + from_changes }
    }
}

impl Usage {
    fn gigabyte_seconds(self) -> f64 {
        self.requests * SECONDS.value * GIGABYTES.value
    }

    fn price_of_evaluations(self) -> f64 {
        self.evaluations * EVALUATION.value
    }

    fn price_of_function(self) -> f64 {
        self.requests / 1e6 * MILLION_REQUESTS.value
            + self.gigabyte_seconds() * GIGABYTE_SECOND.value
            + self.requests * LOG_BYTES.value / 1e9 * LOG_GIGABYTE.value
    }
}

/// Returns the number of resources of a type for one replication instance: an assumption.
fn for_an_instance(resource_type: ResourceType) -> u32 {
    match resource_type {
        ResourceType::Endpoint => 4,
        ResourceType::ReplicationTask => 2,
        ResourceType::ReplicationInstance
        | ResourceType::InstanceProfile
        | ResourceType::Certificate
        | ResourceType::EventSubscription
        | ResourceType::ReplicationSubnetGroup
        | ResourceType::ReplicationConfig
        | ResourceType::DataProvider
        | ResourceType::DataMigration => 1,
    }
}

pub(crate) fn file(repository: &Repository) -> Result<GeneratedFile, Error> {
    let page = repository.document(PAGE)?.with_block("inputs", &inputs())?;
    let page =
        page.with_block("usage", &table(USAGE, usage_row))?.with_block("costs", &table(COSTS, cost_row))?;
    Ok(page.into())
}

fn inputs() -> String {
    let row = |input: &&Input| {
        let value = format!("{:.*}", input.decimals, input.value);
        format!("| {} | {value} | {} |\n", input.name, input.meaning)
    };
    let rows: String = INPUTS.iter().map(row).collect();
    format!(
        "| input | value, prices in USD as remembered on {ASSUMED_ON}, not verified | |\n|---|---:|---|\n{rows}"
    )
}

const USAGE: &str = "| accounts × Regions | with DMS | rules | evaluations | Lambda requests | GB-seconds | number of alarms, StackSet | number of alarms, central |\n|---|---:|---:|---:|---:|---:|---:|---:|\n";
const COSTS: &str = "| accounts × Regions | rules | **StackSet** | **without alarms** | **central** | evaluations | Lambda, logs | price of alarms, StackSet | price of alarms, central |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";

fn table(head: &str, row: fn(Estate, &[&Rule]) -> String) -> String {
    let one = RULES.get(..1).unwrap_or_default();
    let rows = ESTATES.into_iter().flat_map(|estate| [row(estate, one), row(estate, RULES)]);
    head.to_owned() + &rows.collect::<String>()
}

fn usage_row(estate: Estate, rules: &[&Rule]) -> String {
    let Estate { accounts, regions, with_dms, .. } = estate;
    let usage = estate.usage(rules);
    let cells = [
        usage.evaluations,
        usage.requests,
        usage.gigabyte_seconds(),
        alarms(estate.pairs(), rules),
        alarms(regions, rules),
    ];
    let cells: String = cells.map(|number| format!(" {} |", grouped(&format!("{number:.0}")))).concat();
    format!("| {accounts} × {regions} | {with_dms} | {} |{cells}\n", rules.len())
}

fn cost_row(estate: Estate, rules: &[&Rule]) -> String {
    let Estate { accounts, regions, .. } = estate;
    let usage = estate.usage(rules);
    let (evaluations, function) = (usage.price_of_evaluations(), usage.price_of_function());
    let stack_set = alarms(estate.pairs(), rules) * ALARM.value;
    let central = alarms(regions, rules) * ALARM.value;
    let used = evaluations + function;
    let cells = [used + stack_set, used, used + central, evaluations, function, stack_set, central];
    let cells: String = cells.map(|price| format!(" {} |", grouped(&format!("{price:.2}")))).concat();
    format!("| {accounts} × {regions} | {} |{cells}\n", rules.len())
}

/// Returns the number of alarms where each of these places has a function for each template that the rules need.
fn alarms(places: u32, rules: &[&Rule]) -> f64 {
    let templates = [Part::Security, Part::Operations]
        .into_iter()
        .filter(|part| rules.iter().any(|rule| Part::with(rule.theme) == *part));
    templates.map(|_| f64::from(places) * ALARMS.value).sum()
}

/// Returns a number with a comma before each three digits of its whole part.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.find('.').map_or((number, ""), |at| number.split_at(at));
    let digits = whole.chars().enumerate().flat_map(|(at, digit)| {
        let comma = (at > 0 && (whole.len() - at).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    });
    digits.chain(fraction.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Estate = Estate { accounts: 1, regions: 1, with_dms: 1, instances: 2 };

    #[test]
    fn one_rule_on_instances_evaluates_each_at_each_run_and_change() {
        let usage = SMALL.usage(RULES.get(..1).unwrap());
        assert_eq!(format!("{:.0} {:.0}", usage.evaluations, usage.requests), "68 38");
    }

    #[test]
    fn a_type_that_is_not_recorded_has_no_changes() {
        let rule = RULES.iter().find(|rule| !rule.has_changes()).unwrap();
        assert_eq!(format!("{:.0}", SMALL.usage(&[*rule]).evaluations), "60");
    }

    #[test]
    fn a_region_without_resources_is_invoked_and_evaluates_nothing() {
        let empty = Estate { with_dms: 0, ..SMALL };
        let usage = empty.usage(RULES);
        let invocations = 30 * RULES.len(); // one a day
        assert_eq!(format!("{:.0} {:.0}", usage.evaluations, usage.requests), format!("0 {invocations}"));
    }

    #[test]
    fn every_template_with_a_function_has_the_alarms_that_the_formula_counts() {
        let repository = Repository::current();
        let templates = ["single-account", "organization-central", "organization-central-by-account"];
        for template in templates.into_iter().flat_map(|name| [name.to_owned(), format!("{name}-operations")])
        {
            let text = repository.read(&format!("rule-templates/cloudformation/{template}.yaml")).unwrap();
            let found = text.matches("Type: AWS::CloudWatch::Alarm").count();
            assert_eq!(found.to_string(), format!("{:.0}", ALARMS.value), "{template}");
        }
    }

    #[test]
    fn rules_of_both_templates_have_two_functions_with_their_alarms() {
        assert_eq!(alarms(1, RULES.get(..1).unwrap()).to_string(), "4");
        assert_eq!(alarms(20, RULES).to_string(), "160");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(["1", "1000", "12345.60", "123456"].map(grouped), ["1", "1,000", "12,345.60", "123,456"]);
    }
}
