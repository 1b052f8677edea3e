//! Assigns recorded ids to listed resources whose own ids are not recorded. Pure: it depends neither on the order of
//! the lists nor on their pages.
//!
//! AWS does not document which id the recorder gives a DMS resource. If it is not the ARN, it may be the name, the
//! last part of the ARN, or an id of its own that it lists with the name. The last part of an ARN can be chosen when
//! a resource is created, so it may be the name of another.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rule_core::ComplianceType;
use rule_core::arn::{is_arn, last_part};

use crate::recorded_ids::NamesById;

/// A resource whose own id is not recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unrecorded<'a> {
    /// Its own id: the ARN, or its name if it has none. No two resources have the same.
    pub(crate) id: &'a str,
    /// Its names; several if it was renamed while it was listed.
    pub(crate) names: &'a BTreeSet<String>,
    /// Its worst result.
    pub(crate) result: ComplianceType,
}

/// The id of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The id under which it is reported.
    pub(crate) id: String,
    /// The position of the resource whose verdict shows: another one, with a worse verdict, if it cannot be known
    /// which of the two has the id.
    pub(crate) shown: usize,
}

/// The ids of all resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The id of each resource, in their order.
    pub(crate) assigned: Vec<Assigned>,
    /// The recorded ids that may belong to one of the resources, and under which none is reported. Their results
    /// come from changes, and are not to be cleared while the recorder lists the id.
    pub(crate) kept: BTreeSet<String>,
}

/// A likeness of a recorded id and a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    /// The id is a name of the resource.
    Name,
    /// The id is the last part of its ARN.
    LastPart,
    /// The recorder lists the id with a name of the resource.
    RecordedName,
}

/// The demand on the name that the recorder has for an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// It is a name of the resource, or the recorder has none.
    Agree,
    /// It may be another one: the resource was renamed.
    MayDiffer,
}

/// Assigns ids. Each resource gets a recorded id that is like it, or its own; no id goes to two resources.
///
/// `recorded` holds the recorded ids that are not ARNs and that are no resource's own. The likeness that holds for
/// more resources, name or last part, is the one that the recorder uses, and goes before the other; then the name
/// that the recorder lists; then ids that the recorder lists with another name. If name and last part hold for
/// equally many, an id goes to the worse of two resources, and shows the worst verdict of all that it may belong to.
pub(crate) fn assign(recorded: &NamesById, resources: &[Unrecorded<'_>]) -> Assignment {
    let mut open = Open::new(recorded, resources);
    let votes = |likeness| {
        let is_like = |resource: &&Unrecorded<'_>| !open.likes(resource, likeness, Names::Agree).is_empty();
        resources.iter().filter(is_like).count()
    };
    let forms: &[&[Likeness]] = match votes(Likeness::Name).cmp(&votes(Likeness::LastPart)) {
        std::cmp::Ordering::Greater => &[&[Likeness::Name], &[Likeness::LastPart]],
        std::cmp::Ordering::Less => &[&[Likeness::LastPart], &[Likeness::Name]],
        std::cmp::Ordering::Equal => &[&[Likeness::Name, Likeness::LastPart]],
    };
    let may_belong: BTreeSet<String> = resources
        .iter()
        .flat_map(|resource| open.claims(resource, ALL, Names::MayDiffer))
        .map(str::to_owned)
        .collect();
    for form in forms {
        open.assign(form, Names::Agree);
    }
    open.assign(&[Likeness::RecordedName], Names::Agree);
    for form in forms {
        open.assign(form, Names::MayDiffer);
    }
    let assigned = open.assigned.into_iter().zip(resources).enumerate();
    let assigned: Vec<Assigned> = assigned
        .map(|(position, (assigned, resource))| {
            assigned.unwrap_or_else(|| Assigned { id: resource.id.to_owned(), shown: position })
        })
        .collect();
    let used: BTreeSet<&str> = assigned.iter().map(|assigned| assigned.id.as_str()).collect();
    let kept = may_belong.into_iter().filter(|id| !used.contains(id.as_str())).collect();
    Assignment { assigned, kept }
}

const ALL: &[Likeness] = &[Likeness::Name, Likeness::LastPart, Likeness::RecordedName];

/// The ids and resources that are not assigned yet.
struct Open<'a> {
    resources: &'a [Unrecorded<'a>],
    ids: BTreeMap<&'a str, &'a BTreeSet<String>>,
    by_name: BTreeMap<&'a str, BTreeSet<&'a str>>,
    assigned: Vec<Option<Assigned>>,
}

