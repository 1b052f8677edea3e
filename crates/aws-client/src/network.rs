//! The part of the Internet that reaches an instance, by the records of AWS Config: two queries for all instances of a session.

use std::sync::Arc;

use rule_core::{Configuration, ConfigurationItem, Fact, Facts, ResourceType};

use crate::error::Error;
use crate::recorded_network::{RecordedNetwork, Records, conditions};
use crate::recorded_query::OPERATION;
use crate::session::Session;

/// The most pages of a query, which holds the calls of a run at a hundred. What is on further ones is not known.
const PAGES_MAXIMUM: usize = 50;

impl Session {
    /// Looks up what of the Internet reaches a replication instance: one line with the day of the oldest record. Its place in the
    /// network is that of its description by DMS, which is looked up first.
    ///
    /// It is evidence, so that an error leaves the instance its verdict. It is recorded, and [`Session::finish`] returns it.
    pub(crate) async fn look_up_reachability(&self, item: &ConfigurationItem, facts: &mut Facts) {
        if facts.description == Fact::NotRead {
            facts.description = match self.description(ResourceType::ReplicationInstance, item).await {
                Ok(description) => description,
                Err(error) => Fact::Unavailable(self.recorded_failure(error)),
            };
        }
        let description = match &facts.description {
            Fact::Known(description) if *description != Configuration::Absent => description,
            // The item is the description, or all that there is.
            _ => &item.configuration,
        };
        facts.reachability = self.reachability(item, description).await;
    }

    async fn reachability(&self, item: &ConfigurationItem, description: &Configuration) -> Fact<String> {
        let network = self.network().get_or_init(|| async {
            match self.recorded_network().await {
                Ok(network) => Ok(Arc::new(network)),
                Err(error) => Err(self.recorded_failure(error)),
            }
        });
        match network.await {
            Ok(network) => Fact::Known(network.line(description, item.configuration_item_capture_time)),
            Err(reason) => Fact::Unavailable(reason.clone()),
        }
    }

    /// Records an error, and returns it as the reason why a fact is unavailable.
    fn recorded_failure(&self, error: Error) -> String {
        let reason = format!("{} failed ({})", error.operation(), error.kind());
        self.record_denial(error);
        reason
    }

    /// Reads the interfaces of the replication instances of the account and Region, and the network around them, by two queries
    /// of at most 50 pages each. What is on further pages is not known.
    ///
    /// # Errors
    /// Returns the error of `SelectResourceConfig`.
    pub async fn recorded_network(&self) -> Result<RecordedNetwork, Error> {
        let [networks, interfaces] = conditions();
        let (networks, interfaces) =
            futures_util::future::try_join(self.recorded(&networks), self.recorded(&interfaces)).await?;
        Ok(RecordedNetwork::new(&networks, &interfaces))
    }

    /// Queries the records that meet a condition.
    async fn recorded(&self, condition: &str) -> Result<Records, Error> {
        let expression = &format!(
            "SELECT resourceType, resourceId, configuration, configurationItemCaptureTime WHERE {condition}"
        );
        Records::read(self.recorded_query(expression, "of networks"), PAGES_MAXIMUM, OPERATION).await
    }
}
