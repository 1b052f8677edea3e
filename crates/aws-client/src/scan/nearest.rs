//! Finds the names that a mistyped one may have meant.

/// The least similarity of a name that is suggested (Jaro-Winkler: 0 to 1).
const SIMILAR: f64 = 0.8;

/// Orders `names` by their similarity to `name`, in any case, the most similar first.
pub(crate) fn by_likeness<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    names.sort_by(|a, b| likeness(name, b).total_cmp(&likeness(name, a)));
    names
}

/// Lists at most three of `names` that `name` may have meant, the most similar first.
#[must_use]
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names = by_likeness(name, names);
    names.retain(|known| likeness(name, known) >= SIMILAR);
    names.truncate(3);
    names
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&a.to_lowercase(), &b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_names_come_first() {
        let regions = ["ap-south-1", "eu-central-1", "eu-west-1", "eu-west-2", "us-east-1"];
        assert_eq!(nearest("eu-wset-1", regions).first(), Some(&"eu-west-1"));
        assert_eq!(nearest("EU-WEST-2", regions).first(), Some(&"eu-west-2"));
        assert!(nearest("zzz", regions).is_empty());
    }
}
