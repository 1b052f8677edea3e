//! The names of Regions that a person gives.

use aws_client::scan::{Caller, KnownRegion, nearest};

use super::event::Event;

/// Parses the name of a Region: lower case, parts with hyphens between them and a number at the end, in any partition.
///
/// # Errors
/// Returns a message if the text is not such a name.
pub(crate) fn region(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &&&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = match parts.split_last() {
        Some((number, words)) => words.len() >= 2 && words.iter().all(is_word) && is_number(&number),
        None => false,
    };
    match (is_name, lower == text) {
        (true, true) => Ok(lower),
        (true, false) => Err(format!("names of Regions are in lower case: {lower}")),
        (false, _) => Err("expected the name of a Region, such as eu-west-1".to_owned()),
    }
}

/// Checks names of Regions against those that AWS has for the account of the credentials. Returns false if the scan must
/// not begin, once a failure was reported for each wrong one. `wanted` must be enabled too, if the scan is of that account
/// alone. One of `others`, which are left out, is wrong only if it looks like a mistake: an account need not have it. If the
/// Regions cannot be listed, a note states that nothing was checked.
pub(crate) async fn check(
    caller: &Caller,
    wanted: &[String],
    others: &[String],
    is_own_account: bool,
    on: &impl Fn(Event),
) -> bool {
    if wanted.is_empty() && others.is_empty() {
        return true;
    }
    let own = caller.own_account();
    let known = match caller.known_regions(&own).await {
        Ok(known) => known,
        Err(error) => {
            on(Event::Note(format!("the names of Regions are not checked: {error}")));
            return true;
        }
    };
    let mut is_right = true;
    for name in wanted.iter().chain(others) {
        match known.iter().find(|region| region.name == *name) {
            None if !wanted.contains(name) && !is_mistyped(name, &known) => {
                on(Event::Note(format!(
                    "--exclude-region {name}: the account {} has no such Region",
                    own.id()
                )));
            }
            None => {
                is_right = false;
                on(unknown(name, &known));
            }
            Some(region) if !region.is_enabled && is_own_account && wanted.contains(name) => {
                is_right = false;
                on(Event::refused(
                    format!("the Region {name} is disabled in the account {}", own.id()),
                    format!("enable {name} in that account, or name another one with --region"),
                ));
            }
            Some(_) => {}
        }
    }
    is_right
}

/// The words that stand before the number in the name of a Region (AWS Regions and Zones user guide, "AWS Regions").
const DIRECTIONS: [&str; 9] =
    ["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

/// Returns true if the name is none of a Region, as far as it shows: no Region of the account differs from it in its number
/// alone, and no direction stands before the number.
fn is_mistyped(name: &str, known: &[KnownRegion]) -> bool {
    let place = |name: &str| name.rsplit_once('-').map(|(place, _)| place.to_owned()).unwrap_or_default();
    let own = place(name);
    let direction = own.rsplit('-').next().unwrap_or_default();
    !known.iter().any(|region| place(&region.name) == own) && !DIRECTIONS.contains(&direction)
}

fn unknown(name: &str, known: &[KnownRegion]) -> Event {
    let enabled = || known.iter().filter(|region| region.is_enabled).map(|region| region.name.as_str());
    let similar = nearest(name, enabled());
    let next = if similar.is_empty() {
        format!("name one of {}", enabled().collect::<Vec<_>>().join(", "))
    } else {
        format!("did you mean {}?", similar.join(", "))
    };
    Event::refused(format!("there is no Region {name} in this partition"), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_is_left_out_may_be_one_that_the_account_does_not_have() {
        let known = ["eu-central-1", "eu-west-1", "us-east-1"];
        let known = known.map(|name| KnownRegion { name: name.to_owned(), is_enabled: true });
        for name in
            ["me-south-1", "eu-west-3", "ap-southeast-4", "us-gov-west-1", "mx-central-1", "eusc-de-east-1"]
        {
            assert!(!is_mistyped(name, &known), "{name}");
        }
        for name in ["eu-wset-1", "eu-cetral-1", "us-eats-1", "eu-west-centrla-1"] {
            assert!(is_mistyped(name, &known), "{name}");
        }
    }

    #[test]
    fn a_name_of_a_region_has_words_and_a_number() {
        for name in ["eu-west-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "eu-test-17"] {
            assert_eq!(region(name).as_deref(), Ok(name));
        }
        assert_eq!(region("EU-West-1").unwrap_err(), "names of Regions are in lower case: eu-west-1");
        for name in
            ["", "eu", "eu-west", "eu-1", "eu-west-", "eu-west-1a", "eu--west-1", " eu-west-1", "ireland"]
        {
            assert_eq!(
                region(name).unwrap_err(),
                "expected the name of a Region, such as eu-west-1",
                "{name}"
            );
        }
    }
}
