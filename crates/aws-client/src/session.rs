use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rule_core::{Configuration, Fact, KmsKey};
use tokio::sync::OnceCell;

use crate::clients::Clients;
use crate::error::Error;
use crate::journal::Journal;
use crate::recorded_network::RecordedNetwork;

/// A KMS key, described at most once.
pub(crate) type KmsKeyCell = Arc<OnceCell<Fact<KmsKey>>>;

/// A list of what DMS offers, read at most once; every resource shares it.
type OfferCell = OnceCell<Fact<Arc<[Configuration]>>>;

/// AWS in one account and Region, for one invocation or one part of a scan.
#[derive(Debug)]
pub struct Session {
    clients: Arc<Clients>,
    journal: Arc<Journal>,
    /// `arn:PARTITION:dms:REGION:ACCOUNT:`; `None` if the account or the Region is not known.
    dms_arn_prefix: Option<String>,
    kms_keys: Mutex<HashMap<String, KmsKeyCell>>,
    engine_versions: OfferCell,
    orderable_instances: OfferCell,
    network: OnceCell<Result<Arc<RecordedNetwork>, String>>,
    denial: Mutex<Option<Error>>,
}

impl Session {
    pub(crate) fn new(
        clients: Arc<Clients>,
        journal: &Arc<Journal>,
        partition: &str,
        account_id: Option<&str>,
    ) -> Self {
        let dms_arn_prefix = account_id
            .zip(clients.region())
            .map(|(account_id, region)| format!("arn:{partition}:dms:{region}:{account_id}:"));
        Self {
            clients,
            journal: Arc::clone(journal),
            dms_arn_prefix,
            kms_keys: Mutex::default(),
            engine_versions: OfferCell::default(),
            orderable_instances: OfferCell::default(),
            network: OnceCell::default(),
            denial: Mutex::default(),
        }
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Builds the ARN of a DMS resource whose API response has none, from the word of its type and its name.
    pub(crate) fn dms_arn(&self, word: &str, name: &str) -> Option<String> {
        self.dms_arn_prefix.as_ref().map(|prefix| format!("{prefix}{word}:{name}"))
    }

    /// Returns the cell of a KMS key.
    pub(crate) fn kms_key_cell(&self, key_id: &str) -> KmsKeyCell {
        let mut keys = self.kms_keys.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(keys.entry(key_id.to_owned()).or_default())
    }

    /// Returns the cell of the engine versions.
    pub(crate) fn engine_versions(&self) -> &OfferCell {
        &self.engine_versions
    }

    /// Returns the cell of the instances that can be ordered.
    pub(crate) fn orderable_instances(&self) -> &OfferCell {
        &self.orderable_instances
    }

    /// Returns the cell of the network, or of the reason why it cannot be read.
    pub(crate) fn network(&self) -> &OnceCell<Result<Arc<RecordedNetwork>, String>> {
        &self.network
    }

    /// Records a denial, or another error, that made a fact unavailable. The evaluations that need it are submitted all the
    /// same, and [`finish`](Self::finish) returns it.
    pub(crate) fn record_denial(&self, error: Error) {
        self.denial.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Ends the session, once every evaluation was submitted.
    ///
    /// # Errors
    /// Returns the first denial that made a fact unavailable.
    pub fn finish(&self) -> Result<(), Error> {
        let denial = self.denial.lock().unwrap_or_else(PoisonError::into_inner).take();
        denial.map_or(Ok(()), Err)
    }
}
