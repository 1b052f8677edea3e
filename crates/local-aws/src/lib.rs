//! A strict AWS on the loopback interface: AWS Config, DMS, KMS, STS, and the Lambda Runtime API.
//!
//! For tests, for the local run and for benchmarks; never part of the Lambda function. It keeps accounts in memory,
//! answers as the service models say, and refuses what AWS refuses: unsigned or wrongly signed requests, more than
//! 100 evaluations, empty and over-long annotations, unknown members, wrong tokens. It fails on demand ([`Fault`]), and
//! speaks TLS 1.3 on demand ([`LocalAws::start_tls`]).
//!
//! ```
//! let aws = local_aws::LocalAws::start()?;
//! assert!(aws.endpoint().starts_with("http://127.0.0.1:"));
//! assert!(aws.calls().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod config_service;
mod dms;
mod fault;
mod function;
mod kms;
mod organization;
mod policy;
mod runtime_api;
mod server;
mod signature;
mod state;
mod sts;
mod tls;

pub use fault::{Fault, FaultKind};
pub use function::{Function, FunctionSpec};
pub use policy::{ORGANIZATION, Policy, conditions_of, partition_of};
pub use runtime_api::{Answered, Invocation, Outcome};
pub use server::LocalAws;
pub use signature::Credentials;
pub use state::{
    AcceptedEvaluation, Account, Aggregator, Call, DiscoveredResource, EvaluationResult, Fleet, KmsKey,
    configuration_item_of, discovered, parse_fleet, parse_keys,
};
