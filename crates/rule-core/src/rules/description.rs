//! The state of a resource as it is now.

use crate::{Configuration, Input, Lookup, Stop, Unknown};

/// Returns the description of the resource by DMS, for what a record lacks: no default stands in for what a record may have
/// left out. `None` if the item is all that there is: of a resource that does not exist yet, or that DMS itself described.
///
/// # Errors
/// Returns [`Stop`] if DMS must be called first, or if its description is not known.
pub(super) fn description<'a>(input: &Input<'a>, property: &str) -> Result<Option<&'a Configuration>, Stop> {
    match input.facts.description.get(|| Lookup::Description)? {
        // The item is the description, or there is nothing to describe.
        Ok(Configuration::Absent) => Ok(None),
        Ok(description) => Ok(Some(description)),
        Err(reason) => Err(Unknown::new(format!("{property} is not recorded, and {reason}")).into()),
    }
}
