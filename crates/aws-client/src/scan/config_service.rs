//! AWS Config in one account and Region, as a person reads it.

use std::sync::Arc;

use serde::Deserialize;

use super::caller::{Account, Caller, in_region};
use super::recorder::{Recorder, RecorderStatus};
use crate::error::Error;
use crate::journal::Journal;
use crate::wire::Wire;

const RECORDERS: &str = "DescribeConfigurationRecorders";
const STATUS: &str = "DescribeConfigurationRecorderStatus";

/// AWS Config in one account and Region.
#[derive(Debug)]
pub struct ConfigService {
    client: aws_sdk_config::Client,
    journal: Arc<Journal>,
    subject: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Recorders {
    configuration_recorders: Vec<Recorder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statuses {
    configuration_recorders_status: Vec<RecorderStatus>,
}

impl Caller {
    /// Opens AWS Config in a Region of an account; calls nothing.
    #[must_use]
    pub fn config_service(&self, account: &Account, region: &str) -> ConfigService {
        ConfigService {
            client: aws_sdk_config::Client::new(&in_region(account.config(), region)),
            journal: Arc::clone(self.journal()),
            subject: format!("in {} {region}", account.id()),
        }
    }
}

impl ConfigService {
    pub(crate) fn client(&self) -> &aws_sdk_config::Client {
        &self.client
    }

    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Returns account and Region, as they follow the name of an operation.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the customer managed recorder, of which there is at most one (AWS Config developer guide, "Working with
    /// the configuration recorder"); `None` if there is none.
    ///
    /// # Errors
    /// Returns the error of `DescribeConfigurationRecorders`.
    pub async fn recorder(&self) -> Result<Option<Recorder>, Error> {
        let wire = Wire::raw(RECORDERS, &self.journal);
        let request = self.client.describe_configuration_recorders();
        let result = request.customize().interceptor(wire.clone()).send().await;
        let Recorders { configuration_recorders } = wire.read(&self.subject, result)?;
        Ok(configuration_recorders.into_iter().find(|recorder| !recorder.is_service_linked()))
    }

    /// Returns the status of the recorder with this name; `None` if AWS Config returns none.
    ///
    /// # Errors
    /// Returns the error of `DescribeConfigurationRecorderStatus`.
    pub async fn recorder_status(&self, name: &str) -> Result<Option<RecorderStatus>, Error> {
        let wire = Wire::raw(STATUS, &self.journal);
        let request = self.client.describe_configuration_recorder_status();
        let result = request.customize().interceptor(wire.clone()).send().await;
        let Statuses { configuration_recorders_status } = wire.read(&self.subject, result)?;
        Ok(configuration_recorders_status.into_iter().find(|status| status.name == name))
    }
}
