//! The paths for an instance that code manages: what to change in the code, so that no task is replaced.

mod cloudformation;
mod path;
mod recreation;
mod subject;
mod terraform;
mod text;

pub use cloudformation::cloudformation;
pub use path::{Change, Edit, Effect, ManagedPath, ManagedStep, Recreation};
pub use subject::{ManagedTask, Subject};
pub use terraform::{terraform, terraform_before_5_32};

use crate::owner::Owner;
use crate::plan::Plan;

/// Returns the paths for the owner that the tags of the instance show: one for CloudFormation, one for each kind of provider for
/// Terraform. Empty if no owner is seen, or another: then [`terraform`] and [`cloudformation`] give the path that a person knows
/// to apply.
#[must_use]
pub fn managed_paths(plan: &Plan) -> Vec<ManagedPath> {
    let subject = Subject::from_plan(plan);
    match &plan.owner {
        Owner::CloudFormation { stack, logical_id } => vec![cloudformation(&subject, stack, logical_id)],
        Owner::Terraform => vec![terraform(&subject), terraform_before_5_32(&subject)],
        Owner::NotSeen | Owner::Other { .. } => Vec::new(),
    }
}
