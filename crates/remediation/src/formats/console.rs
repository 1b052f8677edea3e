//! The steps as a person does them in the console of AWS DMS, with all values to type.

use std::fmt::Write;

use serde_json::Value;

use crate::formats::code::{API_STEPS, Block, CODE_FIRST, api_steps, blocks, is_in_code};
use crate::formats::found;
use crate::formats::instruction::{RUN_WORD, printed, typed};
use crate::formats::words::{quoted, shown};
use crate::note::Weight;
use crate::plan::Plan;
use crate::request::Request;
use crate::step::{Instruction, Step};

/// The fields of the page "Create replication instance" in their order, with the parameters that they set (console of AWS
/// DMS and its user guide, "Creating a replication instance").
const FIELDS: [(&str, &str, &str); 14] = [
    ("ReplicationInstanceIdentifier", "Settings", "Name"),
    ("ReplicationInstanceClass", "Instance configuration", "Instance class"),
    ("EngineVersion", "Instance configuration", "Engine version"),
    ("MultiAZ", "Instance configuration", "High availability: Multi-AZ"),
    ("AllocatedStorage", "Storage", "Allocated storage (GiB)"),
    ("NetworkType", "Connectivity and security", "Network type"),
    ("ReplicationSubnetGroupIdentifier", "Connectivity and security", "Replication subnet group"),
    ("PubliclyAccessible", "Connectivity and security", "Publicly accessible"),
    ("AvailabilityZone", "Advanced settings", "Availability zone"),
    ("VpcSecurityGroupIds", "Advanced settings", "VPC security groups"),
    ("KmsKeyId", "Advanced settings", "AWS KMS key"),
    ("PreferredMaintenanceWindow", "Maintenance", "Maintenance window"),
    ("AutoMinorVersionUpgrade", "Maintenance", "Automatic version upgrade"),
    ("Tags", "Tags", "Tags"),
];

/// Returns the steps in the console.
#[must_use]
pub fn console(plan: &Plan) -> String {
    let mut page = String::new();
    let (word, sentence) = found::headline(plan);
    let _ = writeln!(page, "{word}: {}", shown(&sentence));
    if found::is_private(plan) {
        return page;
    }
    for note in plan.refusals().chain(found::first(plan)) {
        let _ = writeln!(page, "  - {}", shown(&found::note(note)));
    }
    if is_in_code(plan) {
        let _ = writeln!(page, "  -> {CODE_FIRST}");
    }
    let warnings = found::others(plan, Weight::Warns);
    if !warnings.is_empty() {
        let _ = writeln!(page, "\nKnow before you begin");
    }
    for note in warnings {
        let _ = writeln!(page, "  - {}", shown(&found::note(note)));
    }
    if is_in_code(plan) {
        blocks(plan).iter().for_each(|block| add_block(&mut page, block));
        let _ = writeln!(page, "\n{API_STEPS}");
    }
    let _ = writeln!(
        page,
        "\nOpen the console of AWS DMS (Database Migration Service) in the Region {}{}. The words of the console may differ \
         a little from these. {RUN_WORD} is a word of your own, such as the number of your change.",
        shown(&plan.region),
        plan.account_id.as_ref().map(|id| format!(", account {}", shown(id))).unwrap_or_default()
    );
    for step in api_steps(plan) {
        add(&mut page, plan, &step);
    }
    page
}

fn add_block(page: &mut String, block: &Block) {
    let _ = match block {
        Block::Path(title) => writeln!(page, "\n{}", shown(title)),
        Block::Step(number, title) => writeln!(page, "\n{number}. {}", shown(title)),
        Block::Sentence("", text) => writeln!(page, "   {}.", shown(text)),
        Block::Sentence(label, text) => writeln!(page, "   {label} {}.", shown(text)),
        Block::Lines(_, lines) => lines.lines().try_for_each(|line| writeln!(page, "     {}", shown(line))),
        Block::Command(groups) => writeln!(page, "   In AWS CloudShell: {}", words(groups)),
    };
}

