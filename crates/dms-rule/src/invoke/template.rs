//! The template files of `--template`.

use std::path::Path;

use iac::{DeployedResource, Settings, Template};

use super::error::DeploymentError;

/// A template, and the file that it comes from.
#[derive(Debug)]
pub(super) struct TemplateFile {
    name: String,
    template: Template,
}

/// The resources that one template deploys to one account and Region, and the names by which it refers to them.
#[derive(Debug)]
pub(super) struct Stack<'a> {
    pub(super) file: &'a TemplateFile,
    pub(super) resources: Vec<DeployedResource>,
    settings: Settings,
}

impl TemplateFile {
    /// Reads and parses a template.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is neither YAML nor JSON.
    pub(super) fn read(path: &Path) -> Result<Self, DeploymentError> {
        let name = path.display().to_string();
        let error = |message: &dyn std::fmt::Display| DeploymentError::template(&name, message);
        let text = std::fs::read_to_string(path).map_err(|cause| error(&cause))?;
        let template = Template::parse(&text).map_err(|cause| error(&cause))?;
        Ok(Self { name, template })
    }

    /// Returns true if the template declares a resource of one of these types.
    pub(super) fn declares(&self, types: &[&str]) -> bool {
        self.template.resource_types().iter().any(|(_, resource_type)| types.contains(resource_type))
    }

    /// Returns true if the template has the parameter.
    ///
    /// # Errors
    /// Returns an error if the template does not allow the value.
    fn takes(&self, name: &str, value: &str) -> Result<bool, DeploymentError> {
        let parameters = self.template.parameters();
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            return Ok(false);
        };
        if parameter.allowed.is_empty() || parameter.allowed.iter().any(|allowed| allowed == value) {
            return Ok(true);
        }
        Err(self.error(&format!("{name} must be one of {}, not {value}", parameter.allowed.join(", "))))
    }

    /// Deploys the template to one account and Region.
    ///
    /// # Errors
    /// Returns an error if the settings do not decide which resources are created.
    pub(super) fn deploy(
        &self,
        parameters: &[(String, String)],
        account_id: &str,
        region: &str,
    ) -> Result<Stack<'_>, DeploymentError> {
        let names = names(&self.template.resource_types(), account_id, region);
        let settings =
            Settings { parameters: parameters.to_vec(), assume_defaults: true, names, stack_tags: None };
        let resources = self.template.deploy(&settings).map_err(|error| self.error(&error))?;
        Ok(Stack { file: self, resources, settings })
    }

    pub(super) fn error(&self, message: &dyn std::fmt::Display) -> DeploymentError {
        DeploymentError::template(&self.name, message)
    }
}

impl Stack<'_> {
    /// Returns the name of a resource, as `Ref` gives it.
    pub(super) fn name_of(&self, id: &str) -> Option<&str> {
        self.settings.value_of_name(id)
    }

    /// Returns the ARN of a resource.
    pub(super) fn arn_of(&self, id: &str) -> Option<&str> {
        self.settings.value_of_name(&format!("{id}.Arn"))
    }
}

/// Checks that each parameter belongs to a template, and has a value that the template allows.
///
/// # Errors
/// Returns an error that names the first parameter that does not.
pub(super) fn check_parameters(
    files: &[TemplateFile],
    parameters: &[(String, String)],
) -> Result<(), DeploymentError> {
    for (name, value) in parameters {
        let mut is_taken = false;
        for file in files {
            is_taken |= file.takes(name, value)?;
        }
        if !is_taken {
            return Err(DeploymentError::UnknownParameter(name.clone()));
        }
    }
    Ok(())
}

/// Names pseudo parameters, resources and their ARNs.
fn names(resources: &[(&str, &str)], account_id: &str, region: &str) -> Vec<(String, String)> {
    let partition = rule_core::arn::partition_of_region(region);
    let pseudo_parameters = [
        ("AWS::Partition", partition),
        ("AWS::Region", region),
        ("AWS::AccountId", account_id),
        ("AWS::StackName", "dms-rule"),
    ];
    let mut names: Vec<(String, String)> =
        pseudo_parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    for (id, resource_type) in resources {
        let (name, arn) = match *resource_type {
            "AWS::Lambda::Function" | "AWS::Serverless::Function" => {
                ("dms-rule", format!("arn:{partition}:lambda:{region}:{account_id}:function:dms-rule"))
            }
            "AWS::IAM::Role" => (*id, format!("arn:{partition}:iam::{account_id}:role/{id}")),
            "AWS::Logs::LogGroup" => {
                (*id, format!("arn:{partition}:logs:{region}:{account_id}:log-group:{id}:*"))
            }
            _ => (*id, format!("arn:{partition}:local:{region}:{account_id}:{id}")),
        };
        names.push(((*id).to_owned(), name.to_owned()));
        names.push((format!("{id}.Arn"), arn));
    }
    names
}
