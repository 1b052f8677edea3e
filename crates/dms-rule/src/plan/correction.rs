//! `dms-rule plan ARN --rule NAME`: the fix of a finding of another rule.

use std::error::Error;

use remediation::fix;
use rule_core::Rule;
use serde_json::Value;

use super::instance_name::InstanceName;
use super::live::{self, Request};
use super::output::Output;
use super::saved::Saved;
use crate::terminal;

/// Prints the fix of a rule for a resource.
///
/// # Errors
/// Returns a message if the resource is not named by an ARN of the rule's type, or cannot be read.
pub(crate) fn print(
    rule: &Rule,
    request: &Request<'_>,
    saved: Option<&Saved>,
    output: &Output,
) -> Result<(), Box<dyn Error>> {
    let Some(InstanceName::Arn(arn)) = request.instance else {
        return Err("with --rule, name the resource by its ARN".into());
    };
    let wanted = rule.resource_type.arn_word();
    if request.instance.and_then(InstanceName::arn_word) != Some(wanted) {
        let name = rule.resource_type.name();
        return Err(
            format!("{} is about {name}: expected its ARN, arn:...:{wanted}:...", rule.identifier).into()
        );
    }
    let region = remediation::region(arn).ok_or("the ARN names no Region")?;
    let resource = if let Some(saved) = saved {
        saved.resource(arn, wanted)?
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(live::resource(request, arn, wanted))?
    };
    let found = fix(rule.identifier, &resource.unwrap_or(Value::Null), arn);
    let found = found.ok_or_else(|| format!("no fix is known for {}", rule.identifier))?;
    Ok(terminal::print(&output.fix(&found, rule.identifier, arn, region)?)?)
}
