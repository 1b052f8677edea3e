//! The evaluator against a naive model, flow by flow, on networks at random: known ones, and ones of which facts are hidden.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod generate;
mod hide;
mod naive;

use std::collections::BTreeMap;

use fastrand::Rng;
use reachability::flows::Flows;
use reachability::{
    Barrier, Closure, Entry, GroupRule, Instance, Interface, IpVersion, Listing, Opening, Reachability,
    State, SubnetGroup, Unread, evaluate,
};

use generate::{PORTS, PROTOCOLS, REPLY_PORTS, SUBNETS, World, peers, world};
use naive::{Flow, Naive, PARTS, Part};

/// The number of networks by state.
type States = BTreeMap<&'static str, u64>;

/// A set of the enumerated flows.
type Bits = Vec<bool>;

/// Returns every flow that is enumerated.
fn all_flows() -> Vec<Flow> {
    let with_ports = |version, peer, protocol| PORTS.map(|port| Flow { version, peer, protocol, port });
    let with_protocols =
        |(version, peer)| PROTOCOLS.into_iter().flat_map(move |protocol| with_ports(version, peer, protocol));
    peers().into_iter().flat_map(with_protocols).collect()
}

fn naive(world: &World, lets_pass: bool) -> Naive<'_> {
    Naive { network: &world.network, lets_pass, reply_ports: &REPLY_PORTS }
}

/// Returns the flows that enter at the interface.
fn entering(world: &World, interface: &Interface, lets_pass: bool, flows: &[Flow]) -> Bits {
    naive(world, lets_pass).entering(interface, flows)
}

fn or(one: &Bits, other: &Bits) -> Bits {
    one.iter().zip(other).map(|(one, other)| *one || *other).collect()
}

fn and(one: &Bits, other: &Bits) -> Bits {
    one.iter().zip(other).map(|(one, other)| *one && *other).collect()
}

fn is_empty(bits: &Bits) -> bool {
    !bits.contains(&true)
}

/// Returns the flows that enter at any interface.
fn at_any(world: &World, lets_pass: bool, flows: &[Flow]) -> Bits {
    let sets = world.interfaces.iter().map(|interface| entering(world, interface, lets_pass, flows));
    sets.reduce(|one, other| or(&one, &other)).unwrap()
}

/// Returns the enumerated flows that the result has as entering.
fn opened(result: &Reachability, flows: &[Flow]) -> Bits {
    let State::Open(opening) = &result.state else { return vec![false; flows.len()] };
    let has = |set: &Flows, flow: &Flow| {
        let protocol = set.parts().iter().find(|part| (part.first..=part.last).contains(&flow.protocol));
        let ports = protocol.and_then(|protocol| {
            protocol.value.parts().iter().find(|part| (part.first..=part.last).contains(&flow.port))
        });
        ports.is_some_and(|ports| {
            ports.value.parts().iter().any(|part| (part.first..=part.last).contains(&flow.peer))
        })
    };
    let exposed = |flow: &Flow| {
        let mut exposures = opening.exposures.iter().filter(|exposure| exposure.version() == flow.version);
        exposures.any(|exposure| has(exposure.flows(), flow))
    };
    flows.iter().map(exposed).collect()
}

fn instance(world: &World) -> Instance {
    Instance::Interfaces(Listing::complete(world.interfaces.clone()))
}

fn state_name(state: &State) -> &'static str {
    match state {
        State::Open(_) => "open",
        State::Closed(_) => "closed",
        State::Unknown(_) => "unknown",
    }
}

