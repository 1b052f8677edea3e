//! Recognizes the resources of responses of DMS by their properties, among objects of other services.

use rule_core::rules::RULES;
use rule_core::{Arn, ArnForm, Configuration, ResourceType};

/// An object that may be a resource of a response of DMS.
pub(super) enum Description {
    /// A resource of this type.
    Resource(ResourceType, Configuration),
    /// An object that could be a resource of two types.
    Ambiguous,
    /// Something else.
    Other,
}

impl Description {
    /// Recognizes a resource by a property that only its type has, or by the identifier or ARN of its own beside a property
    /// that rules read. Other resources name a certificate, a subnet group or an instance, so that a name alone tells nothing.
    pub(super) fn recognize(text: &[u8]) -> Self {
        let Ok(configuration) = serde_json::from_slice::<Configuration>(text) else { return Self::Other };
        if has(&configuration, "MigrationProjectArn") || has(&configuration, "MigrationProjectName") {
            return Self::Other;
        }
        let marked: Vec<ResourceType> =
            ResourceType::ALL.into_iter().filter(|one| has_any(&configuration, marks(*one))).collect();
        let types = if marked.is_empty() { named(&configuration) } else { marked };
        match types.as_slice() {
            [] => Self::Other,
            [only] if is_of_another_service(*only, &configuration) => Self::Other,
            [only] => Self::Resource(*only, configuration),
            _ => Self::Ambiguous,
        }
    }
}

/// Returns the types of which an object has the identifier or the ARN, and more.
fn named(configuration: &Configuration) -> Vec<ResourceType> {
    let identified = |one: ResourceType| has(configuration, one.identifier().path);
    let is_own = |one: &ResourceType| {
        let has_arn = matches!(one.arn_form(), ArnForm::Property(arn) if has(configuration, arn));
        let is_unique = matches!(one, ResourceType::ReplicationInstance | ResourceType::ReplicationTask);
        (identified(*one)
            && (is_unique || one.arn_word() == "subgrp" || has_read_property(*one, configuration)))
            || (has_arn && has_read_property(*one, configuration))
    };
    let mut types: Vec<ResourceType> = ResourceType::ALL.into_iter().filter(is_own).collect();
    if types.contains(&ResourceType::ReplicationTask) {
        types.retain(|one| *one != ResourceType::ReplicationInstance || identified(*one));
    }
    if types.contains(&ResourceType::ReplicationInstance) {
        types.retain(|one| *one != ResourceType::ReplicationSubnetGroup);
    }
    types
}

/// Returns true if an object has a property that a rule for the type reads; tags are of every type.
fn has_read_property(resource_type: ResourceType, configuration: &Configuration) -> bool {
    let rules = RULES.iter().filter(|rule| rule.resource_type == resource_type);
    let mut paths =
        rules.flat_map(|rule| std::iter::once(&rule.property).chain(rule.reads)).map(|read| read.path);
    paths.any(|path| {
        let name = path.split('.').next().unwrap_or(path);
        name != "Tags" && has(configuration, name)
    })
}

/// Returns the properties that only resources of a type have, in responses and in the input of the operation that creates
/// one (API reference of DMS).
fn marks(resource_type: ResourceType) -> &'static [&'static str] {
    match resource_type {
        ResourceType::ReplicationInstance => &["ReplicationInstanceClass"],
        ResourceType::Endpoint => &["EngineName", "SslMode"],
        ResourceType::ReplicationTask => &["ReplicationTaskSettings", "MigrationType"],
        ResourceType::Certificate => &["CertificatePem", "CertificateWallet"],
        ResourceType::ReplicationSubnetGroup => &["ReplicationSubnetGroupDescription"],
        ResourceType::ReplicationConfig => &["ReplicationConfigIdentifier", "ComputeConfig"],
        ResourceType::InstanceProfile
        | ResourceType::EventSubscription
        | ResourceType::DataProvider
        | ResourceType::DataMigration => &[],
    }
}

/// Returns true if an entry of a list of responses of DMS is of another service. Some services have lists and identifiers of
/// the same names, such as `Certificates` of Amazon RDS, `InstanceProfiles` of IAM and `Endpoints` of Amazon `DynamoDB`.
pub(super) fn is_foreign_entry(resource_type: ResourceType, configuration: &Configuration) -> bool {
    let is_common = matches!(
        resource_type,
        ResourceType::Endpoint
            | ResourceType::Certificate
            | ResourceType::InstanceProfile
            | ResourceType::EventSubscription
    );
    let may_be_of_dms = || {
        has_any(configuration, marks(resource_type))
            || has_read_property(resource_type, configuration)
            || has(configuration, resource_type.identifier().path)
            || matches!(resource_type.arn_form(), ArnForm::Property(arn) if has(configuration, arn))
    };
    // What cannot be read is not shown to be of another service.
    let is_readable = matches!(configuration, Configuration::Properties(_));
    is_common && is_readable && (is_of_another_service(resource_type, configuration) || !may_be_of_dms())
}

