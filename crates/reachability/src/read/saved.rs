use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rule_core::text::is_same_name;
use rule_core::{Configuration, ConfigurationItem, ConfigurationItemStatus, Json};

use super::block_public_access::{RECORDED_OPTIONS, block_public_access};
use super::interface::DESCRIPTION;
use super::object::Object;
use super::prefix_list::with_entries;
use super::recorded::{Place, Saved};
use super::resource::Resource;
use crate::block_public_access::{BlockPublicAccess, Exclusion};
use crate::instance::Interface;
use crate::listing::{Listing, Unread};
use crate::network::{InternetGateway, Network, Subnet, Vpc};
use crate::network_acl::NetworkAcl;
use crate::prefix_list::PrefixList;
use crate::route_table::RouteTable;
use crate::security_group::SecurityGroup;

/// The member of the response that has the options of VPC Block Public Access, and of one that has entries of a prefix list.
const OPTIONS: &str = "VpcBlockPublicAccessOptions";
const ENTRIES: &str = "Entries";

/// Facts about the networks of accounts and Regions, from saved documents: output of EC2, and records of AWS Config.
#[derive(Clone, Debug, Default)]
pub struct SavedNetworks {
    interfaces: Saved<Interface>,
    /// The interfaces of replication instances, by id.
    owners: HashMap<String, Owner>,
    security_groups: Saved<SecurityGroup>,
    prefix_lists: Saved<PrefixList>,
    network_acls: Saved<NetworkAcl>,
    route_tables: Saved<RouteTable>,
    internet_gateways: Saved<InternetGateway>,
    vpcs: Saved<Vpc>,
    subnets: Saved<Subnet>,
    exclusions: Saved<Exclusion>,
    options: Vec<SavedOptions>,
    /// The responses that have the entries of a prefix list, by its id.
    entries: Vec<(String, Json)>,
    /// The number of responses with exclusions.
    exclusion_responses: usize,
}

/// The account and zone of an interface; `None` where it is not known.
#[derive(Clone, Debug)]
struct Owner {
    account: Option<String>,
    zone: Option<String>,
}

impl Owner {
    /// Returns true if the interface may be of an instance there. The name of a zone begins with that of its Region.
    fn may_be_at(&self, place: &Place) -> bool {
        let is_other_account = self.account.as_ref().zip(place.account.as_ref()).is_some_and(|(a, b)| a != b);
        let is_other_region = self
            .zone
            .as_ref()
            .zip(place.region.as_ref())
            .is_some_and(|(zone, region)| !zone.starts_with(region.as_str()));
        !is_other_account && !is_other_region
    }
}

#[derive(Clone, Debug, PartialEq)]
struct SavedOptions {
    place: Place,
    /// True for a record of AWS Config.
    is_recorded: bool,
    captured: Option<DateTime<Utc>>,
    options: Result<BlockPublicAccess, Unread>,
}

impl SavedNetworks {
    /// Adds a response of EC2, as the AWS CLI prints it. Returns true if it is one that describes a network. `prefix_list` is
    /// the id of the list whose entries it may have, which the response does not state.
    ///
    /// # Errors
    /// Returns the reasons if a part of it cannot be read, or is cut short. What it has is then known to be incomplete.
    pub fn add_response(&mut self, document: &Json, prefix_list: Option<&str>) -> Result<bool, Vec<Unread>> {
        let Json::Object(members) = document else { return Ok(false) };
        let has = |wanted: &str| members.iter().any(|(name, _)| is_same_name(name, wanted));
        if let Ok(interfaces) = Object::new(document).and_then(|object| object.list(Interface::LIST)) {
            interfaces.iter().for_each(|interface| self.add_owner(interface));
        }
        let exclusions = self.exclusions.add_response(document);
        self.exclusion_responses += usize::from(exclusions != Ok(false));
        let results = [
            self.interfaces.add_response(document),
            self.security_groups.add_response(document),
            self.prefix_lists.add_response(document),
            self.network_acls.add_response(document),
            self.route_tables.add_response(document),
            self.internet_gateways.add_response(document),
            self.vpcs.add_response(document),
            self.subnets.add_response(document),
            exclusions,
            if has(OPTIONS) { self.add_options(document) } else { Ok(false) },
            if has(ENTRIES) { self.add_entries(document, prefix_list) } else { Ok(false) },
        ];
        let is_known = results.iter().any(|result| *result != Ok(false));
        let errors: Vec<Unread> = results.into_iter().filter_map(Result::err).collect();
        if errors.is_empty() { Ok(is_known) } else { Err(errors) }
    }

