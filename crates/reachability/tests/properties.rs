//! Properties of readers and results that hold for every input.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use reachability::read::{self, Resource};
use reachability::{
    BlockMode, BlockPublicAccess, Breadth, Cidr, Exclusion, GroupRule, Instance, Interface, InternetGateway,
    Listing, Network, NetworkAcl, Permission, PrefixList, RouteTable, SecurityGroup, Source, State, Subnet,
    SubnetGroup, Unread, Vpc, evaluate, flows::Traffic,
};
use rule_core::Json;

/// Names that readers search for, in any case.
const NAMES: [&str; 30] = [
    "SecurityGroups",
    "GroupId",
    "IpPermissions",
    "IpProtocol",
    "FromPort",
    "ToPort",
    "IpRanges",
    "CidrIp",
    "Ipv6Ranges",
    "PrefixListIds",
    "NetworkAcls",
    "NetworkAclId",
    "Entries",
    "RuleNumber",
    "Egress",
    "RuleAction",
    "Protocol",
    "PortRange",
    "RouteTables",
    "RouteTableId",
    "Routes",
    "Associations",
    "GatewayId",
    "State",
    "NetworkInterfaces",
    "NetworkInterfaceId",
    "PrivateIpAddresses",
    "VpcId",
    "SubnetId",
    "NextToken",
];

/// Texts that mean something somewhere.
const TEXTS: [&str; 16] = [
    "",
    " ",
    "sg-1",
    "subnet-1",
    "igw-1",
    "tcp",
    "-1",
    "icmp",
    "allow",
    "deny",
    "0.0.0.0/0",
    "::/0",
    "active",
    "10.0.1.10",
    "available",
    "\u{0}ü",
];

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(|number| Json::Number(number.into())),
        (-2..300_i64).prop_map(|number| Json::Number(number.into())),
        any::<String>().prop_map(Json::Text),
        prop::sample::select(&TEXTS[..]).prop_map(|text| Json::Text(text.to_owned())),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        let name = prop_oneof![
            prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
            prop::sample::select(&NAMES[..]).prop_map(str::to_lowercase),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::List),
            prop::collection::vec((name, inner), 0..8).prop_map(Json::Object),
        ]
    })
}

fn listing<T: Resource>(document: &Json) -> Listing<T> {
    // The value as the response, and as the one element of its list.
    let list = Json::Object(vec![(T::LIST.to_owned(), Json::List(vec![document.clone()]))]);
    read::response(document, None).merge(read::response(&list, None))
}

proptest! {
    #[test]
    fn any_json_is_read_and_evaluated_to_a_line(document in json()) {
        let network = Network {
            security_groups: listing::<SecurityGroup>(&document),
            prefix_lists: read::with_entries(listing::<PrefixList>(&document), "pl-1", &document),
            network_acls: listing::<NetworkAcl>(&document),
            route_tables: listing::<RouteTable>(&document),
            internet_gateways: listing::<InternetGateway>(&document),
            vpcs: listing::<Vpc>(&document),
            subnets: listing::<Subnet>(&document),
            block_public_access: read::block_public_access(&document, None),
            exclusions: listing::<Exclusion>(&document),
        };
        let interfaces = listing::<Interface>(&document);
        let result = evaluate(&Instance::Interfaces(interfaces), &network);
        let line = result.to_string();
        prop_assert!((1..=120).contains(&line.chars().count()), "{line}");
        let is_known = matches!(result.state, State::Open(_) | State::Closed(_));
        prop_assert!(!is_known, "of such facts nothing follows: {line}");
    }

    #[test]
    fn a_block_is_written_as_it_is_read(address: u128, length in 0..=128_u8) {
        for (version, bits) in [(reachability::IpVersion::V4, 32), (reachability::IpVersion::V6, 128)] {
            let address = if bits == 32 { address & u128::from(u32::MAX) } else { address };
            let cidr = Cidr::new(version, address, length.min(bits)).unwrap();
            prop_assert_eq!(Cidr::parse(&cidr.to_string()), Some(cidr));
            prop_assert!(cidr.first() <= address && address <= cidr.last());
        }
    }
}

/// Returns an open network with rules of one group.
fn network(sources: &[&str]) -> Network {
    let rule = |text: &&str| GroupRule {
        traffic: Ok(Traffic::new(6, (5432, 5432))),
        source: Source::Cidr(Cidr::parse(text).unwrap()),
    };
    let ingress = sources.iter().map(rule).collect();
    let from = |text: &str| serde_json::from_str::<Json>(text).unwrap();
    let acls = from(
        r#"{"NetworkAcls": [{"NetworkAclId": "acl-1", "Associations": [{"SubnetId": "subnet-1"}], "Entries": [
            {"RuleNumber": 1, "Egress": false, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"},
            {"RuleNumber": 2, "Egress": false, "RuleAction": "allow", "Protocol": "-1", "Ipv6CidrBlock": "::/0"},
            {"RuleNumber": 1, "Egress": true, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"},
            {"RuleNumber": 2, "Egress": true, "RuleAction": "allow", "Protocol": "-1", "Ipv6CidrBlock": "::/0"}]}]}"#,
    );
    let tables = from(
        r#"{"RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}], "Routes": [
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"},
            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"}]}]}"#,
    );
    let subnets = from(
        r#"{"Subnets": [{"SubnetId": "subnet-1", "CidrBlock": "10.0.1.0/24",
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2600:1f00:1:1::/64"}]}]}"#,
    );
    Network {
        security_groups: Listing::complete(vec![SecurityGroup {
            id: "sg-1".to_owned(),
            ingress,
            incomplete: None,
        }]),
        network_acls: read::response(&acls, None),
        route_tables: read::response(&tables, None),
        subnets: read::response(&subnets, None),
        block_public_access: Ok(BlockPublicAccess {
            mode: Ok(BlockMode::Off),
            account: None,
            allows_exclusions: true,
            captured: None,
        }),
        ..Network::default()
    }
}

