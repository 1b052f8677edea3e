use crate::bounds::AddressBounds;
use crate::cidr::IpVersion;
use crate::flows::{Addresses, addresses};
use crate::gap::{Gap, Kind};
use crate::listing::Listing;
use crate::prefix_list::PrefixList;
use crate::region::Region;

/// Returns the addresses of a prefix list. A list that is not wholly known may have every address of the version.
pub(crate) fn entries(
    lists: &Listing<PrefixList>,
    id: &str,
    version: IpVersion,
    gaps: &mut Vec<Gap>,
) -> AddressBounds {
    let list = match lists.find(id) {
        Ok(list) => list,
        Err(reason) => {
            gaps.push(Gap::new(Kind::PrefixList, id, &reason));
            return AddressBounds { certain: Addresses::empty(), possible: Addresses::full() };
        }
    };
    let blocks = list.entries.iter().map(|entry| addresses(*entry, version));
    let certain = Addresses::union_all(blocks.collect());
    match &list.incomplete {
        Some(reason) if list.version.is_none_or(|only| only == version) => {
            gaps.push(Gap::new(Kind::PrefixList, id, reason));
            AddressBounds { certain, possible: Addresses::full() }
        }
        _ => AddressBounds { possible: certain.clone(), certain },
    }
}
