//! Facts that are hidden from the evaluator, with the ways in which they may be.

use fastrand::Rng;
use reachability::{Network, Unread};

use crate::generate::{self, World};

/// Sets a fact of a world to one of the values that it may have.
type Completion = Box<dyn Fn(&mut World, &mut Rng)>;

fn unread() -> Unread {
    Unread::new("is hidden")
}

/// Hides a fact of the world, and returns how worlds that look the same are made from the true one.
pub(crate) fn hide(world: &mut World, rng: &mut Rng) -> Completion {
    let network = &mut world.network;
    loop {
        // `None` if the network has no such fact.
        let completion = match rng.u8(..24) {
            0 => Some(group(network, rng)),
            1 => Some(group_rules(network, rng)),
            2 => rule_source(network, rng),
            3 => rule_traffic(network, rng),
            4 => Some(list(network, rng)),
            5 => Some(list_entries(network, rng)),
            6 => Some(acl(network, rng)),
            7 => Some(acl_entries(network, rng)),
            8..=10 => acl_entry(network, rng),
            11 => Some(table(network, rng)),
            12 => Some(edge(network)),
            13 => Some(table_routes(network, rng)),
            14..=16 => route(network, rng),
            17 => Some(block(network)),
            18 => Some(exclusions(network)),
            19 => exclusion(network, rng),
            20..=22 => return interface(world, rng),
            _ => return interfaces(world),
        };
        if let Some(completion) = completion {
            return completion;
        }
    }
}

fn group(network: &mut Network, rng: &mut Rng) -> Completion {
    let groups = &mut network.security_groups.items;
    let index = rng.usize(..groups.len());
    let id = groups.remove(index).id;
    Box::new(move |world, rng| {
        world.network.security_groups.items[index] = generate::security_group(rng, &id);
    })
}

fn group_rules(network: &mut Network, rng: &mut Rng) -> Completion {
    let groups = &mut network.security_groups.items;
    let index = rng.usize(..groups.len());
    groups[index].incomplete = Some(unread());
    Box::new(move |world, rng| {
        world.network.security_groups.items[index].ingress.push(generate::group_rule(rng));
    })
}

fn rule_source(network: &mut Network, rng: &mut Rng) -> Option<Completion> {
    let groups = &mut network.security_groups.items;
    let index = rng.usize(..groups.len());
    let rules = &mut groups[index].ingress;
    let rule = rng.usize(..rules.len().max(1));
    rules.get_mut(rule)?.source = reachability::Source::Unread(unread());
    Some(Box::new(move |world, rng| {
        world.network.security_groups.items[index].ingress[rule].source = generate::source(rng);
    }))
}

fn rule_traffic(network: &mut Network, rng: &mut Rng) -> Option<Completion> {
    let groups = &mut network.security_groups.items;
    let index = rng.usize(..groups.len());
    let rules = &mut groups[index].ingress;
    let rule = rng.usize(..rules.len().max(1));
    rules.get_mut(rule)?.traffic = Err(unread());
    Some(Box::new(move |world, rng| {
        world.network.security_groups.items[index].ingress[rule].traffic = Ok(generate::traffic(rng));
    }))
}

fn list(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.prefix_lists.items.len());
    network.prefix_lists.items.remove(index);
    Box::new(move |world, rng| {
        world.network.prefix_lists.items[index].entries = generate::entries(rng);
    })
}

fn list_entries(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.prefix_lists.items.len());
    network.prefix_lists.items[index].incomplete = Some(unread());
    Box::new(move |world, rng| {
        world.network.prefix_lists.items[index].entries.push(generate::cidr(rng));
    })
}

fn acl(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.network_acls.items.len());
    network.network_acls.items.remove(index);
    Box::new(move |world, rng| {
        world.network.network_acls.items[index].entries = generate::acl(rng, "", &[]).entries;
    })
}

fn acl_entries(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.network_acls.items.len());
    network.network_acls.items[index].incomplete = Some(unread());
    Box::new(move |world, rng| {
        let number = rng.u32(..100) * 10 + 5;
        world.network.network_acls.items[index].entries.push(generate::acl_entry(rng, number));
    })
}

fn acl_entry(network: &mut Network, rng: &mut Rng) -> Option<Completion> {
    let index = rng.usize(..network.network_acls.items.len());
    let entries = &mut network.network_acls.items[index].entries;
    let at = rng.usize(..entries.len().max(1));
    let (entry, field) = (entries.get_mut(at)?, rng.u8(..5));
    match field {
        0 => entry.number = Err(unread()),
        1 => entry.direction = Err(unread()),
        2 => entry.allows = Err(unread()),
        3 => entry.traffic = Err(unread()),
        _ => entry.peers = Err(unread()),
    }
    Some(Box::new(move |world, rng| {
        let number = rng.u32(..10) * 10 + 5;
        let other = generate::acl_entry(rng, number);
        let entry = &mut world.network.network_acls.items[index].entries[at];
        match field {
            0 => entry.number = other.number,
            1 => entry.direction = other.direction,
            2 => entry.allows = other.allows,
            3 => entry.traffic = other.traffic,
            _ => entry.peers = other.peers,
        }
    }))
}

