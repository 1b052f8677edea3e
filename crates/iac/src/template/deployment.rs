//! Lists the resources of one deployment, under given settings.

use rule_core::Json;

use super::Template;
use super::evaluator::{Evaluator, is_generated};
use crate::decisions::Decisions;
use crate::error::Error;
use crate::node::Node;
use crate::settings::Settings;

/// A resource of any type that one deployment creates.
#[derive(Debug)]
pub struct DeployedResource {
    /// The logical id in the template.
    pub id: String,
    /// The type, for example `AWS::IAM::Role`.
    pub resource_type: String,
    /// The properties in their order; a value that the settings do not decide is [`Json::Undecided`].
    pub properties: Vec<(String, Json)>,
}

impl Template {
    /// Lists the resources, of any type, that one deployment creates.
    ///
    /// # Errors
    /// Returns an error if the template does not have exactly one `Resources` section, if a resource has no `Type` or
    /// comes from a loop or macro, or if the settings do not decide the condition of a resource.
    pub fn deploy(&self, settings: &Settings) -> Result<Vec<DeployedResource>, Error> {
        let evaluator = Evaluator::new(&self.root, settings);
        let mut deployed = Vec::new();
        let mut sections = self.root.get("Resources");
        let (Some(section), None) = (sections.next(), sections.next()) else {
            return Err(Error::new("the template must have exactly one Resources section"));
        };
        for member in section.members() {
            let name = &member.name;
            let error = |message: String| Error::at(member.at, message);
            if is_generated(name) {
                return Err(error(format!("{name} is not supported: the resources must be written out")));
            }
            let resource_type = member.value.get("Type").find_map(Node::text);
            let resource_type = resource_type.ok_or_else(|| error(format!("{name} has no Type")))?;
            let mut decisions = Decisions::default();
            let is_created =
                decisions.without_deciding(|decisions| match member.value.get("Condition").next() {
                    None => Some(true),
                    Some(condition) => evaluator.condition(condition.text()?, decisions, 0),
                });
            match is_created {
                None => {
                    let message = format!("the condition of {name} depends on values that are not given");
                    return Err(error(message));
                }
                Some(false) => continue,
                Some(true) => {}
            }
            let properties = member.value.get("Properties").flat_map(Node::members).filter_map(|property| {
                let value =
                    decisions.without_deciding(|decisions| evaluator.value(&property.value, decisions, 0))?;
                Some((property.name.clone(), value))
            });
            let properties = properties.collect();
            deployed.push(DeployedResource {
                id: name.clone(),
                resource_type: resource_type.to_owned(),
                properties,
            });
        }
        Ok(deployed)
    }
}
