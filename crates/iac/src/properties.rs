//! The properties of a resource type that rules read, in the spelling of each language.

use rule_core::rules::RULES;
use rule_core::{Kind, Property, ResourceType};

/// The properties of one resource type that reach its configuration: those that its rules state, the one that
/// identifies the resource, and its tags, which may exempt it.
#[derive(Clone, Debug)]
pub(crate) struct Properties(Vec<SpelledProperty>);

/// A property, or a member of a group of settings, with the path by which each language reaches it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SpelledProperty {
    /// As the API of DMS and the rules spell it.
    api: &'static str,
    /// As CloudFormation spells it; the provider awscc has the same names in snake case.
    cloudformation: &'static str,
    /// As the Terraform provider aws spells it; `None` if the provider does not have it.
    terraform: Option<&'static str>,
    kind: Kind,
}

impl Properties {
    /// Collects the properties of a type.
    pub(crate) fn for_type(resource_type: ResourceType) -> Self {
        let rules = RULES.iter().filter(|rule| rule.resource_type == resource_type);
        let stated = rules.flat_map(|rule| std::iter::once(&rule.property).chain(rule.reads));
        let mut all: Vec<SpelledProperty> = stated.map(SpelledProperty::from).collect();
        all.push(identifier(resource_type));
        all.push(SpelledProperty {
            api: "Tags",
            cloudformation: "Tags",
            terraform: Some("tags"),
            kind: Kind::Tags,
        });
        Self(all)
    }

    /// Finds the property or group that CloudFormation calls `name`, and returns its name in the API.
    pub(crate) fn api_name(&self, name: &str) -> Option<&'static str> {
        let found = self.0.iter().find(|property| first(property.cloudformation).0 == name)?;
        Some(first(found.api).0)
    }

    /// Returns true if a rule reads a member of that name in a group of settings.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        self.0.iter().any(|property| property.cloudformation.split('.').skip(1).any(|part| part == name))
    }

    /// Returns true if a property or member of that name holds true or false.
    pub(crate) fn is_flag(&self, name: &str) -> bool {
        let is_named = |property: &SpelledProperty| property.cloudformation.rsplit('.').next() == Some(name);
        self.0.iter().any(|property| property.kind == Kind::Flag && is_named(property))
    }

    /// Finds the property or group that a Terraform attribute holds: its name in the API, and the properties under it. `None` if no rule reads
    /// the attribute.
    pub(crate) fn attribute(&self, attribute: &str) -> Option<Attribute> {
        let mut found: Option<Attribute> = None;
        for property in self.0.iter().filter(|property| property.begins_with(attribute)) {
            let (name, api) = first(property.api);
            let (_, cloudformation) = first(property.cloudformation);
            let terraform = property.terraform.and_then(|path| first(path).1);
            let attribute =
                found.get_or_insert_with(|| Attribute { name, kind: None, members: Self(Vec::new()) });
            match (api, cloudformation) {
                (Some(api), Some(cloudformation)) => {
                    attribute.members.0.push(SpelledProperty { api, cloudformation, terraform, ..*property });
                }
                _ => attribute.kind = Some(property.kind),
            }
        }
        found
    }
}

/// The property or group that a Terraform attribute holds.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// The name in the API.
    pub(crate) name: &'static str,
    /// The kind of its value; `None` for a group of settings of which rules read only members.
    pub(crate) kind: Option<Kind>,
    /// The properties that rules read in the group.
    pub(crate) members: Properties,
}

impl SpelledProperty {
    /// Returns true if the path begins with this attribute, in the spelling of either provider.
    fn begins_with(&self, attribute: &str) -> bool {
        self.terraform.is_some_and(|path| first(path).0 == attribute)
            || snake_case(first(self.cloudformation).0) == attribute
    }
}

impl From<&Property> for SpelledProperty {
    fn from(property: &Property) -> Self {
        let Property { path, kind, terraform, .. } = *property;
        Self { api: path, cloudformation: path, terraform, kind }
    }
}

/// Splits a path behind its first name.
fn first(path: &'static str) -> (&'static str, Option<&'static str>) {
    path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)))
}

/// Returns the property that identifies a resource. CloudFormation has another name than the API for the one of event
/// subscriptions (CloudFormation Template Reference, `AWS::DMS::EventSubscription`).
fn identifier(resource_type: ResourceType) -> SpelledProperty {
    let property = SpelledProperty::from(&resource_type.identifier());
    match resource_type {
        ResourceType::EventSubscription => SpelledProperty { cloudformation: "SubscriptionName", ..property },
        _ => property,
    }
}

/// Spells a name of CloudFormation as the provider awscc does: `MultiAZ` is `multi_az`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = !letter.is_ascii_uppercase() && letter != '.';
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_awscc_spells_them() {
        for (name, wanted) in [
            ("MultiAZ", "multi_az"),
            ("PubliclyAccessible", "publicly_accessible"),
            ("MongoDbSettings.AuthType", "mongo_db_settings.auth_type"),
            ("KmsKeyId", "kms_key_id"),
        ] {
            assert_eq!(snake_case(name), wanted);
        }
    }

    #[test]
    fn a_group_is_found_by_the_names_of_both_providers() {
        let endpoint = Properties::for_type(ResourceType::Endpoint);
        for name in ["mongodb_settings", "mongo_db_settings"] {
            let group = endpoint.attribute(name).unwrap();
            assert_eq!((group.name, group.kind), ("MongoDbSettings", None));
            let member = group.members.attribute("auth_type").unwrap();
            assert_eq!((member.name, member.kind), ("AuthType", Some(Kind::Setting)));
        }
        assert!(endpoint.attribute("server_name").is_none());
    }
}
