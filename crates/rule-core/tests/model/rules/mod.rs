//! The table of rules, from their pages.

pub(crate) mod dates;
pub(crate) mod endpoints;
pub(crate) mod flags;
pub(crate) mod keys;
mod logging;
pub(crate) mod logins;
mod objects;
mod offers;
mod states;
mod tagged;

use crate::spec::Spec;

/// Returns every rule.
pub(crate) fn all() -> Vec<Spec> {
    [
        flags::SPECS,
        tagged::SPECS,
        logging::SPECS,
        keys::SPECS,
        endpoints::SPECS,
        objects::SPECS,
        logins::SPECS,
        dates::SPECS,
        offers::SPECS,
        states::SPECS,
    ]
    .concat()
}
