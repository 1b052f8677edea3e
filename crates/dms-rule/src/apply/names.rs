use remediation::Plan;
use remediation::formats::shown;

/// The names by which a person knows what a plan is about. AWS shows control characters as they were given, so none is
/// printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a>(pub(super) &'a Plan);

impl Names<'_> {
    /// Returns the name of an instance, a task or an endpoint with its kind, such as `task orders-cdc`; the ARN of anything
    /// else.
    pub(super) fn named(self, arn: &str) -> String {
        let plan = self.0;
        let task = plan.tasks.iter().find(|task| task.arn() == arn);
        let endpoint = plan.endpoints.iter().find(|endpoint| endpoint.arn == arn);
        let name = if let Some(task) = task {
            format!("task {}", task.identifier())
        } else if let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.identifier.is_empty()) {
            format!("endpoint {}", endpoint.identifier)
        } else if plan.instance.arn() == arn {
            format!("instance {}", plan.instance.identifier())
        } else {
            arn.to_owned()
        };
        shown(&name)
    }
}