    /// Adds an interface if its description is that of a replication instance. An address alone is no proof: another VPC or
    /// Region may have it too.
    fn add_owner(&mut self, interface: &Json) {
        let Ok(interface) = Object::new(interface) else { return };
        if let (Ok(id), Ok(Some(DESCRIPTION))) =
            (interface.id("NetworkInterfaceId"), interface.optional_text("Description"))
        {
            let text = |name| interface.optional_text(name).ok().flatten().map(str::to_owned);
            let owner = Owner { account: text("OwnerId"), zone: text("AvailabilityZone") };
            self.owners.insert(id.to_owned(), owner);
        }
    }

    fn add_options(&mut self, document: &Json) -> Result<bool, Unread> {
        let options = block_public_access(document, None);
        let region = Object::new(document).and_then(|object| {
            let options = object.object(OPTIONS)?;
            Ok(options
                .and_then(|options| options.optional_text("AwsRegion").ok().flatten())
                .map(str::to_owned))
        });
        let account = options.as_ref().ok().and_then(|options| options.account.clone());
        let place = Place { account, region: region.ok().flatten() };
        let error = options.as_ref().err().map(|reason| Unread::new(format!("{OPTIONS} {reason}")));
        self.options.push(SavedOptions { place, is_recorded: false, captured: None, options });
        error.map_or(Ok(true), Err)
    }

    fn add_entries(&mut self, document: &Json, prefix_list: Option<&str>) -> Result<bool, Unread> {
        let Some(id) = prefix_list else {
            return Err(Unread::new(
                "has entries of a prefix list, and its name has no id of one, such as pl-0a1",
            ));
        };
        match self.entries.iter_mut().find(|(known, _)| known == id) {
            Some((_, known)) if known == document => {}
            Some((_, known)) => {
                // Nothing shows which of them are the entries.
                *known = Json::Null;
                return Err(Unread::new(format!("has entries of {id}, and another file has others")));
            }
            None => self.entries.push((id.to_owned(), document.clone())),
        }
        match Object::new(document)?.cut_short() {
            Some(reason) => Err(Unread::new(format!("{ENTRIES} {reason}"))),
            None => Ok(true),
        }
    }

    /// Adds a record of AWS Config. Returns true if it is of a type of which a network consists. `captured` is its time, if it
    /// states one; a snapshot has all records of its account and Region.
    ///
    /// # Errors
    /// Returns the reason if the resource cannot be read. It is then known to be there.
    pub fn add_record(
        &mut self,
        item: &ConfigurationItem,
        captured: Option<DateTime<Utc>>,
        is_in_snapshot: bool,
    ) -> Result<bool, Unread> {
        if let (Interface::RECORDED, Configuration::Properties(members)) =
            (item.resource_type.as_str(), &item.configuration)
        {
            self.add_owner(&Json::Object(members.clone()));
        }
        match item.resource_type.as_str() {
            Interface::RECORDED => self.interfaces.add_record(item, captured, is_in_snapshot),
            SecurityGroup::RECORDED => self.security_groups.add_record(item, captured, is_in_snapshot),
            PrefixList::RECORDED => self.prefix_lists.add_record(item, captured, is_in_snapshot),
            NetworkAcl::RECORDED => self.network_acls.add_record(item, captured, is_in_snapshot),
            RouteTable::RECORDED => self.route_tables.add_record(item, captured, is_in_snapshot),
            InternetGateway::RECORDED => self.internet_gateways.add_record(item, captured, is_in_snapshot),
            Vpc::RECORDED => self.vpcs.add_record(item, captured, is_in_snapshot),
            Subnet::RECORDED => self.subnets.add_record(item, captured, is_in_snapshot),
            Exclusion::RECORDED => self.exclusions.add_record(item, captured, is_in_snapshot),
            RECORDED_OPTIONS => self.add_recorded_options(item, captured),
            _ => return Ok(false),
        }
        .map(|()| true)
    }

