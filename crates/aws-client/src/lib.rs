#![doc = include_str!("../README.md")]

mod assume_role;
mod attempt;
mod aws;
mod clients;
mod code;
mod compliance_details;
#[cfg(feature = "scan")]
mod connection;
mod databases;
mod denial;
mod description;
mod environment;
mod error;
mod evaluation;
mod fingerprint;
mod history;
mod http_client;
mod journal;
mod kms_key;
mod listing;
mod lookup;
#[cfg(feature = "migration")]
pub mod migration;
mod network;
mod next_step;
mod offers;
mod pages;
mod place;
mod put_evaluations;
mod recorded_ids;
mod recorded_network;
mod recorded_query;
#[cfg(feature = "scan")]
pub mod scan;
mod sdk_error;
mod session;
#[cfg(feature = "simulation")]
pub mod simulation;
mod stale_results;
mod tags;
mod time;
mod unusable_credentials;
mod wire;

pub use attempt::FailedAttempt;
pub use aws::Aws;
pub use error::{Cause, ConnectionFailure, Error};
pub use evaluation::Evaluation;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use journal::{Entries, Journal};
pub use listing::ResourcePage;
pub use lookup::ItemWithFacts;
pub use next_step::Reader;
pub use place::{Place, Role};
pub use put_evaluations::{BATCH_MAXIMUM, ResultToken};
pub use recorded_ids::RecordedId;
pub use recorded_network::RecordedNetwork;
pub use session::Session;
pub use unusable_credentials::UnusableCredentials;
