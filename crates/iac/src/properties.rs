//! The properties of a resource type that rules read, each in the spelling of the DMS API, of CloudFormation and of
//! Terraform.

use rule_core::rules::RULES;
use rule_core::text::is_same_name;
use rule_core::{Kind, Property, ResourceType, spelling};

/// The properties of one resource type that reach its configuration: those that its rules state, the one that
/// identifies the resource, and its tags, which may exempt it.
#[derive(Clone, Debug)]
pub(crate) struct Properties(Vec<SpelledProperty>);

/// A property, or a member of a group of settings, with the path by which each language reaches it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SpelledProperty {
    /// The spelling of the DMS API and of rules: `RedisSettings.SslSecurityProtocol`.
    api: &'static str,
    /// The spelling of CloudFormation. The Terraform provider awscc has the same names in snake case.
    cloudformation: &'static str,
    /// The spelling of the Terraform provider aws; `None` if the provider does not have the property.
    terraform: Option<&'static str>,
    /// The kind of the value.
    kind: Kind,
    /// The value that the provider aws sends if the property is not given.
    sent_if_not_given: Option<bool>,
    role: Role,
}

/// The way in which a property comes to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The author of the file gives it.
    Argument,
    /// It names the resource, and decides nothing.
    Identifier,
    /// DMS alone sets it, once the resource exists.
    Recorded,
}

/// The properties that DMS alone sets, with the attribute of the provider aws that records them (provider aws,
/// `internal/service/dms/replication_instance.go`).
const RECORDED: [(&str, Option<&str>); 5] = [
    ("ReplicationInstancePublicIpAddresses", Some("replication_instance_public_ips")),
    ("ReplicationInstancePublicIpAddress", None),
    ("ReplicationInstanceIpv6Addresses", None),
    ("ValidFromDate", None),
    ("ValidToDate", None),
];

/// The dates of a certificate, which only DMS knows: a template cannot give them, and must not pass by them.
pub(crate) const DATES: [&str; 2] = ["ValidFromDate", "ValidToDate"];

/// Returns true for the KMS key of a certificate, which no file can give: neither CloudFormation nor a provider of Terraform has
/// the property, so that it is always the default of DMS.
pub(crate) fn is_key_of_certificate(resource_type: ResourceType, path: &str) -> bool {
    resource_type == ResourceType::Certificate && path == "KmsKeyId"
}

impl Properties {
    /// Collects the properties of a type from its rules.
    pub(crate) fn for_type(resource_type: ResourceType) -> Self {
        let rules = RULES.iter().filter(|rule| rule.resource_type == resource_type);
        let stated = rules.flat_map(|rule| std::iter::once(&rule.property).chain(rule.reads));
        let stated = stated.filter(|property| !is_key_of_certificate(resource_type, property.path));
        let mut all: Vec<SpelledProperty> = stated.map(SpelledProperty::from).collect();
        all.push(identifier(resource_type));
        all.push(SpelledProperty {
            api: "Tags",
            cloudformation: "Tags",
            terraform: Some("tags"),
            kind: Kind::Tags,
            sent_if_not_given: None,
            role: Role::Argument,
        });
        if resource_type == ResourceType::Certificate {
            // No rule reads it, but beside a PEM it makes the certificate unclear.
            all.push(SpelledProperty {
                api: "CertificateWallet",
                cloudformation: "CertificateWallet",
                terraform: Some("certificate_wallet"),
                kind: Kind::Text,
                sent_if_not_given: None,
                role: Role::Argument,
            });
        }
        Self(all)
    }

