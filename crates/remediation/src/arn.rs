//! The parts of an ARN.

/// Returns the account of an ARN; `None` if it has none.
pub(crate) fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// Returns the Region of an ARN; `None` if it has none.
#[must_use]
pub fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

/// Returns the partition, the Region and the account of the ARN of a DMS resource of this kind, such as `task`; `None` for
/// anything else (IAM user guide, "Actions, resources, and condition keys for AWS Database Migration Service").
pub(crate) fn place<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "dms", region, account, found, id] = parts.as_slice() else { return None };
    let is_word = |text: &str, others: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
    };
    let is_account = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    let is_place = partition.starts_with("aws") && is_word(partition, "-") && is_word(region, "-");
    (is_place && is_account && *found == kind && is_word(id, "-_")).then_some((*partition, *region, *account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_arn_of_a_dms_resource_of_the_kind_has_a_place() {
        let place = |arn| place(arn, "task");
        let found = place("arn:aws-cn:dms:cn-north-1:123456789012:task:AB_C-1");
        assert_eq!(found, Some(("aws-cn", "cn-north-1", "123456789012")));
        for arn in [
            "",
            "task",
            "arn:aws:dms:eu-west-1:123456789012:rep:A",
            "arn:aws:rds:eu-west-1:123456789012:task:A",
            "arn:aws:dms::123456789012:task:A",
            "arn:aws:dms:eu-west-1:12345678901:task:A",
            "arn:aws:dms:eu-west-1:12345678901x:task:A",
            "arn:aws:dms:eu-west-1:123456789012:task:",
            "arn:aws:dms:eu-west-1:123456789012:task:A:B",
            "arn:aws:dms:eu-west-1:123456789012:task:$(id)",
            "arn:aws:dms:eu-west-1:123456789012:task:A\u{202e}",
            "arn:x:dms:eu-west-1:123456789012:task:A",
            " arn:aws:dms:eu-west-1:123456789012:task:A",
        ] {
            assert_eq!(place(arn), None, "{arn}");
        }
    }
}
