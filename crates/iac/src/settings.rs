use std::collections::BTreeMap;

/// The values that a deployment is known to give to a template.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The values of parameters, by their names; of two values for one parameter the later counts.
    pub parameters: Vec<(String, String)>,
    /// Gives every other parameter its default.
    pub assume_defaults: bool,
    /// The values of other names: pseudo parameters such as `AWS::Region`, resources, and attributes such as
    /// `Function.Arn`.
    pub names: Vec<(String, String)>,
    /// The tags of the stack, which CloudFormation adds to each resource that can have tags (CloudFormation user guide,
    /// "Resource Tags"); `None` if they are not known.
    pub stack_tags: Option<BTreeMap<String, String>>,
}

impl Settings {
    /// Returns the value of a pseudo parameter, resource or attribute; `None` if it is not known.
    #[must_use]
    pub fn value_of_name(&self, name: &str) -> Option<&str> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
