//! A call of the DMS API as a command of the AWS CLI, versions 1 and 2.

use serde_json::{Map, Value};

use crate::formats::words::{ascii_json, is_visible};
use crate::request::Request;

/// Returns the words of a command for a person in groups that stay on one line, with the parameters as options, each with
/// its values: `aws dms move-replication-task`, `--region eu-west-1`, `--replication-task-arn arn:...`.
///
/// A parameter that the AWS CLI would not take as it is, such as one that begins with `file://`, and one that no terminal
/// shows, turns all of them into one `--cli-input-json`.
pub(crate) fn groups(request: &Request, region: &str) -> Vec<Vec<String>> {
    let operation = vec!["aws".to_owned(), "dms".to_owned(), kebab_case(request.operation)];
    let mut groups = vec![operation, vec!["--region".to_owned(), region.to_owned()]];
    let options: Option<Vec<_>> =
        request.parameters.iter().map(|(name, value)| option(name, value)).collect();
    groups.extend(options.unwrap_or_else(|| vec![input(&request.parameters)]));
    groups
}

/// Returns the words of an option; `None` if the value is safe in JSON only.
fn option(name: &str, value: &Value) -> Option<Vec<String>> {
    let option = format!("--{}", kebab_case(name));
    match value {
        Value::Bool(true) => Some(vec![option]),
        Value::Bool(false) => Some(vec![format!("--no-{}", kebab_case(name))]),
        Value::Number(number) => Some(vec![option, number.to_string()]),
        Value::String(text) if is_literal(text) => Some(vec![option, text.clone()]),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            let texts = values.iter().filter_map(Value::as_str);
            texts
                .map(|text| is_literal(text).then(|| text.to_owned()))
                .try_fold(vec![option], |mut words, word| {
                    words.push(word?);
                    Some(words)
                })
                .filter(|words| words.len() > 1)
        }
        Value::Array(values) if !values.is_empty() => {
            let structures = values.iter().map(shorthand).collect::<Option<Vec<_>>>();
            Some([vec![option], structures.unwrap_or_else(|| vec![visible(value)])].concat())
        }
        Value::Object(_) => Some(vec![option, visible(value)]),
        Value::Null | Value::String(_) | Value::Array(_) => None,
    }
}

/// Returns true for a text that the AWS CLI takes as it is: it is no other option, and names no file or address to read
/// (AWS CLI user guide, "Load a parameter from a file"; version 1 reads addresses too).
fn is_literal(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '[', '{'])
        && !["file://", "fileb://", "http://", "https://"].iter().any(|start| text.starts_with(start))
        && text.chars().all(|letter| !letter.is_control())
}

/// Returns a structure in the shorthand of the AWS CLI, such as `Key=team,Value=data`; `None` if a part needs JSON.
fn shorthand(value: &Value) -> Option<String> {
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c))
    };
    let part = |(name, value): (&String, &Value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Array(values) => match values.as_slice() {
                [Value::String(text)] => text,
                _ => return None,
            },
            _ => return None,
        };
        plain(text).then(|| format!("{name}={text}"))
    };
    let parts = value.as_object()?.iter().map(part).collect::<Option<Vec<_>>>()?;
    Some(parts.join(","))
}

/// Returns all parameters as one option.
fn input(parameters: &Map<String, Value>) -> Vec<String> {
    vec!["--cli-input-json".to_owned(), visible(&Value::Object(parameters.clone()))]
}

/// Returns JSON of which every character is visible.
fn visible(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().all(is_visible) { text } else { ascii_json(value) }
}

/// Spells a name of the API as the AWS CLI does: `MultiAZ` is `multi-az` (botocore, `xform_name`).
pub(crate) fn kebab_case(name: &str) -> String {
    let mut kebab = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && was_lower {
            kebab.push('-');
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::words::quoted;

    #[test]
    fn options_are_those_of_the_aws_cli() {
        let request = Request::new(
            "CreateReplicationInstance",
            [
                ("ReplicationInstanceIdentifier", json!("orders-private")),
                ("AllocatedStorage", json!(50)),
                ("MultiAZ", json!(false)),
                ("AutoMinorVersionUpgrade", json!(true)),
                ("VpcSecurityGroupIds", json!(["sg-1", "sg-2"])),
                ("DnsNameServers", json!("10.0.0.2,10.0.0.3")),
                ("Tags", json!([{"Key": "team", "Value": "data"}, {"Key": "a", "Value": "b c"}])),
            ],
        );
        let expected = "aws dms create-replication-instance --region eu-west-1 --allocated-storage 50 \
             --auto-minor-version-upgrade --dns-name-servers 10.0.0.2,10.0.0.3 --no-multi-az \
             --replication-instance-identifier orders-private \
             --tags '[{\"Key\":\"team\",\"Value\":\"data\"},{\"Key\":\"a\",\"Value\":\"b c\"}]' \
             --vpc-security-group-ids sg-1 sg-2";
        let words = groups(&request, "eu-west-1").concat();
        let line = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let sorted = |line: &str| {
            let mut options: Vec<String> = line.split(" --").map(str::to_owned).collect();
            options.sort();
            options
        };
        assert_eq!(sorted(&line), sorted(expected));
    }

    #[test]
    fn a_value_that_the_aws_cli_would_read_as_something_else_is_in_json() {
        for value in ["file:///etc/passwd", "http://x", "-x", "", "a\nb", "[1]", "{}"] {
            let words = groups(&Request::new("StopReplicationTask", [("X", json!(value))]), "r").concat();
            assert_eq!(words.len(), 7, "{words:?}");
            assert_eq!(words[5], "--cli-input-json");
            assert_eq!(serde_json::from_str::<Value>(&words[6]).unwrap(), json!({"X": value}));
        }
    }
}
