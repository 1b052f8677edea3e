//! The partitions of AWS.

/// Returns the partition of a Region as ARNs write it, such as `aws-cn` ("Amazon Resource Names (ARNs)" in the IAM
/// User Guide).
#[must_use]
pub fn partition_of(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
