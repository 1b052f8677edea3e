use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use tokio::sync::OnceCell;

/// The longest that Lambda lets an invocation run (AWS Lambda developer guide, "Lambda quotas").
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);

/// The clients of one set of credentials in one Region.
#[derive(Debug)]
pub(crate) struct Clients {
    config: SdkConfig,
    config_service: aws_sdk_config::Client,
    /// Most invocations are change notifications, which call neither DMS nor KMS.
    dms: OnceCell<aws_sdk_dms::Client>,
    kms: OnceCell<aws_sdk_kms::Client>,
    expires: Option<SystemTime>,
}

impl Clients {
    /// Makes clients with these settings; `expires` is when the credentials do, `None` if they are renewed.
    pub(crate) fn new(config: SdkConfig, expires: Option<SystemTime>) -> Self {
        let config_service = aws_sdk_config::Client::new(&config);
        Self { config, config_service, dms: OnceCell::new(), kms: OnceCell::new(), expires }
    }

    /// Returns true if the credentials are valid for as long as an invocation may run.
    pub(crate) fn outlive_the_invocation(&self) -> bool {
        self.expires.is_none_or(|expires| expires > SystemTime::now() + LONGEST_INVOCATION)
    }

    pub(crate) fn region(&self) -> Option<&str> {
        self.config.region().map(AsRef::as_ref)
    }

    pub(crate) fn config_service(&self) -> &aws_sdk_config::Client {
        &self.config_service
    }

    pub(crate) async fn dms(&self) -> &aws_sdk_dms::Client {
        self.dms.get_or_init(|| async { aws_sdk_dms::Client::new(&self.config) }).await
    }

    pub(crate) async fn kms(&self) -> &aws_sdk_kms::Client {
        self.kms.get_or_init(|| async { aws_sdk_kms::Client::new(&self.config) }).await
    }
}
