//! The known names that are like a name that is not known.

use std::cmp::Ordering;

/// The most names that are suggested for one.
const MOST: usize = 3;

/// The similarity from which a name is suggested, of 1 for an equal one.
const LEAST: f64 = 0.6;

/// The similarity of a name that has exactly the given words, and others.
const PART: f64 = 0.8;

/// The most by which a suggested name is less similar than the first one.
const MARGIN: f64 = 0.1;

/// Returns `; did you mean ...?` with the known names that are most like the given one; empty text if none is.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    question(nearest(given, known))
}

/// Returns `; did you mean ...?` with these names; empty text without a name.
pub(crate) fn question(names: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [others @ .., last] => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

/// Lists the names that contain the given one or differ from it in a few letters, the most similar first. Case does not
/// count.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (similarity(&given, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= LEAST)
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    let best = scored.first().map_or(LEAST, |(score, _)| *score);
    scored.retain(|(score, _)| *score >= best - MARGIN);
    scored.into_iter().map(|(_, name)| name).take(MOST).collect()
}

/// Returns the similarity of a given name to a known one, or to as many words of it as are given; 1 is equal.
fn similarity(given: &str, name: &str) -> f64 {
    use strsim::normalized_damerau_levenshtein as similar;
    let is_part = given.chars().count() >= 3 && name.replace('-', "").contains(&given.replace('-', ""));
    let words: Vec<&str> = name.split('-').collect();
    let parts = words.windows(given.split('-').count()).map(|part| similar(given, &part.join("-")) * PART);
    parts.chain([similar(given, name), if is_part { PART } else { 0.0 }]).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] =
        ["replication-not-public", "instance-profile-not-public", "endpoint-tagged", "kafka-tls-enabled"];

    #[test]
    fn a_typing_error_leads_to_one_name_and_a_part_to_each_that_has_it() {
        for (given, wanted) in [
            ("replication-not-publi", &NAMES[..1]),
            ("Replication-Not-Publci", &NAMES[..1]),
            ("not-public", &NAMES[..2]),
            ("tls", &NAMES[3..]),
            ("endpiont-taged", &NAMES[2..3]),
            ("publik", &NAMES[..2]),
            ("notpublic", &NAMES[..2]),
            ("nope", &[]),
            ("", &[]),
        ] {
            assert_eq!(nearest(given, NAMES), wanted, "{given}");
        }
    }

    #[test]
    fn names_are_joined_to_a_question() {
        assert_eq!(did_you_mean("nope", NAMES), "");
        assert_eq!(did_you_mean("tls", NAMES), "; did you mean `kafka-tls-enabled`?");
        let two = "; did you mean `replication-not-public` or `instance-profile-not-public`?";
        assert_eq!(did_you_mean("not-public", NAMES), two);
    }
}