    fn add_recorded_options(
        &mut self,
        item: &ConfigurationItem,
        captured: Option<DateTime<Utc>>,
    ) -> Result<(), Unread> {
        let options = match &item.configuration {
            _ if !item.configuration_item_status.is_applicable() => Err(Unread::not_recorded()),
            Configuration::Properties(members) => {
                block_public_access(&Json::Object(members.clone()), captured)
            }
            Configuration::Absent | Configuration::Unreadable(_) => Err(Unread::new("has no configuration")),
        };
        let is_error = options.is_err() && item.configuration_item_status == ConfigurationItemStatus::Ok;
        let error = options.as_ref().err().filter(|_| is_error).cloned();
        let place = Place::read(item);
        self.options.push(SavedOptions { place, is_recorded: true, captured, options });
        error.map_or(Ok(()), Err)
    }

    /// Returns the network of an account and Region, and its network interfaces.
    #[must_use]
    pub fn network(&self, place: &Place) -> (Listing<Interface>, Network) {
        let mut prefix_lists = self.prefix_lists.at(place);
        for (id, document) in &self.entries {
            prefix_lists = with_entries(prefix_lists, id, document);
        }
        let network = Network {
            security_groups: self.security_groups.at(place),
            prefix_lists,
            network_acls: self.network_acls.at(place),
            route_tables: self.route_tables.at(place),
            internet_gateways: self.internet_gateways.at(place),
            vpcs: self.vpcs.at(place),
            subnets: self.subnets.at(place),
            block_public_access: self.options(place),
            exclusions: self.exclusions(place),
        };
        (self.interfaces_of_instances(place), network)
    }

    /// Returns the interfaces of replication instances. If none is known, their subnet groups decide.
    fn interfaces_of_instances(&self, place: &Place) -> Listing<Interface> {
        let mut interfaces = self.interfaces.at(place);
        interfaces.items.retain(|one| self.owners.get(&one.id).is_some_and(|owner| owner.may_be_at(place)));
        if interfaces.items.is_empty() {
            return Listing::unread(interfaces.incomplete.unwrap_or_else(Unread::not_recorded));
        }
        interfaces
    }

    fn options(&self, place: &Place) -> Result<BlockPublicAccess, Unread> {
        let here = || self.options.iter().filter(|options| options.place.may_be(place));
        let has_response = here().any(|options| !options.is_recorded);
        let newest = here().filter_map(|options| options.captured).max();
        let mut kept = here().filter(|options| {
            options.is_recorded != has_response && (options.captured.is_none() || options.captured == newest)
        });
        match kept.next() {
            None => Err(Unread::not_recorded()),
            Some(first) if kept.all(|other| other.options == first.options) => first.options.clone(),
            Some(_) => Err(Unread::new("is given twice, differently")),
        }
    }

    /// Returns the exclusions. An output does not state its Region, so that one that has none is no proof where there are the
    /// options of several.
    fn exclusions(&self, place: &Place) -> Listing<Exclusion> {
        let mut exclusions = self.exclusions.at(place);
        let mut places: Vec<&Place> = self
            .options
            .iter()
            .filter(|options| !options.is_recorded)
            .map(|options| &options.place)
            .collect();
        places.dedup();
        if self.exclusion_responses > 0 && places.len() > self.exclusion_responses {
            exclusions.incomplete =
                exclusions.incomplete.or_else(|| Some(Unread::new("may be in output of another Region")));
        }
        exclusions
    }
}
