//! The state of a resource as it is now.

use crate::{Configuration, Input, Lookup, Stop, Unknown};

/// Returns the properties of a resource as DMS describes it now, called `name` in the message: those of a listed
/// resource itself, whose description holds nothing else.
///
/// # Errors
/// Returns [`Stop`] if DMS must be called first, or if its description is not known.
pub(super) fn described<'a>(input: &'a Input, name: &str) -> Result<&'a Configuration, Stop> {
    match input.facts.description.get(|| Lookup::Description)? {
        Ok(Configuration::Absent) => Ok(input.configuration()?),
        Ok(description) => Ok(description.readable("the description by DMS")?),
        Err(reason) => Err(Unknown::new(format!("{name} is not recorded, and {reason}")).into()),
    }
}