fn words(groups: &[Vec<String>]) -> String {
    groups.concat().iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn add(page: &mut String, plan: &Plan, step: &Step) {
    let consent =
        step.consent.map(|word| format!(" [needs consent: {}]", found::consent(word))).unwrap_or_default();
    let _ = writeln!(page, "\n{}. {}{consent}", step.number, shown(&step.title));
    let mut is_shown = false;
    for instruction in &step.instructions {
        for line in lines(plan, instruction) {
            let _ = writeln!(page, "   {line}");
            is_shown = true;
        }
    }
    if !is_shown {
        let _ = writeln!(page, "   Replication instances: open {}.", shown(&plan.target.identifier));
    }
    for (name, text) in [("Done when", &step.done), ("If it fails", &step.fails), ("Way back", &step.back)] {
        let _ = writeln!(page, "   {name}: {}.", shown(text));
    }
}

/// Returns the lines of an instruction; none where the step's own condition says it.
fn lines(plan: &Plan, instruction: &Instruction) -> Vec<String> {
    match instruction {
        Instruction::Call(request) => call(plan, request),
        Instruction::Prove { member, wanted, .. } => {
            let member = member.rsplit('.').next().unwrap_or(member);
            let wanted = if *wanted == Value::String(crate::NEW_INSTANCE.to_owned()) {
                "the new instance".to_owned()
            } else if wanted.is_null() {
                "-".to_owned()
            } else {
                typed(wanted)
            };
            vec![format!("Details: {member} must be: {wanted}")]
        }
        Instruction::WaitFor { member, wanted, budget_minutes, .. } => {
            let member = member.rsplit('.').next().unwrap_or(member);
            vec![format!(
                "Wait until {member} is {}, for {budget_minutes} minutes at most (reload the page).",
                wanted.join(" or ")
            )]
        }
        Instruction::ProveNone { .. } => vec![format!(
            "Replication instances, {}, Migration tasks: the list must be empty.",
            shown(plan.instance.identifier())
        )],
        Instruction::Save(request) if request.operation == "DescribeTableStatistics" => {
            vec![format!("{}, Table statistics: keep a copy of the page.", task_page(plan, request))]
        }
        Instruction::Save(request) => {
            vec![format!(
                "{}, Overview: keep a copy of the page, with the recovery checkpoint.",
                named_task(plan, request)
            )]
        }
        Instruction::Print(words) => {
            vec![format!("In AWS CloudShell: {}", self::words(&printed(words, &plan.region)))]
        }
        Instruction::Note(text) => vec![format!("{}.", shown(text))],
    }
}

fn call(plan: &Plan, request: &Request) -> Vec<String> {
    let instances = "Replication instances";
    match request.operation {
        "CreateReplicationInstance" => create(request),
        "TestConnection" => {
            let arn = request.parameters.get("EndpointArn").and_then(Value::as_str).unwrap_or_default();
            let endpoint = plan.endpoints.iter().find(|endpoint| endpoint.arn == arn);
            let name = shown(endpoint.map_or(arn, |endpoint| endpoint.name()));
            vec![format!(
                "Endpoints, {name}, Connections, Test connections: Replication instance = {}, Run test.",
                shown(&plan.target.identifier)
            )]
        }
        "StopReplicationTask" => vec![format!("{}, Actions, Stop.", task_page(plan, request))],
        "MoveReplicationTask" => vec![format!(
            "{}, Actions, Move: Target replication instance = {}, Move.",
            task_page(plan, request),
            shown(&plan.target.identifier)
        )],
        "StartReplicationTask" => vec![format!(
            "{}, Actions, Restart/Resume: Resume (not Restart, which loads the tables again).",
            task_page(plan, request)
        )],
        "DeleteReplicationInstance" => vec![format!(
            "{instances}, select {}, Actions, Delete. Compare the ARN first: {}",
            shown(plan.instance.identifier()),
            shown(plan.instance.arn())
        )],
        "ModifyReplicationInstance" => {
            let mut lines =
                vec![format!("{instances}, {}, Actions, Modify:", shown(&plan.target.identifier))];
            let fields = [
                ("ReplicationInstanceIdentifier", "Name"),
                ("AutoMinorVersionUpgrade", "Automatic version upgrade"),
            ];
            lines.extend(fields.iter().filter_map(|(parameter, field)| {
                Some(format!("  {field} = {}", typed(request.parameters.get(*parameter)?)))
            }));
            lines.push("  When to apply changes = Apply changes immediately; Save.".to_owned());
            lines
        }
        operation => vec![format!("{operation}: {}", typed(&Value::Object(request.parameters.clone())))],
    }
}

fn create(request: &Request) -> Vec<String> {
    let mut lines = vec!["Replication instances, Create replication instance:".to_owned()];
    let mut part = "";
    for (parameter, section, field) in FIELDS {
        let Some(value) = request.parameters.get(parameter) else { continue };
        if part != section {
            lines.push(format!("  {section}"));
            part = section;
        }
        match value {
            Value::Array(tags) if parameter == "Tags" => lines.extend(tags.iter().map(|tag| {
                let text = |name: &str| tag.get(name).map(typed).unwrap_or_default();
                format!("    {} = {}", text("Key"), text("Value"))
            })),
            value => lines.push(format!("    {field} = {}", typed(value))),
        }
    }
    let others: Vec<String> = request
        .parameters
        .iter()
        .filter(|(name, _)| FIELDS.iter().all(|(parameter, ..)| parameter != name))
        .map(|(name, value)| format!("    {name} = {}", typed(value)))
        .collect();
    if !others.is_empty() {
        lines.push(
            "  Not on every version of the page; without it, create the instance with the AWS CLI".to_owned(),
        );
        lines.extend(others);
    }
    lines.push("  Create replication instance.".to_owned());
    lines
}

/// Returns the way to the page of the task that a request is about.
fn task_page(plan: &Plan, request: &Request) -> String {
    let arn = request.parameters.get("ReplicationTaskArn").and_then(Value::as_str).unwrap_or_default();
    page(plan, arn)
}

/// Returns the way to the page of the task that a query filters by.
fn named_task(plan: &Plan, request: &Request) -> String {
    let filters = request.parameters.get("Filters");
    let arn = filters.and_then(|filters| filters.pointer("/0/Values/0")).and_then(Value::as_str);
    page(plan, arn.unwrap_or_default())
}

fn page(plan: &Plan, arn: &str) -> String {
    let task = plan.tasks.iter().find(|task| task.arn() == arn);
    format!("Database migration tasks, {}", shown(task.map_or(arn, |task| task.identifier())))
}
