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
