//! Evaluates items, and calls AWS for the facts that they lack.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use rule_core::{
    Configuration, ConfigurationItem, Fact, Facts, Input, Lookup, Rule, RuleParameters, Verdict,
};

use crate::error::Error;
use crate::offers::Offer;
use crate::session::Session;

/// The most look-ups of single resources that run at the same time.
const AT_ONCE: usize = 8;

/// An item, and the facts about it that are not in it.
#[derive(Clone, Debug)]
pub struct ItemWithFacts {
    /// The resource as AWS Config recorded it or DMS listed it.
    pub item: ConfigurationItem,
    /// The facts that were looked up so far.
    pub facts: Facts,
}

impl ItemWithFacts {
    /// Takes an item as AWS Config recorded it.
    #[must_use]
    pub fn recorded(item: ConfigurationItem) -> Self {
        Self { item, facts: Facts::default() }
    }

    /// Takes an item as DMS listed it: a property that it lacks is one that DMS does not return.
    #[must_use]
    pub fn listed(item: ConfigurationItem) -> Self {
        let description = Fact::Known(Configuration::Absent);
        Self { item, facts: Facts { description, ..Facts::default() } }
    }
}

impl Session {
    /// Evaluates each item, at the time `at`, and returns it with the facts that were looked up for it. Tags
    /// and DB instances are looked up for all items together, other facts for one each, and each fact at most once.
    ///
    /// # Errors
    /// Returns the error of a look-up that is not about a single resource.
    pub async fn evaluate(
        &self,
        parameters: &RuleParameters,
        at: Option<DateTime<Utc>>,
        mut pending: Vec<ItemWithFacts>,
    ) -> Result<Vec<(ItemWithFacts, Verdict)>, Error> {
        let RuleParameters { rule, values } = parameters;
        let mut evaluated = Vec::with_capacity(pending.len());
        while !pending.is_empty() {
            let (mut without_tags, mut without_fact) = (Vec::new(), Vec::new());
            let mut without_databases: Vec<(ItemWithFacts, Vec<String>)> = Vec::new();
            for with_facts in pending {
                let ItemWithFacts { item, facts } = &with_facts;
                match rule.evaluate(&Input { item, facts, parameters: values, at }) {
                    Ok(verdict) => evaluated.push((with_facts, verdict)),
                    Err(Lookup::Tags) => without_tags.push(with_facts),
                    Err(Lookup::Databases { hosts }) => without_databases.push((with_facts, hosts)),
                    Err(lookup) => without_fact.push((with_facts, lookup)),
                }
            }
            self.look_up_tags(&mut without_tags).await?;
            pending = without_tags;
            let looked_up = stream::iter(without_fact).map(async |(mut with_facts, lookup)| {
                self.look_up(rule, &mut with_facts, lookup).await?;
                Ok::<_, Error>(with_facts)
            });
            pending.extend(looked_up.buffered(AT_ONCE).try_collect::<Vec<_>>().await?);
            pending.extend(self.with_databases(without_databases).await?);
        }
        Ok(evaluated)
    }

    /// Looks up one fact about one item.
    async fn look_up(&self, rule: &Rule, known: &mut ItemWithFacts, lookup: Lookup) -> Result<(), Error> {
        let ItemWithFacts { item, facts } = &mut *known;
        match lookup {
            Lookup::Tags => self.look_up_tags(std::slice::from_mut(known)).await?,
            Lookup::Description => facts.description = self.description(rule.resource_type, item).await?,
            Lookup::KmsKey { key_id, with_aliases } => {
                facts.kms_key = self.kms_key(&key_id, with_aliases).await?;
            }
            Lookup::Databases { hosts } => {
                facts.databases = self.databases(&hosts.into_iter().collect()).await?;
            }
            Lookup::EngineVersions => facts.engine_versions = self.offer(Offer::EngineVersions).await?,
            Lookup::Reachability => self.look_up_reachability(item, facts).await,
            Lookup::OrderableInstances => {
                facts.orderable_instances = self.offer(Offer::OrderableInstances).await?;
            }
        }
        Ok(())
    }

    /// Looks up the DB instances of all items together.
    async fn with_databases(
        &self,
        items: Vec<(ItemWithFacts, Vec<String>)>,
    ) -> Result<Vec<ItemWithFacts>, Error> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let hosts = items.iter().flat_map(|(_, hosts)| hosts.iter().cloned()).collect();
        let databases = self.databases(&hosts).await?;
        let with_fact = items.into_iter().map(|(mut with_facts, _)| {
            with_facts.facts.databases = databases.clone();
            with_facts
        });
        Ok(with_fact.collect())
    }

    async fn look_up_tags(&self, items: &mut [ItemWithFacts]) -> Result<(), Error> {
        let arns: Vec<&str> = items.iter().filter_map(|with_facts| with_facts.item.known_arn()).collect();
        let mut tags = self.tags(&arns).await?;
        for ItemWithFacts { item, facts } in items {
            facts.tags = match item.known_arn().map(|arn| tags.remove(arn)) {
                Some(Some(tags)) => tags,
                Some(None) => Fact::Unavailable("DMS does not list them".to_owned()),
                None => Fact::Unavailable("DMS lists tags only by ARN, and there is none".to_owned()),
            };
        }
        Ok(())
    }
}
