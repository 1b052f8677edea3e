//! A strict AWS on the loopback interface: AWS Config, DMS, KMS, STS, Organizations, Security Hub, and the Lambda Runtime API.
//!
//! It serves tests, local runs and benchmarks, and is never part of the Lambda function. It keeps accounts in memory,
//! responds as the service models of AWS define, and rejects what AWS rejects: unsigned or wrongly signed requests,
//! more than 100 evaluations, empty and too long annotations, unknown members, unknown tokens. It fails on demand
//! ([`Fault`]) and can require TLS 1.3 ([`LocalAws::start_tls`]).
//!
//! ```
//! let aws = local_aws::LocalAws::start()?;
//! assert!(aws.endpoint().starts_with("http://127.0.0.1:"));
//! assert!(aws.calls().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

mod account;
mod aws_api;
mod config_rules;
mod config_service;
mod credentials;
mod dispatch;
mod dms;
mod error;
mod fault;
mod fleet;
mod function;
mod http;
mod iam;
mod in_process;
mod injection;
mod invocation;
mod json_protocol;
mod kinds;
mod kms;
mod local_aws;
mod organization;
mod paging;
mod partition;
mod policy;
mod policy_condition;
mod put_evaluations;
mod received;
mod recorder;
mod request;
mod runtime_api;
mod sample;
mod security_hub;
mod server;
mod settling;
mod signature;
mod simulation;
mod state;
mod sts;
mod tls;

pub use account::{Account, Aggregator, EvaluationResult, Precedence};
pub use credentials::Credentials;
pub use fault::{Fault, FaultKind};
pub use fleet::{Fleet, InvalidFleet, KmsKey, parse_fleet, parse_keys};
pub use function::{Function, FunctionSpec};
pub use iam::ORGANIZATION;
pub use in_process::{InProcess, Received, Response};
pub use invocation::{Invocation, Outcome, TimedOutcome};
pub use local_aws::LocalAws;
pub use partition::partition_of;
pub use policy::{InvalidPolicy, Policy};
pub use recorder::{DeletedResource, DiscoveredResource, configuration_item_of, discovered};
pub use sample::{Sample, SampleRule};
pub use security_hub::SecurityHub;
pub use settling::Settling;
pub use simulation::{Failure, Simulation, Unreachable, Variant};
pub use state::{AcceptedEvaluation, Call};
