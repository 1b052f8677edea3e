//! The plans of an account or Region as one table.

use crate::formats::found;
use crate::formats::paint::{GREEN, Page, RED, YELLOW};
use crate::note::Note;
use crate::plan::Plan;
use crate::task::Condition;

/// Returns one row for each plan: ready, or blocked and why; the tasks; the next command. `width` is the number of
/// columns, `None` to not wrap; `color` adds escape sequences.
#[must_use]
pub fn overview(plans: &[Plan], width: Option<usize>, color: bool) -> String {
    let mut page = Page::new(width, color);
    let ready = plans.iter().filter(|plan| plan.is_ready()).count();
    let blocked = plans.len() - ready;
    match (plans.len(), blocked) {
        (0, _) => page.verdict(GREEN, "NONE", "no instance needs a plan"),
        (_, 0) => {
            let first: usize = plans.iter().map(|plan| found::first(plan).len()).sum();
            let all = format!("all {}", instances(ready));
            match first {
                0 => page.verdict(GREEN, "READY", &all),
                count => page.verdict(YELLOW, &format!("READY, {}", found::things_first(count)), &all),
            }
        }
        _ => page.verdict(RED, "BLOCKED", &format!("{blocked} of {}", instances(plans.len()))),
    }
    if plans.is_empty() {
        return page.finish();
    }
    page.blank();
    let rows: Vec<[String; 5]> = plans.iter().map(row).collect();
    page.table(["Instance", "Region", "State", "Tasks (running)", "Why"], &rows);
    page.heading("Next");
    for plan in plans {
        page.command("  ", &[command(plan).into_iter().map(str::to_owned).collect()]);
    }
    page.finish()
}

fn instances(count: usize) -> String {
    if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") }
}

fn row(plan: &Plan) -> [String; 5] {
    let running = plan.tasks.iter().filter(|task| task.condition() == Condition::Running).count();
    let name =
        if plan.instance.identifier().is_empty() { plan.instance.arn() } else { plan.instance.identifier() };
    let why: Vec<String> = plan.refusals().map(Note::statement).collect();
    let first: Vec<String> = found::first(plan).into_iter().map(Note::statement).collect();
    let why = match (plan.is_ready(), first.len()) {
        (false, _) => why.join("; "),
        (true, 0) => "-".to_owned(),
        (true, count) => format!("{}: {}", found::things_first(count), first.join("; ")),
    };
    [
        name.to_owned(),
        plan.region.clone(),
        found::verdict(plan).0.to_owned(),
        format!("{} ({running})", plan.tasks.len()),
        why,
    ]
}

/// Returns the words of the command that prints the plan.
fn command(plan: &Plan) -> [&str; 5] {
    ["dms-rule", "plan", plan.instance.arn(), "--region", &plan.region]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::words::quoted;

    #[test]
    fn a_command_has_the_arn() {
        let plan: Plan = serde_json::from_value(serde_json::json!({
            "schemaVersion": 1, "region": "eu-west-1", "target": {"identifier": "a", "parameters": {}},
            "instance": {"ReplicationInstanceArn": "arn:x y"},
        }))
        .unwrap();
        let text = overview(&[plan], Some(100), false);
        assert!(
            text.ends_with(&format!("  dms-rule plan {} --region eu-west-1\n", quoted("arn:x y"))),
            "{text}"
        );
    }
}
