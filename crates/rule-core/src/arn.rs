//! Amazon Resource Names. No other file takes one apart.

/// An Amazon Resource Name, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` (IAM user guide, "Amazon Resource
/// Names"), borrowed from its text.
///
/// ```
/// let arn = rule_core::Arn::parse("arn:aws:dms:us-east-1:123456789012:rep:ABC").expect("an ARN");
/// assert_eq!((arn.region, arn.account_id, arn.resource), ("us-east-1", "123456789012", "rep:ABC"));
/// assert_eq!(rule_core::Arn::parse("orders-migration"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, for example `aws-cn`.
    pub partition: &'a str,
    /// The service, for example `dms`.
    pub service: &'a str,
    /// The Region; empty for a global service such as IAM.
    pub region: &'a str,
    /// The account; empty where the service has none in its ARNs.
    pub account_id: &'a str,
    /// Everything after the account, colons included.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Parses an ARN. Returns `None` if the text does not begin with `arn:` or has fewer than six parts.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
        let (service, rest) = rest.split_once(':')?;
        let (region, rest) = rest.split_once(':')?;
        let (account_id, resource) = rest.split_once(':')?;
        Some(Self { partition, service, region, account_id, resource })
    }

    /// Returns the Region, `None` if the ARN has none.
    #[must_use]
    pub fn region(&self) -> Option<&'a str> {
        Some(self.region).filter(|region| !region.is_empty())
    }

    /// Returns the account, `None` if the ARN has none.
    #[must_use]
    pub fn account_id(&self) -> Option<&'a str> {
        Some(self.account_id).filter(|account_id| !account_id.is_empty())
    }
}

/// Returns true if `text` begins as an ARN does.
#[must_use]
pub fn is_arn(text: &str) -> bool {
    text.starts_with("arn:")
}

/// Returns the last part of a resource id: of an ARN the text after its last colon, else the whole id.
#[must_use]
pub fn last_part(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}

/// Returns the partition of a Region, by how its name begins (botocore's `partitions.json`).
#[must_use]
pub fn partition_of_region(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 8] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
        ("", "aws"),
    ];
    PARTITIONS.iter().find(|(start, _)| region.starts_with(start)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_keeps_its_colons_and_a_short_text_is_no_arn() {
        let arn = Arn::parse("arn:aws:lambda:eu-west-1:123456789012:function:dms-rule:live").unwrap();
        assert_eq!(arn.resource, "function:dms-rule:live");
        let role = Arn::parse("arn:aws:iam::123456789012:role/team/DmsRule").unwrap();
        assert_eq!((role.region(), role.account_id()), (None, Some("123456789012")));
        for text in ["", "arn", "arn:aws:dms:us-east-1:123456789012", "rep:aws:dms:us-east-1:1:x"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_region_has_the_partition_that_its_name_begins_with() {
        for (region, partition) in [
            ("us-east-1", "aws"),
            ("eu-central-2", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(partition_of_region(region), partition, "{region}");
        }
    }
}
