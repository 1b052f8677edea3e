//! The effects of a changed property on a resource that exists: a property that cannot be changed in place replaces it.

use rule_core::{Property, ResourceType};

/// The knowledge of a file about a resource before deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existence {
    /// The deployment creates it.
    New,
    /// It exists.
    Existing,
    /// The file does not say it: a template never does.
    Unknown,
}

/// The effect of a changed property on a resource that exists, where it is more than the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Resources are replaced, and tasks among them lose their checkpoints.
    Replaces {
        /// The resources, in words.
        replaced: &'static str,
        /// The way that keeps the tasks.
        instead: &'static str,
    },
    /// The resource is changed in place, after something else was done.
    After(&'static str),
    /// DMS rejects the change of a resource that exists; the text is what to do instead.
    Rejected(&'static str),
}

impl Effect {
    /// Returns the effect of a changed property, `None` if there is no other than the change.
    ///
    /// CloudFormation replaces a resource if one of its `createOnlyProperties` changes (resource schemas of
    /// `AWS::DMS::ReplicationInstance` and `AWS::DMS::Endpoint`), and then each task that refers to it: `ReplicationInstanceArn`,
    /// `SourceEndpointArn` and `TargetEndpointArn` of `AWS::DMS::ReplicationTask` are create-only too. A replaced task has lost
    /// its checkpoint. The Terraform provider aws replaces the instance in every version, and its tasks before 5.32.0, which
    /// moves them (provider aws, pull request 30721). It replaces an endpoint, and its tasks, for
    /// another key (`kms_key_arn`, `source_endpoint_arn` and `target_endpoint_arn` force a new resource), and for another address of
    /// OpenSearch, since `ModifyEndpoint` rejects such endpoints (comment at `endpoint_uri`). `ModifyInstanceProfile` documents that
    /// migration projects must be moved or deleted first. `S3Settings` and `RedshiftSettings` document that DMS does not change SSE_S3
    /// to SSE_KMS.
    pub(crate) fn by(
        property: &Property,
        resource_type: ResourceType,
        is_of_provider_aws: bool,
    ) -> Option<Self> {
        let instead = match (resource_type, property.path) {
            (ResourceType::ReplicationInstance, "PubliclyAccessible") => "see dms-rule plan",
            (ResourceType::ReplicationInstance, "KmsKeyId") => "move the tasks to another",
            (ResourceType::Endpoint, "KmsKeyId" | "ElasticsearchSettings.EndpointUri") => {
                "use another endpoint in new tasks"
            }
            (ResourceType::Endpoint, "MongoDbSettings.AuthType") if !is_of_provider_aws => {
                "use modify-endpoint"
            }
            (ResourceType::Endpoint, "S3Settings.EncryptionMode" | "RedshiftSettings.EncryptionMode") => {
                return Some(Self::Rejected("create another endpoint for new tasks"));
            }
            (ResourceType::InstanceProfile, "PubliclyAccessible") => {
                return Some(Self::After("its migration projects are moved or deleted"));
            }
            _ => return None,
        };
        let replaced = if is_of_provider_aws && resource_type == ResourceType::ReplicationInstance {
            "it, with provider aws below 5.32 its tasks too"
        } else {
            "it and its tasks"
        };
        Some(Self::Replaces { replaced, instead })
    }

    /// Returns the remedy where `set` is the change to the file, and `name` the property as the file spells it.
    pub(crate) fn remedy(self, existence: Existence, set: String, name: &str) -> String {
        match (self, existence) {
            (_, Existence::New) => set,
            (Self::Replaces { replaced, instead }, Existence::Existing) => {
                format!("it exists, so do not change {name}: that replaces {replaced}; {instead}")
            }
            (Self::Replaces { replaced, instead }, Existence::Unknown) => {
                format!("if new, {set}; if it exists, that replaces {replaced}: {instead}")
            }
            (Self::Rejected(instead), Existence::Existing) => {
                format!("it exists, and DMS does not change {name} so: {instead}")
            }
            (Self::Rejected(instead), Existence::Unknown) => {
                format!("if new, {set}; if it exists, DMS does not change it so: {instead}")
            }
            (Self::After(step), Existence::Existing) => format!("{set}, after {step}"),
            (Self::After(step), Existence::Unknown) => format!("{set}; if it exists, after {step}"),
        }
    }
}
