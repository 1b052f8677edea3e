use rule_core::{Arn, ConfigurationItem};
use serde::{Deserialize, Serialize};

/// The resource an evaluation applies to. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The resource type, as the source spells it: `AWS::DMS::ReplicationInstance`.
    pub resource_type: String,
    /// The resource id that AWS Config records, or the ARN. For a planned resource, its logical id or address.
    pub id: String,
    /// The name a person knows it by.
    pub name: String,
    /// The ARN. `None` if it is not known.
    pub arn: Option<String>,
    /// The account id. `None` if it is not known.
    pub account_id: Option<String>,
    /// The Region. `None` if it is not known.
    pub region: Option<String>,
}

impl Resource {
    /// Returns the name with all that is known to tell the resource from others of that name: its ARN, else its id,
    /// account and Region.
    #[must_use]
    pub fn unique_name(&self) -> String {
        let Self { id, name, arn, account_id, region, .. } = self;
        let mut parts = vec![name.as_str()];
        if let Some(arn) = arn {
            parts.push(arn);
        } else {
            parts.extend(Some(id.as_str()).filter(|id| id != name));
            parts.extend([account_id, region].into_iter().flatten().map(String::as_str));
        }
        parts.join(" ")
    }

    /// Returns the resource of a configuration item. Account and Region are read from the ARN if the item has none.
    #[must_use]
    pub fn from_item(item: &ConfigurationItem) -> Self {
        let known = item.known_arn();
        let arn = known.and_then(Arn::parse);
        Self {
            resource_type: item.resource_type.clone(),
            id: item.resource_id.clone(),
            name: item.name().to_owned(),
            account_id: item.account_id.clone().or_else(|| arn?.account_id().map(str::to_owned)),
            region: item.aws_region.clone().or_else(|| arn?.region().map(str::to_owned)),
            arn: known.map(str::to_owned),
        }
    }
}
