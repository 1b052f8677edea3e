use aws_sdk_config::primitives::DateTime as SdkDateTime;
use chrono::{DateTime, Utc};

/// Converts a time to the SDK's type, to the millisecond.
pub(crate) fn sdk_time(time: DateTime<Utc>) -> SdkDateTime {
    SdkDateTime::from_millis(time.timestamp_millis())
}
