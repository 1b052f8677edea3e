use std::fmt;

use chrono::DateTime;
use rule_core::{
    Configuration, ConfigurationItem, ConfigurationItemStatus, Json, Possibility, Property, ResourceType,
};

/// What a file plans.
#[derive(Debug, Default)]
pub struct Plan {
    /// The resources of the types that rules judge.
    pub resources: Vec<Planned>,
    /// Parts that cannot be read, so that the resources may not be all.
    pub failures: Vec<String>,
}

/// A resource that is to be made.
#[derive(Debug)]
pub struct Planned {
    /// Its logical id or Terraform address.
    pub id: String,
    /// Its type.
    pub resource_type: &'static ResourceType,
    /// All the ways it may turn out; none: it is never made.
    pub ways: Vec<Possibility>,
    /// Where it stands, and where its properties do, by their paths. Plans have no lines.
    pub(crate) positions: Vec<(String, Position)>,
    /// How the file's language writes a property.
    pub(crate) language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    CloudFormation,
    /// With the provider `aws`.
    Terraform,
    /// With the provider `awscc`, which is made from the schemas of CloudFormation.
    CloudControl,
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// What is known of the deployment.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Values that will be given to parameters of the template.
    pub parameters: Vec<(String, String)>,
    /// The others will have their defaults.
    pub assume_defaults: bool,
    /// What else can be named, with its value: `AWS::Region`, a resource, an attribute such as `Function.Arn`.
    pub named: Vec<(String, String)>,
}

/// A resource of any type, as one deployment makes it.
#[derive(Debug)]
pub struct Deployed {
    /// Its logical id.
    pub id: String,
    /// Its type.
    pub resource_type: String,
    /// Its properties; what the settings do not decide is [`Json::Undecided`].
    pub properties: Vec<(String, Json)>,
}

/// A text that is no template or plan.
#[derive(Debug)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub position: Option<Position>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(Position { line, column }) => write!(f, "line {line}, column {column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Unreadable {}

impl Unreadable {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), position: None }
    }
}

impl Planned {
    /// Where a property is written, such as `RedisSettings.SslSecurityProtocol`: the deepest part of its path that
    /// is, else the resource.
    #[must_use]
    pub fn position_of(&self, path: &str) -> Option<Position> {
        let mut part = Some(path);
        while let Some(path) = part {
            if let Some((_, position)) = self.positions.iter().find(|(written, _)| written == path) {
                return Some(*position);
            }
            part = path.rsplit_once('.').map(|(group, _)| group);
        }
        self.positions.iter().find(|(written, _)| written.is_empty()).map(|(_, position)| *position)
    }

    /// What to write in the file, in its language.
    #[must_use]
    pub fn fix(&self, property: Property) -> String {
        let Property { path, wanted } = property;
        let is_word = !wanted.contains(' ');
        match self.language {
            Language::CloudFormation if is_word => format!("set {path}: {wanted}."),
            Language::CloudFormation => format!("set {path} to {wanted}."),
            Language::Terraform | Language::CloudControl => {
                let snake = |name| snake_case(name, self.language);
                let name = path.split('.').map(snake).collect::<Vec<_>>().join(".");
                match wanted {
                    "true" | "false" => format!("set {name} = {wanted}."),
                    _ if is_word => format!("set {name} = \"{wanted}\"."),
                    _ => format!("set {name} to {wanted}."),
                }
            }
        }
    }
}

/// As the providers of Terraform spell a property.
fn snake_case(name: &str, language: Language) -> String {
    match (name, language) {
        ("MultiAZ", _) => return "multi_az".to_owned(),
        ("KmsKeyId", Language::Terraform) => return "kms_key_arn".to_owned(),
        ("MongoDbSettings", Language::Terraform) => return "mongodb_settings".to_owned(),
        _ => {}
    }
    let mut snake = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The item of one way.
pub(crate) fn item(
    of: &ResourceType,
    id: &str,
    configuration: Configuration,
    tags: Option<std::collections::BTreeMap<String, String>>,
) -> ConfigurationItem {
    ConfigurationItem {
        resource_type: of.name.to_owned(),
        resource_id: id.to_owned(),
        resource_name: Some(id.to_owned()),
        arn: None,
        account_id: None,
        aws_region: None,
        configuration_item_status: ConfigurationItemStatus::Ok,
        configuration_item_capture_time: DateTime::UNIX_EPOCH,
        configuration_state_id: None,
        configuration,
        tags,
    }
}

/// The properties of which something in a rule depends: those that decide, what they are judged beside, names and tags.
pub(crate) fn matters(of: &ResourceType, name: &str) -> bool {
    let decides = rule_core::rules::RULES
        .iter()
        .any(|rule| rule.resource_type.name == of.name && rule.property.path.split('.').next() == Some(name));
    decides || name == of.identifier || matches!(name, "EngineName" | "DocDbSettings" | "Tags")
}

/// Whether a member of a group of settings decides, or is told beside what does.
pub(crate) fn matters_in_group(name: &str) -> bool {
    let decides = |rule: &&&rule_core::Rule| rule.property.path.split('.').nth(1) == Some(name);
    rule_core::rules::RULES.iter().any(|rule| decides(&rule)) || name == "AuthMechanism"
}

/// Properties that are true or false.
pub(crate) fn is_flag(name: &str) -> bool {
    matches!(name, "PubliclyAccessible" | "MultiAZ" | "AutoMinorVersionUpgrade" | "IamAuthEnabled")
}

/// Tags as a list of `{Key, Value}`; none where the keys cannot be known.
pub(crate) fn tags(list: Option<&Json>) -> Option<std::collections::BTreeMap<String, String>> {
    let Some(list) = list else { return Some(std::collections::BTreeMap::new()) };
    let Json::List(list) = list else { return None };
    let mut tags = std::collections::BTreeMap::new();
    for entry in list {
        let Json::Object(members) = entry else { return None };
        let entry = Configuration::Properties(members.clone());
        let mut keys = entry.values("Key");
        let (Some(Json::Text(key)), None) = (keys.next(), keys.next()) else { return None };
        let value = match entry.values("Value").next() {
            Some(Json::Text(value)) => value.clone(),
            Some(other) => other.in_words(),
            None => String::new(),
        };
        if tags.insert(key.clone(), value.clone()).is_some_and(|before| before != value) {
            return None;
        }
    }
    Some(tags)
}
