//! The file `dms-rule.toml`.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use data_encoding::HEXLOWER;
use report::{Exception, SettingsFile};
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::exception;
use super::key::{KEYS, Key, Shape};
use super::value::Value;
use crate::suggestion::did_you_mean;

/// The name of the file that is looked for.
pub(crate) const NAME: &str = "dms-rule.toml";

/// The content of a settings file.
#[derive(Debug)]
pub(super) struct Content {
    /// The file.
    pub(super) file: SettingsFile,
    /// The settings, in the order of the file.
    pub(super) values: Vec<Value>,
    /// True if exceptions beside resources are allowed.
    pub(super) inline_exceptions: bool,
    /// The exceptions.
    pub(super) exceptions: Vec<Exception>,
}

/// The name of the setting that allows exceptions beside resources. It is no option: only the file may allow them.
pub(crate) const INLINE: &str = "inline-exceptions";

/// The name of the tables of exceptions.
pub(crate) const EXCEPTION: &str = "exception";

/// Finds the file in a folder, or in the next one above that has it. The path is relative in the folder itself. What has the name
/// and cannot be read is found too, so that no other file takes its place.
pub(super) fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().enumerate().find_map(|(number, folder)| {
        let path = folder.join(NAME);
        let is_absent = path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound);
        (!is_absent).then(|| if number == 0 { PathBuf::from(NAME) } else { path })
    })
}

/// Reads a settings file.
///
/// # Errors
/// Returns a message with the path, the line and the setting.
pub(super) fn read(path: &Path) -> Result<Content, String> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    let sha256 = HEXLOWER.encode(&Sha256::digest(&bytes));
    let text = String::from_utf8(bytes).map_err(|_| format!("{name}: it is not UTF-8"))?;
    let file = SettingsFile { path: name, sha256 };
    parse(&text, file)
}

fn parse(text: &str, file: SettingsFile) -> Result<Content, String> {
    let lines = Lines { text, name: &file.path };
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or_else(|| file.path.clone(), |span| lines.at(span.start));
        format!("{line}: {}", error.message())
    })?;
    let (mut values, mut exceptions, mut inline_exceptions) = (Vec::new(), Vec::new(), false);
    for (name, value) in document.get_ref() {
        let at = lines.at(name.span().start);
        let fail = |message: String| format!("{at}: {}: {message}", name.get_ref());
        match name.get_ref().as_ref() {
            INLINE => {
                inline_exceptions =
                    value.get_ref().as_bool().ok_or_else(|| fail("expected true or false".to_owned()))?;
            }
            EXCEPTION => {
                let entries = value
                    .get_ref()
                    .as_array()
                    .ok_or_else(|| fail("each exception begins with [[exception]]".to_owned()))?;
                for entry in entries {
                    let origin = lines.at(entry.span().start);
                    let table =
                        members(entry.get_ref()).ok_or_else(|| fail("expected a table".to_owned()))?;
                    let exception = exception::from_members(&table, &origin)
                        .map_err(|error| format!("{origin}: exception: {error}"))?;
                    exceptions.push(exception);
                }
            }
            other => {
                let key = Key::find(other).ok_or_else(|| {
                    let known = KEYS.iter().map(|key| key.name).chain([INLINE, EXCEPTION]);
                    format!("{at}: there is no setting `{other}`{}", did_you_mean(other, known))
                })?;
                let texts = texts(key.shape, value.get_ref()).map_err(|message| fail(message.to_owned()))?;
                if other == "output" && texts.iter().any(|text| !is_below(text)) {
                    return Err(fail(
                        "a file of settings names files below the working folder only".to_owned(),
                    ));
                }
                values.push(Value { key, texts, source: at });
            }
        }
    }
    Ok(Content { file, values, inline_exceptions, exceptions })
}

/// Returns true if `FORMAT=FILE` names a file below the working folder: a checkout by somebody else must not overwrite others.
fn is_below(output: &str) -> bool {
    let path = output.split_once('=').map_or(output, |(_, path)| path);
    Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// The lines of a file, to name them.
struct Lines<'a> {
    text: &'a str,
    name: &'a str,
}

impl Lines<'_> {
    /// Returns the file with the line of a byte: `dms-rule.toml:12`.
    fn at(&self, byte: usize) -> String {
        let before = self.text.as_bytes().iter().take(byte).filter(|byte| **byte == b'\n').count();
        format!("{}:{}", self.name, before + 1)
    }
}