/// Returns true if an object has an ARN of its own, or the source of its events, of another service.
fn is_of_another_service(resource_type: ResourceType, configuration: &Configuration) -> bool {
    let own = match resource_type.arn_form() {
        ArnForm::Property("ReplicationInstanceArn" | "ReplicationTaskArn") => return false,
        ArnForm::Property(property) => property,
        ArnForm::Named(_) => "EventSubscriptionArn",
    };
    let of_dms =
        |value: &rule_core::Json| value.as_str().and_then(Arn::parse).is_some_and(|arn| arn.service == "dms");
    let arns: Vec<&rule_core::Json> = configuration.values(own).collect();
    let others: Vec<&rule_core::Json> = configuration.values("Arn").collect();
    let is_elsewhere = |values: &[&rule_core::Json]| {
        !values.is_empty()
            && values.iter().all(|value| value.as_str().and_then(Arn::parse).is_some() && !of_dms(value))
    };
    let has_other_source = resource_type == ResourceType::EventSubscription
        && configuration.text("SourceType").is_some_and(|source| !source.starts_with("replication"));
    is_elsewhere(&arns) || (arns.is_empty() && is_elsewhere(&others)) || has_other_source
}

fn has(configuration: &Configuration, property: &str) -> bool {
    configuration.values(property).next().is_some()
}

fn has_any(configuration: &Configuration, properties: &[&str]) -> bool {
    properties.iter().any(|property| has(configuration, property))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognized(text: &str) -> String {
        match Description::recognize(text.as_bytes()) {
            Description::Resource(resource_type, _) => resource_type.noun().to_owned(),
            Description::Ambiguous => "ambiguous".to_owned(),
            Description::Other => "other".to_owned(),
        }
    }

    #[test]
    fn a_resource_is_of_the_type_that_its_own_properties_show() {
        let arn = |word: &str| format!("arn:aws:dms:eu-west-1:123456789012:{word}:X");
        for (text, wanted) in [
            (
                r#"{"ReplicationInstanceClass":"c","ReplicationSubnetGroupIdentifier":"g"}"#.to_owned(),
                "instance",
            ),
            (
                r#"{"ReplicationInstanceIdentifier":"r","ReplicationSubnetGroupIdentifier":"g"}"#.to_owned(),
                "instance",
            ),
            (format!(r#"{{"ReplicationInstanceArn":"{}","MultiAZ":true}}"#, arn("rep")), "instance"),
            (
                format!(r#"{{"ReplicationInstanceArn":"{}","ReplicationInstanceTaskLogs":[]}}"#, arn("rep")),
                "other",
            ),
            (r#"{"ReplicationSubnetGroupIdentifier":"g","VpcId":"v"}"#.to_owned(), "subnet group"),
            (format!(r#"{{"EngineName":"mysql","CertificateArn":"{}"}}"#, arn("cert")), "endpoint"),
            (format!(r#"{{"MigrationType":"cdc","ReplicationInstanceArn":"{}"}}"#, arn("rep")), "task"),
            (r#"{"ReplicationTaskIdentifier":"t"}"#.to_owned(), "task"),
            (format!(r#"{{"ReplicationTaskArn":"{}","TableStatistics":[]}}"#, arn("task")), "other"),
            (r#"{"InstanceProfileName":"web","ImageId":"ami-1"}"#.to_owned(), "other"),
            (r#"{"InstanceProfileName":"p","PubliclyAccessible":true}"#.to_owned(), "instance profile"),
            (
                format!(
                    r#"{{"MigrationProjectName":"p","InstanceProfileArn":"{}"}}"#,
                    arn("instance-profile")
                ),
                "other",
            ),
            (r#"{"CertificateArn":"replace-me","Stage":"dev"}"#.to_owned(), "other"),
            (
                r#"{"CertificateIdentifier":"rds-ca-2019-root","ValidTill":"2024-08-22T17:08:50Z"}"#
                    .to_owned(),
                "other",
            ),
            (r#"{"CertificateIdentifier":"c","ValidToDate":1}"#.to_owned(), "certificate"),
        ] {
            assert_eq!(recognized(&text), wanted, "{text}");
        }
    }

    #[test]
    fn entries_of_other_services_are_told_from_those_of_dms() {
        let foreign =
            |resource_type, text: &str| is_foreign_entry(resource_type, &serde_json::from_str(text).unwrap());
        for (resource_type, text, wanted) in [
            (ResourceType::Endpoint, r#"{"Address":"dynamodb.us-east-1.amazonaws.com"}"#, true),
            (ResourceType::Endpoint, r#"{"EndpointArn":"arn:aws:sagemaker:us-east-1:1:endpoint/e"}"#, true),
            (
                ResourceType::Endpoint,
                r#"{"EndpointIdentifier":"e","CertificateArn":"arn:aws:acm:us-east-1:1:certificate/x"}"#,
                false,
            ),
            (ResourceType::Endpoint, r#"{"SslMode":"none"}"#, false),
            (ResourceType::Endpoint, "null", false),
            (ResourceType::Certificate, r#"{"Path":"a.pem"}"#, true),
            (
                ResourceType::Certificate,
                r#"{"CertificateIdentifier":"c","CertificateArn":"arn:aws:rds:us-east-1::cert:c"}"#,
                true,
            ),
            (
                ResourceType::InstanceProfile,
                r#"{"InstanceProfileName":"p","Arn":"arn:aws:iam::1:instance-profile/p"}"#,
                true,
            ),
            (ResourceType::EventSubscription, r#"{"CustSubscriptionId":"s","SourceType":"cluster"}"#, true),
            (
                ResourceType::EventSubscription,
                r#"{"CustSubscriptionId":"s","SourceType":"replication-task"}"#,
                false,
            ),
            (ResourceType::ReplicationInstance, "{}", false),
            (
                ResourceType::ReplicationInstance,
                r#"{"ReplicationInstanceArn":"arn:aws:rds:us-east-1:1:x"}"#,
                false,
            ),
        ] {
            assert_eq!(foreign(resource_type, text), wanted, "{resource_type} {text}");
        }
    }
}
