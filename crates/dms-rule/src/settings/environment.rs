//! The settings in environment variables.

use super::key::{KEYS, Shape};
use super::value::Value;
use crate::suggestion::did_you_mean;

/// The beginning of the names of the variables.
const PREFIX: &str = "DMS_RULE_";

/// The variables with this beginning that are no settings: of `apply`, of the scripts of a plan, of pipelines, of a build and of
/// tests.
const OTHERS: [&str; 6] = [
    "DMS_RULE_PACKAGE",
    "DMS_RULE_POLL_MILLISECONDS",
    "DMS_RULE_PAUSE",
    "DMS_RULE_COMMIT",
    "DMS_RULE_DATE",
    "DMS_RULE_AWS_CLI",
];

/// Reads the settings of variables. The values of a list are separated by commas. An empty variable sets nothing.
///
/// # Errors
/// Returns a message if a variable has the name of no setting: it would not do what it is there for.
pub(super) fn read(variables: impl Iterator<Item = (String, String)>) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    for (name, value) in variables {
        if !name.starts_with(PREFIX) || OTHERS.contains(&name.as_str()) || value.is_empty() {
            continue;
        }
        let key = KEYS.iter().find(|key| key.variable() == name).ok_or_else(|| {
            let known: Vec<String> = KEYS.iter().map(super::key::Key::variable).collect();
            format!(
                "{name}: there is no such setting{}",
                did_you_mean(&name, known.iter().map(String::as_str))
            )
        })?;
        let texts = match key.shape {
            Shape::List | Shape::Pairs => value.split(',').map(|one| one.trim().to_owned()).collect(),
            Shape::Text | Shape::Number | Shape::Parameters => vec![value],
        };
        values.push(Value { key, texts, source: name });
    }
    values.sort_by_key(|value| KEYS.iter().position(|key| key.name == value.key.name));
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(variables: &[(&str, &str)]) -> Result<Vec<(String, Vec<String>)>, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(read(variables)?.into_iter().map(|value| (value.key.name.to_owned(), value.texts)).collect())
    }

    #[test]
    fn a_variable_sets_the_option_of_its_name() {
        let values = read_all(&[
            ("HOME", "/root"),
            ("DMS_RULE_REGION", "eu-west-1, eu-central-1"),
            ("DMS_RULE_FAIL_ON", "high"),
            ("DMS_RULE_UNKNOWN", ""),
            ("DMS_RULE_POLL_MILLISECONDS", "500"),
        ]);
        let region = ["eu-west-1", "eu-central-1"].map(str::to_owned).to_vec();
        assert_eq!(
            values,
            Ok(vec![("fail-on".to_owned(), vec!["high".to_owned()]), ("region".to_owned(), region)])
        );
    }

    #[test]
    fn a_variable_that_is_no_setting_is_an_error() {
        let error = read_all(&[("DMS_RULE_FAILON", "high")]).unwrap_err();
        assert_eq!(error, "DMS_RULE_FAILON: there is no such setting; did you mean `DMS_RULE_FAIL_ON`?");
    }
}
