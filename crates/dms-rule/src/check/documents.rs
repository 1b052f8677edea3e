//! Recognizes one JSON document that is not a list of resources, and opens what holds other documents.

use std::io::Read;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use report::SourceKind;
use rule_core::{ResourceType, RuleParameters};
use serde_json::value::RawValue;

use super::description::Description;
use super::error::{EntryError, ReadError};
use super::evidence::{is_beside_resources, shows_nothing};
use super::existing::{self, ExistingResource};
use super::input::decompressed;
use super::items;
use super::lists::is_list;
use super::members::Members;
use super::mention::mentions_dms;
use super::scanner::HELD_MAXIMUM;

/// The sections of a CloudFormation template (CloudFormation user guide, "Template sections"), and of SAM.
const TEMPLATE_SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// The content of a document.
pub(super) enum Content {
    /// A resource that exists, with the rule of its event.
    Resource(SourceKind, Box<ExistingResource>, Option<RuleParameters>),
    /// A CloudFormation template, if its `Resources` are such.
    Template,
    TerraformPlan,
    TerraformState,
    /// The texts of other documents, which are read in turn.
    Documents(Vec<String>),
    /// A document about files that may be inputs too.
    Companion(Companion),
    /// A known kind that holds nothing to evaluate.
    Nothing(SourceKind),
    /// Something else.
    Unknown,
}

/// A document that holds no resources itself, but describes some that other inputs hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Companion {
    TerraformConfiguration,
    TerraformPlanFile,
    CdkMetadata,
}

impl Companion {
    /// Returns the kind of the source if the other input is there.
    pub(super) fn kind(self) -> SourceKind {
        match self {
            Self::TerraformConfiguration => SourceKind::TerraformConfiguration,
            Self::TerraformPlanFile => SourceKind::TerraformPlanFile,
            Self::CdkMetadata => SourceKind::CdkMetadata,
        }
    }

    /// Returns the error if it is not.
    pub(super) fn error(self) -> ReadError {
        ReadError::Unsupported(match self {
            Self::TerraformConfiguration => {
                "is Terraform configuration, whose values only a plan shows; give the output of `terraform plan -out \
                 plan.out && terraform show -json plan.out`"
            }
            Self::TerraformPlanFile => {
                "is a binary Terraform plan; give the output of `terraform show -json` of it"
            }
            Self::CdkMetadata => {
                "is metadata of the CDK; give the templates that `cdk synth` writes into the same folder"
            }
        })
    }
}

/// Returns the content of an object.
///
/// # Errors
/// Returns an error if the object is of a kind that is read, and cannot be read, or is of two kinds.
pub(super) fn content(text: &str, members: &Members, at: DateTime<Utc>) -> Result<Content, ReadError> {
    let has = |name: &str| members.has(name);
    let is_plan = has("planned_values") || has("resource_changes");
    let is_notification = has("configurationItem") || has("configurationItemSummary");
    let kinds = [has("invokingEvent"), has("Resources"), is_plan, is_notification];
    if kinds.into_iter().filter(|is_kind| *is_kind).count() > 1 {
        return Err(ReadError::Mixed);
    }
    Ok(if has("invokingEvent") {
        let (resource, own) = existing::event(text)?;
        Content::Resource(SourceKind::ConfigEvent, Box::new(resource), Some(own))
    } else if is_plan {
        Content::TerraformPlan
    } else if has("format_version") && (has("values") || !mentions_dms(text.as_bytes())) {
        Content::TerraformState
    } else if is_notification {
        let item = only(members, &["configurationItem", "configurationItemSummary"])?;
        recorded(SourceKind::ConfigNotification, item)?
    } else if has("ConfigurationItem") {
        let item = only(members, &["ConfigurationItem"])?;
        recorded(SourceKind::ConfigurationItem, item)?
    } else if has("resourceType") && !has("detail-type") && !has("newEvaluationResult") {
        item(text, members, at)?
    } else if has("Resources") || has("AWSTemplateFormatVersion") {
        Content::Template
    } else if let Some(texts) = envelope(members) {
        Content::Documents(texts)
    } else if is_report(members) {
        Content::Nothing(SourceKind::Report)
    } else if let Some(companion) = companion(text, members) {
        Content::Companion(companion)
    } else {
        description(text.as_bytes(), at)?
    })
}

/// Reads an item of any service; one of another service may lack what a rule needs.
fn recorded(kind: SourceKind, item: &str) -> Result<Content, ReadError> {
    if items::is_of_another_type(item.as_bytes()) {
        return Ok(Content::Nothing(kind));
    }
    let item = items::read(item.as_bytes()).map_err(ReadError::Resource)?;
    Ok(Content::Resource(kind, Box::new(ExistingResource::recorded(item)), None))
}

/// Returns the only value of these members.
fn only<'a>(members: &'a Members, names: &[&'static str]) -> Result<&'a str, ReadError> {
    let mut values = names.iter().flat_map(|name| members.get(name));
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(ReadError::Repeated(names.first().copied().unwrap_or_default())),
    }
}