impl<'a> Open<'a> {
    fn new(recorded: &'a NamesById, resources: &'a [Unrecorded<'a>]) -> Self {
        let mut by_name: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (id, names) in recorded {
            for name in names {
                by_name.entry(name).or_default().insert(id);
            }
        }
        let ids = recorded.iter().map(|(id, names)| (id.as_str(), names)).collect();
        Self { resources, ids, by_name, assigned: vec![None; resources.len()] }
    }

    /// Returns the ids that are open and like a resource.
    fn likes(&self, resource: &Unrecorded<'a>, likeness: Likeness, wanted: Names) -> BTreeSet<&'a str> {
        let names = resource.names.iter().map(String::as_str);
        let ids: Vec<&str> = match likeness {
            Likeness::Name => names.collect(),
            Likeness::LastPart => {
                Some(resource.id).filter(|id| is_arn(id)).map(last_part).into_iter().collect()
            }
            Likeness::RecordedName => {
                names.filter_map(|name| self.by_name.get(name)).flatten().copied().collect()
            }
        };
        let open = ids.into_iter().filter_map(|id| self.ids.get_key_value(id));
        let agree = |names: &BTreeSet<String>| names.is_empty() || !names.is_disjoint(resource.names);
        open.filter(|(_, names)| wanted == Names::MayDiffer || agree(names)).map(|(id, _)| *id).collect()
    }

    fn claims(&self, resource: &Unrecorded<'a>, forms: &[Likeness], names: Names) -> BTreeSet<&'a str> {
        forms.iter().flat_map(|likeness| self.likes(resource, *likeness, names)).collect()
    }

    /// Assigns the open ids that are like an open resource in one of these forms, to as many resources as possible
    /// and to the worst first.
    fn assign(&mut self, forms: &[Likeness], names: Names) {
        let open = self.resources.iter().zip(&self.assigned).enumerate();
        let open = open.filter(|(_, (_, assigned))| assigned.is_none());
        let mut claims: Vec<Claim<'a>> = open
            .map(|(position, (resource, _))| Claim {
                position,
                resource: *resource,
                ids: self.claims(resource, forms, names),
            })
            .collect();
        claims.sort_by_key(|claim| (Reverse(claim.resource.result), claim.resource.id));
        let is_ambiguous = forms.len() > 1;
        for (id, owner) in matched(&claims) {
            let Some(claim) = claims.get(owner) else { continue };
            // The claims are sorted: the first is of the worst resource.
            let first = claims.iter().find(|other| is_ambiguous && other.ids.contains(id));
            let worse = first.filter(|first| first.resource.result > claim.resource.result);
            let shown = worse.unwrap_or(claim).position;
            self.ids.remove(id);
            if let Some(assigned) = self.assigned.get_mut(claim.position) {
                *assigned = Some(Assigned { id: id.to_owned(), shown });
            }
        }
    }
}

/// An open resource, and the open ids that are like it.
struct Claim<'a> {
    position: usize,
    resource: Unrecorded<'a>,
    ids: BTreeSet<&'a str>,
}

/// Matches ids with claims, by their positions: as many as possible, and the first claims in any case ("augmenting
/// paths", Kuhn's algorithm).
fn matched<'a>(claims: &[Claim<'a>]) -> BTreeMap<&'a str, usize> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    let mut taken: BTreeMap<usize, &str> = BTreeMap::new();
    for start in 0..claims.len() {
        // Each id that was reached, with the claim from which it was.
        let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
        let mut next = VecDeque::from([start]);
        let mut end = None;
        'search: while let Some(position) = next.pop_front() {
            for id in claims.get(position).into_iter().flat_map(|claim| &claim.ids) {
                if reached.contains_key(id) {
                    continue;
                }
                reached.insert(id, position);
                let Some(owner) = owners.get(id) else {
                    end = Some(*id);
                    break 'search;
                };
                next.push_back(*owner);
            }
        }
        // Each claim on the path takes the id that was reached from it, and leaves its own to the one before.
        while let Some(id) = end {
            let Some(position) = reached.get(id).copied() else { break };
            owners.insert(id, position);
            end = taken.insert(position, id);
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: ComplianceType = ComplianceType::Compliant;
    const BAD: ComplianceType = ComplianceType::NonCompliant;

    /// A resource: the last part of its ARN, its name, its result.
    type Given = (String, String, ComplianceType);

    fn arn(last: &str) -> String {
        format!("arn:aws:dms:us-east-1:123456789012:rep:{last}")
    }

    fn given(resources: &[(&str, &str, ComplianceType)]) -> Vec<Given> {
        resources
            .iter()
            .map(|(last, name, result)| ((*last).to_owned(), (*name).to_owned(), *result))
            .collect()
    }

    fn recorded(ids: &[(&str, &[&str])]) -> NamesById {
        ids.iter()
            .map(|(id, names)| ((*id).to_owned(), names.iter().map(|name| (*name).to_owned()).collect()))
            .collect()
    }

    /// Returns, by the last part of each ARN, the reported id, `own` for the ARN, and the last part of the ARN whose verdict shows; and
    /// the kept ids.
    fn ids(
        recorded: &NamesById,
        resources: &[Given],
    ) -> (BTreeMap<String, (String, String)>, BTreeSet<String>) {
        let arns: Vec<String> = resources.iter().map(|(last, _, _)| arn(last)).collect();
        let names: Vec<BTreeSet<String>> =
            resources.iter().map(|(_, name, _)| BTreeSet::from([name.clone()])).collect();
        let unrecorded: Vec<Unrecorded<'_>> = resources
            .iter()
            .zip(arns.iter().zip(&names))
            .map(|((_, _, result), (id, names))| Unrecorded { id, names, result: *result })
            .collect();
        let Assignment { assigned, kept } = assign(recorded, &unrecorded);
        assert_eq!(assigned.len(), resources.len());
        let by_last = resources.iter().zip(assigned);
        let by_last = by_last.map(|((last, _, _), Assigned { id, shown })| {
            let id = if id == arn(last) { "own".to_owned() } else { id };
            (last.clone(), (id, resources[shown].0.clone()))
        });
        (by_last.collect(), kept)
    }

    fn assert_ids(
        what: &str,
        ids_and_names: &[(&str, &[&str])],
        resources: &[(&str, &str, ComplianceType)],
        expected: &[(&str, &str)],
        expected_kept: &[&str],
    ) {
        let (found, kept) = ids(&recorded(ids_and_names), &given(resources));
        let found: Vec<_> = found.iter().map(|(last, (id, _))| (last.as_str(), id.as_str())).collect();
        assert_eq!(found, expected, "{what}");
        assert_eq!(kept.iter().map(String::as_str).collect::<Vec<_>>(), expected_kept, "{what}");
    }

    #[test]
    fn a_resource_whose_arn_ends_in_the_name_of_another_leaves_it_its_id() {
        let both = [("bbb", "aaa", GOOD), ("XYZ", "bbb", BAD)];
        assert_ids("names", &[("aaa", &[]), ("bbb", &[])], &both, &[("XYZ", "bbb"), ("bbb", "aaa")], &[]);
        assert_ids(
            "last parts",
            &[("bbb", &[]), ("XYZ", &["bbb"])],
            &both,
            &[("XYZ", "XYZ"), ("bbb", "bbb")],
            &[],
        );
        assert_ids("one name", &[("bbb", &["bbb"])], &both, &[("XYZ", "bbb"), ("bbb", "own")], &[]);
        assert_ids("one last part", &[("bbb", &["aaa"])], &both, &[("XYZ", "own"), ("bbb", "bbb")], &[]);
    }

    #[test]
    fn an_id_that_may_belong_to_either_goes_to_the_worse() {
        for (first, second, expected) in
            [(GOOD, BAD, [("XYZ", "bbb"), ("bbb", "own")]), (BAD, GOOD, [("XYZ", "own"), ("bbb", "bbb")])]
        {
            let both = [("bbb", "aaa", first), ("XYZ", "bbb", second)];
            assert_ids("either", &[("bbb", &[])], &both, &expected, &[]);
        }
        // Each ARN ends in the name of the other.
        let resources = given(&[("bbb", "aaa", GOOD), ("aaa", "bbb", BAD)]);
        let (found, _) = ids(&recorded(&[("aaa", &[]), ("bbb", &[])]), &resources);
        assert!(found.values().all(|(_, shown)| shown == "aaa"), "the bad one shows under both: {found:?}");
    }

    #[test]
    fn of_two_ids_of_one_name_one_is_used_and_the_other_is_kept() {
        let one = [("ABC", "orders", BAD)];
        assert_ids("by name", &[("o1", &["orders"]), ("n1", &["orders"])], &one, &[("ABC", "n1")], &["o1"]);
        assert_ids(
            "and the name",
            &[("orders", &[]), ("n1", &["orders"])],
            &one,
            &[("ABC", "orders")],
            &["n1"],
        );
        assert_ids(
            "and the last part",
            &[("ABC", &[]), ("n1", &["orders"])],
            &one,
            &[("ABC", "ABC")],
            &["n1"],
        );
        assert_ids("others", &[("o1", &["other"]), ("n1", &[])], &one, &[("ABC", "own")], &[]);
    }

    #[test]
    fn a_renamed_resource_keeps_the_id_that_is_the_last_part_of_its_arn() {
        assert_ids("", &[("ABC", &["old"])], &[("ABC", "new", BAD)], &[("ABC", "ABC")], &[]);
    }

    fn letter() -> impl Strategy<Value = String> {
        "[a-e]"
    }

    fn result() -> impl Strategy<Value = ComplianceType> {
        prop_oneof![Just(ComplianceType::NotApplicable), Just(GOOD), Just(BAD)]
    }

    /// Resources whose names and last parts coincide; no two have the same ARN.
    fn any_resources() -> impl Strategy<Value = Vec<Given>> {
        prop::collection::btree_map(letter(), (letter(), result()), 0..6).prop_map(|resources| {
            resources.into_iter().map(|(last, (name, result))| (last, name, result)).collect()
        })
    }

    fn any_recorded() -> impl Strategy<Value = NamesById> {
        prop::collection::btree_map(letter(), prop::collection::btree_set(letter(), 0..3), 0..6)
    }

    proptest! {
        #[test]
        fn no_two_resources_have_one_id_and_each_has_its_own_or_one_that_is_like_it(
            recorded in any_recorded(), resources in any_resources(),
        ) {
            let (found, kept) = ids(&recorded, &resources);
            let mut used = BTreeSet::new();
            for (last, name, result) in &resources {
                let (id, shown) = &found[last];
                prop_assert!(id == "own" || used.insert(id.clone()), "{id} is used twice");
                let has_name = recorded.get(id).is_some_and(|names| names.contains(name));
                let is_like = id == last || id == name || has_name;
                prop_assert!(id == "own" || recorded.contains_key(id) && is_like);
                prop_assert!(!kept.contains(id));
                let shown = resources.iter().find(|(last, _, _)| last == shown).unwrap();
                prop_assert!(shown.2 >= *result, "a better result shows than that of the resource");
            }
            prop_assert!(kept.iter().all(|id| recorded.contains_key(id)));
        }

        #[test]
        fn the_order_of_the_list_does_not_matter(
            recorded in any_recorded(),
            (resources, shuffled) in any_resources()
                .prop_flat_map(|resources| (Just(resources.clone()), Just(resources).prop_shuffle())),
        ) {
            prop_assert_eq!(ids(&recorded, &resources), ids(&recorded, &shuffled));
        }

        /// All resources are recorded, by their names or by the last parts of their ARNs.
        #[test]
        fn where_the_recorder_uses_one_form_no_id_shows_a_better_result_than_its_resource_has(
            lasts in Just(["a", "b", "c", "d", "x", "y"]).prop_shuffle(),
            names in Just(["a", "b", "c", "d", "v", "w"]).prop_shuffle(),
            results in prop::collection::vec(result(), 0..6),
            by_name in any::<bool>(),
        ) {
            let resources: Vec<Given> = lasts.iter().zip(names).zip(results)
                .map(|((last, name), result)| ((*last).to_owned(), name.to_owned(), result)).collect();
            let id = |(last, name, _): &Given| if by_name { name.clone() } else { last.clone() };
            let recorded: NamesById = resources.iter().map(|one| (id(one), BTreeSet::new())).collect();
            let (found, kept) = ids(&recorded, &resources);
            prop_assert_eq!(kept, BTreeSet::new());
            for resource in &resources {
                let (_, shown) = found.values().find(|(reported, _)| *reported == id(resource)).unwrap();
                let shown = resources.iter().find(|(last, _, _)| last == shown).unwrap();
                prop_assert!(shown.2 >= resource.2);
            }
        }
    }
}
