use rule_core::ResourceType;

use crate::Evaluation;
use crate::source::kebab_case;
use crate::text::quoted;

/// Lists commands of the AWS CLI that a person can run as they are: one shows the resource, the others change it or show
/// what else must be changed. Empty for a resource that is right, and for one whose ARN or Region is not known, such as a
/// planned one.
#[must_use]
pub fn commands(evaluation: &Evaluation) -> Vec<String> {
    let Evaluation { rule, resource, .. } = evaluation;
    let is_wanted = evaluation.is_non_compliant() || evaluation.is_exempt();
    let (true, Some(arn), Some(region)) = (is_wanted, &resource.arn, &resource.region) else {
        return Vec::new();
    };
    let show = format!("{} --region {{region}}", show(rule.resource_type));
    let commands = std::iter::once(show.as_str()).chain(rule.command);
    commands
        .map(|command| command.replace("{arn}", &quoted(arn)).replace("{region}", &quoted(region)))
        .collect()
}

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
        let expected = [
            format!(
                "aws dms describe-replication-instances --filters Name=replication-instance-arn,Values={arn} --region eu-west-1"
            ),
            format!(
                "aws dms describe-replication-tasks --filters Name=replication-instance-arn,Values={arn} --region eu-west-1"
            ),
        ];
        assert_eq!(commands(&billing), expected);
        billing.resource.arn = Some("x'; $(touch /tmp/y) #".to_owned());
        assert!(
            commands(&billing)[0].contains(r"Values='x'\''; $(touch /tmp/y) #' --region"),
            "{:?}",
            commands(&billing)
        );
        billing.resource.arn = None;
        assert_eq!(commands(&billing), Vec::<String>::new());
        let orders = report.evaluations.iter().find(|one| one.resource.name == "orders").unwrap();
        assert_eq!(commands(orders), Vec::<String>::new());
    }
}