/// Reads an item, which may lack what a query or a batch leaves out.
fn item(text: &str, members: &Members, at: DateTime<Utc>) -> Result<Content, ReadError> {
    if items::is_of_another_type(text.as_bytes()) {
        return Ok(Content::Nothing(SourceKind::ConfigurationItem));
    }
    if members.has("configurationItemStatus") {
        return recorded(SourceKind::ConfigurationItem, text);
    }
    let resource = items::read_partial(text.as_bytes(), at).map_err(ReadError::Resource)?;
    Ok(Content::Resource(SourceKind::ConfigurationItem, Box::new(resource), None))
}

fn description(text: &[u8], at: DateTime<Utc>) -> Result<Content, ReadError> {
    match Description::recognize(text) {
        Description::Resource(resource_type, configuration) => {
            let resource = ExistingResource::from_description(resource_type, configuration, at);
            let resource = resource.map_err(ReadError::Resource)?;
            Ok(Content::Resource(SourceKind::DmsResource, Box::new(resource), None))
        }
        Description::Ambiguous => Err(ReadError::Resource(EntryError::Ambiguous)),
        Description::Other => Ok(Content::Unknown),
    }
}

/// Returns the documents in an object that only carries them: a message of SNS or SQS, an event of Lambda or EventBridge,
/// a response of CloudFormation, or a response of DMS about one resource. `None` for any other object.
fn envelope(members: &Members) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for (name, value) in members.iter() {
        match name {
            // SNS, and SNS over HTTP.
            "Message" if members.has("TopicArn") || members.has("MessageId") || members.has("Type") => {
                texts.push(decoded(value));
            }
            "Records" | "records" | "Messages" => texts.extend(entries(value)?),
            // A message of SQS, as receive-message prints it and as an event of Lambda has it; an entry of an event of SNS
            // to Lambda; an asynchronous invocation of Lambda; an event of EventBridge; the responses of GetTemplate and
            // DescribeStackSet.
            "Body" | "body" | "Sns" | "requestPayload" | "detail" | "TemplateBody" | "ProcessedTemplate"
            | "StackSet" => {
                texts.push(decoded(value));
            }
            // Records of streams, whose data is in base64.
            "kinesis" | "awslogs" => texts.push(value.to_owned()),
            "data" if !value.starts_with(['{', '[']) => texts.push(decoded(value)),
            _ if is_singular(name) && value.starts_with('{') => texts.push(value.to_owned()),
            _ => {}
        }
    }
    (!texts.is_empty()).then_some(texts)
}

/// Returns the text of a message, of which a stream or a gateway may have written the bytes in base64, as gzip too.
pub(super) fn unpacked(text: &str) -> Option<String> {
    let bytes = BASE64.decode(text.trim().as_bytes()).ok().filter(|bytes| !bytes.is_empty())?;
    let mut unpacked = String::new();
    decompressed(bytes.as_slice()).ok()?.take(HELD_MAXIMUM as u64).read_to_string(&mut unpacked).ok()?;
    Some(unpacked)
}

/// Returns true for the member of a response of DMS that creates, modifies, reboots or deletes one resource.
fn is_singular(name: &str) -> bool {
    ResourceType::ALL.into_iter().any(|resource_type| resource_type.name().rsplit("::").next() == Some(name))
}

/// Returns true if an object has the members of a response of DMS about one resource and no others, and they show nothing.
pub(super) fn is_bare_response(members: &Members) -> bool {
    let mut resources = members.iter().filter(|(name, _)| !is_beside_resources(name)).peekable();
    resources.peek().is_some()
        && resources.all(|(name, value)| is_singular(name) && shows_nothing(value.as_bytes()))
}

/// Returns the text that a JSON string holds; any other value as it is.
pub(super) fn decoded(value: &str) -> String {
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned())
}

fn entries(value: &str) -> Option<Vec<String>> {
    let entries: Vec<Box<RawValue>> = serde_json::from_str(value).ok()?;
    Some(entries.into_iter().map(|entry| entry.get().to_owned()).collect())
}

/// Recognizes a document that describes resources which other inputs hold.
fn companion(text: &str, members: &Members) -> Option<Companion> {
    let has = |name: &str| members.has(name);
    let version = || members.get("version").next().map(decoded).unwrap_or_default();
    let is_cdk = (has("tree") && version().starts_with("tree-"))
        || (has("artifacts") && has("version"))
        || (has("files") && has("dockerImages"));
    if is_cdk {
        return Some(Companion::CdkMetadata);
    }
    (is_configuration(members) && mentions_dms(text.as_bytes())).then_some(Companion::TerraformConfiguration)
}

/// Returns true for the configuration of Terraform as JSON.
pub(super) fn is_configuration(members: &Members) -> bool {
    (members.has("resource") || members.has("module")) && !members.has("format_version")
}