/// Checks a result against the flows that enter for certain and those that may enter, of which nothing else is known.
fn check_exact(result: &Reachability, certain: &Bits, possible: &Bits, flows: &[Flow]) -> Result<(), String> {
    let expected = match (is_empty(certain), is_empty(possible)) {
        (false, _) => "open",
        (true, false) => "unknown",
        (true, true) => "closed",
    };
    if state_name(&result.state) != expected {
        return Err(format!("expected {expected}: {:?}", result.state));
    }
    let opened = opened(result, flows);
    if let Some(at) = (0..flows.len()).find(|at| opened[*at] != certain[*at]) {
        return Err(format!("expected {} for {:?}: {:?}", certain[at], flows[at], result.state));
    }
    match &result.state {
        State::Open(opening) if opening.gaps.is_empty() != (certain == possible) => {
            Err(format!("the gaps do not say that more may enter: {:?}", opening.gaps))
        }
        State::Unknown(gaps) if gaps.is_empty() => Err("an unknown without a gap".to_owned()),
        _ => Ok(()),
    }
}

/// Checks that the barriers of each IP version are those parts that let nothing through, all alone.
fn check_barriers(world: &World, closures: &[Closure], flows: &[Flow]) -> Result<(), String> {
    let [interface] = world.interfaces.as_slice() else { return Ok(()) };
    let (strict, lenient) = (naive(world, false), naive(world, true));
    let mut expected: Vec<Vec<Part>> = Vec::new();
    for version in IpVersion::ALL {
        let counting: Vec<&Flow> =
            flows.iter().filter(|flow| flow.version == version && strict.counts(interface, **flow)).collect();
        let closes = |part: &&Part| !counting.iter().any(|flow| lenient.passes(**part, interface, **flow));
        expected.push(PARTS.iter().filter(closes).copied().collect());
    }
    for closure in closures {
        let mut parts: Vec<Part> = std::iter::once(&closure.by).chain(&closure.others).map(part).collect();
        parts.dedup();
        let is_right = if closure.is_joint {
            // No part does it alone; those that are named do it together.
            let together = |flow: &Flow| {
                strict.counts(interface, *flow)
                    && parts.iter().all(|part| lenient.passes(*part, interface, *flow))
            };
            expected.contains(&Vec::new())
                && IpVersion::ALL
                    .iter()
                    .any(|version| !flows.iter().filter(|flow| flow.version == *version).any(together))
        } else {
            expected.contains(&parts)
        };
        if !is_right {
            return Err(format!("expected one of {expected:?}: {closure:?}"));
        }
    }
    if closures.is_empty() || closures.windows(2).any(|two| two[0].by < two[1].by) {
        return Err(format!("closures in another order: {closures:?}"));
    }
    Ok(())
}

/// Checks that nothing enters without the entries, and something with any one of them.
fn check_entries(world: &World, opening: &Opening, flows: &[Flow]) -> Result<(), String> {
    let without = |removed: &[Entry]| {
        let mut world = world.clone();
        for group in &mut world.network.security_groups.items {
            let is_kept = |rule: &GroupRule| {
                !removed.iter().any(|entry| entry.group == group.id && entry.rule == *rule)
            };
            group.ingress.retain(is_kept);
        }
        at_any(&world, false, flows)
    };
    if !is_empty(&without(&opening.entries)) {
        return Err(format!("something enters without the entries {:?}", opening.entries));
    }
    for at in 0..opening.entries.len() {
        let mut others = opening.entries.clone();
        let entry = others.remove(at);
        if is_empty(&without(&others)) {
            return Err(format!("nothing enters by the entry {entry:?}"));
        }
    }
    Ok(())
}

fn part(barrier: &Barrier) -> Part {
    match barrier {
        Barrier::NoAddress(_) => Part::Address,
        Barrier::InterfaceDenies(_) => Part::Interface,
        Barrier::BlockPublicAccess => Part::Block,
        Barrier::NotRouted(_) => Part::Routes,
        Barrier::NetworkAcl(_) => Part::Acl,
        Barrier::SecurityGroups(_) => Part::Groups,
    }
}

