use rule_core::{Arn, ResourceType};

use crate::Evaluation;
use crate::source::kebab_case;
use crate::text::quoted;

/// Lists commands that a person can run as they are: one of the AWS CLI shows the resource, another changes it or shows
/// what else must be changed. A plan of several steps comes first. Empty for a resource that is right, and for one whose ARN
/// or Region is not known, such as a planned one.
#[must_use]
pub fn commands(evaluation: &Evaluation) -> Vec<String> {
    let Evaluation { rule, resource, .. } = evaluation;
    let is_wanted = evaluation.is_non_compliant() || evaluation.is_exempt();
    let (true, Some(arn), Some(region)) = (is_wanted, &resource.arn, &resource.region) else {
        return Vec::new();
    };
    let filled = |command: &str| command.replace("{arn}", &quoted(arn)).replace("{region}", &quoted(region));
    let planned = |command: &str| filled(command) + &role_options(evaluation);
    let shown = filled(&format!("{} --region {{region}}", show(rule.resource_type)));
    match rule.command {
        None => vec![shown],
        Some(command) if !command.starts_with(PLAN) => vec![shown, filled(command)],
        // Without an ARN there is nothing to plan: a text that begins otherwise could be an option.
        Some(command) => match Arn::parse(arn) {
            Some(named) if named.region() == Some(region) => vec![planned(command), shown],
            Some(_) => vec![planned(&format!("{command} --region {{region}}")), shown],
            None => vec![shown],
        },
    }
}

/// Returns the one of the [commands] that leads on: it plans or makes the change, or shows the resource if there is no such
/// command.
pub(crate) fn next_command(evaluation: &Evaluation) -> Option<String> {
    let mut commands = commands(evaluation);
    let is_plan = commands.first().is_some_and(|first| first.starts_with(PLAN));
    if is_plan { commands.into_iter().next() } else { commands.pop() }
}

/// Returns the options that name the role with which the resource was read: in another account than that of the credentials,
/// a plan is made with it too.
fn role_options(evaluation: &Evaluation) -> String {
    let Some(role) = &evaluation.source.role else { return String::new() };
    let external_id = role.external_id.as_deref().map(|id| format!(" --external-id={}", quoted(id)));
    format!(" --role-arn={}{}", quoted(&role.arn), external_id.unwrap_or_default())
}

/// The beginning of a command that plans a change.
const PLAN: &str = "dms-rule plan ";

/// Returns the command that describes the resources of a type, or the one resource where DMS has a filter for it.
fn show(resource_type: ResourceType) -> String {
    let listing = resource_type.listing();
    let command = kebab_case(listing.operation);
    match listing.arn_filter {
        Some(filter) => format!("aws dms {command} --filters Name={filter},Values={{arn}}"),
        None => format!("aws dms {command}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_hold_the_values_of_the_resource_and_run_nothing_else() {
        let report = crate::sample::report().unwrap();
        let mut billing =
            report.evaluations.iter().find(|one| one.resource.name == "billing").unwrap().clone();
        let arn = "arn:aws:dms:eu-west-1:123456789012:rep:BILLING";
        let show = "aws dms describe-replication-instances --filters Name=replication-instance-arn,Values=";
        let expected = [format!("dms-rule plan {arn}"), format!("{show}{arn} --region eu-west-1")];
        assert_eq!(commands(&billing), expected);
        assert_eq!(next_command(&billing).as_ref(), expected.first());
        let role = crate::Role {
            arn: "arn:aws:iam::123456789012:role/R".to_owned(),
            external_id: Some("a b".to_owned()),
        };
        billing.source.role = Some(role);
        let with_role =
            format!("dms-rule plan {arn} --role-arn=arn:aws:iam::123456789012:role/R --external-id='a b'");
        assert_eq!(commands(&billing)[0], with_role);
        billing.source.role = None;
        billing.resource.region = Some("us-east-1".to_owned());
        assert_eq!(commands(&billing)[0], format!("dms-rule plan {arn} --region us-east-1"));
        billing.resource.arn = Some("arn:aws:dms:us-east-1:1:rep:x'; $(touch /tmp/y) #".to_owned());
        assert_eq!(
            commands(&billing)[0],
            r"dms-rule plan 'arn:aws:dms:us-east-1:1:rep:x'\''; $(touch /tmp/y) #'"
        );
        billing.resource.arn = Some("--yes-until; $(touch /tmp/y) #".to_owned());
        assert_eq!(
            commands(&billing),
            [format!("{show}'--yes-until; $(touch /tmp/y) #' --region us-east-1")],
        );
        billing.resource.arn = None;
        assert_eq!(commands(&billing), Vec::<String>::new());
        let orders = report.evaluations.iter().find(|one| one.resource.name == "orders").unwrap();
        assert_eq!(commands(orders), Vec::<String>::new());
    }
}