/// Returns true for a report of this program: as JSON, SARIF or OSCAL, or an entry of one for OCSF or GitLab.
fn is_report(members: &Members) -> bool {
    let names_program = |value: &str| value.contains("\"dms-rule\"");
    let is_check = |value: &str| {
        let name = decoded(value);
        name == "dms-rule/run" || rule_core::rules::find(&name).is_some()
    };
    if members.has("fingerprint") && members.has("location") && members.get("check_name").any(is_check) {
        return true; // of GitLab
    }
    if members.get("assessment-results").any(names_program) {
        return true; // of OSCAL
    }
    let is_event = members.has("class_uid") && members.get("metadata").any(names_program);
    if is_event {
        return true; // of OCSF
    }
    (members.has("schemaVersion") && members.has("lookedAt") && members.get("tool").any(names_program))
        || (members.has("$schema") && members.has("runs") && members.get("runs").any(names_program))
}

/// Returns the error for a text that mentions DMS resources and is neither JSON nor YAML of a kind that is read.
pub(super) fn unsupported_text(text: &str) -> ReadError {
    let is_output = |line: &str| {
        line.starts_with("REPLICATION") || line.starts_with("|  ") || line.starts_with("ENDPOINTS\t")
    };
    if text.lines().any(is_output) {
        return ReadError::Unsupported(
            "is the text or the table of the AWS CLI; request it again with `--output json`",
        );
    }
    unsupported(&Members::default())
}

/// Returns true for a message of the AWS CLI that it could not request anything, in place of its output (AWS CLI,
/// `botocore/exceptions.py`).
pub(super) fn is_cli_error(text: &str) -> bool {
    const MESSAGES: [&str; 6] = [
        "An error occurred (",
        "Could not connect to the endpoint URL",
        "Error when retrieving token",
        "The config profile (",
        "Unable to locate credentials",
        "You must specify a region",
    ];
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let first = first.trim_start().trim_start_matches("aws: ").trim_start_matches("[ERROR]: ");
    MESSAGES.iter().any(|message| first.starts_with(message))
}

/// Returns true if a text in YAML may be a response of DMS or AWS Config, by a name at the beginning of a line.
pub(super) fn may_be_response(text: &str) -> bool {
    let name = |line: &str| line.split_once(':').map(|(name, _)| name.trim_matches(['"', '\'']).to_owned());
    text.lines().filter_map(name).any(|name| is_list(&name) || is_singular(&name))
}

/// Returns the error for a document that mentions DMS resources and is of no kind that is read.
pub(super) fn unsupported(members: &Members) -> ReadError {
    let has = |name: &str| members.has(name);
    ReadError::Unsupported(if has("lineage") || (has("terraform_version") && has("serial")) {
        "is a state file of Terraform; give the output of `terraform show -json`"
    } else if has("@level") {
        "is the log of `terraform plan -json`; give the output of `terraform show -json` of the plan"
    } else if has("resourceIdentifiers") {
        "lists identifiers without configurations; give the output of get-resource-config-history or describe-..."
    } else if is_bare_response(members) {
        "has a member of a response of DMS, and no resource in it"
    } else if has("Message") {
        "is an envelope around a message; give the message alone, for example with `jq -r .Message`"
    } else if members.iter().any(|(_, value)| value.starts_with('{') && value.contains("\"Type\"")) {
        "has resources, and no `Resources` around them as a CloudFormation template has"
    } else {
        "mentions AWS DMS resources, and is of no supported kind; see `dms-rule check --help`, or leave it out with \
         --exclude"
    })
}

/// Returns true for a member that shows that a document is of another kind than a list of resources.
pub(super) fn is_other_kind(name: &str) -> bool {
    matches!(
        name,
        "invokingEvent"
            | "Resources"
            | "planned_values"
            | "resource_changes"
            | "format_version"
            | "configurationItem"
            | "configurationItemSummary"
            | "ConfigurationItem"
            | "TemplateBody"
    )
}

/// Returns the name of a member of a template that mentions DMS resources and is none of its sections.
pub(super) fn odd_section(members: &Members) -> Option<&str> {
    let is_odd =
        |(name, value): &(&str, &str)| !TEMPLATE_SECTIONS.contains(name) && mentions_dms(value.as_bytes());
    members.iter().find(is_odd).map(|(name, _)| name)
}

/// Returns the error for an entry of a list at the top that is of no kind that is read.
pub(super) fn unsupported_entry() -> ReadError {
    ReadError::Unsupported("is unrecognized: expected a configuration item, a notification or a DMS resource")
}

/// Returns the kind of a list of such documents.
pub(super) fn plural(kind: SourceKind) -> SourceKind {
    match kind {
        SourceKind::ConfigurationItem => SourceKind::ConfigurationItems,
        SourceKind::ConfigNotification => SourceKind::ConfigNotifications,
        SourceKind::DmsResource => SourceKind::DmsResources,
        other => other,
    }
}