/// Evaluates `count` networks of which everything is known, and counts the states.
fn compare_known(seed: u64, count: u64) -> States {
    let flows = all_flows();
    let mut states = States::new();
    for number in seed..seed + count {
        let world = world(&mut Rng::with_seed(number));
        let result = evaluate(&instance(&world), &world.network);
        let certain = at_any(&world, false, &flows);
        let possible = at_any(&world, true, &flows);
        let mut checked = check_exact(&result, &certain, &possible, &flows);
        match &result.state {
            State::Closed(closures) => {
                checked = checked.and_then(|()| check_barriers(&world, closures, &flows));
            }
            State::Open(opening) => checked = checked.and_then(|()| check_entries(&world, opening, &flows)),
            State::Unknown(_) => {}
        }
        if let Err(error) = checked {
            panic!("network {number}: {error}\n{world:#?}");
        }
        let line = result.to_string();
        assert!(!line.is_empty() && line.chars().count() <= 120, "network {number}: {line}");
        *states.entry(state_name(&result.state)).or_insert(0) += 1;
    }
    states
}

/// Evaluates `count` instances of which only the subnet group is known.
fn compare_subnet_groups(seed: u64, count: u64) -> States {
    let flows = all_flows();
    let mut states = States::new();
    for number in seed..seed + count {
        let mut rng = Rng::with_seed(number);
        let world = world(&mut rng);
        let mut subnets = SUBNETS.to_vec();
        rng.shuffle(&mut subnets);
        subnets.truncate(rng.usize(1..=3));
        let is_multi_az = rng.bool();
        let first = &world.interfaces[0];
        let group = SubnetGroup {
            subnets: Ok(subnets.iter().map(|id| (*id).to_owned()).collect()),
            vpc: first.vpc.clone(),
            is_multi_az,
            groups: first.groups.clone(),
            has_public_ipv4: first.has_public_ipv4.clone(),
            has_public_ipv6: first.has_public_ipv6.clone(),
            captured: None,
        };
        let result = evaluate(&Instance::SubnetGroup(group), &world.network);
        let places: Vec<Interface> = subnets
            .iter()
            .map(|id| Interface { subnet: Ok((*id).to_owned()), denies_internet: Ok(false), ..first.clone() })
            .collect();
        let in_place = |lets_pass: bool| {
            places.iter().map(|place| entering(&world, place, lets_pass, &flows)).collect::<Vec<Bits>>()
        };
        // The instance is in one of the subnets, or in two.
        let choices: Vec<Vec<usize>> = match (is_multi_az, places.len()) {
            (false, several) => (0..several).map(|one| vec![one]).collect(),
            (true, 3) => vec![vec![0, 1], vec![0, 2], vec![1, 2]],
            (true, several) => vec![(0..several).collect()],
        };
        let of_choice = |sets: &[Bits], choice: &[usize]| {
            choice.iter().map(|at| sets[*at].clone()).reduce(|one, other| or(&one, &other)).unwrap()
        };
        let (strict, lenient) = (in_place(false), in_place(true));
        let certain =
            choices.iter().map(|choice| of_choice(&strict, choice)).reduce(|one, other| and(&one, &other));
        let possible =
            choices.iter().map(|choice| of_choice(&lenient, choice)).reduce(|one, other| or(&one, &other));
        if let Err(error) = check_exact(&result, &certain.unwrap(), &possible.unwrap(), &flows) {
            panic!("network {number}, {subnets:?}, Multi-AZ {is_multi_az}: {error}\n{world:#?}");
        }
        *states.entry(state_name(&result.state)).or_insert(0) += 1;
    }
    states
}

/// The networks that look the same as one of which facts are hidden.
const OTHERS: usize = 6;

