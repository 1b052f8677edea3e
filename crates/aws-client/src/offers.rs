//! Lists what DMS offers in the Region: engine versions and classes, each list once in a session.

use std::pin::pin;
use std::sync::Arc;

use futures_util::TryStreamExt;
use rule_core::{Configuration, ErrorKind, Fact};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::listing::{ListSeed, PAGE_SIZE};
use crate::pages::{Page, Position, pages};
use crate::session::Session;
use crate::wire::{Wire, unreadable};

/// A list of what DMS offers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Offer {
    /// `DescribeEngineVersions`.
    EngineVersions,
    /// `DescribeOrderableReplicationInstances`.
    OrderableInstances,
}

impl Offer {
    fn operation(self) -> &'static str {
        match self {
            Self::EngineVersions => "DescribeEngineVersions",
            Self::OrderableInstances => "DescribeOrderableReplicationInstances",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Self::EngineVersions => "EngineVersions",
            Self::OrderableInstances => "OrderableReplicationInstances",
        }
    }
}

impl Session {
    /// Lists what DMS offers, once in a session.
    ///
    /// A denial leaves the resources verdicts, which are unknown. It is recorded, and [`Session::finish`] returns it.
    ///
    /// # Errors
    /// Returns any other error of the operation.
    pub(crate) async fn offer(&self, offer: Offer) -> Result<Fact<Arc<[Configuration]>>, Error> {
        let cell = match offer {
            Offer::EngineVersions => self.engine_versions(),
            Offer::OrderableInstances => self.orderable_instances(),
        };
        let fact = cell.get_or_try_init(|| async {
            match self.list_offer(offer).await {
                Ok(list) => Ok(Fact::Known(list.into())),
                Err(error) if error.kind() == ErrorKind::Denied => {
                    let reason = format!("DMS denies dms:{}", offer.operation());
                    self.record_denial(error);
                    Ok(Fact::Unavailable(reason))
                }
                Err(error) => Err(error),
            }
        });
        fact.await.cloned()
    }

    async fn list_offer(&self, offer: Offer) -> Result<Vec<Configuration>, Error> {
        let mut pages = pin!(pages(offer.operation(), |position| self.offer_page(offer, position)));
        let mut all = Vec::new();
        while let Some(page) = pages.try_next().await? {
            let page: Vec<Configuration> =
                serde_json::from_str(page.get()).map_err(|error| unreadable(offer.operation(), &error))?;
            all.extend(page);
        }
        Ok(all)
    }

    async fn offer_page(&self, offer: Offer, position: Position) -> Result<Page<Box<RawValue>>, Error> {
        let wire = Wire::raw(offer.operation(), self.journal());
        let client = self.clients().dms().await;
        let subject = format!("page {}", position.number);
        match offer {
            Offer::EngineVersions => {
                let request =
                    client.describe_engine_versions().max_records(PAGE_SIZE).set_marker(position.token);
                wire.check(&subject, request.customize().interceptor(wire.clone()).send().await)
            }
            Offer::OrderableInstances => {
                let request = client
                    .describe_orderable_replication_instances()
                    .max_records(PAGE_SIZE)
                    .set_marker(position.token);
                wire.check(&subject, request.customize().interceptor(wire.clone()).send().await)
            }
        }?;
        wire.parse_with(ListSeed { member: offer.member() })
    }
}