fn instance(captured: Option<DateTime<Utc>>) -> Instance {
    Instance::SubnetGroup(SubnetGroup {
        subnets: Ok(vec!["subnet-1".to_owned()]),
        vpc: Some("vpc-1".to_owned()),
        is_multi_az: false,
        groups: Ok(vec!["sg-1".to_owned()]),
        has_public_ipv4: Ok(true),
        has_public_ipv6: Ok(true),
        captured,
    })
}

fn breadth(sources: &[&str]) -> Breadth {
    match evaluate(&instance(None), &network(sources)).state {
        State::Open(opening) => opening.breadth(),
        other => fail(&other),
    }
}

#[expect(clippy::panic, reason = "a test fails by a panic")]
fn fail(state: &State) -> Breadth {
    panic!("expected an open state: {state}")
}

#[test]
fn a_broader_range_is_greater() {
    let ascending = [
        (&["203.0.113.7/32"][..], Breadth::Networks(1)),
        (&["203.0.113.6/31"], Breadth::Networks(2)),
        (&["203.0.113.6/31", "2001:db8::/64"], Breadth::Networks(3)),
        (&["203.0.113.0/24"], Breadth::Networks(256)),
        (&["2001:db8::/48"], Breadth::Networks(65_536)),
        (&["0.0.0.0/1"], Breadth::Networks(2_092_957_696)),
        (&["0.0.0.0/1", "128.0.0.0/1"], Breadth::World),
        (&["::/0"], Breadth::World),
    ];
    for pair in ascending.windows(2) {
        let [(sources, expected), (_, next)] = pair else { continue };
        assert_eq!(breadth(sources), *expected, "{sources:?}");
        assert!(expected <= next, "{sources:?}");
    }
    assert_eq!(breadth(&["::/0"]), Breadth::World);
}

#[test]
fn the_age_is_that_of_the_oldest_fact_and_unknown_if_one_has_no_time() {
    let time = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
    let (old, new) = (time("2026-11-01T00:00:00Z"), time("2026-11-20T00:00:00Z"));
    let mut network = network(&["0.0.0.0/0"]);
    assert_eq!(evaluate(&instance(new), &network).oldest, None);
    network.security_groups.captured = new;
    network.network_acls.captured = old;
    network.route_tables.captured = new;
    network.subnets.captured = new;
    network.block_public_access.as_mut().unwrap().captured = new;
    assert_eq!(evaluate(&instance(new), &network).oldest, old);
    assert_eq!(
        evaluate(&instance(time("2026-10-01T00:00:00Z")), &network).oldest,
        time("2026-10-01T00:00:00Z")
    );
    assert_eq!(evaluate(&instance(None), &network).oldest, None);
    network.vpcs = Listing::complete(Vec::new());
    assert_eq!(evaluate(&instance(new), &network).oldest, None);
    // A listing of which nothing was read has no age.
    network.vpcs = Listing::unread(Unread::not_recorded());
    assert_eq!(evaluate(&instance(new), &network).oldest, old);
}

#[test]
fn the_crate_depends_on_two_crates_that_compute() {
    let manifest = include_str!("../Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<&str> = dependencies
        .lines()
        .filter_map(|line| line.split('.').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, ["chrono", "rule-core"]);
}

/// Every rule that a group can have is named in EC2's words as it was read: the request that revokes it needs them.
#[test]
fn a_rule_has_the_words_with_which_it_was_read() {
    let pairs = |protocol: &'static str| {
        let kinds = [(-1, -1), (8, -1), (3, 4), (0, 0), (255, 255)];
        kinds.map(|(kind, code)| (protocol, Some((kind, code))))
    };
    let ports = |protocol: &'static str| {
        [(0, 65535), (22, 22), (1024, 5432), (0, 0)].map(|pair| (protocol, Some(pair)))
    };
    let without = ["-1", "50", "0", "255"].map(|protocol| (protocol, None));
    let all = [pairs("icmp").as_slice(), &pairs("icmpv6"), &ports("tcp"), &ports("udp"), &without].concat();
    for (protocol, pair) in all {
        let mut permission = serde_json::json!({
            "IpProtocol": protocol,
            "IpRanges": [{"CidrIp": "192.0.2.0/24"}],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
        });
        if let Some((first, last)) = pair {
            permission["FromPort"] = first.into();
            permission["ToPort"] = last.into();
        }
        let group = serde_json::json!({"GroupId": "sg-1", "IpPermissions": [permission]});
        let group: Json = serde_json::from_str(&group.to_string()).unwrap();
        let group = SecurityGroup::read(&group).unwrap();
        let [rule] = group.ingress.as_slice() else { panic!("{group:?}") };
        let wanted = Permission { ip_protocol: protocol.to_owned(), ports: pair };
        assert_eq!(rule.permission(), Some(wanted), "{protocol} {pair:?}");
    }
}