/// Hides a table with its associations; the listing says that it is not whole.
fn table(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.route_tables.items.len());
    network.route_tables.items.remove(index);
    network.route_tables.incomplete = Some(unread());
    Box::new(move |world, rng| {
        let table = &mut world.network.route_tables.items[index];
        table.routes = generate::route_table(rng, "", &[], false).routes;
        if !table.is_main && table.gateways.is_empty() && rng.bool() {
            table.subnets.clear();
        }
    })
}

/// Says that there may be further tables, such as one of the gateway.
fn edge(network: &mut Network) -> Completion {
    network.route_tables.incomplete = Some(unread());
    Box::new(move |world, rng| world.network.route_tables.items.push(generate::edge(rng)))
}

fn table_routes(network: &mut Network, rng: &mut Rng) -> Completion {
    let index = rng.usize(..network.route_tables.items.len());
    network.route_tables.items[index].routes_incomplete = Some(unread());
    Box::new(move |world, rng| {
        let table = &mut world.network.route_tables.items[index];
        let new = generate::route(rng);
        if table.routes.iter().all(|old| old.destination != new.destination) {
            table.routes.push(new);
        }
    })
}

fn route(network: &mut Network, rng: &mut Rng) -> Option<Completion> {
    let index = rng.usize(..network.route_tables.items.len());
    let routes = &mut network.route_tables.items[index].routes;
    let at = rng.usize(1..routes.len().max(2));
    let (route, field) = (routes.get_mut(at)?, rng.u8(..5));
    match field {
        0 => route.destination = Err(unread()),
        1 => route.target = Err(unread()),
        2 => route.state = Err(unread()),
        3 => route.origin = Err(unread()),
        _ => route.has_firewall = Err(unread()),
    }
    Some(Box::new(move |world, rng| {
        let other = generate::route(rng);
        let routes = &mut world.network.route_tables.items[index].routes;
        let is_new = routes.iter().all(|old| old.destination != other.destination);
        let route = &mut routes[at];
        match field {
            0 if is_new => route.destination = other.destination,
            1 => route.target = other.target,
            2 => route.state = other.state,
            3 => route.origin = other.origin,
            4 => route.has_firewall = other.has_firewall,
            _ => {}
        }
    }))
}

fn block(network: &mut Network) -> Completion {
    network.block_public_access.as_mut().unwrap().mode = Err(unread());
    Box::new(move |world, rng| {
        world.network.block_public_access.as_mut().unwrap().mode = Ok(generate::mode(rng));
    })
}

fn exclusions(network: &mut Network) -> Completion {
    network.exclusions.incomplete = Some(unread());
    Box::new(move |world, rng| world.network.exclusions.items.push(generate::exclusion(rng)))
}

fn exclusion(network: &mut Network, rng: &mut Rng) -> Option<Completion> {
    let (exclusion, field) = (network.exclusions.items.first_mut()?, rng.u8(..3));
    match field {
        0 => exclusion.resource = Err(unread()),
        1 => exclusion.mode = Err(unread()),
        _ => exclusion.is_in_force = Err(unread()),
    }
    Some(Box::new(move |world, rng| {
        let exclusion = &mut world.network.exclusions.items[0];
        match field {
            0 => exclusion.resource = Ok(generate::excluded(rng)),
            1 => exclusion.mode = Ok(generate::exclusion_mode(rng)),
            _ => exclusion.is_in_force = Ok(rng.bool()),
        }
    }))
}

fn interface(world: &mut World, rng: &mut Rng) -> Completion {
    let index = rng.usize(..world.interfaces.len());
    let (interface, field) = (&mut world.interfaces[index], rng.u8(..5));
    match field {
        0 => interface.subnet = Err(unread()),
        1 => interface.groups = Err(unread()),
        2 => interface.has_public_ipv4 = Err(unread()),
        3 => interface.has_public_ipv6 = Err(unread()),
        _ => interface.denies_internet = Err(unread()),
    }
    Box::new(move |world, rng| {
        let other = generate::interface(rng, "");
        let interface = &mut world.interfaces[index];
        match field {
            0 => interface.subnet = other.subnet,
            1 => interface.groups = other.groups,
            2 => interface.has_public_ipv4 = Ok(rng.bool()),
            3 => interface.has_public_ipv6 = Ok(rng.bool()),
            _ => interface.denies_internet = Ok(rng.bool()),
        }
    })
}

/// Hides an interface: the caller says that the listing is not whole.
fn interfaces(world: &mut World) -> Completion {
    world.interfaces.clear();
    Box::new(move |world, rng| world.interfaces[0] = generate::interface(rng, "eni-0"))
}