    /// Returns the name in the API of the property or group that CloudFormation calls `name`. `None` if no rule reads
    /// it.
    pub(crate) fn api_name(&self, name: &str) -> Option<&'static str> {
        let is_given = |property: &&SpelledProperty| {
            !DATES.contains(&property.api) && split_first(property.cloudformation).0 == name
        };
        Some(split_first(self.0.iter().find(is_given)?.api).0)
    }

    /// Returns true if a name differs from that of a property or group in nothing but case and marks: CloudFormation rejects
    /// it, or reads it in a way that is not known.
    pub(crate) fn is_misspelled(&self, name: &str) -> bool {
        self.api_name(name).is_none()
            && self.0.iter().any(|property| {
                !DATES.contains(&property.api) && is_same_name(split_first(property.cloudformation).0, name)
            })
    }

    /// Returns the right spelling of a name that rules read too and CloudFormation does not know: it differs in the case of its
    /// first letter alone, as AWS Config records some types, or is that of the API. `None` for every other name.
    pub(crate) fn right_spelling(&self, name: &str) -> Option<String> {
        let is_read = |right: &str| self.api_name(right).is_some() || self.has_member(right);
        let mut letters = name.chars();
        let capitalized = match letters.next() {
            Some(first) if first.is_ascii_lowercase() => {
                format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
            }
            _ => name.to_owned(),
        };
        let right = spelling::cloudformation_name(&capitalized);
        (right != name && is_read(right)).then(|| right.to_owned())
    }

    /// Lists the names in the API of the properties that are no group.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|property| !property.api.contains('.')).map(|property| property.api)
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

    /// Finds the property or group that a Terraform attribute holds. `None` if no rule reads the attribute.
    pub(crate) fn attribute(&self, attribute: &str) -> Option<Attribute> {
        let mut found: Option<Attribute> = None;
        for property in self.0.iter().filter(|property| property.begins_with(attribute)) {
            let (name, api) = split_first(property.api);
            let (_, cloudformation) = split_first(property.cloudformation);
            let terraform = property.terraform.and_then(|path| split_first(path).1);
            let result = found.get_or_insert_with(|| Attribute {
                name,
                kind: None,
                sent_if_not_given: property.sent_if_not_given,
                role: property.role,
                members: Self(Vec::new()),
            });
            match (api, cloudformation) {
                (Some(api), Some(cloudformation)) => {
                    result.members.0.push(SpelledProperty { api, cloudformation, terraform, ..*property });
                }
                _ => result.kind = Some(property.kind),
            }
        }
        found
    }

    /// Lists the attributes of a provider that the author of a plan may give and that are no group: each has a value in a
    /// plan, or is marked as unknown.
    pub(crate) fn arguments(&self, spell: fn(&Spelling) -> Option<String>) -> Vec<String> {
        let is_argument = |property: &&SpelledProperty| {
            property.role == Role::Argument
                && matches!(property.kind, Kind::Flag | Kind::Setting | Kind::Text)
        };
        let mut names: Vec<String> = Vec::new();
        for property in self.0.iter().filter(is_argument) {
            let SpelledProperty { cloudformation, terraform, .. } = *property;
            let name = spell(&Spelling { cloudformation, terraform });
            names.extend(name.filter(|name| !name.contains('.') && !names.contains(name)));
        }
        names
    }
}

/// The paths by which two languages reach a property.
pub(crate) struct Spelling {
    pub(crate) cloudformation: &'static str,
    pub(crate) terraform: Option<&'static str>,
}

/// The property or group that a Terraform attribute holds.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// The name in the API: `RedisSettings`.
    pub(crate) name: &'static str,
    /// The kind of its value; `None` for a group of settings of which rules read only members.
    pub(crate) kind: Option<Kind>,
    /// The value that the provider aws sends if the attribute is not given.
    pub(crate) sent_if_not_given: Option<bool>,
    pub(crate) role: Role,
    /// The properties that rules read in the group, with paths that begin behind its name.
    pub(crate) members: Properties,
}

impl SpelledProperty {
    /// Returns true if this attribute is the first name of the path, in the spelling of either provider. Case and
    /// underscores are ignored: an attribute that is spelled in an odd way beside the right one is ambiguous, and must
    /// not be passed over.
    fn begins_with(&self, attribute: &str) -> bool {
        self.terraform.is_some_and(|path| is_same_name(split_first(path).0, attribute))
            || is_same_name(split_first(self.cloudformation).0, attribute)
    }
}

impl From<&Property> for SpelledProperty {
    fn from(property: &Property) -> Self {
        let Property { path, kind, terraform, .. } = *property;
        let recorded = RECORDED.iter().find(|(name, _)| *name == path);
        Self {
            api: path,
            cloudformation: path,
            terraform: terraform.or_else(|| recorded.and_then(|(_, attribute)| *attribute)),
            kind,
            sent_if_not_given: property.sent_if_not_given(),
            role: if recorded.is_some() { Role::Recorded } else { Role::Argument },
        }
    }
}

/// Splits a path into its first name and, if it has more, the rest.
fn split_first(path: &'static str) -> (&'static str, Option<&'static str>) {
    path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)))
}

/// Returns the property that identifies a resource. CloudFormation has another name than the API for the one of event
/// subscriptions (CloudFormation Template Reference, `AWS::DMS::EventSubscription`).
fn identifier(resource_type: ResourceType) -> SpelledProperty {
    let identifier = SpelledProperty::from(&resource_type.identifier());
    let property = SpelledProperty { role: Role::Identifier, ..identifier };
    match resource_type {
        ResourceType::EventSubscription => SpelledProperty { cloudformation: "SubscriptionName", ..property },
        _ => property,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rule_core::text::snake_case;

    #[test]
    fn names_are_spelled_as_awscc_spells_them() {
        for (name, wanted) in [
            ("MultiAZ", "multi_az"),
            ("PubliclyAccessible", "publicly_accessible"),
            ("MongoDbSettings.AuthType", "mongo_db_settings.auth_type"),
            ("KmsKeyId", "kms_key_id"),
            ("S3Settings.CannedAclForObjects", "s3_settings.canned_acl_for_objects"),
            ("IbmDb2Settings", "ibm_db_2_settings"),
            ("GcpMySQLSettings.Username", "gcp_my_sql_settings.username"),
            ("PostgreSqlSettings", "postgre_sql_settings"),
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
        assert!(endpoint.attribute("database_name").is_none());
    }
}
