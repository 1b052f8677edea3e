//! Verdicts, with what they need looked up.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use rule_core::{ConfigurationItem, Fact, Facts, Input, Lookup, RuleParameters, Verdict};

use crate::Error;
use crate::aws::{Session, arn_of};

/// Look-ups of single resources that are on the wire at once.
const AT_ONCE: usize = 8;

/// An item and what is known beside it.
pub(crate) struct Case {
    pub(crate) item: ConfigurationItem,
    pub(crate) facts: Facts,
}

impl Case {
    /// An item as AWS Config recorded it.
    pub(crate) fn recorded(item: ConfigurationItem) -> Self {
        Self { item, facts: Facts::default() }
    }

    /// An item as DMS listed it: what it does not tell, DMS does not tell.
    pub(crate) fn listed(item: ConfigurationItem) -> Self {
        let description = Fact::Known(rule_core::Configuration::Absent);
        Self { item, facts: Facts { description, ..Facts::default() } }
    }
}

/// The verdict on each item, with what was looked up for it. Tags are looked up for all at once, the rest one by one, and each of them at most once.
pub(crate) async fn verdicts(
    parameters: &RuleParameters,
    at: Option<DateTime<Utc>>,
    mut cases: Vec<Case>,
    session: &Session,
) -> Result<Vec<(Case, Verdict)>, Error> {
    let rule = parameters.rule;
    let mut verdicts = Vec::with_capacity(cases.len());
    while !cases.is_empty() {
        let (mut untagged, mut others) = (Vec::new(), Vec::new());
        for case in cases {
            let Case { item, facts } = &case;
            match rule.evaluate(&Input { item, facts, parameters, at }) {
                Ok(verdict) => verdicts.push((case, verdict)),
                Err(Lookup::Tags) => untagged.push(case),
                Err(lookup) => others.push((case, lookup)),
            }
        }
        read_tags(&mut untagged, session).await?;
        let looked_up = stream::iter(others.into_iter().map(async |(mut case, lookup)| {
            match lookup {
                Lookup::Description => {
                    case.facts.description = session.description(rule.resource_type, &case.item).await?;
                }
                Lookup::KmsKey { key_id, with_aliases } => {
                    case.facts.kms_key = session.kms_key(&key_id, with_aliases).await?;
                }
                Lookup::Tags => {}
            }
            Ok::<_, Error>(case)
        }));
        cases = looked_up.buffered(AT_ONCE).try_collect().await?;
        cases.extend(untagged);
    }
    Ok(verdicts)
}

async fn read_tags(cases: &mut [Case], session: &Session) -> Result<(), Error> {
    let arns: Vec<&str> = cases.iter().filter_map(|case| arn_of(&case.item)).collect();
    let mut tags = session.tags(&arns).await?;
    for case in cases {
        case.facts.tags = match arn_of(&case.item).map(|arn| tags.remove(arn)) {
            Some(Some(tags)) => tags,
            Some(None) => Fact::Unavailable("DMS does not tell them".to_owned()),
            None => Fact::Unavailable("without an ARN DMS cannot be asked".to_owned()),
        };
    }
    Ok(())
}
