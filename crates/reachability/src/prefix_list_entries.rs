use crate::cidr::{Cidr, IpVersion};
use crate::gap::{Gap, Kind};
use crate::listing::Listing;
use crate::prefix_list::PrefixList;

/// The blocks of one IP version in a prefix list.
pub(crate) struct Entries {
    pub(crate) blocks: Vec<Cidr>,
    /// True if there are no others.
    pub(crate) is_whole: bool,
}

/// Returns the blocks of a prefix list, as far as they are known, and adds the gap if there may be others.
pub(crate) fn entries(
    lists: &Listing<PrefixList>,
    id: &str,
    version: IpVersion,
    gaps: &mut Vec<Gap>,
) -> Entries {
    let list = match lists.find(id) {
        Ok(list) => list,
        Err(reason) => {
            gaps.push(Gap::new(Kind::PrefixList, id, &reason));
            return Entries { blocks: Vec::new(), is_whole: false };
        }
    };
    let missing = list.incomplete.as_ref().filter(|_| list.version.is_none_or(|only| only == version));
    gaps.extend(missing.map(|reason| Gap::new(Kind::PrefixList, id, reason)));
    let blocks = list.entries.iter().copied().filter(|entry| entry.version() == version).collect();
    Entries { blocks, is_whole: missing.is_none() }
}