/// Evaluates `count` networks of which facts are hidden. Each result must hold for the true network and for [`OTHERS`]
/// that look the same.
fn compare_hidden(seed: u64, count: u64) -> States {
    let flows = all_flows();
    let mut states = States::new();
    for number in seed..seed + count {
        let mut rng = Rng::with_seed(number);
        let known = world(&mut rng);
        let mut hidden = known.clone();
        let mut completions = Vec::new();
        for _ in 0..rng.usize(1..=3) {
            let before = sizes(&hidden);
            completions.push(hide::hide(&mut hidden, &mut rng));
            // The places of further facts would be others than in the true network.
            if sizes(&hidden) != before {
                break;
            }
        }
        let instance = if hidden.interfaces.is_empty() {
            Instance::Interfaces(Listing::unread(Unread::new("is hidden")))
        } else {
            instance(&hidden)
        };
        let result = evaluate(&instance, &hidden.network);
        let opened = opened(&result, &flows);
        let mut all_open = true;
        let mut all_closed = true;
        for other in 0..=OTHERS {
            let mut world = known.clone();
            if other > 0 {
                completions.iter().for_each(|completion| completion(&mut world, &mut rng));
            }
            let certain = at_any(&world, false, &flows);
            all_open &= !is_empty(&certain);
            let is_closed = is_empty(&at_any(&world, true, &flows));
            all_closed &= is_closed;
            let error = match &result.state {
                State::Open(_) if and(&opened, &certain) != opened => "a flow that does not enter",
                State::Open(_) if is_empty(&certain) => "open although nothing enters",
                State::Closed(_) if !is_closed => "closed although something enters",
                State::Unknown(gaps) if gaps.is_empty() => "an unknown without a gap",
                _ => continue,
            };
            panic!("network {number}: {error}: {:?}\nhidden: {hidden:#?}\nworld: {world:#?}", result.state);
        }
        let name = match (&result.state, all_open, all_closed) {
            (State::Unknown(_), true, _) => "unknown though all are open",
            (State::Unknown(_), _, true) => "unknown though all are closed",
            (state, ..) => state_name(state),
        };
        *states.entry(name).or_insert(0) += 1;
    }
    states
}

/// Returns the numbers of resources from which one can be hidden.
fn sizes(world: &World) -> [usize; 5] {
    [
        world.interfaces.len(),
        world.network.security_groups.items.len(),
        world.network.prefix_lists.items.len(),
        world.network.network_acls.items.len(),
        world.network.route_tables.items.len(),
    ]
}

/// Checks that each state occurs often enough for the comparison to mean something.
fn assert_each(states: &States, names: &[&str]) {
    let all: u64 = states.values().sum();
    for name in names {
        assert!(states.get(name).is_some_and(|count| count * 50 > all), "{name} is rare: {states:?}");
    }
}

/// Runs a comparison of `count` networks in a thread for each processor, and adds up the states.
fn in_threads(seed: u64, count: u64, compare: fn(u64, u64) -> States) -> States {
    let threads = std::thread::available_parallelism().map_or(1, |number| number.get() as u64).min(count);
    let share = count.div_ceil(threads);
    std::thread::scope(|scope| {
        let starts = (0..threads).map(|thread| seed + thread * share);
        let runs: Vec<_> = starts.map(|start| scope.spawn(move || compare(start, share))).collect();
        let mut states = States::new();
        for run in runs {
            let more = run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            more.into_iter().for_each(|(name, number)| *states.entry(name).or_insert(0) += number);
        }
        states
    })
}

#[test]
fn a_known_network_lets_in_exactly_what_the_model_lets_in() {
    assert_each(&in_threads(0, 100_000, compare_known), &["open", "closed", "unknown"]);
}

#[test]
fn an_instance_in_some_subnet_of_its_group_is_open_only_if_it_is_so_in_each() {
    assert_each(&in_threads(1 << 32, 20_000, compare_subnet_groups), &["open", "closed", "unknown"]);
}

#[test]
fn no_result_is_stronger_than_what_holds_for_every_network_that_looks_the_same() {
    assert_each(&in_threads(1 << 33, 40_000, compare_hidden), &["open", "closed", "unknown"]);
}

#[test]
#[ignore = "takes minutes"]
fn ten_million_networks_agree_with_the_model() {
    assert_each(&in_threads(1 << 40, 7_000_000, compare_known), &["open", "closed", "unknown"]);
    assert_each(&in_threads(1 << 41, 1_000_000, compare_subnet_groups), &["open", "closed", "unknown"]);
    assert_each(&in_threads(1 << 42, 2_000_000, compare_hidden), &["open", "closed", "unknown"]);
}
