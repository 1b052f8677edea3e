//! The network of the new instance, as AWS Config recorded it or as saved output says.

use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::note::{Note, Weight};
use crate::plan::Plan;

/// The network facts, each in the shape of the EC2 API. `None` is "not known".
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The route tables of the VPC, as `describe-route-tables` gives them.
    pub route_tables: Option<Vec<Value>>,
    /// The VPC endpoints, as `describe-vpc-endpoints` gives them.
    pub vpc_endpoints: Option<Vec<Value>>,
}

impl Network {
    /// Returns these facts, and those of `other` where these are not known.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            route_tables: self.route_tables.or(other.route_tables),
            vpc_endpoints: self.vpc_endpoints.or(other.vpc_endpoints),
        }
    }
}

/// The engines that are services of AWS, with the last part of the service's name of their VPC endpoint (DMS user
/// guide, "Configuring VPC endpoints").
const SERVICES: [(&str, &str); 6] = [
    ("s3", "s3"),
    ("dynamodb", "dynamodb"),
    ("kinesis", "kinesis-streams"),
    ("redshift", "redshift"),
    ("elasticsearch", "es"),
    ("opensearch", "es"),
];

/// The exit of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// A NAT gateway, transit gateway, peering or the like.
    Private,
    /// An internet gateway only, which is of no use without a public address.
    Internet,
    /// No route out of the VPC.
    Closed,
}

/// Returns the notes on what the private network must reach.
pub(crate) fn notes(network: &Network, plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    let public = plan.instance.public_addresses();
    let private = plan.instance.private_addresses();
    notes.push(warns(
        "address",
        "",
        format!(
            "the new instance has another private address{}{}",
            if private.is_empty() { String::new() } else { format!(" than {}", private.join(", ")) },
            if public.is_empty() {
                String::new()
            } else {
                format!(", and no longer the public {}", public.join(", "))
            },
        ),
        "allow its security groups or subnets at each database instead of an address, before the test",
    ));
    let group = plan.instance.replication_subnet_group.as_ref();
    let vpc = group.and_then(|group| group.vpc_id.as_deref()).unwrap_or("unknown");
    let exit = exit(network, plan);
    for endpoint in &plan.endpoints {
        let service =
            SERVICES.iter().find(|(engine, _)| *engine == endpoint.engine).map(|(_, service)| *service);
        if let Some(service) = service {
            need_service(network, &mut notes, endpoint, vpc, service, &endpoint.engine);
        }
        if endpoint.secret {
            need_service(network, &mut notes, endpoint, vpc, "secretsmanager", "Secrets Manager");
        }
        if !endpoint.server.is_empty() && !looks_internal(&endpoint.server) && exit != Some(Exit::Private) {
            let text = match exit {
                Some(Exit::Internet) => {
                    "is reached over the internet gateway today, which a private instance cannot use"
                }
                Some(Exit::Closed) => "may be outside the VPC, and the subnets have no route out",
                _ => "may be outside the VPC; the routes of the subnets are not known",
            };
            let text = format!("{} {text}", endpoint.server);
            let next = "give the subnets a NAT gateway and allow its address at the server, before the test";
            notes.push(warns("server-outside", endpoint.name(), text, next));
        }
    }
    notes
}

fn warns(code: &str, subject: &str, text: impl Into<String>, next: impl Into<String>) -> Note {
    Note::new(Weight::Warns, code, subject, text.into(), next.into())
}

/// Adds a note unless a VPC endpoint of the service is known to exist in the VPC.
fn need_service(
    network: &Network,
    notes: &mut Vec<Note>,
    endpoint: &Endpoint,
    vpc: &str,
    service: &str,
    what: &str,
) {
    let suffix = format!(".{service}");
    let is_known = network.vpc_endpoints.iter().flatten().any(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        text("ServiceName").ends_with(&suffix)
            && text("VpcId") == vpc
            && text("State").eq_ignore_ascii_case("available")
    });
    if is_known {
        return;
    }
    let known = if network.vpc_endpoints.is_some() { "has no" } else { "is not known to have a" };
    let text = format!(
        "{what} is reached over a VPC endpoint or NAT from a private instance, and the VPC {vpc} {known} VPC endpoint for it"
    );
    let next = "create one in the subnets of the instance's subnet group, before the test";
    notes.push(warns("vpc-endpoint", endpoint.name(), text, next));
}

/// Returns true for a host that is inside a VPC by its form: a private address, or a name of Amazon RDS or of a private
/// zone, which resolve to private addresses inside the VPC.
fn looks_internal(server: &str) -> bool {
    let host = server.trim_start_matches("https://").split([':', '/']).next().unwrap_or(server);
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(address) => address.is_private() || address.is_loopback(),
        Err(_) => {
            matches!(host.rsplit('.').next(), Some("internal" | "local")) || host.ends_with(".amazonaws.com")
        }
    }
}

/// Returns the worst exit of the subnets of the instance; `None` if the route tables are not known.
fn exit(network: &Network, plan: &Plan) -> Option<Exit> {
    let tables = network.route_tables.as_ref()?;
    let group = plan.instance.replication_subnet_group.as_ref()?;
    let subnets = group.subnets.as_ref()?;
    let mut exits = Vec::new();
    for subnet in subnets {
        let id = subnet.subnet_identifier.as_deref()?;
        exits.push(table_exit(table(tables, id, group.vpc_id.as_deref())?));
    }
    [Exit::Internet, Exit::Closed, Exit::Private].into_iter().find(|one| exits.contains(one))
}

/// Returns the route table of a subnet: its own, else the main one of the VPC.
fn table<'a>(tables: &'a [Value], subnet: &str, vpc: Option<&str>) -> Option<&'a Value> {
    let associations =
        |table: &'a Value| table.get("Associations").and_then(Value::as_array).into_iter().flatten();
    let own = tables.iter().find(|table| {
        associations(table).any(|one| one.get("SubnetId").and_then(Value::as_str) == Some(subnet))
    });
    own.or_else(|| {
        tables.iter().find(|table| {
            table.get("VpcId").and_then(Value::as_str) == vpc
                && associations(table).any(|one| one.get("Main").and_then(Value::as_bool) == Some(true))
        })
    })
}

fn table_exit(table: &Value) -> Exit {
    let routes = || table.get("Routes").and_then(Value::as_array).into_iter().flatten();
    let has = |members: &[&str], prefix: &str| {
        routes().any(|route| {
            route.get("State").and_then(Value::as_str) != Some("blackhole")
                && members.iter().any(|name| {
                    route.get(name).and_then(Value::as_str).is_some_and(|id| id.starts_with(prefix))
                })
        })
    };
    if has(&["NatGatewayId"], "nat-")
        || has(&["TransitGatewayId"], "tgw-")
        || has(&["VpcPeeringConnectionId"], "pcx-")
        || has(&["GatewayId"], "vgw-")
        || has(&["NetworkInterfaceId"], "eni-")
    {
        Exit::Private
    } else if has(&["GatewayId"], "igw-") {
        Exit::Internet
    } else {
        Exit::Closed
    }
}
