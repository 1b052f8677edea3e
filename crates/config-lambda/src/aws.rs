//! Everything that is said to AWS. The only module that names the SDK.

mod clients;
mod config_service;
mod dms;
mod environment;
mod failure;
mod kms;
#[cfg(feature = "scan")]
mod live;
mod wire;

pub(crate) use clients::{Aws, Session};
pub(crate) use config_service::RecordedIds;
pub(crate) use dms::{Page, arn_of};
#[cfg(feature = "scan")]
pub(crate) use live::{Aggregated, Live, Member};
