use rule_core::Json;

use super::object::{Object, is_id, missing, odd_word};
use super::resource::Resource;
use crate::cidr::{Cidr, IpVersion};
use crate::listing::Unread;
use crate::route_table::{Destination, Origin, Route, RouteState, RouteTable, Target};

/// The members that name the target of a route, other than `GatewayId`, with how their values begin.
const TARGETS: [(&str, &str); 11] = [
    ("CarrierGatewayId", "cagw-"),
    ("CoreNetworkArn", "arn:"),
    ("EgressOnlyInternetGatewayId", "eigw-"),
    ("InstanceId", "i-"),
    ("LocalGatewayId", "lgw-"),
    ("NatGatewayId", "nat-"),
    ("NetworkInterfaceId", "eni-"),
    ("OdbNetworkArn", "arn:"),
    ("TransitGatewayId", "tgw-"),
    ("VpcEndpointId", "vpce-"),
    ("VpcPeeringConnectionId", "pcx-"),
];

impl Resource for RouteTable {
    const LIST: &'static str = "RouteTables";
    const RECORDED: &'static str = "AWS::EC2::RouteTable";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let object = Object::new(resource)?;
        let mut table = Self {
            id: object.id("RouteTableId")?.to_owned(),
            vpc: object.optional_id("VpcId").ok().flatten().map(str::to_owned),
            owner: object.optional_id("OwnerId").ok().flatten().map(str::to_owned),
            is_main: false,
            subnets: Vec::new(),
            gateways: Vec::new(),
            associations_incomplete: None,
            routes: Vec::new(),
            routes_incomplete: None,
        };
        match object.list("Routes") {
            Ok(routes) => table.routes = routes.iter().map(route).collect(),
            Err(reason) => table.routes_incomplete = Some(reason),
        }
        let associations = object.list("Associations").map(<[Json]>::iter);
        let added = associations
            .and_then(|mut associations| associations.try_for_each(|one| add_association(&mut table, one)));
        table.associations_incomplete = added.err();
        Ok(table)
    }
}

/// Adds an association that is in force.
///
/// # Errors
/// Returns the reason if it is not known whether it is, or what it is with.
fn add_association(table: &mut RouteTable, association: &Json) -> Result<(), Unread> {
    let association = Object::new(association)?;
    let state = match association.object("AssociationState")? {
        Some(state) => state.optional_text("State")?,
        None => None, // records of AWS Config that are older than the member
    };
    match state {
        None | Some("associated") => {}
        Some("disassociated" | "failed") => return Ok(()),
        Some(other) => return Err(odd_word("state of an association", other)),
    }
    let is_main = association.optional_flag("Main")? == Some(true);
    let subnet = association.optional_id("SubnetId")?;
    let gateway = association.optional_id("GatewayId")?;
    let has_other = association.has("PublicIpv4Pool");
    if !is_main && subnet.is_none() && gateway.is_none() && !has_other {
        return Err(Unread::new("has an association with nothing"));
    }
    table.is_main |= is_main;
    table.subnets.extend(subnet.map(str::to_owned));
    table.gateways.extend(gateway.map(str::to_owned));
    Ok(())
}

fn route(route: &Json) -> Route {
    match Object::new(route) {
        Ok(route) => Route {
            destination: destination(route),
            target: target(route),
            state: state(route),
            origin: origin(route),
            // The member is there only if a firewall inspects the traffic, or is about to, or still does.
            has_firewall: route.member("IgwFirewall").map(|firewall| firewall.is_some()),
        },
        Err(reason) => Route {
            destination: Err(reason.clone()),
            target: Err(reason.clone()),
            state: Err(reason.clone()),
            origin: Err(reason.clone()),
            has_firewall: Err(reason),
        },
    }
}

fn destination(route: Object<'_>) -> Result<Destination, Unread> {
    let read = |name, version| match route.optional_text(name)? {
        None => Ok(None),
        Some(text) => match Cidr::parse(text).filter(|cidr| cidr.version() == version) {
            Some(cidr) => Ok(Some(Destination::Cidr(cidr))),
            None => Err(odd_word(name, text)),
        },
    };
    let v4 = read("DestinationCidrBlock", IpVersion::V4)?;
    let v6 = read("DestinationIpv6CidrBlock", IpVersion::V6)?;
    let list = route.optional_id("DestinationPrefixListId")?.map(|id| Destination::PrefixList(id.to_owned()));
    let mut given = [v4, v6, list].into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(destination), None) => Ok(destination),
        (None, _) => Err(Unread::new("has a route without a destination")),
        (Some(_), Some(_)) => Err(Unread::new("has a route with two destinations")),
    }
}

fn target(route: Object<'_>) -> Result<Target, Unread> {
    let mut targets: Vec<Target> = Vec::new();
    if let Some(id) = route.optional_id("GatewayId")? {
        targets.push(gateway(id)?);
    }
    for (member, start) in TARGETS {
        let Some(id) = route.optional_text(member)? else { continue };
        if !id.starts_with(start) || (start != "arn:" && !is_id(id)) {
            return Err(odd_word(member, id));
        }
        targets.push(match start {
            "i-" | "eni-" => Target::Appliance(id.to_owned()),
            "vpce-" => Target::VpcEndpoint(id.to_owned()),
            _ => Target::Elsewhere(id.to_owned()),
        });
    }
    match targets.as_slice() {
        [] => Err(Unread::new("has a route without a target that is known")),
        // A route to an instance names its interface too.
        [target] | [target @ Target::Appliance(_), Target::Appliance(_)] => Ok(target.clone()),
        _ => Err(Unread::new("has a route with two targets")),
    }
}

fn gateway(id: &str) -> Result<Target, Unread> {
    let elsewhere = ["vgw-", "nat-", "tgw-", "eigw-", "cagw-", "lgw-", "pcx-"];
    if id == "local" {
        Ok(Target::Local)
    } else if id.starts_with("igw-") {
        Ok(Target::InternetGateway(id.to_owned()))
    } else if id.starts_with("vpce-") {
        Ok(Target::VpcEndpoint(id.to_owned()))
    } else if elsewhere.iter().any(|start| id.starts_with(start)) {
        Ok(Target::Elsewhere(id.to_owned()))
    } else {
        Err(odd_word("GatewayId", id))
    }
}

fn state(route: Object<'_>) -> Result<RouteState, Unread> {
    match route.text("State")? {
        "active" => Ok(RouteState::Active),
        "blackhole" => Ok(RouteState::Blackhole),
        other => Err(odd_word("state of a route", other)),
    }
}

fn origin(route: Object<'_>) -> Result<Origin, Unread> {
    match route.optional_text("Origin")?.ok_or_else(|| missing("Origin"))? {
        "CreateRouteTable" | "CreateRoute" => Ok(Origin::Static),
        "EnableVgwRoutePropagation" | "Advertisement" => Ok(Origin::Propagated),
        other => Err(odd_word("Origin", other)),
    }
}
