use std::collections::{BTreeMap, BTreeSet};

use aws_client::Evaluation;
use rule_core::{ConfigurationItem, Verdict};

use crate::assignment::{Assignment, Unrecorded, assign};
use crate::recorded_ids::NamesById;

/// Evaluated resources whose own ids are not recorded. They wait until both lists have ended: until then it cannot be
/// known which recorded id is whose.
#[derive(Debug, Default)]
pub(crate) struct Waiting(BTreeMap<String, Listed>);

/// A resource, listed at least once.
#[derive(Debug)]
struct Listed {
    item: ConfigurationItem,
    verdict: Verdict,
    names: BTreeSet<String>,
}

impl Waiting {
    /// Adds a resource. If it was added before, the worse verdict stays.
    pub(crate) fn add(&mut self, item: ConfigurationItem, verdict: Verdict) {
        let names = BTreeSet::from_iter(item.resource_name.clone());
        let Some(before) = self.0.get_mut(&item.resource_id) else {
            self.0.insert(item.resource_id.clone(), Listed { item, verdict, names });
            return;
        };
        before.names.extend(names);
        if is_worse(&verdict, &before.verdict) {
            before.verdict = verdict;
        }
    }

    /// Returns the evaluation of each resource under its id, and the [kept](Assignment::kept) ids. `recorded` holds
    /// the recorded ids that may be theirs.
    pub(crate) fn evaluations(&self, recorded: &NamesById) -> (Vec<Evaluation>, BTreeSet<String>) {
        let listed: Vec<&Listed> = self.0.values().collect();
        let resources: Vec<Unrecorded<'_>> = listed
            .iter()
            .map(|listed| Unrecorded {
                id: &listed.item.resource_id,
                names: &listed.names,
                result: listed.verdict.compliance_type,
            })
            .collect();
        let Assignment { assigned, kept } = assign(recorded, &resources);
        let evaluations = assigned.into_iter().zip(&listed).map(|(assigned, own)| {
            let item = ConfigurationItem { resource_id: assigned.id, ..own.item.clone() };
            Evaluation::new(&item, &listed.get(assigned.shown).unwrap_or(own).verdict)
        });
        (evaluations.collect(), kept)
    }
}

/// Compares the annotations of equal results, so that the order of the list does not matter.
fn is_worse(verdict: &Verdict, than: &Verdict) -> bool {
    let key = |verdict: &Verdict| (verdict.compliance_type, verdict.annotation().as_str().to_owned());
    key(verdict) > key(than)
}