/// Reads a value as the texts that its option takes.
///
/// # Errors
/// Returns the form that is expected.
fn texts(shape: Shape, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
    match shape {
        Shape::Text => text(value).map(|text| vec![text]).ok_or("expected a text in quotes"),
        Shape::Number => {
            value.as_integer().map(|number| vec![number.to_string()]).ok_or("expected a whole number")
        }
        Shape::List => {
            let expected = "expected a list of texts, such as [\"one\", \"two\"]";
            match value.as_array() {
                Some(list) => list.iter().map(|one| text(one.get_ref()).ok_or(expected)).collect(),
                None => text(value).map(|text| vec![text]).ok_or(expected),
            }
        }
        Shape::Pairs => {
            let expected = "expected a table of names and texts";
            let table = value.as_table().ok_or(expected)?;
            let pair = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let name: &std::borrow::Cow<'_, str> = name.get_ref();
                Some(format!("{name}={}", text(value.get_ref())?))
            };
            table.iter().map(|entry| pair(entry).ok_or(expected)).collect()
        }
        Shape::Parameters => {
            let table = value.as_table().ok_or("expected a table of parameters")?;
            let json =
                json(&DeValue::Table(table.clone())).ok_or("expected texts, numbers, lists and tables")?;
            Ok(vec![json.to_string()])
        }
    }
}

/// Returns the value as JSON. `None` for a float or a date, which no parameter takes.
fn json(value: &DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Integer(number) => number.to_string().parse::<i64>().ok()?.into(),
        DeValue::Array(list) => {
            list.iter().map(|one| json(one.get_ref())).collect::<Option<Vec<_>>>()?.into()
        }
        DeValue::Table(table) => {
            let entries =
                table.iter().map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref())?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) => return None,
    })
}

/// Lists the members of a table of texts and dates. `None` if it is no table.
fn members(value: &DeValue<'_>) -> Option<Vec<(String, Option<String>)>> {
    let table = value.as_table()?;
    let member = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
        let text = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Datetime(date) => Some(date.to_string()),
            _ => None,
        };
        (name.get_ref().to_string(), text)
    };
    Some(table.iter().map(member).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Content, String> {
        parse(text, SettingsFile { path: NAME.to_owned(), sha256: String::new() })
    }

    #[test]
    fn a_file_has_the_options_under_their_names_and_exceptions_with_their_lines() {
        let content = parsed(concat!(
            "fail-on = \"high\"\nrule = \"kafka-tls-enabled\"\nat-once = 4\ninline-exceptions = true\n",
            "[severities]\ndms-endpoint-tagged = \"high\"\n[rule-parameters]\nexemptionTagKey = \"Approved\"\n\n",
            "[[exception]]\nrule = \"dms-endpoint-tagged\"\nresource = \"crm\"\nuntil = 2026-12-31\nowner = \"jane\"\n",
            "reason = \"moves away\"\n",
        ))
        .unwrap();
        let mut values: Vec<_> = content
            .values
            .iter()
            .map(|value| (value.key.name, value.texts.join(","), value.source.as_str()))
            .collect();
        values.sort_unstable();
        let expected = [
            ("at-once", "4", "dms-rule.toml:3"),
            ("fail-on", "high", "dms-rule.toml:1"),
            ("rule", "kafka-tls-enabled", "dms-rule.toml:2"),
            ("rule-parameters", r#"{"exemptionTagKey":"Approved"}"#, "dms-rule.toml:7"),
            ("severities", "dms-endpoint-tagged=high", "dms-rule.toml:5"),
        ];
        let expected: Vec<_> = expected.map(|(name, value, at)| (name, value.to_owned(), at)).to_vec();
        assert_eq!(values, expected);
        assert!(content.inline_exceptions);
        let [exception] = content.exceptions.as_slice() else { panic!("one exception") };
        assert_eq!(
            (exception.until.to_string().as_str(), exception.origin.as_str()),
            ("2026-12-31", "dms-rule.toml:10")
        );
    }

    #[test]
    fn a_file_that_does_not_state_what_it_means_is_an_error_with_its_line() {
        let exception = "[[exception]]\nrule = \"dms-endpoint-tagged\"\nresource = \"crm\"\n";
        for (text, message) in [
            ("fail-no = \"high\"", "dms-rule.toml:1: there is no setting `fail-no`; did you mean `fail-on`?"),
            ("\nfail-on = 3", "dms-rule.toml:2: fail-on: expected a text in quotes"),
            ("fail-on = \"low\"\nfail-on = \"high\"", "dms-rule.toml:2: duplicate key"),
            ("output = [\"json=/etc/x\"]", "dms-rule.toml:1: output: a file of settings names files below"),
            ("output = \"json=a/../../x\"", "dms-rule.toml:1: output: a file of settings names files below"),
            ("rule = [1]", "dms-rule.toml:1: rule: expected a list of texts"),
            ("at-once = \"4\"", "dms-rule.toml:1: at-once: expected a whole number"),
            ("severities = \"high\"", "dms-rule.toml:1: severities: expected a table"),
            ("rule-parameters = \"{}\"", "dms-rule.toml:1: rule-parameters: expected a table"),
            ("inline-exceptions = \"true\"", "dms-rule.toml:1: inline-exceptions: expected true or false"),
            (
                "[exception]\nrule = \"dms-endpoint-tagged\"",
                "dms-rule.toml:1: exception: each exception begins with",
            ),
            ("fail-on =", "dms-rule.toml:1: "),
            (exception, "dms-rule.toml:1: exception: owner, reason and until are missing"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.starts_with(message), "{text}: {error}");
        }
    }
}
